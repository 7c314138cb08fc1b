#!/usr/bin/env python3
"""Test vectors for LH1, computed from docs/lake-format.md with nothing but hashlib.

Independent of the Rust code: prints the constants that src/lake/tests/vectors.rs checks.
"""
import hashlib
import struct


def sha(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(part)
    return h.digest()


def u64(n):
    return n.to_bytes(8, "little")


def text(s):
    b = s.encode()
    return u64(len(b)) + b


INT = {"i8": "<b", "i16": "<h", "i32": "<i", "i64": "<q", "u8": "<B", "u16": "<H", "u32": "<I", "u64": "<Q",
       "date32": "<i", "timestamp_us": "<q"}


class Type:
    def __init__(self, kind, *fields):
        self.kind, self.fields = kind, fields  # fields: (name, nullable, Type)

    def describe(self):
        return text(self.kind) + u64(len(self.fields)) + b"".join(field(*f) for f in self.fields)

    def cell(self, v):
        if v is None:
            return b"\0"
        k = self.kind
        if k == "bool":
            body = b"\1" if v else b"\0"
        elif k in INT:
            body = struct.pack(INT[k], v)
        elif k == "f64":
            body = u64(0x7FF8000000000000) if v != v else struct.pack("<d", v + 0.0)
        elif k == "f32":
            body = (0x7FC00000).to_bytes(4, "little") if v != v else struct.pack("<f", v + 0.0)
        elif k == "utf8":
            body = text(v)
        elif k == "binary":
            body = u64(len(v)) + v
        elif k == "list":
            body = u64(len(v)) + b"".join(self.fields[0][2].cell(x) for x in v)
        elif k == "struct":
            body = b"".join(f[2].cell(x) for f, x in zip(self.fields, v))
        elif k == "map":
            key, value = self.fields[0][2], self.fields[1][2]
            pairs = sorted((key.cell(a), value.cell(b)) for a, b in v)
            body = u64(len(pairs)) + b"".join(a + b for a, b in pairs)
        return b"\1" + body


def field(name, nullable, t):
    return text(name) + bytes([nullable]) + t.describe()


def schema_hash(fields, key):
    return sha(b"lh1/schema\0", u64(len(fields)), *[field(*f) for f in fields], u64(len(key)), *[text(k) for k in key])


def column_hash(t, values):
    return sha(b"lh1/col\0", t.describe(), u64(len(values)), *[t.cell(v) for v in values])


def slice_hash(fields, key, rows):
    columns = [column_hash(f[2], [r[i] for r in rows]) for i, f in enumerate(fields)]
    return sha(b"lh1/slice\0", schema_hash(fields, key), u64(len(rows)), *columns)


def merkle(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1", merkle(leaves[:k]), merkle(leaves[k:]))


def dataset_root(schema, rows, slices):
    return sha(b"lh1/dataset\0", schema, u64(rows), u64(len(slices)), merkle(slices))


def table_root(schema, datasets):
    return sha(b"lh1/table\0", schema, u64(len(datasets)), *[text(n) + r for n, r in sorted(datasets.items())])


def cut_hash(cells):
    return int.from_bytes(sha(b"lh1/cut\0", cells)[:8], "big")


T = Type
I32, I64, F64, TXT = T("i32"), T("i64"), T("f64"), T("utf8")
nan = float("nan")
COLUMNS = [
    ("bool", T("bool"), [True, False, None]),
    ("i8", T("i8"), [-1, None, 127]),
    ("i16", T("i16"), [-2, None]),
    ("i32", I32, [1, None, -3]),
    ("i64", I64, [None, 0]),
    ("i64 swapped", I64, [0, None]),
    ("u8", T("u8"), [255]),
    ("u16", T("u16"), [65535]),
    ("u32", T("u32"), [4294967295]),
    ("u64", T("u64"), [2**64 - 1]),
    ("f32", T("f32"), [1.5, -0.0, nan]),
    ("f64", F64, [0.1, -0.0, nan, None]),
    ("utf8", TXT, ["", None, "é", "ab"]),
    ("utf8 split", TXT, ["ab", "", None, "é"]),
    ("binary", T("binary"), [b"\x00\xff", None]),
    ("date32", T("date32"), [-1, 20000]),
    ("timestamp_us", T("timestamp_us"), [0, -1, None]),
    ("list", T("list", ("item", True, I32)), [[1, None], [], None]),
    ("struct", T("struct", ("x", True, F64), ("y", True, TXT)), [(1.0, None), None, (None, "q")]),
    ("map", T("map", ("key", False, TXT), ("value", True, I32)), [[("b", 2), ("a", None)], [], None]),
    ("no rows", TXT, []),
]
FIELDS = [("dataset", False, TXT), ("id", False, I64), ("score", True, F64)]
KEY = ["dataset", "id"]
ROWS = [("d", 1, 0.5), ("d", 2, None), ("d", 3, -0.0)]

if __name__ == "__main__":
    for name, t, values in COLUMNS:
        print(f"column {name}: {column_hash(t, values).hex()}")
    schema = schema_hash(FIELDS, KEY)
    print("schema:", schema.hex())
    one = slice_hash(FIELDS, KEY, ROWS)
    print("slice:", one.hex())
    leaves = [sha(bytes([i])) for i in range(7)]
    for n in (0, 1, 2, 3, 5, 7):
        print(f"merkle {n}:", merkle(leaves[:n]).hex())
    root = dataset_root(schema, 3, [one])
    print("dataset:", root.hex())
    print("table:", table_root(schema, {"d": root, "a": leaves[0]}).hex())
    print("cut:", cut_hash(TXT.cell("d") + I64.cell(1)))

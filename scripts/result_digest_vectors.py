#!/usr/bin/env python3
"""Test vectors of the result digest, from docs/determinism.md alone.

Shares no code with the program. Prints one line per vector: name and digest;
src/engine/digest/tests.rs holds the same lines as constants.
"""

import hashlib
import struct


def text(value):
    raw = value.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def blob(raw):
    return struct.pack("<Q", len(raw)) + raw


def cell(value, encode):
    return b"\x00" if value is None else b"\x01" + encode(value)


def boolean(value):
    return b"\x01" if value else b"\x00"


def integer(fmt):
    return lambda value: struct.pack("<" + fmt, value)


def float64(value):
    if value != value:
        return bytes.fromhex("000000000000f87f")
    return struct.pack("<d", 0.0 if value == 0 else value)


def float32(value):
    if value != value:
        return bytes.fromhex("0000c07f")
    return struct.pack("<f", 0.0 if value == 0 else value)


def decimal(unscaled):
    return unscaled.to_bytes(32, "little", signed=True)


def month_day_nano(value):
    return struct.pack("<iiq", *value)


def array(item):
    return lambda values: struct.pack("<Q", len(values)) + b"".join(cell(v, item) for v in values)


def record(*members):
    return lambda values: b"".join(cell(v, m) for v, m in zip(values, members))


def digest(columns):
    """columns: (name, logical type, encoder, values)"""
    rows = len(columns[0][3]) if columns else 0
    total = hashlib.sha256()
    total.update(text("arrovian/result/1"))
    total.update(struct.pack("<QQ", len(columns), rows))
    for name, kind, encode, values in columns:
        assert len(values) == rows
        column = text("arrovian/result/1/column") + b"".join(cell(v, encode) for v in values)
        total.update(text(name) + text(kind) + hashlib.sha256(column).digest())
    return total.hexdigest()


nan = float("nan")
VECTORS = {
    "no columns": [],
    "no rows": [("x", "int64", integer("q"), [])],
    "integers": [("n", "int64", integer("q"), [1, None, -2])],
    "text and floats": [
        ("model", "utf8", text, ["a", "", None, "é"]),
        ("rating", "float64", float64, [1.5, -0.0, nan, None]),
        ("ok", "bool", boolean, [True, False, None, True]),
    ],
    "narrow": [
        ("i8", "int8", integer("b"), [-1]),
        ("u16", "uint16", integer("H"), [65535]),
        ("u64", "uint64", integer("Q"), [2**64 - 1]),
        ("f32", "float32", float32, [nan]),
    ],
    "time": [
        ("d", "date32", integer("i"), [19000]),
        ("t", "timestamp(us,3:UTC)", integer("q"), [1]),
        ("s", "timestamp(s)", integer("q"), [None]),
        ("w", "interval(month_day_nano)", month_day_nano, [(1, -2, 3)]),
    ],
    "wide": [
        ("m", "decimal(10,2)", decimal, [-12345]),
        ("b", "binary", blob, [b"\x00\xff"]),
        ("f", "fixed_binary(2)", blob, [b"ab"]),
    ],
    "nested": [
        ("l", "list(utf8)", array(text), [["a", None], [], None]),
        (
            "s",
            "struct(5:model utf8,6:rating float64)",
            record(text, float64),
            [("m", 1.0), (None, None), None],
        ),
        (
            "m",
            "map(utf8,int64)",
            array(record(text, integer("q"))),
            [[("k", 1), ("l", None)], [], None],
        ),
    ],
}

for name, columns in VECTORS.items():
    print(f"{name}: {digest(columns)}")

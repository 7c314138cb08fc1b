#!/usr/bin/env python3
"""Reads the same files with arrovian and with DuckDB, side by side.

    cargo build --release            (or any binary: --arrovian PATH)
    python3 scripts/compare_ingest.py [--arrovian PATH] [--rows 1000000] [--runs 5]

arrovian: files to mapped, checked, sorted, hashed and committed Parquet in a fresh lake.
DuckDB:   the same files, as they are, to one zstd Parquet file.

Prints CPU seconds (user + system, all threads), wall seconds and peak memory of whole
processes, the median of several runs; for DuckDB also without start-up, as its own process
measures it. Then a file of a gigabyte, to see that memory stays bounded. The environment
is that of compare_peers.py; the made-up data are in the user's cache directory.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys

from compare_peers import HOME, INNER, ROOT, environment, measure

WORDS = "the quick brown fox jumps over a lazy dog while it rains in spring".split()


def columns(n):
    winner = ("model_a", "model_b", "tie")[n % 3]
    return (f"q{n}", f"i{n % 9973}", f"m{n * 7 % 40}", f"m{n * 11 % 41}", winner, f"u{n * 13 % 5000}", n % 5, "English", 1_700_000_000 + n)


NAMES = ("id", "item", "model_a", "model_b", "winner", "judge", "turn", "language", "tstamp")


def quoted(value):
    return f'"{value}"' if isinstance(value, str) else str(value)


def object_of(values):
    return "{" + ",".join(f'"{name}":{quoted(value)}' for name, value in values) + "}\n"


def write_csv(file, rows):
    file.write(",".join(NAMES) + "\n")
    file.writelines(",".join(map(str, columns(n))) + "\n" for n in range(rows))


def write_short(file, rows):
    file.writelines(object_of(zip(NAMES, columns(n))) for n in range(rows))


def write_long(file, rows):
    state = 1
    for n in range(rows):
        text = []
        for _ in range(60):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            text.append(WORDS[(state >> 33) % len(WORDS)])
        file.write(object_of([*zip(NAMES, columns(n)), ("comment", " ".join(text))]))


def data(rows, name, write):
    folder = HOME / f"ingest-{rows}"
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with open(path.with_suffix(".tmp"), "w") as file:
            write(file, rows)
        path.with_suffix(".tmp").rename(path)
    return path


def median(results):
    return {key: statistics.median(result[key] for result in results) for key in results[0]}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--arrovian", default=str(ROOT / "target" / "release" / "arrovian"))
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments = arguments.parse_args()
    program = os.path.abspath(arguments.arrovian)
    python = environment()
    work = HOME / "ingest-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)

    def ours(path, runs):
        lake = work / "lake"
        command = (
            f"rm -rf {lake} && {program} init -q --lake {lake} && "
            f"{program} ingest -q pairwise {path} --map comparison=id --lake {lake}"
        )
        return measure(["sh", "-c", command], runs, work)

    def theirs(path, runs):
        read = f"read_csv('{path}')" if path.suffix == ".csv" else f"read_json('{path}', format='newline_delimited')"
        copy = f"duckdb.sql(\"copy (select * from {read}) to 'copy.parquet' (format parquet, compression zstd)\")"
        return measure([python, "-c", INNER % ("import duckdb", copy)], runs, work)

    print(f"{arguments.rows} votes, {os.cpu_count()} cores; speed is DuckDB's time over arrovian's\n")
    print("| file | MB | arrovian: CPU s | wall s | peak MiB | DuckDB: CPU s | computing, CPU s | wall s | peak MiB | speed, CPU | speed, computing CPU | speed, wall |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for title, path in [
        ("CSV", data(arguments.rows, "votes.csv", write_csv)),
        ("JSON lines", data(arguments.rows, "votes.jsonl", write_short)),
        ("JSON lines with a comment of 60 words, a fifth of the votes", data(arguments.rows // 5, "comments.jsonl", write_long)),
    ]:
        # The first reading of a file is not measured: it may come from the disk.
        theirs(path, 1)
        # By turns, so that both meet the machine in the same moods.
        turns = [(ours(path, 1), theirs(path, 1)) for _ in range(arguments.runs)]
        for who, results in zip(("arrovian", "DuckDB"), zip(*turns)):
            for result in results:
                if "failed" in result:
                    sys.exit(f"{who} failed on {path}: {result['failed']}")
        a, d = (median(results) for results in zip(*turns))
        print(
            f"| {title} | {path.stat().st_size / 1e6:.0f} | {a['cpu']:.2f} | {a['wall']:.2f} | {a['peak']} | {d['cpu']:.2f} | {d['inner']:.2f} | {d['wall']:.2f} | {d['peak']} "
            f"| {d['cpu'] / a['cpu']:.2f} | {d['inner'] / a['cpu']:.2f} | {d['wall'] / a['wall']:.2f} |"
        )
        sys.stdout.flush()
    large = data(arguments.rows * 2, "comments.jsonl", write_long)
    a = ours(large, 1)
    if "failed" in a:
        sys.exit(f"arrovian failed on {large}: {a['failed']}")
    print(f"\n{large.stat().st_size / 1e6:.0f} MB of JSON lines: {a['cpu']:.1f} CPU s, {a['wall']:.1f} wall s, at most {a['peak']} MiB resident")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()

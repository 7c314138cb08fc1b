#!/usr/bin/env python3
"""Reads the same files with arrovian and with DuckDB, side by side.

arrovian: files to committed, hashed, sorted Parquet in a fresh lake.
DuckDB:   the same files to one zstd Parquet file.

usage: scripts/compare_ingest.py [ROWS] [path of the arrovian program]
needs: pip install duckdb
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
PROGRAM = sys.argv[2] if len(sys.argv) > 2 else "target/release/arrovian"
RUNS = 3


def write_files(folder):
    csv, jsonl = os.path.join(folder, "votes.csv"), os.path.join(folder, "votes.jsonl")
    with open(csv, "w") as c, open(jsonl, "w") as j:
        c.write("id,item,model_a,model_b,winner,judge,turn,language,tstamp\n")
        for n in range(ROWS):
            a, b, judge = n * 7 % 40, n * 11 % 41, n * 13 % 5000
            winner = ("model_a", "model_b", "tie")[n % 3]
            item, turn, tstamp = n % 9973, n % 5, 1_700_000_000 + n
            c.write(f"q{n},i{item},m{a},m{b},{winner},u{judge},{turn},English,{tstamp}\n")
            j.write(
                f'{{"id":"q{n}","item":"i{item}","model_a":"m{a}","model_b":"m{b}","winner":"{winner}",'
                f'"judge":"u{judge}","turn":{turn},"language":"English","tstamp":{tstamp}}}\n'
            )
    return [csv, jsonl]


def best(run):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def arrovian(path, folder):
    lake = os.path.join(folder, "lake")
    shutil.rmtree(lake, ignore_errors=True)
    subprocess.run([PROGRAM, "init", "--lake", lake, "-q"], check=True)

    def run():
        shutil.rmtree(lake, ignore_errors=True)
        subprocess.run([PROGRAM, "init", "--lake", lake, "-q"], check=True)
        command = [PROGRAM, "ingest", "pairwise", path, "--map", "comparison=id", "--lake", lake, "-q"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return best(run)


def duck(path, folder):
    code = (
        "import duckdb,sys;"
        "r='read_csv' if sys.argv[1].endswith('csv') else 'read_json';"
        "duckdb.sql(f\"COPY (SELECT * FROM {r}('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)\")"
    )
    out = os.path.join(folder, "duck.parquet")
    return best(lambda: subprocess.run([sys.executable, "-c", code, path, out], check=True))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for path in write_files(folder):
            ours, theirs = arrovian(path, folder), duck(path, folder)
            size = os.path.getsize(path) / 1e6
            print(
                f"{os.path.basename(path):<12} {size:7.1f} MB  arrovian {ours:6.2f} s  duckdb {theirs:6.2f} s  "
                f"speed {theirs / ours:5.2f} x duckdb"
            )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory of any process: {peak:.0f} MB")


main()

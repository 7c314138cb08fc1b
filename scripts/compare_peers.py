#!/usr/bin/env python3
"""arrovian and its peers on the same data in one run.

    cargo build --release            (or any binary: --arrovian PATH)
    python3 scripts/compare_peers.py [--arrovian PATH] [--scale 1.0] [--only NAME,...]

Makes its own virtual environment in the user's cache directory, makes up the data there,
and prints a table per question: CPU seconds (user + system, all threads), wall seconds and
peak memory of whole processes, the median of several runs. Peers written in Python also
show the CPU seconds of their computation alone, without start-up and reading the file.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HOME = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "arrovian" / "peers"
PACKAGES = ["duckdb==2.0.0", "pyarrow", "numpy", "pandas", "evalica==0.4.2", "choix==0.4.1", "krippendorff==0.9.0", "scipy"]
ROOT = pathlib.Path(__file__).resolve().parent.parent


def environment():
    python = HOME / "venv" / "bin" / "python"
    done = HOME / "venv" / "packages"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.check_call([sys.executable, "-m", "venv", str(HOME / "venv")])
        subprocess.check_call([str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
        done.write_text("\n".join(PACKAGES))
    return str(python)


MAKE = r"""
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, json, sys, pathlib
home, scale = pathlib.Path(sys.argv[1]), float(sys.argv[2])
g = np.random.default_rng(1)
n = int(1_000_000 * scale)
systems = np.array([f"system-{i:03d}" for i in range(100)])
strength = g.normal(size=100)
a = g.integers(0, 100, n); b = (a + g.integers(1, 100, n)) % 100
p = 1 / (1 + np.exp(strength[b] - strength[a])); u = g.random(n)
outcome = np.where(g.random(n) < .1, "tie", np.where(u < p, "a", "b"))
pq.write_table(pa.table({"system_a": systems[a], "system_b": systems[b], "outcome": outcome}), home / "battles.parquet", compression="zstd")
items = n // 4
truth = g.integers(1, 6, items)
item = np.repeat(np.arange(items), 4); annotator = np.tile(np.arange(4), items)
value = np.clip(np.repeat(truth, 4) + g.integers(-1, 2, items * 4), 1, 5)
pq.write_table(pa.table({"item": item, "annotator": annotator, "value": value}), home / "ratings.parquet", compression="zstd")
x = g.normal(size=n * 10)
pq.write_table(pa.table({"x": x, "k": g.integers(0, 1000, n * 10)}), home / "numbers.parquet", compression="zstd")
words = np.array("the quick brown fox jumps over a lazy dog while it rains in spring".split())
with open(home / "votes.jsonl", "w") as f:
    for i in range(int(200_000 * scale)):
        text = " ".join(words[g.integers(0, len(words), 60)])
        f.write(json.dumps({"id": i, "system_a": systems[a[i]], "system_b": systems[b[i]], "outcome": str(outcome[i]),
                            "annotator": f"rater-{i % 500}", "item": f"prompt-{i % 5000}", "comment": text}) + "\n")
"""

CHOICE_PACKAGES = ["pref_voting==1.18.2", "corankco==7.2.0", "pyarrow"]

CHOICE_MAKE = r"""
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, sys, pathlib
home = pathlib.Path(sys.argv[1])
def write(name, scores):
    voters, n = scores.shape
    rank = (-scores).argsort(1).argsort(1) + 1
    names = np.array([f"system-{i:03d}" for i in range(n)])
    pq.write_table(pa.table({"ballot": np.repeat(np.arange(voters), n), "alternative": np.tile(names, voters), "rank": rank.ravel()}),
                   home / f"{name}.parquet", compression="zstd")
for n, voters in [(100, 1001), (500, 10000), (8, 11), (9, 101), (10, 101), (12, 101), (15, 101), (20, 101), (30, 101)]:
    write(f"choice-{n}x{voters}", np.random.default_rng(n).random((voters, n)))
g = np.random.default_rng(105)
write("choice-glue", np.arange(105) + 15 * g.normal(size=(14, 105)))
"""


def choice_environment():
    """An environment of its own: the packages want other versions of numpy, and an old `coverage` breaks numba."""
    python = HOME / "venv-choice" / "bin" / "python"
    done = HOME / "venv-choice" / "packages"
    if not done.exists() or done.read_text() != "\n".join(CHOICE_PACKAGES):
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.check_call([sys.executable, "-m", "venv", str(HOME / "venv-choice")])
        subprocess.check_call([str(python), "-m", "pip", "install", "--quiet", *CHOICE_PACKAGES])
        subprocess.call([str(python), "-m", "pip", "uninstall", "--quiet", "-y", "coverage"])
        done.write_text("\n".join(CHOICE_PACKAGES))
    return str(python)


def choice(data, sql, kill=60):
    """Rules of social choice. Ballots in long form; the peers get them as lists, which is not counted as computing."""
    python = choice_environment()
    if not (data / "choice-glue.parquet").exists():
        subprocess.check_call([python, "-c", CHOICE_MAKE, str(data)])
    read = ("import pyarrow.parquet as pq, numpy as np; t=pq.read_table('choice-%s.parquet'); b=t['ballot'].to_numpy(); r=t['rank'].to_numpy(); n=int(r.max()); "
            "orders=(r.reshape(-1,n).argsort(1)).tolist(); ")
    def peer(name, load, work):
        quiet = f'ulimit -t {kill}; exec "$@" 2>/dev/null'
        result = measure(["sh", "-c", quiet, "sh", python, "-c", INNER % (read % name + load, work)], 1, data)
        return {"failed": f"stopped after {kill} CPU s"} if result.get("failed") in ("exit -9", "exit -24") else result
    rules = {
        "schulze": ("margin_based_methods", "beat_path", "SELECT * FROM schulze(b)"),
        "ranked_pairs, one order of ties": ("margin_based_methods", "ranked_pairs_tb", "SELECT * FROM ranked_pairs(b, ties => 'label')"),
        "split_cycle": ("margin_based_methods", "split_cycle", "SELECT * FROM split_cycle(b)"),
        "maximal_lottery": ("probabilistic_methods", "maximal_lottery", "SELECT * FROM maximal_lottery(b)"),
    }
    for title, (module, rule, query) in rules.items():
        table(f"{title}, ballots from Parquet", [
            ("arrovian, 100 x 1,001", sql(query, "b=choice-100x1001.parquet")),
            ("arrovian, 500 x 10,000", sql(query, "b=choice-500x10000.parquet")),
            ("pref_voting, 100 x 1,001", peer("100x1001", f"from pref_voting.profiles import Profile; from pref_voting.{module} import {rule}; p=Profile(orders)", f"{rule}(p)")),
        ])
    every = "SELECT * FROM ranked_pairs(b)"
    load = "from pref_voting.profiles import Profile; from pref_voting.margin_based_methods import ranked_pairs; p=Profile(orders)"
    table("ranked_pairs, every order of ties", [
        ("arrovian, 8 x 11", sql(every, "b=choice-8x11.parquet")),
        ("arrovian, 30 x 101", sql(every, "b=choice-30x101.parquet")),
        ("arrovian, 100 x 1,001", sql(every, "b=choice-100x1001.parquet")),
        ("pref_voting, 8 x 11", peer("8x11", load, "ranked_pairs(p)")),
    ])
    brute = "from pref_voting.profiles import Profile; from pref_voting.other_methods import kemeny_young as k; p=Profile(orders)"
    exact = ("from corankco import Dataset,Ranking,ScoringScheme; from corankco.algorithms.exact.exactalgorithmpulp import ExactAlgorithmPulp as X; "
             "d=Dataset([Ranking([{a} for a in o]) for o in orders])")
    solve = "X().compute_consensus_rankings(d, ScoringScheme.get_unifying_scoring_scheme(), return_at_most_one_ranking=True)"
    ours = lambda name: sql("SELECT * FROM kemeny(b)", f"b=choice-{name}.parquet")
    sizes = ["9x101", "10x101", "12x101", "15x101", "20x101", "30x101", "glue"]
    table("kemeny, proved optimal, ballots from Parquet (glue: 105 x 14 around an order)",
          [(f"arrovian, {name}", ours(name)) for name in sizes]
          + [("pref_voting, 9x101", peer("9x101", brute, "k(p)"))]
          + [(f"corankco, {name}", peer(name, exact, solve)) for name in sizes[1:5] + sizes[6:]])


INNER = "import time\n%s\n_t=time.process_time()\n%s\nprint('INNER', time.process_time()-_t)\n"


def measure(command, runs, cwd):
    walls, cpus, peaks, inner, out = [], [], [], [], ""
    for _ in range(runs):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate()
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode != 0:
            return {"failed": (err.strip().splitlines() or ["exit %d" % process.returncode])[-1][:90]}
        walls.append(wall)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        inner += [float(line.split()[1]) for line in out.splitlines() if line.startswith("INNER ")]
    peak = peak_memory(command, cwd)
    result = {"cpu": statistics.median(cpus), "wall": statistics.median(walls), "peak": peak}
    if inner:
        result["inner"] = statistics.median(inner)
    return result


def peak_memory(command, cwd):
    """Peak resident size of one more run, in MiB, as a child of its own process."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024)"
    return int(subprocess.check_output([sys.executable, "-c", code, *command], cwd=cwd))


def table(title, rows, extra=None):
    print(f"\n### {title}\n\n| who | CPU s | wall s | of it computing, CPU s | peak MiB |{extra[0] if extra else ''}")
    print("|---|---|---|---|---|" + ("---|" if extra else ""))
    for who, r in rows:
        if "failed" in r:
            print(f"| {who} | failed: {r['failed']} | | | |")
            continue
        inner = f"{r['inner']:.3f}" if "inner" in r else ""
        more = f" {extra[1](r)} |" if extra else ""
        print(f"| {who} | {r['cpu']:.3f} | {r['wall']:.3f} | {inner} | {r['peak']} |{more}")
    sys.stdout.flush()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--arrovian", default=str(ROOT / "target" / "release" / "arrovian"))
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--only", default="")
    arguments = arguments.parse_args()
    program = os.path.abspath(arguments.arrovian)
    python = environment()
    data = HOME / f"data-{arguments.scale}"
    if not (data / "votes.jsonl").exists():
        data.mkdir(parents=True, exist_ok=True)
        subprocess.check_call([python, "-c", MAKE, str(data), str(arguments.scale)])
    run = lambda command: measure(command, arguments.runs, data)
    peer = lambda load, work: run([python, "-c", INNER % (load, work)])
    sql = lambda query, *tables: run([program, "sql", "-q", "--format", "csv", *[f"--table={t}" for t in tables], query])
    wanted = lambda name: not arguments.only or name in arguments.only.split(",")
    duck = "import duckdb"

    if wanted("start"):
        table("Cold start: select 1", [
            ("arrovian", sql("SELECT 1")),
            ("duckdb, Python module", peer("", "import duckdb; duckdb.sql('select 1').fetchall()")),
        ])
    if wanted("bradley_terry"):
        read = "import pyarrow.parquet as pq; t=pq.read_table('battles.parquet').to_pandas()"
        table("Bradley-Terry, 1,000,000 battles x 100 systems, from Parquet", [
            ("arrovian, with sandwich intervals", sql("SELECT * FROM bradley_terry(b)", "b=battles.parquet")),
            ("arrovian, ci => 'none'", sql("SELECT * FROM bradley_terry(b, ci => 'none')", "b=battles.parquet")),
            ("arrovian, 1,000 bootstrap replicates", sql("SELECT * FROM bradley_terry(b, ci => 'bootstrap')", "b=battles.parquet")),
            ("duckdb, the pair count alone", peer(duck, "duckdb.sql(\"select system_a,system_b,outcome,count(*) from 'battles.parquet' group by all\").fetchall()")),
            ("evalica", peer(read + "; import evalica as e; w=t.outcome.map({'a':e.Winner.X,'b':e.Winner.Y,'tie':e.Winner.Draw}).tolist(); a=t.system_a.tolist(); b=t.system_b.tolist()",
                             "e.bradley_terry(a,b,w)")),
            ("choix", peer(read + "; import choix,numpy as np; ids={s:i for i,s in enumerate(sorted(set(t.system_a)|set(t.system_b)))}; a=t.system_a.map(ids).to_numpy(); b=t.system_b.map(ids).to_numpy(); o=t.outcome.to_numpy()",
                           "m=np.zeros((100,100)); np.add.at(m,(a[o=='a'],b[o=='a']),1); np.add.at(m,(b[o=='b'],a[o=='b']),1); k=o=='tie'; np.add.at(m,(a[k],b[k]),.5); np.add.at(m,(b[k],a[k]),.5); choix.ilsr_pairwise_dense(m)")),
        ])
    if wanted("alpha"):
        read = "import pyarrow.parquet as pq, numpy as np, krippendorff; t=pq.read_table('ratings.parquet').to_pandas()"
        table("Krippendorff's alpha, 1,000,000 ratings, 5 levels, ordinal, from Parquet", [
            ("arrovian", sql("SELECT krippendorff_alpha(item, annotator, value, level => 'ordinal') FROM r", "r=ratings.parquet")),
            ("krippendorff", peer(read, "m=np.full((4,t.item.max()+1),np.nan); m[t.annotator,t.item]=t.value; krippendorff.alpha(reliability_data=m,level_of_measurement='ordinal')")),
        ])
    if wanted("sum"):
        table("sum and stddev of 10,000,000 doubles, from Parquet", [
            ("arrovian, exact", sql("SELECT sum(x), stddev(x) FROM n", "n=numbers.parquet")),
            ("arrovian, exact, 1,000 groups", sql("SELECT k, sum(x) FROM n GROUP BY k", "n=numbers.parquet")),
            ("duckdb, rounded", peer(duck, "duckdb.sql(\"select sum(x), stddev(x) from 'numbers.parquet'\").fetchall()")),
            ("duckdb, rounded, 1,000 groups", peer(duck, "duckdb.sql(\"select k, sum(x) from 'numbers.parquet' group by k\").fetchall()")),
        ])
    if wanted("choice"):
        choice(data, sql)
    if wanted("ingest"):
        megabytes = (data / "votes.jsonl").stat().st_size / 1e6
        rate = (" MB/s |", lambda r: f"{megabytes / r['wall']:.0f}")
        lake = data / "lake"
        shell = f"rm -rf {lake} && {program} init -q --lake {lake} && {program} ingest -q pairwise votes.jsonl --lake {lake}"
        table(f"{megabytes:.0f} MB of JSON lines to zstd Parquet", [
            ("arrovian: mapped, checked, sorted, hashed, committed", run(["sh", "-c", shell])),
            ("duckdb: copied as it is", peer(duck, "duckdb.sql(\"copy (select * from read_json('votes.jsonl', format='newline_delimited')) to 'copy.parquet' (format parquet, compression zstd)\")")),
        ], rate)


if __name__ == "__main__":
    main()

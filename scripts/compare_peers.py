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
PACKAGES = ["duckdb==2.0.0", "pyarrow", "numpy", "pandas", "evalica==0.4.2", "choix==0.4.1", "krippendorff==0.9.0", "scipy",
            "arena-rank==0.1.1", "openskill==6.2.0", "scikit-learn==1.9.1", "crowd-kit==1.4.2"]
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
battles = {"system_a": systems[a], "system_b": systems[b], "outcome": outcome}
pq.write_table(pa.table(battles), home / "battles.parquet", compression="zstd")
style = {f"x{i}": g.normal(size=n) for i in range(4)}
pq.write_table(pa.table({**battles, "round": np.arange(n), **style}), home / "style.parquet", compression="zstd")
ordered = pa.table({**battles, "round": np.arange(n)})
pq.write_table(ordered, home / "ordered.parquet", compression="zstd")
pq.write_table(ordered.slice(0, n // 10), home / "games.parquet", compression="zstd")
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

MAKE_AGREEMENT = r"""
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, sys, pathlib
home, scale = pathlib.Path(sys.argv[1]), float(sys.argv[2])
g = np.random.default_rng(2)
write = lambda name, **columns: pq.write_table(pa.table(columns), home / name, compression="zstd")
def ratings(name, n, levels, raters):
    item = np.repeat(np.arange(n // raters), raters); annotator = np.tile(np.arange(raters), n // raters)
    spread = max(1, levels // 20)
    value = np.clip(np.repeat(g.integers(1, levels + 1, n // raters), raters) + g.integers(-spread, spread + 1, len(item)), 1, levels)
    order = g.permutation(len(item))
    write(name, item=item[order], annotator=annotator[order], value=value[order])
for size, n in [("1e5", 100_000), ("3e5", 300_000), ("1e6", 1_000_000), ("3e6", 3_000_000)]:
    ratings(f"ratings-{size}.parquet", int(n * scale), 5, 4)
ratings("ratings-100-levels.parquet", int(200_000 * scale), 100, 4)
n = int(1_000_000 * scale); tasks = n // 10
truth = g.integers(0, 5, tasks); task = np.repeat(np.arange(tasks), 10)
worker = (np.repeat(g.integers(0, 500, tasks), 10) + np.tile(np.arange(10) * 50, tasks)) % 500
right = g.random(n) < g.beta(6, 2, 500)[worker]
order = g.permutation(n)
write("labels.parquet", item=task[order], annotator=worker[order], value=np.where(right, truth[task], g.integers(0, 5, n))[order])
x = g.normal(size=n); write("pairs.parquet", x=x, y=.6 * x + .8 * g.normal(size=n))
a = g.integers(0, 10, n // 10); write("verdicts.parquet", a=a, b=np.where(g.random(n // 10) < .6, a, g.integers(0, 10, n // 10)))
"""

# Plain expectation-maximisation of Dawid and Skene's model: the textbook in numpy.
DAWID_SKENE = r"""
K, items, workers = 5, item.max() + 1, annotator.max() + 1
post = np.zeros((items, K)); np.add.at(post, (item, value), 1); post /= post.sum(1, keepdims=True)
for step in range(100):
    prior = post.mean(0)
    table = np.stack([np.bincount(annotator * K + value, post[item, k], workers * K).reshape(workers, K) for k in range(K)], 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(table / table.sum(1, keepdims=True))
    score = np.stack([np.bincount(item, logs[annotator, value, k], items) for k in range(K)], 1) + np.log(prior)
    new = np.exp(score - score.max(1, keepdims=True)); new /= new.sum(1, keepdims=True)
    change = np.abs(new - post).max(); post = new
    if change <= 1e-8: break
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
    if not all((data / name).exists() for name in ("votes.jsonl", "ordered.parquet")):
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
    if wanted("bradley_terry"):
        arena = ("import pyarrow.parquet as pq; t=pq.read_table('style.parquet').to_pandas();"
                 "t['outcome']=t.outcome.map({'a':'model_a','b':'model_b','tie':'tie'});"
                 "from arena_rank.utils.data_utils import %s as D; from arena_rank.models.%s import %s as M")
        pairs = "competitor_cols=['system_a','system_b'],outcome_col='outcome'"
        table("arena-rank on the same battles: with sandwich intervals", [
            ("arrovian", sql("SELECT * FROM bradley_terry(b)", "b=battles.parquet")),
            ("arena-rank", peer(arena % ("PairDataset", "bradley_terry", "BradleyTerry"),
                                f"d=D.from_pandas(t,{pairs}); M(n_competitors=100).compute_ratings_and_cis(d)")),
        ])
        table("Style control: 4 covariates, 1,000,000 battles", [
            ("arrovian, with sandwich intervals", sql("SELECT * FROM bradley_terry_covariates(b, covariates => (x0, x1, x2, x3))", "b=style.parquet")),
            ("arena-rank, coefficients not shrunk", peer(
                arena % ("ContextualPairDataset", "contextual_bradley_terry", "ContextualBradleyTerry"),
                f"d=D.from_pandas(t,{pairs},feature_cols=['x0','x1','x2','x3']); M(n_competitors=100,n_features=4,reg=1e-15).compute_ratings_and_cis(d)")),
            ("scikit-learn on a sparse design, no intervals", peer(
                "import pyarrow.parquet as pq, numpy as np, scipy.sparse as sp; from sklearn.linear_model import LogisticRegression; t=pq.read_table('style.parquet').to_pandas()",
                "import pandas as pd; c,_=pd.factorize(pd.concat([t.system_a,t.system_b]),sort=True); n=len(t); r=np.arange(n); o=np.ones(n);"
                "x=sp.csr_matrix((np.r_[o,-o],(np.r_[r,r],c)),shape=(n,100)); x=sp.hstack([x,t[['x0','x1','x2','x3']].to_numpy()]).tocsr();"
                "y=t.outcome.to_numpy(); k=y!='tie'; x2=sp.vstack([x[k],x[~k],x[~k]]); y2=np.r_[y[k]=='a',np.ones((~k).sum()),np.zeros((~k).sum())];"
                "w=np.r_[np.ones(k.sum()),np.full(2*(~k).sum(),.5)]; LogisticRegression(fit_intercept=False,C=1e6,tol=1e-6,max_iter=100).fit(x2,y2,sample_weight=w)")),
        ])
    if wanted("sequential"):
        read = "import pyarrow.parquet as pq; t=pq.read_table('%s').to_pandas()"
        table("Elo, 1,000,000 battles in order, from Parquet", [
            ("arrovian", sql("SELECT * FROM elo(b, order_by => round)", "b=ordered.parquet")),
            ("evalica", peer(read % "ordered.parquet" + "; import evalica as e; w=t.outcome.map({'a':e.Winner.X,'b':e.Winner.Y,'tie':e.Winner.Draw}).tolist(); a=t.system_a.tolist(); b=t.system_b.tolist()",
                             "e.elo(a,b,w)")),
        ])
        play = ("m=M(); p=[m.rating() for _ in range(100)]\n"
                "for x,y,w in zip(a,b,o):\n"
                "    p[x],p[y]=[q[0] for q in m.rate([[p[x]],[p[y]]],ranks=w)]")
        games = read % "games.parquet" + "; import pandas as pd; c,_=pd.factorize(pd.concat([t.system_a,t.system_b]),sort=True); n=len(t); a=c[:n].tolist(); b=c[n:].tolist(); o=[{'a':[1,2],'b':[2,1],'tie':[1,1]}[k] for k in t.outcome]"
        table("Online ratings, 100,000 games in order, from Parquet", [
            ("arrovian, weng_lin", sql("SELECT * FROM weng_lin(b, order_by => round)", "b=games.parquet")),
            ("arrovian, trueskill", sql("SELECT * FROM trueskill(b, order_by => round)", "b=games.parquet")),
            ("openskill, Bradley-Terry full", peer(games + "; from openskill.models import BradleyTerryFull as M", play)),
        ])
    if wanted("alpha"):
        read = "import pyarrow.parquet as pq, numpy as np, krippendorff; t=pq.read_table('ratings.parquet').to_pandas()"
        table("Krippendorff's alpha, 1,000,000 ratings, 5 levels, ordinal, from Parquet", [
            ("arrovian", sql("SELECT krippendorff_alpha(item, annotator, value, level => 'ordinal') FROM r", "r=ratings.parquet")),
            ("krippendorff", peer(read, "m=np.full((4,t.item.max()+1),np.nan); m[t.annotator,t.item]=t.value; krippendorff.alpha(reliability_data=m,level_of_measurement='ordinal')")),
        ])
    if wanted("agreement"):
        if not (data / "verdicts.parquet").exists():
            subprocess.check_call([python, "-c", MAKE_AGREEMENT, str(data), str(arguments.scale)])
        read = "import numpy as np, pyarrow.parquet as pq; t=pq.read_table('%s').to_pandas()"
        alpha = "import krippendorff; m=np.full((4,t.item.max()+1),np.nan); m[t.annotator,t.item]=t.value; krippendorff.alpha(reliability_data=m,level_of_measurement='%s')"
        ours = lambda level, file: sql(f"SELECT krippendorff_alpha(item, annotator, value, level => '{level}') FROM r", f"r={file}")
        table("Krippendorff's alpha, ordinal, 5 levels, by number of ratings", [
            *[(f"arrovian, {size}", ours("ordinal", f"ratings-{size}.parquet")) for size in ("1e5", "3e5", "1e6", "3e6")],
            ("krippendorff, 1e6", peer(read % "ratings-1e6.parquet", alpha % "ordinal")),
        ])
        table("Krippendorff's alpha, interval, 200,000 ratings, 100 levels", [
            ("arrovian", ours("interval", "ratings-100-levels.parquet")),
            # Its table of items x levels x levels takes gigabytes: a quarter of the items.
            ("krippendorff, 50,000 ratings", peer(read % "ratings-100-levels.parquet" + "; t=t[t.item<t.item.max()//4]", alpha % "interval")),
        ])
        labels = read % "labels.parquet" + "; item,annotator,value=(t[c].to_numpy() for c in ('item','annotator','value'))"
        crowd = labels + "; from crowdkit.aggregation import DawidSkene; t.columns=['task','worker','label']"
        table("Dawid-Skene, 1,000,000 labels, 500 annotators, 5 labels", [
            ("arrovian, to 1e-8", sql("SELECT count(*), max(iterations) FROM dawid_skene(r)", "r=labels.parquet")),
            ("numpy, to 1e-8", peer(labels, DAWID_SKENE)),
            ("crowd-kit, to 1e-5 of the likelihood", peer(crowd, "DawidSkene(n_iter=100).fit_predict(t)")),
        ])
        table("Rank correlation, 1,000,000 pairs", [
            ("arrovian, kendall_tau", sql("SELECT kendall_tau(x, y) FROM r", "r=pairs.parquet")),
            ("scipy, kendalltau", peer(read % "pairs.parquet" + "; import scipy.stats as s", "s.kendalltau(t.x, t.y)")),
            ("arrovian, spearman", sql("SELECT spearman(x, y) FROM r", "r=pairs.parquet")),
            ("scipy, spearmanr", peer(read % "pairs.parquet" + "; import scipy.stats as s", "s.spearmanr(t.x, t.y)")),
        ])
        by_name = lambda metric, columns, file: sql(f"SELECT * FROM bootstrap_ci(r, columns => ({columns}), metric => '{metric}')", f"r={file}")
        bootstrapped = read % "verdicts.parquet" + "; import scipy.stats as s, sklearn.metrics as k"
        rated = read % "ratings-1e5.parquet" + "; import evalica, pandas as pd; m=np.zeros((4,t.item.max()+1)); m[t.annotator,t.item]=t.value; m=pd.DataFrame(m)"
        table("Bootstrap interval, 1,000 replicates, 100,000 pairs or ratings", [
            *[(f"arrovian, {metric}", by_name(metric, "a, b", "verdicts.parquet")) for metric in ("cohen_kappa", "weighted_kappa", "scott_pi")],
            ("scikit-learn and scipy, cohen_kappa, 20 replicates", peer(bootstrapped, "s.bootstrap((t.a.to_numpy(), t.b.to_numpy()), k.cohen_kappa_score, paired=True, vectorized=False, n_resamples=20, method='percentile')")),
            *[(f"arrovian, {metric}", by_name(metric, "item, annotator, value", "ratings-1e5.parquet"))
              for metric in ("krippendorff_alpha", "fleiss_kappa", "conger_kappa", "gwet_ac2", "mean_pairwise", "icc", "kendall_w")],
            ("evalica, alpha, 1,000 replicates", peer(rated, "evalica.alpha_bootstrap(m, 'interval', n_resamples=1000)")),
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

#!/usr/bin/env python3
"""What an update of a run's state takes while 100 other runs are in flight: under 5 ms at the median, 20 ms at the 99th percentile.

usage: updates.py PROGRAM [--runs N] [--updates N]

100 runs (`wfrepo run --detach`) go on at the same time, each driven by a process of its own and journaling four transitions a
second. Meanwhile two things are timed:

  journal   one transition as the journal writes it: a transaction of one UPDATE and one INSERT on state.sqlite, in WAL mode with
            synchronous=FULL, from taking the lock to the end of the sync
  command   a person's whole command, `wfrepo runs signal`, from the start of its process to its end

Exit status: 0 when the first reaches its aim, 1 when it does not, 2 when the harness itself fails.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

from harness import end

WORKFLOW = """\
steps:
  - id: work
    foreach: [%s]
    max-parallel: 1
    run: sleep 0.5
""" % ", ".join(str(number) for number in range(200))

LISTENER = "steps:\n  - {uses: signal, with: {name: done}}\n"


def times(count, action):
    found = []
    for number in range(count):
        began = time.perf_counter()
        action(number)
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)
    return found


def report(name, found):
    late = statistics.quantiles(found, n=100)[98]
    print(f"{name:<8} {len(found):5} updates   median {statistics.median(found):6.2f} ms   99 % {late:6.2f} ms   longest {max(found):6.2f} ms")
    return statistics.median(found), late


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--updates", type=int, default=1000)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    folder = tempfile.mkdtemp(prefix="wfrepo-updates-", dir=os.environ.get("WFREPO_BENCH_DIR"))
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_EMAIL": "ada@example.org",
    }
    repository = os.path.join(folder, "repository")

    def wfrepo(*arguments):
        done = subprocess.run([program, *arguments], cwd=repository, env=environment, capture_output=True, text=True)
        if done.returncode not in (0, 6):
            raise RuntimeError(f"{' '.join(arguments)}: {done.returncode}\n{done.stderr}")
        return done.stdout

    os.makedirs(os.path.join(repository, "workflows"))
    for name, text in (("load", WORKFLOW), ("listener", LISTENER)):
        with open(os.path.join(repository, "workflows", f"{name}.yaml"), "w") as file:
            file.write(text)
    try:
        subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True, env=environment)
        wfrepo("init")
        wfrepo("commit", "--all", "-m", "Start")
        wfrepo("run", "listener", "--quiet")
        listener = json.loads(wfrepo("runs", "list", "--json"))[0]["run"]
        runs = [wfrepo("run", "load", "--detach").strip() for _ in range(options.runs)]
        path = os.path.join(repository, ".git/wfrepo/state.sqlite")
        database = sqlite3.connect(path, timeout=0, isolation_level=None)
        database.execute("PRAGMA synchronous=FULL")
        while True:
            (flight,) = database.execute("SELECT count(*) FROM runs WHERE status = 'running'").fetchone()
            if flight == options.runs:
                break
            time.sleep(0.2)
        print(f"{flight} runs in flight")

        def begin():
            """Waits for the lock as the journal does."""
            for tries in range(6000):
                try:
                    return database.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    time.sleep(random.uniform(0.0002, min(0.01, 0.0005 * (tries + 1))))

        def transition(number):
            begin()
            database.execute("UPDATE steps SET title = ? WHERE run = ? AND position = 0", (str(number), listener))
            database.execute(
                "INSERT INTO signals (run, name, data, sent_at, claimed_at) VALUES (?, 'measured', '{}', ?, ?)",
                (listener, number, number))
            database.execute("COMMIT")

        median, late = report("journal", times(options.updates, transition))
        report("command", times(options.updates // 10, lambda number: wfrepo("runs", "signal", listener, f"other-{number}")))
        (flight,) = database.execute("SELECT count(*) FROM runs WHERE status = 'running'").fetchone()
        print(f"{flight} runs in flight at the end")
        for run in runs:
            wfrepo("runs", "cancel", run)
        while database.execute("SELECT count(*) FROM runs WHERE status = 'running'").fetchone()[0]:
            time.sleep(0.2)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    reached = median < 5 and late < 20
    print("reached" if reached else "missed: 5 ms at the median, 20 ms at the 99th percentile")
    return 0 if reached else 1


if __name__ == "__main__":
    end(main)

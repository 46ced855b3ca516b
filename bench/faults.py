#!/usr/bin/env python3
"""Lets the disk fail under wfrepo while it runs a workflow, and looks whether it ever says more than what is kept.

usage: faults.py PROGRAM [--every N] [--seed N] [--keep]

strace makes one system call of the real program fail, with ENOSPC or EIO: each N-th write, pwrite64, rename and ftruncate of its
first thread, alone, and that one and all behind it, as on a disk that stays full. For fsync and fdatasync, which threads wait for
together, a preloaded library does so (failingsync.c, needs gcc): it counts over all of them. A small tmpfs that is full shows the
same without either (it needs root). Then `wfrepo runs resume --all` goes on on a healthy disk, and this must hold:

  threads   some of the syncs that failed were a thread's
  said      a command that ended with 0 has left a run that the journal holds as succeeded
  journal   SQLite finds the journal whole
  end, once, key, record, git   as in crash.py

`--every N` lets only every N-th call fail; `harness.py` says how it ends.
"""

import collections
import os
import random
import re
import shutil
import sqlite3
import subprocess
import time

from crash import Harness, Lab
from harness import arguments, conclude, end, progress, scratch

CALLS = ["write", "pwrite64", "rename", "ftruncate"]
SYNCS = ["fsync", "fdatasync"]
ERRORS = ["ENOSPC", "EIO"]


class Faults(Harness):
    """As the harness of kills, but what strikes is the disk."""

    def counts(self):
        """How often each call is made in a run without faults."""
        path = os.path.join(self.lab.folder, "calls")
        subprocess.run(
            ["strace", "-c", "-o", path, "-e", f"trace={','.join(CALLS)}", self.lab.program, "run", "saga", "--json"],
            cwd=self.lab.repository, env=self.lab.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            check=True, timeout=120)
        found = {}
        with open(path) as file:
            for line in file:
                match = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", line)
                if match and match.group(2) in CALLS:
                    found[match.group(2)] = int(match.group(1))
        return found

    def fail(self, call, error, when):
        """Runs the workflow with a failing disk, then goes on with a healthy one."""
        self.strike_disk(
            call, error, when,
            ["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"], {})

    def strike_disk(self, call, error, when, tracer, environment):
        before = set(self.lab.journal()[0]) | self.tested
        done = subprocess.run(
            tracer + [self.lab.program, "run", "saga"],
            cwd=self.lab.repository, env=self.lab.environment | environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120)
        self.kills[f"{call} {error}{' and on' if when.endswith('+') else ''}"] += 1
        self.go_on(before, done, f"{call}:{error}:{when}")

    def build_library(self):
        """The library that lets syncs of all threads fail; False where it can't be made."""
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "failingsync.c")
        self.library, self.log = (os.path.join(self.lab.folder, name) for name in ("failingsync.so", "syncs"))
        return shutil.which("gcc") is not None and subprocess.run(
            ["gcc", "-O2", "-shared", "-fPIC", "-o", self.library, source, "-ldl"]).returncode == 0

    def syncs(self, choice=""):
        """What has the library let calls fail."""
        return {"LD_PRELOAD": self.library, "FAILING_SYNC_LOG": self.log, "FAILING_SYNC": choice}

    def logged(self):
        """The lines that the library wrote, which are gone then."""
        with open(self.log) as file:
            lines = file.read().splitlines()
        os.remove(self.log)
        return lines

    def sync_counts(self):
        """How often each is called in a run without faults, by any thread."""
        subprocess.run(
            [self.lab.program, "run", "saga", "--json"], cwd=self.lab.repository,
            env=self.lab.environment | self.syncs(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=120)
        return collections.Counter(line.split()[0] for line in self.logged())

    def fail_syncs(self, every):
        """Lets each sync fail, whichever thread makes it."""
        in_threads = 0
        for call, count in self.sync_counts().items():
            for error in ERRORS:
                for number in range(1, count + 1, every):
                    for when in (f"{number}", f"{number}+"):
                        self.strike_disk(call, error, when, [], self.syncs(f"{call}:{error}:{when}"))
                        in_threads += sum(line.endswith("thread failed") for line in self.logged())
                        progress(f"{self.kills.total()} faults, {call} {number} of {count}")
        print(f"{in_threads} of the syncs that failed were a thread's")
        if in_threads == 0:
            self.fault("threads", "-", "no sync of a thread failed: what waits for the disk in threads is not looked at")

    def go_on(self, before, done, place):
        self.check_journal(place)
        runs, _ = self.lab.journal()
        new = set(runs) - before
        if done.returncode == 0 and not any(runs[run] == "succeeded" for run in new):
            self.fault("said", ", ".join(new), f"{place}: the command ended with 0, the journal holds {[runs[run] for run in new]}")
        if done.returncode < 0 or done.returncode > 6:
            self.fault("said", ", ".join(new), f"{place}: it ended with {done.returncode}: {done.stderr[-500:]}")
        if any(status == "queued" for status in runs.values()):
            # A run that nobody drives yet belongs to its submitter for five seconds.
            time.sleep(5)
        ended, attempts = self.ended(), self.lab.attempts()
        resumed = self.lab.wfrepo("runs", "resume", "--all", check=False)
        self.compare(ended, attempts)
        runs, _ = self.lab.journal()
        for run in set(runs) - before:
            self.tested.add(run)
            self.check_end(run, False, runs[run], resumed)

    def check_journal(self, place):
        path = os.path.join(self.lab.repository, ".git/wfrepo/state.sqlite")
        if not os.path.exists(path):
            return
        database = sqlite3.connect(path, timeout=30)
        found = [row[0] for row in database.execute("PRAGMA integrity_check")]
        orphans = database.execute("PRAGMA foreign_key_check").fetchall()
        database.close()
        if found != ["ok"] or orphans:
            self.fault("journal", "-", f"{place}: {found} {orphans}")

    def full_disk(self):
        """The same on a small file system that is full before the run, and at some time during it."""
        place = os.path.join(self.lab.folder, "small")
        os.mkdir(place)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "wfrepo-faults", place], capture_output=True, text=True)
        if mounted.returncode != 0:
            print(f"no full tmpfs: {mounted.stderr.strip()}")
            return
        healthy, filling = self.lab.repository, os.path.join(place, "filling")
        try:
            shutil.copytree(healthy, os.path.join(place, "repository"), symlinks=True)
            self.lab.repository = os.path.join(place, "repository")
            self.tested.clear()
            self.lab.wfrepo("run", "saga")
            for pause in [0] + [self.chance.uniform(0, self.duration) for _ in range(15)]:
                before = set(self.lab.journal()[0]) | self.tested
                process = subprocess.Popen(
                    [self.lab.program, "run", "saga"], cwd=self.lab.repository, env=self.lab.environment,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) if pause else None
                time.sleep(pause)
                with open(filling, "wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(bytes(1 << 12))
                    except OSError:
                        pass
                done = (
                    self.lab.wfrepo("run", "saga", check=False) if process is None
                    else subprocess.CompletedProcess([], process.wait(timeout=120), *[stream.read() for stream in (process.stdout, process.stderr)]))
                os.remove(filling)
                self.kills["full tmpfs"] += 1
                self.go_on(before, done, f"full after {pause:.3f} s")
            self.check_records()
        finally:
            self.lab.repository = healthy
            subprocess.run(["umount", "-l", place], check=False)


def main():
    options = arguments(__doc__, every=1).parse_args()
    began = time.monotonic()
    with scratch("wfrepo-faults-", options.keep) as folder:
        faults = Faults(Lab(os.path.abspath(options.program), folder), random.Random(options.seed))
        faults.uninterrupted()
        if faults.has_strace:
            for call, count in faults.counts().items():
                for error in ERRORS:
                    for number in range(1, count + 1, options.every):
                        for when in (f"{number}", f"{number}+"):
                            faults.fail(call, error, when)
                            progress(f"{faults.kills.total()} faults, {call} {number} of {count}")
        else:
            print("no failing system calls: strace is not installed")
        if faults.build_library():
            faults.fail_syncs(options.every)
        else:
            print("no failing syncs: gcc is not installed, or can't build failingsync.c")
        faults.check_records()
        faults.full_disk()
    return conclude(
        f"{faults.kills.total()} failures of the disk in {time.monotonic() - began:.0f} s", faults.kills, faults.faults,
        "Nothing was said that was not kept; every run ended as an uninterrupted one.")


if __name__ == "__main__":
    end(main)

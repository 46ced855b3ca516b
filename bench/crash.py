#!/usr/bin/env python3
"""Kills wfrepo while it runs workflows, and compares what is left with what an uninterrupted run leaves.

usage: crash.py PROGRAM [--kills N] [--seed N] [--keep]

Every kill is a SIGKILL of the real program from another process: at random times, and, where strace is installed, at
chosen system calls: each sync of the journal, each start of a step, each write, link and rename of the records in git. Some
runs are killed several times, some together with their steps. Then `wfrepo runs resume --all` goes on, and this must hold:

  end       every run ends as an uninterrupted one does
  once      no step whose end the journal held runs again
  key       an effect that is guarded by WFREPO_IDEMPOTENCY_KEY has happened exactly once
  record    every run has exactly one record in git, which says what the journal says
  git       `git fsck --strict` finds nothing

`harness.py` says how it ends.
"""

import collections
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from harness import arguments, conclude, end, progress, scratch

# Each attempt leaves a line in a log, and one effect that its key guards: a folder, which can be made only once.
EFFECT = 'echo "$WFREPO_RUN_ID {name}" >> "$LAB/attempts"; mkdir -p "$LAB/effects/$WFREPO_IDEMPOTENCY_KEY/done"'

WORKFLOW = f"""\
inputs:
  fails: {{type: boolean, default: false}}
on-failure: compensate
steps:
  - id: left
    needs: []
    run: |
      {EFFECT.format(name='left')}
      sleep 0.02
    compensate:
      run: |
        {EFFECT.format(name='undo-left')}
  - id: right
    needs: []
    run: |
      {EFFECT.format(name='right')}
    compensate:
      run: |
        {EFFECT.format(name='undo-right')}
  - id: flaky
    needs: [left]
    retry: {{strategy: fixed, max-attempts: 3, delay: 30ms}}
    run: |
      {EFFECT.format(name='flaky')}
      test -e "$LAB/flaky.$WFREPO_RUN_ID" || {{ : > "$LAB/flaky.$WFREPO_RUN_ID"; exit 1; }}
  - id: join
    needs: [right, flaky]
    run: |
      {EFFECT.format(name='join')}
  - id: last
    run: |
      {EFFECT.format(name='last')}
      test "$FAILS" != true
    env: {{FAILS: "${{{{ inputs.fails }}}}"}}
"""

POINTS = ["fdatasync", "fsync", "pwrite64", "clone3", "clone,vfork", "link", "rename", "unlink", "openat", "write"]
ENDED = {"succeeded", "failed", "cancelled", "compensated", "compensation-failed"}
STEP_ENDED = {"succeeded", "failed", "skipped", "cancelled", "compensated", "compensation-failed"}


class Lab:
    """A repository with one workflow, and the folder where its steps leave their effects."""

    def __init__(self, program, folder, repository=None):
        self.program, self.folder = program, folder
        self.repository = repository or os.path.join(folder, "repository")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": os.path.join(folder, "home"), "LAB": folder, "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
        }
        for path in (os.path.join(folder, "home"), os.path.join(folder, "effects"), os.path.join(self.repository, "workflows")):
            os.makedirs(path)
        self.git("config", "--global", "user.name", "Ada")
        self.git("config", "--global", "user.email", "ada@example.org")
        self.git("init", "-q", "-b", "main")
        with open(os.path.join(self.repository, "workflows/saga.yaml"), "w") as file:
            file.write(WORKFLOW)
        self.wfrepo("init")
        self.wfrepo("commit", "--all", "-m", "Add saga")

    def call(self, *arguments, check=True):
        done = subprocess.run(
            arguments, cwd=self.repository, env=self.environment, capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def git(self, *arguments):
        return self.call("git", *arguments).stdout

    def wfrepo(self, *arguments, check=True):
        return self.call(self.program, *arguments, check=check)

    def start(self, *arguments, strace=None):
        command = [self.program, *arguments]
        if strace:
            call, number = strace
            command = [
                "strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}", *command]
        return subprocess.Popen(
            command, cwd=self.repository, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)

    def journal(self):
        """The runs and the ends of their steps, as the journal holds them now."""
        path = os.path.join(self.repository, ".git/wfrepo/state.sqlite")
        if not os.path.exists(path):
            return {}, {}
        database = sqlite3.connect(path, timeout=30)
        try:
            runs = dict(database.execute("SELECT id, status FROM runs"))
            steps = {(run, step): status for run, step, status in database.execute("SELECT run, id, status FROM steps")}
        except sqlite3.OperationalError:
            return {}, {}
        finally:
            database.close()
        return runs, steps

    def attempts(self):
        """How often each step of each run has started."""
        return collections.Counter(self.lines("attempts"))

    def lines(self, name):
        try:
            with open(os.path.join(self.folder, name)) as file:
                return [line.strip() for line in file]
        except FileNotFoundError:
            return []


def descendants(pid):
    """The processes below one, by /proc."""
    children = collections.defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    children[int(file.read().rsplit(")", 1)[1].split()[1])].append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                pass
    found, todo = [], [pid]
    while todo:
        for child in children[todo.pop()]:
            found.append(child)
            todo.append(child)
    return found


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Harness:
    def __init__(self, lab, chance):
        self.lab, self.chance = lab, chance
        self.kills, self.faults, self.expected, self.tested = collections.Counter(), [], {}, set()
        self.has_strace = shutil.which("strace") is not None

    def uninterrupted(self):
        for fails in (False, True):
            began = time.monotonic()
            record = json.loads(self.lab.wfrepo("run", "saga", "--json", "--input", f"fails={str(fails).lower()}", check=False).stdout)
            self.duration = time.monotonic() - began
            self.expected[fails] = (record["status"], {step["id"]: step["status"] for step in record["steps"]})
            self.tested.add(record["run"])

    def strike(self, *arguments):
        """Starts the program and kills it. Returns whether it was still alive."""
        chosen = self.has_strace and self.chance.random() < 0.6
        if chosen:
            point = self.chance.choice(POINTS)
            number = self.chance.choice([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60, 90])
            process = self.lab.start(*arguments, strace=(point, number))
            process.wait(timeout=120)
            killed = process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
            name = point
        else:
            process = self.lab.start(*arguments)
            time.sleep(self.chance.uniform(0, self.duration * 1.1))
            with_steps = self.chance.random() < 0.3
            victims = ([] if not with_steps else descendants(process.pid))
            killed = process.poll() is None
            kill([process.pid] + victims)
            process.wait(timeout=120)
            name = "random time, steps too" if with_steps else "random time"
        if killed:
            self.kills[name] += 1
        return killed

    def round(self):
        fails = self.chance.random() < 0.4
        before = set(self.lab.journal()[0]) | self.tested
        killed = self.strike("run", "saga", "--input", f"fails={str(fails).lower()}")
        while killed and self.chance.random() < 0.35:
            self.check_once("runs", "resume", "--all")
        if any(status == "queued" for status in self.lab.journal()[0].values()):
            # A run that nobody drives yet belongs to its submitter for five seconds.
            time.sleep(5)
        ended, attempts = self.ended(), self.lab.attempts()
        done = self.lab.wfrepo("runs", "resume", "--all", check=False)
        self.compare(ended, attempts)
        runs, steps = self.lab.journal()
        for run in set(runs) - before:
            self.tested.add(run)
            self.check_end(run, fails, runs[run], done)

    def check_once(self, *arguments):
        ended, attempts = self.ended(), self.lab.attempts()
        self.strike(*arguments)
        self.compare(ended, attempts)

    def ended(self):
        """Steps that the journal says are over, without those that are still to be undone."""
        return {key for key, status in self.lab.journal()[1].items() if status in STEP_ENDED}

    def compare(self, ended, attempts):
        after = self.lab.attempts()
        for run, step in ended:
            if after[f"{run} {step}"] != attempts[f"{run} {step}"]:
                self.fault("once", run, f"step {step} ran again although its end was in the journal")

    def check_end(self, run, fails, status, done):
        shown = self.lab.wfrepo("runs", "show", run, "--json", check=False)
        if shown.returncode == 2 or not shown.stdout:
            return self.fault("end", run, f"runs show: {shown.stderr.strip()}; resume: {done.stderr.strip()}")
        record = json.loads(shown.stdout)
        found = (record["status"], {step["id"]: step["status"] for step in record["steps"]})
        if found != self.expected[fails]:
            self.fault("end", run, f"ended as {found}, not as {self.expected[fails]}; resume said {done.stderr.strip()}")
        names = ["left", "right", "flaky", "join", "last"] + (["left/undo", "right/undo"] if fails else [])
        effects = os.path.join(self.lab.folder, "effects", run)
        happened = {os.path.relpath(path, effects) for path, folders, _ in os.walk(effects) if "done" in folders}
        if happened != set(names):
            self.fault("key", run, f"these effects happened: {sorted(happened)}, and not: {sorted(names)}")

    def check_records(self):
        lines = self.lab.git("log", "--format=%(trailers:key=Run,valueonly)", "--glob=refs/notes/wfrepo/runs/*").split()
        counts = collections.Counter(lines)
        for run in self.tested:
            if counts[run] != 1:
                self.fault("record", run, f"it has {counts[run]} run commits")
        fsck = self.lab.call("git", "fsck", "--strict", "--no-dangling", check=False)
        if fsck.returncode != 0 or fsck.stderr.strip():
            self.fault("git", "-", fsck.stdout + fsck.stderr)

    def fault(self, rule, run, text):
        self.faults.append((rule, run, text))
        print(f"\n{rule}: run {run}: {text}", file=sys.stderr)


def main():
    options = arguments(__doc__, kills=500).parse_args()
    with scratch("wfrepo-crash-", options.keep) as folder:
        harness = Harness(Lab(os.path.abspath(options.program), folder), random.Random(options.seed))
        harness.uninterrupted()
        began = time.monotonic()
        while harness.kills.total() < options.kills:
            harness.round()
            progress(f"{harness.kills.total()} kills, {len(harness.tested)} runs")
        harness.check_records()
    if not harness.has_strace:
        print("no kills at chosen system calls: strace is not installed")
    return conclude(
        f"{harness.kills.total()} kills of {len(harness.tested)} runs in {time.monotonic() - began:.0f} s, seed {options.seed}",
        harness.kills, harness.faults, "Every run ended as an uninterrupted one; nothing ran twice.")


if __name__ == "__main__":
    end(main)

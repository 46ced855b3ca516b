#!/usr/bin/env python3
"""Eight processes that run a workflow and record it, beside `git gc`, `git pack-refs`, `git notes append` and
`wfrepo maintenance` in loops. Each acknowledged run must have its record exactly once, and `git fsck --strict` nothing to say.

usage: writers.py PROGRAM [--writers N] [--runs N] [--kills PERCENT] [--seed N]

`--kills` ends so many of the processes by SIGKILL at a random moment of their first 300 ms. What they had not acknowledged may be
recorded or not, but not twice.
"""

import collections
import json
import os
import random
import subprocess
import threading
import time

from harness import arguments, end, scratch


def main():
    options = arguments(__doc__, writers=8, runs=25, kills=0).parse_args()
    with scratch("wfrepo-writers.", options.keep) as folder:
        return disturbed(options, folder)


def disturbed(options, home):
    """Has the writers run beside everybody else, and returns the exit status."""
    program = os.path.abspath(options.program)
    path = f"{home}/repository"
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.test", "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.test"}

    def run(*command, folder=path):
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    def must(*command, folder=path):
        done = run(*command, folder=folder)
        if done.returncode:
            raise RuntimeError(f"{command} exits {done.returncode}: {done.stderr}")
        return done.stdout

    must(program, "init", path, folder=home)
    os.makedirs(f"{path}/workflows", exist_ok=True)
    with open(f"{path}/workflows/one.yaml", "w", encoding="utf-8") as file:
        file.write("name: One step\nsteps:\n  - {id: only, run: 'true'}\n")
    must(program, "commit", "-m", "Start")
    acknowledged, failures, others, is_over = [], [], collections.Counter(), threading.Event()

    killed = []

    def write(number):
        chance = random.Random(options.seed * 1000 + number)
        for _ in range(options.runs):
            if chance.randrange(100) < options.kills:
                process = subprocess.Popen(
                    [program, "run", "one", "--json"], cwd=path, env=environment, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, text=True)
                time.sleep(chance.random() * 0.3)
                process.kill()
                killed.append(process.communicate()[0] and process.returncode)
                continue
            done = run(program, "run", "one", "--json")
            if done.returncode:
                failures.append(done.stderr.strip())
            else:
                acknowledged.append(json.loads(done.stdout)["run"])

    def disturb(*command):
        while not is_over.is_set():
            done = run(*command)
            others[f"{' '.join(command[:2])} {'done' if done.returncode == 0 else 'refused'}"] += 1

    ref = ""
    while not ref:
        must(program, "run", "one")
        ref = must("git", "for-each-ref", "--format=%(refname)", "refs/notes/wfrepo/runs").strip()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(options.writers)]
    disturbers = [
        threading.Thread(target=disturb, args=command)
        for command in [("git", "gc", "-q"), ("git", "pack-refs", "--all", "--prune"),
                        ("git", "notes", f"--ref={ref}", "append", "-m", "a remark", "HEAD"),
                        (program, "maintenance")]]
    start = time.monotonic()
    for thread in writers + disturbers:
        thread.start()
    for thread in writers:
        thread.join()
    elapsed = time.monotonic() - start
    is_over.set()
    for thread in disturbers:
        thread.join()
    # Whoever comes next takes up what a recorder that was held up, or died, has left.
    if options.kills:
        must(program, "run", "one")
    must(program, "audit", "fold")
    recorded = collections.Counter()
    for name in must("git", "for-each-ref", "--format=%(refname)", "refs/notes/wfrepo/runs").split():
        for line in must("git", "notes", f"--ref={name}", "list").splitlines():
            note = must("git", "cat-file", "blob", line.split()[0])
            if note.startswith('{\n  "schema"'):
                recorded[json.loads(note[:note.index("\n}\n") + 2])["run"]] += 1
    lost = [run for run in acknowledged if recorded[run] == 0]
    doubled = [run for run, count in recorded.items() if count > 1]
    told = collections.Counter(
        event["run"] for event in json.loads(must(
            program, "audit", "list", "--event", "run.finished", "--limit", "100000", "--json")))
    untold = [run for run in acknowledged if told[run] != 1]
    fsck = run("git", "fsck", "--full", "--strict")
    verify = run(program, "verify")
    print(f"{len(acknowledged)} runs in {elapsed:.1f} s, {len(acknowledged) / elapsed:.0f} a second; "
          f"{len(lost)} lost, {len(doubled)} doubled, {len(untold)} not told once in the audit, {len(failures)} refused, "
          f"{len(killed)} killed")
    for what, count in sorted(others.items()):
        print(f"{count:5} {os.path.basename(what)}")
    for failure in failures[:3]:
        print(failure)
    complaints = [line for line in (fsck.stdout + fsck.stderr).splitlines() if not line.startswith("dangling ")]
    print(f"git fsck --strict exits {fsck.returncode}: {complaints[:3]}; verify exits {verify.returncode}")
    if verify.returncode:
        print(verify.stdout[-1000:], verify.stderr)
    return 1 if lost or doubled or untold or failures or fsck.returncode or verify.returncode else 0


end(main)

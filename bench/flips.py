#!/usr/bin/env python3
"""Flips single bytes at random in a small repository: in objects, packs and their indexes, references, the index, the journal,
logs, secrets and other state. Each must be found by `wfrepo verify` (exit status 1), or have no effect on what is read.

usage: flips.py PROGRAM [--flips N] [--seed N] [--only TEXT]

`--only` takes files whose path holds the text. Prints each miss with its file and place; exits with 1 where there is one.
"""

import collections
import os
import random
import shutil
import subprocess
import sys

from harness import arguments, end, scratch

WORKFLOW = """name: {name}
inputs: {{day: {{type: string, default: "2026-11-01"}}}}
steps:
  - id: fetch
    run: echo fetch {revision} "${{{{ inputs.day }}}}"
  - id: load
    run: {command}
"""

# What people and scripts read; the clock does not stand in any of it.
READERS = [
    ["wfrepo", "log", "alpha", "--json"], ["wfrepo", "log", "--json"], ["wfrepo", "runs", "list", "--json"],
    ["wfrepo", "stats", "--json"], ["wfrepo", "stats", "alpha", "--json"], ["wfrepo", "audit", "list", "--json"],
    ["wfrepo", "secret", "list", "--json"], ["wfrepo", "status", "--json"],
    ["git", "log", "--all", "--format=%H %an %s", "--notes=wfrepo/*"], ["git", "for-each-ref"],
]


class Place:
    """A repository, and the home that belongs to it."""

    def __init__(self, program, root):
        self.program, self.root, self.path = program, root, f"{root}/repository"
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": f"{root}/home", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.test", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.test", "GIT_OPTIONAL_LOCKS": "0"}

    def run(self, command, stdin=None, folder=None):
        command = [self.program if word == "wfrepo" and not number else word for number, word in enumerate(command)]
        return subprocess.run(command, cwd=folder or self.path, env=self.environment, input=stdin, capture_output=True,
                              timeout=60)

    def must(self, *command, stdin=None, folder=None):
        done = self.run(list(command), stdin, folder)
        if done.returncode:
            sys.exit(f"{command}: {done.stderr.decode()}")
        return done

    def write(self, name, revision, command="echo rows"):
        os.makedirs(f"{self.path}/workflows", exist_ok=True)
        with open(f"{self.path}/workflows/{name}.yaml", "w", encoding="utf-8") as file:
            file.write(WORKFLOW.format(name=name, revision=revision, command=command))

    def make(self):
        os.makedirs(f"{self.root}/home")
        self.must("wfrepo", "init", self.path, folder=self.root)
        for revision in range(4):
            self.write("alpha", revision)
            self.write("beta", revision, "'false'" if revision == 2 else "echo more")
            self.must("wfrepo", "commit", "-m", f"Save {revision}")
            for name in ["alpha", "beta"]:
                self.run(["wfrepo", "run", name])
            if revision == 1:
                self.must("wfrepo", "audit", "fold")
                self.must("wfrepo", "maintenance")
                self.must("git", "pack-refs", "--all")
                self.must("git", "commit-graph", "write", "--reachable", "--no-progress")
        self.must("wfrepo", "secret", "set", "TOKEN", stdin=b"a-value-that-is-secret")
        self.must("wfrepo", "note", "alpha", "-m", "seen")
        self.must("wfrepo", "audit", "fold")
        self.must("wfrepo", "note", "beta", "-m", "waits in the queue")
        self.must("wfrepo", "stats", "--json")
        found = self.run(["wfrepo", "verify"])
        if found.returncode:
            sys.exit(f"a sound repository is not taken for one:\n{found.stdout.decode()}")

    def read(self):
        done = [self.run(command) for command in READERS]
        return [(run.returncode, run.stdout) for run in done]

    def files(self, only):
        """Files in which a byte is flipped: not those of git's own that hold no history, such as hooks and configuration."""
        found = []
        for start in ["objects", "refs", "wfrepo", "packed-refs", "HEAD", "logs"]:
            path = f"{self.path}/.git/{start}"
            for folder, _, names in os.walk(path) if os.path.isdir(path) else [(f"{self.path}/.git", [], [start])]:
                for name in names:
                    file = os.path.join(folder, name)
                    relative = os.path.relpath(file, self.path)
                    if only in relative and os.path.isfile(file) and os.path.getsize(file) > 0 and "/work/" not in relative:
                        found.append(relative)
        return sorted(found)


def kind(file):
    parts = file.split("/")
    if parts[1] == "objects":
        return "objects/" + (os.path.splitext(file)[1] or "loose" if parts[2] == "pack" else "loose")
    return "/".join(parts[1:3]) if parts[1] == "wfrepo" else parts[1]


def main():
    parser = arguments(__doc__, flips=200)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with scratch("wfrepo-flips.", options.keep) as folder:
        sound = Place(os.path.abspath(options.program), f"{folder}/sound")
        sound.make()
        expected = sound.read()
        files = sound.files(options.only)
        results, misses = collections.Counter(), 0
        # Every kind of file gets its share, however large the others are.
        kinds = collections.defaultdict(list)
        for file in files:
            kinds[kind(file)].append(file)
        for number in range(options.flips):
            name = sorted(kinds)[number % len(kinds)]
            file = chance.choice(kinds[name])
            # A folder of the same name: what was kept outside knows a repository by its path.
            shutil.move(sound.root, f"{folder}/kept")
            shutil.copytree(f"{folder}/kept", sound.root, symlinks=True)
            path = f"{sound.path}/{file}"
            mode = os.stat(path).st_mode
            os.chmod(path, mode | 0o600)
            with open(path, "r+b") as opened:
                place = chance.randrange(os.path.getsize(path))
                opened.seek(place)
                old = opened.read(1)[0]
                new = old ^ (1 << chance.randrange(8))
                opened.seek(place)
                opened.write(bytes([new]))
            os.chmod(path, mode)
            verified = sound.run(["wfrepo", "verify"])
            if verified.returncode == 1:
                result = "found"
            elif sound.read() == expected:
                result = "without effect"
            else:
                result, misses = "MISSED", misses + 1
                now = sound.read()
                changed = [" ".join(command) for command, a, b in zip(READERS, expected, now) if a != b]
                print(f"missed: {file} byte {place} {old:02x} -> {new:02x}; verify exits {verified.returncode}; changed: "
                      f"{changed or 'only at the first reading'}")
                print("  " + verified.stderr.decode(errors="replace").strip()[:300])
            results[(name, result)] += 1
            shutil.rmtree(sound.root)
            shutil.move(f"{folder}/kept", sound.root)
        for (name, result), count in sorted(results.items()):
            print(f"{count:5} {result:15} {name}")
        print(f"{options.flips} flips, {misses} missed")
        return 1 if misses else 0


end(main)

#!/usr/bin/env python3
"""Where the bytes of a repository's packs go, by kind of object and a run: disk.py REPOSITORY, after `wfrepo maintenance`.

What it says is git's own word (`git verify-pack -v`), but for what an object is, which its first bytes tell.
"""

import collections
import glob
import os
import subprocess
import sys

repository = sys.argv[1]


def git(*arguments, data=None):
    return subprocess.run(["git", "-C", repository, *arguments], input=data, capture_output=True, check=True).stdout


def kind(type_, start):
    if type_ == b"commit":
        subject = start.split(b"\n\n", 1)[-1]
        if subject.startswith(b"run "):
            return "run commits"
        return "notes commits" if subject.startswith((b"record ", b"audit ")) else "other commits"
    if type_ == b"blob":
        if start.startswith(b'{\n  "schema": "wfrepo.run/'):
            return "records"
        return "audit lines" if start.startswith(b'{"id":"') else "digests and files"
    return "trees" if type_ == b"tree" else "tags"


def contents(objects):
    """The objects' types and bytes, a portion at a time."""
    for first in range(0, len(objects), 5_000):
        answer, place = git("cat-file", "--batch", data=b"\n".join(objects[first:first + 5_000]) + b"\n"), 0
        while place < len(answer):
            end = answer.index(b"\n", place)
            name, type_, size = answer[place:end].split(b" ")
            yield name, type_, answer[end + 1:end + 1 + int(size)]
            place = end + 2 + int(size)


stored = {}
packs = glob.glob(f"{repository}/.git/objects/pack/*.idx")
for index in packs:
    for line in git("verify-pack", "-v", index).splitlines():
        fields = line.split()
        if len(fields) >= 5 and len(fields[0]) == 40:
            stored[fields[0]] = int(fields[3]), len(fields) > 5
bytes_, counts, deltas = (collections.Counter() for _ in range(3))
for name, type_, content in contents(list(stored)):
    what = kind(type_, content)
    bytes_[what] += stored[name][0]
    counts[what] += 1
    deltas[what] += stored[name][1]
runs = counts["run commits"] or 1
print(f"{runs} runs, bytes a run:")
for what, size in bytes_.most_common():
    print(f"{size / runs:8.1f}  {what}: {counts[what] / runs:.3f} objects a run, {100 * deltas[what] // counts[what]} % of them differences")
indexes = sum(os.path.getsize(path) for index in packs for path in glob.glob(index[:-3] + "*") if not path.endswith(".pack"))
print(f"{indexes / runs:8.1f}  indexes of the packs")
total = sum(os.path.getsize(path) for path in glob.glob(f"{repository}/.git/objects/pack/*"))
print(f"{total / runs:8.1f}  all of objects/pack; loose: {git('count-objects', '-v').splitlines()[0].decode()}")

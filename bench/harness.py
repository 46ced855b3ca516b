"""What the harnesses have in common: their options, a folder of their own, and how they end.

Exit status of each: 0 when all holds, 1 when something does not, 2 when the harness itself fails.
"""

import argparse
import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile


def arguments(description, **numbers):
    """A parser of the options that all have, and of these numbers with their defaults."""
    parser = argparse.ArgumentParser(description=description.split("\n", 1)[0])
    parser.add_argument("program")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    return parser


@contextlib.contextmanager
def scratch(prefix, keep):
    """A folder that goes away afterwards, unless it is to be kept: then it is named."""
    folder = tempfile.mkdtemp(prefix=prefix)
    try:
        yield folder
    finally:
        if keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def conclude(heading, counts, faults, promise):
    """Prints what was done how often, and what does not hold, or that all does; returns the exit status."""
    print(f"{heading}:")
    for name, count in counts.most_common():
        print(f"  {count:5}  {name}")
    print(f"{len(faults)} faults" if faults else promise)
    return 1 if faults else 0


def progress(text):
    """Shows how far it is, to a person only."""
    if sys.stderr.isatty():
        print(f"\r{text}   ", end="", file=sys.stderr)


def end(main):
    """Runs a harness, and ends with its status."""
    try:
        sys.exit(main())
    except (RuntimeError, subprocess.SubprocessError, sqlite3.Error) as error:
        print(error, file=sys.stderr)
        sys.exit(2)

#!/usr/bin/env python3
"""Cuts the power under wfrepo, and looks whether what it had said is still there.

usage: powerloss.py PROGRAM [--cuts N] [--seed N] [--type ext4|xfs] [--keep]

The repository lies on a file system of its own, in a file on a loop device. A cut is the file system's own shutdown
(ioctl FS_IOC_SHUTDOWN without a flush of its log, as the tests of ext4 and xfs do it): from that moment on nothing reaches the
disk, and what had only been written and not synced is gone. It is unmounted, mounted again (which replays its log), and
`wfrepo runs resume --all` goes on. What steps do is noted outside of it: the world keeps what happened to it. This must hold:

  said      a run whose command had ended with 0 before the cut has succeeded, and is in git
  first     a step that has begun is in the journal as begun: the journal comes first
  journal, end, once, key, record, git   as in faults.py and crash.py

Needs root, loop devices and mkfs; says so where one is missing, and ends with 0.
"""

import fcntl
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

from crash import Lab
from faults import Faults
from harness import arguments, conclude, end, progress, scratch

# linux/fs.h: _IOR('X', 125, __u32), and the flag that leaves the log unwritten.
FS_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2


class Disk:
    """A file system in a file, which can lose its power."""

    def __init__(self, folder, kind):
        self.image, self.place = os.path.join(folder, "image"), os.path.join(folder, "disk")
        os.mkdir(self.place)
        with open(self.image, "wb") as file:
            file.truncate(512 << 20)
        quiet = ["mkfs.ext4", "-q", "-F"] if kind == "ext4" else ["mkfs.xfs", "-q", "-f"]
        subprocess.run([*quiet, self.image], check=True, capture_output=True)
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.place], check=True, capture_output=True)

    def cut(self):
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def unmount(self):
        for _ in range(100):
            if subprocess.run(["umount", self.place], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.place} is still in use")


def missing(kind):
    """Why this can't be done here; None where it can."""
    if os.geteuid() != 0:
        return "it needs root"
    if not shutil.which(f"mkfs.{kind}"):
        return f"mkfs.{kind} is not installed"
    if not os.path.exists("/dev/loop-control"):
        return "there are no loop devices"
    return None


class PowerLoss(Faults):
    def __init__(self, lab, chance, disk):
        super().__init__(lab, chance)
        self.disk = disk

    def round(self):
        before = set(self.lab.journal()[0]) | self.tested
        notes = self.lab.attempts()
        process = subprocess.Popen(
            [self.lab.program, "run", "saga"], cwd=self.lab.repository, env=self.lab.environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.chance.uniform(0, self.duration * 1.15))
        status = process.poll()
        self.disk.cut()
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        self.end_steps()
        self.disk.unmount()
        self.disk.mount()
        self.kills["after the end" if status == 0 else "during the run"] += 1
        place = f"cut {self.kills.total()}"
        self.check_journal(place)
        runs, steps = self.lab.journal()
        for note in self.lab.attempts() - notes:
            run, step = note.split()
            if not step.startswith("undo-") and steps.get((run, step), "pending") in ("pending", "ready"):
                self.fault("first", run, f"{place}: step {step} had begun, and the journal holds {steps.get((run, step))}")
        if status == 0 and not any(runs[run] == "succeeded" for run in set(runs) - before):
            self.fault("said", "-", f"{place}: the command had ended with 0, the journal holds nothing of it")
        self.go_on(before, subprocess.CompletedProcess([], 2, "", ""), place)

    def end_steps(self):
        """The steps of a machine without power are gone, too."""
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    ours = f"LAB={self.lab.folder}".encode() in file.read().split(b"\0")
                if ours:
                    os.kill(int(entry), signal.SIGKILL)
            except (OSError, ValueError):
                pass


def main():
    parser = arguments(__doc__, cuts=100)
    parser.add_argument("--type", choices=["ext4", "xfs"], default="ext4")
    options = parser.parse_args()
    reason = missing(options.type)
    if reason:
        print(f"skipped: {reason}")
        return 0
    began = time.monotonic()
    with scratch("wfrepo-powerloss-", options.keep) as folder:
        disk = Disk(folder, options.type)
        try:
            lab = Lab(os.path.abspath(options.program), folder, os.path.join(disk.place, "repository"))
            os.sync()
            power = PowerLoss(lab, random.Random(options.seed), disk)
            power.uninterrupted()
            while power.kills.total() < options.cuts:
                power.round()
                progress(f"{power.kills.total()} cuts, {len(power.tested)} runs")
            power.check_records()
        finally:
            disk.unmount()
    return conclude(
        f"{power.kills.total()} cuts of power on {options.type} in {time.monotonic() - began:.0f} s, seed {options.seed}",
        power.kills, power.faults, "What was said was kept; every run ended as an uninterrupted one.")


if __name__ == "__main__":
    end(main)

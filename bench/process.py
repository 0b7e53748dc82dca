"""Runs a program that prints one JSON object a line, on chosen cores and within a limit."""
import json
import os
import select
import subprocess
import sys
import time


def pinned(command, cores=1):
    """`command`, kept on the last `cores` cores: interrupts land on the first."""
    allowed = sorted(os.sched_getaffinity(0))[-cores:]
    return ["taskset", "-c", ",".join(map(str, allowed)), *map(str, command)]


def lines_within(command, seconds):
    """The objects that `command` prints until it ends; it is ended if one takes over `seconds`.

    A program that fails is a mistake of ours, not a slow one: RuntimeError, with what it said.
    """
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE) as child:
        lines = list(_lines(child, seconds))
    if child.returncode not in (0, -9):
        raise RuntimeError(f"exit code {child.returncode}: {' '.join(map(str, command))}")
    return lines


def _lines(child, seconds):
    """Yields parsed lines; kills the child at the limit."""
    pending = b""
    deadline = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([child.stdout], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            child.kill()
            return
        block = os.read(child.stdout.fileno(), 1 << 16)
        if not block:
            return
        pending += block
        *whole, pending = pending.split(b"\n")
        for line in whole:
            deadline = time.monotonic() + seconds
            yield json.loads(line)


def say(text):
    """A word on how far it is, beside what is measured."""
    print(f"bench: {text}", file=sys.stderr, flush=True)

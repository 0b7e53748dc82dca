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


def lines_within(command, seconds, answer=None, environment=None):
    """The objects that `command` prints until it ends; it is ended if one takes over `seconds`.

    What `answer` says to an object is written to the program's standard input, and the object left
    out; None keeps it. A program that fails is a mistake of ours, not a slow one: RuntimeError.
    """
    ended_by_us = []
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env={**os.environ, **(environment or {})}) as child:
        lines = []
        for line in _lines(child, seconds, ended_by_us):
            said = answer(line) if answer else None
            if said is None:
                lines.append(line)
            else:
                child.stdin.write(said.encode() + b"\n")
                child.stdin.flush()
    if child.returncode != 0 and not ended_by_us:
        raise RuntimeError(f"exit code {child.returncode}: {' '.join(map(str, command))}")
    return lines


def _lines(child, seconds, ended_by_us):
    """Yields parsed lines; kills the child at the limit, and says so in `ended_by_us`."""
    pending = b""
    deadline = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([child.stdout], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            ended_by_us.append(True)
            child.kill()
            return
        block = os.read(child.stdout.fileno(), 1 << 16)
        if not block:
            return
        pending += block
        *whole, pending = pending.split(b"\n")
        for line in whole:
            yield json.loads(line)
            deadline = time.monotonic() + seconds


def say(text):
    """A word on how far it is, beside what is measured."""
    print(f"bench: {text}", file=sys.stderr, flush=True)

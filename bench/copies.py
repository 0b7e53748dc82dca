"""The copy of a program that runs fastest.

The same file is up to a fifth slower or faster by where in memory the system happens to keep it:
its pages meet in the CPU's caches, or do not. That is luck, and it stays as long as the file does.
"""
import shutil

COPIES = 6


def fastest_copy(program, folder, probe):
    """Copies `program` into `folder`, asks `probe(copy)` for a CPU time twice each, and returns the
    copy of the smallest; the others are deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    times = {}
    for number in range(COPIES):
        copy = folder / f"{program.name}-{number}"
        shutil.copy2(program, copy)
        times[copy] = min(probe(copy), probe(copy))
    best = min(times, key=times.get)
    for copy in times:
        if copy != best:
            copy.unlink()
    return best

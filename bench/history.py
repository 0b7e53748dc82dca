"""A churned group: a history of joins, leaves and updates, the same for every implementation."""
import random


def history(members, seed, steps=None):
    """Lines as `bench/peers/harness/src/history.rs` describes them.

    A few members stay and do everything; the group begins and ends with `members`. Leaves are taken
    as RFC 9420 says: whoever is added gets the leftmost free one.
    """
    draw = random.Random(seed)
    stay = sorted({leaf * (members - 1) // 7 for leaf in range(8)})
    taken = set(range(members))
    lines = ["start " + " ".join(map(str, [members, *stay[1:]]))]
    changes = members if steps is None else steps
    kinds = ["add", "remove"] * (changes // 2) + ["update"] * changes
    draw.shuffle(kinds)
    for kind in kinds:
        who = draw.randrange(len(stay))
        others = sorted(taken - set(stay))
        if kind == "remove" and others:
            leaf = draw.choice(others)
            taken.remove(leaf)
            lines.append(f"remove {who} {leaf}")
        elif kind == "add":
            taken.add(next(leaf for leaf in range(len(taken) + 1) if leaf not in taken))
            lines.append(f"add {who}")
        elif kind == "update":
            lines.append(f"update {who}")
    lines += _back_to(members, taken, stay, draw)
    others = sorted(taken - set(stay))
    if others:
        lines.append(f"third {draw.choice(others)}")
    return "\n".join(lines) + "\n"


def _back_to(members, taken, stay, draw):
    """Steps to as many members as there were, and an update so that the last of them is a commit
    of one who stays."""
    lines = []
    while len(taken) > members:
        leaf = draw.choice(sorted(taken - set(stay)))
        taken.remove(leaf)
        lines.append(f"remove 0 {leaf}")
    while len(taken) < members:
        taken.add(next(leaf for leaf in range(len(taken) + 1) if leaf not in taken))
        lines.append("add 0")
    return lines

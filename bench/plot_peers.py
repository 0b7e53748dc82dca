"""The picture of peers.md: CPU time by group size, the floor drawn in."""
from bench.plot import CLASSICAL, HYBRID, POST_QUANTUM, count_axis, plt, save, time_axis
from bench.rows import OURS, Rows

PANELS = [("warm", "commit", "commit"), ("warm", "process", "process a commit"),
          ("warm", "add_apart", "add one, tree apart"), ("create", "create", "create a group"),
          ("warm", "join", "join"), ("warm", "send", "send a message")]
COLOURS = {OURS: CLASSICAL, "mls-rs": HYBRID, "OpenMLS": POST_QUANTUM}
MARKS = {OURS: "o", "mls-rs": "s", "OpenMLS": "^"}


def draw(measured, path):
    """Writes it."""
    rows = Rows(measured["rows"])
    sizes = sorted({row["members"] for row in measured["rows"]})
    figure, axes = plt.subplots(2, 3, figsize=(9.6, 5.4), sharex=True)
    for axis, (shape, op, title) in zip(axes.flat, PANELS):
        _panel(axis, rows, sizes, shape, op)
        axis.set_title(title, fontsize=10)
    for axis in axes[1]:
        axis.set_xlabel("members")
    for axis in axes[:, 0]:
        axis.set_ylabel("CPU time")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncol=4, frameon=False,
                  bbox_to_anchor=(0.5, 1.05))
    figure.tight_layout()
    save(figure, path)


def _panel(axis, rows, sizes, shape, op):
    for who in [*rows.peers, OURS]:
        there = [row for row in (rows.row(who, shape, size, op) for size in sizes) if row]
        axis.plot([row["members"] for row in there], [row["cpu_us"] for row in there],
                  color=COLOURS[who], marker=MARKS[who], markersize=4, label=who,
                  linewidth=2 if who == OURS else 1.2)
        if who == OURS:
            axis.plot([row["members"] for row in there], [row["floor_us"] for row in there],
                      color="#555555", linestyle="--", linewidth=1,
                      label="floor: the primitives alone")
    axis.set_xscale("log")
    axis.set_yscale("log")
    count_axis(axis.xaxis)
    time_axis(axis.yaxis)

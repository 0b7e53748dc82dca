"""peers.svg: CPU time of operations by group size, a line for each implementation and the floor."""
from bench import plot
from bench.plot import plt

COLOURS = {"Thicket": plot.CLASSICAL, "mls-rs": plot.HYBRID, "OpenMLS": plot.POST_QUANTUM}
MARKS = {"Thicket": "o", "mls-rs": "s", "OpenMLS": "^"}
PANELS = [("warm", "commit", "update: commit"), ("warm", "process", "update: process"),
          ("warm", "add_apart", "add 1, the tree apart"), ("warm", "remove", "remove"),
          ("warm", "join", "join by Welcome"), ("created", "create", "create with all members")]


def draw(measured, path):
    """Six panels of the warm tree."""
    figure, panels = plt.subplots(2, 3, figsize=(11, 6.2))
    for axes, (shape, op, title) in zip(panels.flat, PANELS):
        panel(axes, [row for row in measured["rows"] if row["shape"] == shape and row["op"] == op
                     and row["cores"] == 1])
        axes.set_title(title, fontsize=10)
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=len(labels), frameon=False,
                  bbox_to_anchor=(0.5, -0.03))
    figure.tight_layout()
    plot.save(figure, path)


def panel(axes, rows):
    """CPU time against members, both logarithmic."""
    for who, colour in COLOURS.items():
        own = sorted((row["members"], row["cpu_us"]) for row in rows if row["who"] == who)
        if own:
            axes.plot(*zip(*own), color=colour, marker=MARKS[who], markersize=4, linewidth=1.4,
                      label=who)
    floor = sorted((row["members"], row["floor_us"]) for row in rows if "floor_us" in row)
    if floor:
        axes.plot(*zip(*floor), color="black", linestyle="--", linewidth=1, label="the floor")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("members", fontsize=8)
    plot.count_axis(axes.xaxis)
    plot.time_axis(axes.yaxis)

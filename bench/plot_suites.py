"""suites.svg: octets and CPU time of a commit, a row for each suite, a dot for each size."""
from matplotlib.lines import Line2D

from bench import plot
from bench.plot import plt

COLOURS = {"classical": plot.CLASSICAL, "hybrid": plot.HYBRID, "post-quantum": plot.POST_QUANTUM}
# A commit can be told from its size alone: dots grow with the group.
DOTS = [14, 30, 55, 90]


def draw(measured, path):
    """Two panels that share their rows."""
    figure, (octets, time) = plt.subplots(1, 2, figsize=(11, 5.6), sharey=True)
    suites = measured["suites"]
    for place, suite in enumerate(suites):
        rows = [row for row in measured["rows"]
                if row["suite"] == suite["name"] and row["op"] == "commit"]
        colour = COLOURS[suite["confidentiality"]]
        dots(octets, place, [row["bytes_sent"] for row in rows], colour)
        dots(time, place, [row["cpu_us"] for row in rows], colour)
        time.scatter([row["floor_us"] for row in rows], [place] * len(rows), marker="|", s=70,
                     color="black", linewidth=1, zorder=3)
    octets.set_yticks(range(len(suites)), [label(suite) for suite in suites])
    octets.set_ylim(len(suites) - 0.4, -0.6)
    for axes, title, unit in [(octets, "octets sent", plot.octets_axis),
                              (time, "CPU time of the committer", plot.time_axis)]:
        axes.set_xscale("log")
        unit(axes.xaxis)
        axes.set_title(f"commit of a key update: {title}", fontsize=10)
    legend(figure, measured["members"])
    plot.save(figure, path)


def label(suite):
    """The suite's name, with the signature told where it resists quantum computers."""
    return suite["name"].removeprefix("MLS_")


def dots(axes, place, values, colour):
    """One suite's row: a line, and a dot for each size."""
    axes.plot(values, [place] * len(values), color=colour, linewidth=1.2, alpha=0.6)
    axes.scatter(values, [place] * len(values), s=sizes(len(values)), color=colour, zorder=2)


def sizes(count):
    """Areas of so many dots, the largest group's the largest."""
    return DOTS[-count:] if count <= len(DOTS) else [30] * count


def legend(figure, members):
    """What colours, dots and ticks mean, below the panels."""
    marks = [Line2D([], [], color=colour, marker="o", linewidth=1.2, label=name)
             for name, colour in COLOURS.items()]
    marks += [Line2D([], [], color="#555555", marker="o", linestyle="", markersize=size ** 0.5,
                     label=f"{count:,} members")
              for count, size in zip(members, sizes(len(members)))]
    marks.append(Line2D([], [], color="black", marker="|", linestyle="", label="the floor"))
    figure.legend(handles=marks, loc="lower center", ncol=len(marks), frameon=False, fontsize=8,
                  bbox_to_anchor=(0.5, -0.02))

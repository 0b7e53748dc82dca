"""`./dev bench warming`: how a group that was just created becomes warm, as `thicket warm` plays it."""
from bench.plot import count_axis, plt, save
from bench.thicket import Thicket

MEMBERS = 10000
STYLES = {"nothing": ("#d55e00", "-"), "one by one": ("#cc79a7", "-"), "scheduled": ("#0072b2", "-"),
          "in waves": ("#009e73", "--")}


def run(root, out, members=None):
    """Writes warming.svg."""
    draw(Thicket(root).warm((members or [MEMBERS])[0]), out / "warming.svg")


def draw(points, path):
    """One panel for what the commits sealed together, one for what the next commit seals."""
    figure, (together, ahead) = plt.subplots(1, 2, figsize=(9.6, 3.4))
    for order, (colour, line) in STYLES.items():
        there = [point for point in points if point["order"] == order and point["commits"] > 0]
        commits = [point["commits"] for point in there]
        together.plot(commits, [point["ciphertexts"] for point in there], line, color=colour,
                      marker="o", markersize=3, label=order)
        ahead.plot(commits, [point["mean_ciphertexts"] for point in there], line, color=colour,
                   marker="o", markersize=3, label=order)
    together.set_title("ciphertexts sealed by all commits together", fontsize=10)
    ahead.set_title("ciphertexts that a member's next commit seals", fontsize=10)
    for axis in (together, ahead):
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel(f"commits so far, {points[0]['members']:,} members in the end")
        count_axis(axis.xaxis)
        count_axis(axis.yaxis)
    together.legend(frameon=False)
    figure.tight_layout()
    save(figure, path)

"""What all pictures have in common: matplotlib without a screen, the same octets from the same data."""
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

matplotlib.rcParams.update({
    "svg.fonttype": "none",
    "svg.hashsalt": "thicket",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "figure.facecolor": "white",
})

# Told apart by those who do not see colours as most do, too.
CLASSICAL, HYBRID, POST_QUANTUM = "#0072b2", "#d55e00", "#009e73"


def _short(value, units):
    for size, unit in units:
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}{units[-1][1]}"


def log_axis(axis, formatter):
    """Ticks at 1, 2 and 5 of each power of ten where there is but one or two, else at the powers."""
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,)))
    axis.set_major_formatter(FuncFormatter(formatter))
    axis.set_minor_formatter(NullFormatter())


def octets_axis(axis):
    """Labels as 1 kB, 10 kB, ..."""
    units = [(1e9, " GB"), (1e6, " MB"), (1e3, " kB"), (1, " B")]
    log_axis(axis, lambda value, _: _short(value, units))


def time_axis(axis):
    """Labels as 10 µs, 1 ms, ... of a value in microseconds."""
    units = [(1e6, " s"), (1e3, " ms"), (1, " µs")]
    log_axis(axis, lambda value, _: _short(value, units))


def count_axis(axis):
    """Labels as 10, 1,000, 100,000."""
    log_axis(axis, lambda value, _: f"{value:,.0f}")


def save(figure, path):
    """Writes the picture, with no date in it."""
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)

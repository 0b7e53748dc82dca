"""Markdown tables, and figures as people read them."""


def figure(value):
    """Three digits that count, with commas: 12.3, 1,230, 1,234,567."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def octets(value):
    """An exact number of octets, with commas."""
    return "-" if value is None else f"{value:,}"


def markdown(head, rows):
    """A table whose first column is text and whose other columns are figures."""
    lines = ["| " + " | ".join(head) + " |",
             "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"

"""Rows of a measurement, found by what they are of."""

OURS = "Thicket"


class Rows:
    """All rows of a measurement side by side."""

    def __init__(self, rows):
        self._at = {_key(row): row for row in rows}
        self.peers = sorted({row["who"] for row in rows} - {OURS}, key=str.lower)

    def any(self, who, shape, members, op, cores=1, suite="1"):
        """The row, also one that ran into the limit of time; None if it was not asked for."""
        return self._at.get((who, suite, shape, members, op, cores))

    def row(self, who, shape, members, op, cores=1, suite="1"):
        """The row, if it has a figure."""
        row = self.any(who, shape, members, op, cores, suite)
        return None if row is None or "over" in row else row

    def ratio(self, shape, members, op, cores=1, of="cpu_us", suite="1"):
        """How many times ours the fastest peer takes; None if there is not one of each."""
        ours = self.row(OURS, shape, members, op, cores, suite)
        theirs = [row[of] for row in (self.row(peer, shape, members, op, cores, suite)
                                      for peer in self.peers) if row]
        return min(theirs) / ours[of] if ours and theirs else None


def _key(row):
    return (row["who"], row["suite"], row["shape"], row["members"], row["op"], row["cores"])

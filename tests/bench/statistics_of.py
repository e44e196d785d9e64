"""Medians and quartiles, and how a table of them looks."""

import statistics


def quartiles(values):
    """(lower quartile, median, upper quartile), interpolated; a single value is all three."""
    if len(values) == 1:
        return (values[0],) * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


class Result:
    """A line of the table. `exact` results fail every run, the others only the long form."""

    def __init__(self, what, measured, goal, met, spread="", exact=False):
        self.what = what
        self.measured = measured
        self.goal = goal
        self.met = met
        self.spread = spread
        self.exact = exact

    @classmethod
    def at_most(cls, what, limit, low, median, high, note=""):
        return cls(what, f"{median:.2f}", f"<= {limit:g}", median <= limit,
                   f"{low:.2f} to {high:.2f}{note}")

    @classmethod
    def at_least(cls, what, limit, low, median, high, note=""):
        return cls(what, f"{median:.2f}", f">= {limit:g}", median >= limit,
                   f"{low:.2f} to {high:.2f}{note}")

    @classmethod
    def skipped(cls, what, goal, reason):
        return cls(what, "-", goal, None, f"skipped: {reason}")


def table(results):
    rows = [("measured", "result", "goal", "met", "spread (quartiles) and circumstances")]
    for result in results:
        met = {True: "yes", False: "NO", None: "-"}[result.met]
        rows.append((result.what, result.measured, result.goal, met, result.spread))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[4]]).rstrip()
             for row in rows]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)

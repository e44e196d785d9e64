"""Reads the summary that `isotherm run` prints: the station's name and three tables with a blank
line behind each, then lines of words."""

import dataclasses
import re

from temperature_log import COUNTS


@dataclasses.dataclass
class SensorLine:
    reader: str
    counts: dict  # of COUNTS
    faults: dict


class Summary:
    def __init__(self, text):
        self.text = text
        title, sensors, timing, threads, words = text.split("\n\n", 4)
        # A live view may stand above it.
        if not title.splitlines()[-1].startswith("station "):
            raise AssertionError(f"no station's name above the summary: {title}")
        self.sensors = {}
        for line in _table(sensors):
            faults = {} if line["faults"] == "-" else dict(
                pair.split(":") for pair in line["faults"].split(" "))
            self.sensors[line["sensor"]] = SensorLine(
                line["reader"], {key: int(line[key]) for key in COUNTS},
                {fault: int(count) for fault, count in faults.items()})
        self.readers = {line["reader"]: line for line in _table(timing)}
        # Of a thread that has ended without being joined nothing more is known than that.
        self.threads = {line["reader"]: line for line in _table(threads, unknown="gone")}
        self.lines = words.splitlines()
        verdict = [line for line in self.lines if line.startswith("accounting:")]
        self.holds = len(verdict) == 1 and verdict[0].endswith("holds for every sensor")

    def starting_with(self, words):
        return [line for line in self.lines if line.startswith(words)]


def _table(text, unknown=None):
    """Rows by column title; cells are two blanks apart, and only the last may be empty. A row whose
    second and last cell is `unknown` has only its first. Of titles that are there twice, such as
    p99, the first counts."""
    titles, *rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    table = []
    for cells in rows:
        if cells[1:] == [unknown]:
            table.append({titles[0]: cells[0]})
            continue
        if len(cells) < len(titles):
            raise AssertionError(f"{len(cells)} cells below {titles}: {cells}")
        line = {}
        for title, cell in zip(titles, cells):
            line.setdefault(title, cell)
        table.append(line)
    return table

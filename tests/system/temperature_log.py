"""Reads a temperature log strictly: each line complete, each field of its kind."""

import csv
import dataclasses
import datetime
import io
import json

COLUMNS = ("time,uptime_s,sensor,unit,scheduled,good,faulty,missed,dropped,min,mean,max,stddev,"
           "last,late_p99_us,late_max_us,clock,faults").split(",")
OUTCOMES = ("good", "faulty", "missed", "dropped")
COUNTS = ("scheduled",) + OUTCOMES
NUMBERS = ("min", "mean", "max", "stddev", "last", "late_p99_us", "late_max_us")


@dataclasses.dataclass
class Row:
    time_ms: int  # since 1970, UTC
    uptime_s: float
    sensor: str
    unit: str
    scheduled: int
    good: int
    faulty: int
    missed: int
    dropped: int
    numbers: dict  # of NUMBERS; None where the log has nothing
    clock: str
    faults: dict  # fault: how many; also merged_rows

    @property
    def merged(self):
        return self.faults.get("merged_rows", 0)

    def fault_total(self):
        return sum(count for fault, count in self.faults.items() if fault != "merged_rows")


def assert_identity(rows):
    """Every scheduled slot is one of the four outcomes, and every faulty one has its reason."""
    for row in rows:
        if row.scheduled != row.good + row.faulty + row.missed + row.dropped:
            raise AssertionError(f"the accounting identity does not hold: {row}")
        if row.fault_total() != row.faulty:
            raise AssertionError(f"{row.fault_total()} reasons for {row.faulty} faulty: {row}")


def read(path, running=False):
    """All rows of a CSV log. While the station runs, a line that is just being written is left out;
    a file that is not there yet has no rows then."""
    try:
        with open(path, newline="") as file:
            text = file.read()
    except FileNotFoundError:
        if running:
            return []
        raise
    if running:
        text = text[:text.rfind("\n") + 1]
        if not text:
            return []
    return parse(text, str(path))


def parse(text, name):
    if not text.endswith("\n"):
        raise AssertionError(f"{name}: the last line is torn: {text[-80:]!r}")
    if "\0" in text:
        raise AssertionError(f"{name}: holds NUL bytes")
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if lines[0] != COLUMNS:
        raise AssertionError(f"{name}: the header is {lines[0]}")
    return [_csv_row(line, f"{name}:{number}") for number, line in enumerate(lines[1:], start=2)]


def _csv_row(fields, place):
    if len(fields) != len(COLUMNS):
        raise AssertionError(f"{place}: {len(fields)} fields: {fields}")
    value = dict(zip(COLUMNS, fields))
    try:
        value["numbers"] = {key: float(value[key]) if value[key] else None for key in NUMBERS}
        pairs = [fault.split(":") for fault in value["faults"].split(";") if fault]
        value["faults"] = {fault: int(count) for fault, count in pairs}
        value["uptime_s"] = float(value["uptime_s"])
        for key in COUNTS:
            value[key] = int(value[key])
        return _row(value)
    except ValueError as error:
        raise AssertionError(f"{place}: {error}: {fields}") from None


def read_json_lines(path):
    """All rows of a JSON Lines log; each line an object with the CSV's columns in their order."""
    with open(path) as file:
        text = file.read()
    if not text.endswith("\n"):
        raise AssertionError(f"{path}: the last line is torn: {text[-80:]!r}")
    rows = []
    for line in text.splitlines():
        value = json.loads(line)
        if list(value) != COLUMNS:
            raise AssertionError(f"{path}: columns {list(value)}")
        value["numbers"] = {key: value[key] for key in NUMBERS}
        rows.append(_row(value))
    return rows


def _row(value):
    if value["clock"] not in ("synced", "unsynced", "stepped"):
        raise ValueError(f"clock is {value['clock']}")
    if (value["numbers"]["mean"] is None) != (value["good"] == 0):
        raise ValueError("statistics without a good reading, or none in spite of one")
    time = datetime.datetime.strptime(value["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    since = time - datetime.datetime(1970, 1, 1)
    counts = {key: value[key] for key in COUNTS}
    if any(type(count) is not int or count < 0 for count in counts.values()):
        raise ValueError("a count is no whole number from 0")
    return Row(time_ms=since // datetime.timedelta(milliseconds=1), uptime_s=value["uptime_s"],
               sensor=value["sensor"], unit=value["unit"], numbers=value["numbers"],
               clock=value["clock"], faults=value["faults"], **counts)


def sums(rows):
    """The counts of each sensor over all its rows."""
    total = {}
    for row in rows:
        own = total.setdefault(row.sensor, dict.fromkeys(COUNTS, 0))
        for key in COUNTS:
            own[key] += getattr(row, key)
    return total

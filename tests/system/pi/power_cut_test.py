#!/usr/bin/env python3
"""Power that fails at any moment while the log, the history and a capture are written: the emulator
is killed and the board switched on again with the same card."""

import contextlib
import csv
import datetime
import io
import os
import pathlib
import sqlite3
import tempfile
import time
import unittest

import pi

FSYNC = 5  # seconds: log.fsync, history.flush and capture.flush
STATION = pi.STATION + f"""
[history]
flush = "{FSYNC} s"
[capture]
enabled = true
flush = "{FSYNC} s"
"""
FOLDER = "/var/log/isotherm"
# A row is written when its window (1 s) is over, and the write itself takes the emulated card a
# while on a busy machine.
WRITING = 1 + 4
# Seconds after the start, from and to: every third cut falls within the fsync interval of the first
# rows, the others so far behind it that there are rows which have to be there.
EARLY = (2, FSYNC)
LATE = (WRITING + FSYNC + 4, WRITING + FSYNC + 12)
CUTS = int(os.environ["ISOTHERM_PI_CUTS"])


def moment_of(text):
    """Seconds since 1970 of "2026-01-01T00:00:00.000000000Z"."""
    return datetime.datetime.fromisoformat(text[:26] + "+00:00").timestamp()


class PowerCutTest(unittest.TestCase):
    def setUp(self):
        self.random = pi.seeded()
        self.pi = pi.Machine("raspi3b", STATION)
        self.addCleanup(self.pi.end)

    def start(self):
        self.pi.boot()
        self.pi.until_active()

    def runs(self):
        """The log's rows, run by run: each boot is at another time. A run that was cut off before
        its first fsync may have left none."""
        runs = {}
        for row in self.pi.rows():
            booted = round(row.time_ms / 1000 - row.uptime_s)
            known = [other for other in runs if abs(other - booted) < 5]
            runs.setdefault(known[0] if known else booted, []).append(row)
        return runs

    def test_rows_survive_and_the_service_starts_by_itself(self):
        self.start()
        for number in range(1, CUTS + 1):
            moment = self.random.uniform(*(EARLY if number % 3 == 1 else LATE))
            started = time.monotonic()
            while time.monotonic() < started + moment:
                booted, seen = list(self.runs().items())[-1]
                uptime = self.pi.uptime()
            self.pi.emulator.kill()
            self.pi.emulator.end()
            self.assert_history_is_sound()
            self.start()  # fails if the service does not start by itself
            kept = self.runs().get(booted, [])  # fails if a row is torn
            due = self.assert_kept(seen, kept, uptime)
            if moment > WRITING + FSYNC:
                self.assertGreater(due, 0, "no row was old enough to have to survive")
            pi.saw(f"cut {number}, {moment:.1f} s after the start",
                   f"{len(kept)} of {len(seen)} rows kept, {due} of them due; power went at "
                   f"uptime {uptime:.1f} s or later; no row torn; active again")
            self.assert_kept_in_history(due, seen, uptime)
            self.assert_kept_in_capture(booted, seen[0].uptime_s, uptime)

    def assert_kept(self, seen, kept, uptime):
        """The number of rows that were older than the fsync interval."""
        pi.temperature_log.assert_identity(kept)
        # What is there has no gap and is what was there before.
        self.assertEqual(seen[:len(kept)], kept[:len(seen)])
        due = [row for row in seen if row.uptime_s + WRITING + FSYNC < uptime]
        self.assertLessEqual(len(due), len(kept), f"{len(seen)} rows seen until {uptime}")
        return len(due)

    def assert_history_is_sound(self):
        """As the cut left it on the card, with its write-ahead log."""
        self.pi.check_card()
        with tempfile.TemporaryDirectory() as folder:
            for name in ("history.db", "history.db-wal"):
                data = self.pi.debugfs(f"cat {FOLDER}/{name}", may_fail=True)
                if data:
                    pathlib.Path(folder, name).write_bytes(data)
            with contextlib.closing(sqlite3.connect(f"{folder}/history.db")) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def assert_kept_in_history(self, due, seen, uptime):
        kept = {(row.time_ms, row.sensor) for row in self.pi.asked("--since 1d")}
        old = [row for row in seen if row.uptime_s + WRITING + FSYNC < uptime]
        lost = [row for row in old if (row.time_ms, row.sensor) not in kept]
        self.assertEqual(lost, [], f"{len(lost)} of {due} rows that were due")
        pi.saw("in the history", f"{due - len(lost)} of {due} rows that were due")

    def assert_kept_in_capture(self, booted, first, uptime):
        """All sensors' samples, up to those that waited for the flush."""
        text = self.pi.guest.run(f"isotherm capture export {FOLDER} --format csv", 240)
        newest = dict.fromkeys(pi.RATES, first)
        for sample in csv.DictReader(io.StringIO(text)):
            began = moment_of(sample["time"]) - float(sample["uptime_s"])
            if abs(began - booted) < 5:
                newest[sample["sensor"]] = max(newest[sample["sensor"]], float(sample["uptime_s"]))
        lost = uptime - min(newest.values())
        self.assertLessEqual(lost, WRITING + FSYNC, newest)
        pi.saw("in the capture", f"all but the last {lost:.1f} s, {WRITING + FSYNC} allowed")


if __name__ == "__main__":
    pi.main()

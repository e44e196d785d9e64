#!/usr/bin/env python3
"""Power that fails at any moment: the emulator is killed and the board switched on again with the
same card."""

import time
import unittest

import pi

FSYNC = 5  # seconds: log.fsync
# A row is written when its window (1 s) is over, and the write itself takes the emulated card a
# while on a busy machine.
WRITING = 1 + 4
# Seconds after the start, from and to: within the fsync interval of the first rows, and so far
# behind it that there are rows which have to be there.
CUTS = ((2, FSYNC), (WRITING + FSYNC + 4, WRITING + FSYNC + 12))


class PowerCutTest(unittest.TestCase):
    def setUp(self):
        self.random = pi.seeded()
        self.pi = pi.Machine("raspi3b")
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
        for number, (earliest, latest) in enumerate(CUTS, 1):
            moment = self.random.uniform(earliest, latest)
            started = time.monotonic()
            while time.monotonic() < started + moment:
                booted, seen = list(self.runs().items())[-1]
                uptime = self.pi.uptime()
            self.pi.emulator.kill()
            self.pi.emulator.end()
            self.start()  # fails if the service does not start by itself
            kept = self.runs().get(booted, [])  # fails if a row is torn
            due = self.assert_kept(seen, kept, uptime)
            if moment > WRITING + FSYNC:
                self.assertGreater(due, 0, "no row was old enough to have to survive")
            pi.saw(f"cut {number}, {moment:.1f} s after the start",
                   f"{len(kept)} of {len(seen)} rows kept, {due} of them due; power went at "
                   f"uptime {uptime:.1f} s or later; no row torn; active again")

    def assert_kept(self, seen, kept, uptime):
        """The number of rows that were older than the fsync interval."""
        pi.temperature_log.assert_identity(kept)
        # What is there has no gap and is what was there before.
        self.assertEqual(seen[:len(kept)], kept[:len(seen)])
        due = [row for row in seen if row.uptime_s + WRITING + FSYNC < uptime]
        self.assertLessEqual(len(due), len(kept), f"{len(seen)} rows seen until {uptime}")
        return len(due)


if __name__ == "__main__":
    pi.main()

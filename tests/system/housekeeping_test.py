#!/usr/bin/env python3
"""Housekeeping that stalls: within the stall budget nothing is lost, beyond it every lost sample is
counted. The stall is made by stopping the one thread that drains the rings, as a debugger would."""

import ctypes
import json
import os
import signal
import time
import unittest

import station
import temperature_log

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17  # ptrace(2)
WALL = 0x40000000  # __WALL of waitpid(2): threads as well

RATE = 1000  # Hz
STALL_S = 1.5
CONFIG = """
[station]
stall_budget = "{budget}"
[log]
window = "250 ms"
[[reader]]
name = "fast"
rate = "1 kHz"
[[reader.sensor]]
name = "a"
[[reader.sensor]]
name = "b"
sim = {{ faults = {{ crc = 0.1 }} }}
"""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def ptrace(request, tid):
    if _libc.ptrace(request, tid, None, None) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class StalledThread:
    """A thread that stands still inside of the with block. Should the test die in it, the kernel
    lets the thread go."""

    def __init__(self, tid):
        self._tid = tid

    def __enter__(self):
        try:
            ptrace(PTRACE_SEIZE, self._tid)
        except OSError as error:
            raise unittest.SkipTest(f"ptrace is not allowed here: {error}") from None
        ptrace(PTRACE_INTERRUPT, self._tid)
        _, status = os.waitpid(self._tid, WALL)
        if not os.WIFSTOPPED(status):
            raise station.Broken(f"thread {self._tid} did not stop: {status:#x}")

    def __exit__(self, *error):
        ptrace(PTRACE_DETACH, self._tid)


class HousekeepingTest(station.StationTest):
    def run_with_stall(self, budget):
        """Rows and summary of a run in which iso-aggregate stood still, and for how long."""
        process = self.start_station(CONFIG.format(budget=budget))
        self.until_rows(process, 4)
        aggregator = process.threads()["iso-aggregate"].tid
        before = time.monotonic()
        with StalledThread(aggregator):
            begin = time.monotonic()
            process.until(lambda: time.monotonic() >= begin + STALL_S, "the stall lasts")
        stalled = time.monotonic() - before
        self.until_rows(process, len(temperature_log.read(self.csv, running=True)) + 4)
        process.send(signal.SIGTERM)
        summary = self.finish(process)
        rows = temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 250, ["a", "b"])
        return rows, summary, stalled

    def ring_samples(self, budget):
        path = self.write_config(CONFIG.format(budget=budget), "ring.toml")
        process = self.start("check", "--config", path, "--best-effort", "--json")
        process.wait()
        return json.loads(process.out())["plan"]["readers"][0]["ring_samples"]

    def test_a_stall_within_the_budget_loses_nothing(self):
        _, summary, stalled = self.run_with_stall("20 s")
        self.assertLess(stalled, 20.0)
        for name in ("a", "b"):
            self.assertEqual(summary.sensors[name].counts["dropped"], 0, name)

    def test_what_a_longer_stall_costs_is_counted_in_its_windows(self):
        rows, summary, stalled = self.run_with_stall("100 ms")
        dropped = sum(sensor.counts["dropped"] for sensor in summary.sensors.values())
        missed = sum(sensor.counts["missed"] for sensor in summary.sensors.values())
        made = 2 * RATE * STALL_S - missed
        # The ring held its capacity of what was made, and no more of it is left than that.
        self.assertGreaterEqual(dropped, made - self.ring_samples("100 ms") - 2)
        # Besides the stall, this machine may keep iso-aggregate from its core for a moment.
        self.assertLessEqual(dropped, 2 * RATE * (stalled + 1.0))
        self.assertEqual(int(summary.readers["fast"]["dropped"]), dropped)
        # Whole windows of it are empty, and have their rows nevertheless.
        empty = [row for row in rows if row.dropped and row.dropped + row.missed == row.scheduled]
        self.assertGreaterEqual(len(empty), 2)
        self.assertTrue(all(row.numbers["mean"] is None and not row.faults for row in empty))

    def test_a_station_that_is_stopped_and_continued_counts_what_it_missed(self):
        process = self.start_station(CONFIG.format(budget="1 s"))
        self.until_rows(process, 4)
        process.send(signal.SIGSTOP)
        process.until(lambda: process.status("State").startswith("T"), "it stands still")
        begin = time.monotonic()
        process.until(lambda: time.monotonic() >= begin + STALL_S, "the stop lasts")
        process.send(signal.SIGCONT)
        count = len(temperature_log.read(self.csv, running=True))
        self.until_rows(process, count + 2 * int(STALL_S / 0.25) + 4)
        process.send(signal.SIGTERM)
        summary = self.finish(process)
        rows = temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 250, ["a", "b"])
        for name in ("a", "b"):
            self.assertGreaterEqual(summary.sensors[name].counts["missed"], RATE * STALL_S - 1)
            self.assertEqual(summary.sensors[name].counts["dropped"], 0)
        empty = [row for row in rows if row.scheduled and row.missed == row.scheduled]
        self.assertGreaterEqual(len(empty), 2)

    def test_a_notice_that_nobody_can_read_any_more_does_not_end_the_station(self):
        read_end, write_end = os.pipe()
        process = self.start_station(CONFIG.format(budget="1 s"), stderr=write_end)
        os.close(write_end)
        self.until_rows(process, 4)
        os.close(read_end)
        yesterday = self.logs.rename(self.folder / "yesterday")
        time_of_notice = time.monotonic() + 0.6  # two windows later it has tried to write
        process.until(lambda: time.monotonic() > time_of_notice, "a failed attempt")
        self.logs.mkdir()
        self.until_rows(process, 4)
        process.send(signal.SIGTERM)
        summary = self.finish(process)
        rows = temperature_log.read(yesterday / "temperature.csv") + temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        self.assertTrue(summary.starting_with("log: it could not be written for a time"))


if __name__ == "__main__":
    station.main()

#!/usr/bin/env python3
"""Sudden ends: kill -9, a power cut in the middle of a row, a reader that dies of a bug."""

import ctypes
import random
import signal
import unittest

import station
import temperature_log

MOMENTS = 50
WINDOW_MS = 100
SEED = 20240229  # so that a failure can be had again
TORN_TAILS = [b"2026-01-05T06:00:00.000Z,12.3", b"\0" * 700, b"2026-01-05T06:00:00.1\0\0\0\n",
              b'"unfinished, quote']

SENSORS = [f"probe{number}" for number in range(8)]
MANY = """
[station]
stall_budget = "1 s"
[log]
window = "100 ms"
fsync = "0 s"
rotate_size = "64 KiB"
rotate_count = 100
[[reader]]
name = "many"
rate = "200 Hz"
""" + "".join(f'[[reader.sensor]]\nname = "{name}"\n' for name in SENSORS)

THREAD_COLUMNS = ["reader", "policy", "priority", "may use cores", "ran on", "migrations",
                  "switches vol.", "invol.", "faults minor", "major", "after 1st s"]

TWO_READERS = """
[log]
window = "100 ms"
[[reader]]
name = "doomed"
rate = "100 Hz"
[[reader.sensor]]
name = "a"
[[reader]]
name = "bystander"
rate = "100 Hz"
[[reader.sensor]]
name = "b"
"""


class KillTest(station.StationTest):
    def log_files(self):
        return sorted(self.logs.glob("temperature*.csv"))

    def whole_lines(self):
        """The complete lines of all files, headers apart; however they end."""
        lines = []
        for path in self.log_files():
            lines += path.read_bytes().split(b"\n")[1:-1]
        return lines

    def test_kill_9_at_fifty_moments_leaves_no_torn_row_behind(self):
        moments = random.Random(SEED)
        before = []
        torn = 0
        is_torn = False
        for number in range(MOMENTS):
            process = self.start_station(MANY, "--quiet")
            # A station that has claimed its log has a header in it, and has mended its tail.
            process.until(lambda: self.csv.exists() and self.csv.stat().st_size > 0
                          and all(self.is_sound(path) for path in self.log_files()),
                          f"a sound log at start {number}")
            self.assertLessEqual(set(before), set(self.whole_lines()), "a complete row is gone")
            if is_torn:
                process.until_says("had left unfinished")
            uptime = moments.uniform(0.0, 0.4)
            end = station.time.monotonic() + uptime
            process.until(lambda: station.time.monotonic() > end, f"{uptime:.3f} s are over")
            process.send(signal.SIGKILL)
            self.assertEqual(process.wait(), -signal.SIGKILL, process.err())
            before = self.whole_lines()
            is_torn = number % 5 == 4
            if is_torn:
                # A kill cannot tear a write(2) that is under way, a power cut can.
                with open(self.csv, "ab") as file:
                    file.write(TORN_TAILS[torn % len(TORN_TAILS)])
                torn += 1

        summary = self.finish(self.start_station(MANY, "--duration", "300ms"))
        self.assertTrue(summary.holds)
        rows = [row for path in self.log_files() for row in temperature_log.read(path)]
        temperature_log.assert_identity(rows)
        self.assertEqual({row.sensor for row in rows}, set(SENSORS))
        # Several stations may each have a part of a window, never the same uptime of it.
        keys = [(row.sensor, row.time_ms, row.uptime_s) for row in rows]
        twice = [row for row, key in zip(rows, keys) if keys.count(key) > 1]
        self.assertEqual(twice, [], "a row is there twice")
        print(f"{MOMENTS} kills and {torn} torn tails, {len(rows)} rows in "
              f"{len(self.log_files())} files")

    def is_sound(self, path):
        """Complete lines only, one header, each of the right number of fields. A station that is
        just writing may show less than a line for a moment, which is why this is waited for."""
        try:
            rows = temperature_log.read(path)
        except (AssertionError, FileNotFoundError):
            return False
        return path.read_text().count("time,uptime_s") == 1 and all(row.sensor for row in rows)


class DyingReaderTest(station.StationTest):
    @unittest.skipUnless(hasattr(ctypes.CDLL(None), "tgkill"), "needs tgkill() of glibc 2.30")
    def test_a_reader_that_dies_of_a_bug_takes_the_station_down_with_the_log_flushed(self):
        for which, name in ((signal.SIGSEGV, "SIGSEGV"), (signal.SIGABRT, "SIGABRT")):
            with self.subTest(name):
                logs = self.folder / name
                path = logs / "temperature.csv"
                process = self.start_station(TWO_READERS, logs=logs)
                self.until_rows(process, 6, path)
                reader = process.threads()["iso-doomed"]
                self.assertEqual(ctypes.CDLL(None).tgkill(process.pid, reader.tid, which), 0)
                summary = self.finish(process, expected=station.SOFTWARE)
                self.assertIn("reader iso-doomed died of a bug: " + name, process.err())
                [bug] = summary.starting_with("BUG:")
                self.assertIn("iso-doomed", bug)
                # The other reader has ended in order, and what its thread was is known.
                self.assertEqual(set(summary.threads["bystander"]), set(THREAD_COLUMNS))
                rows = temperature_log.read(path)
                self.assert_log_is_summary(rows, summary)
                self.assert_every_window(rows, WINDOW_MS, ["a"], ["b"])

    def test_a_bug_outside_of_the_readers_ends_the_process_at_once(self):
        process = self.start_station(TWO_READERS)
        self.until_rows(process, 2)
        process.send(signal.SIGSEGV)  # the main thread takes what is sent to the process
        self.assertEqual(process.wait(), -signal.SIGSEGV)


if __name__ == "__main__":
    station.main()

#!/usr/bin/env python3
"""The history of a station: what a kill leaves of it, damage, readers beside the writer, a small
card for a simulated year, and the answers against the log's rows."""

import contextlib
import json
import math
import random
import shutil
import signal
import sqlite3
import unittest

import disk
import station
import temperature_log

SEED = 20261122  # so that a failure can be had again
KILLS = 6
FLUSH_S = 1

STATION = f"""
[log]
window = "100 ms"
fsync = "0 s"
[history]
flush = "{FLUSH_S} s"
[[reader]]
name = "many"
rate = "100 Hz"
[[reader.sensor]]
name = "a"
[[reader.sensor]]
name = "b"
sim = {{ faults = {{ crc = 0.05 }} }}
"""

# A minute a window and a card of 5 MB, of which the history may take 3 MiB and the log 1. Of the
# share of the hours, a fifth of its cap, the year's 17,520 hours of two sensors take two thirds.
YEAR = """
[log]
window = "1 min"
rotate_size = "256 KiB"
rotate_count = 3
[history]
cap = "3 MiB"
[[reader]]
name = "slow"
period = "60 s"
[[reader.sensor]]
name = "inside"
[[reader.sensor]]
name = "outside"
sim = { mean = 8.0, swing = 12.0, cycle = "1 d" }
"""
CAP = 3 << 20
DAYS = 365


class HistoryTest(station.StationTest):
    def setUp(self):
        super().setUp()
        self.history = self.logs / "history.db"

    def assert_sound(self):
        # Read-only: the writer's lock and what it has to mend are not this test's.
        with contextlib.closing(sqlite3.connect(f"file:{self.history}?mode=ro",
                                                uri=True)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def log(self, *options, expected=station.OK):
        process = self.start("log", "--log-dir", self.logs, *options)
        self.assertEqual(process.wait(), expected, process.err())
        return process.out()

    def rows_of_history(self, *options):
        lines = self.log("--since", "1000d", "--every", "100ms", "--format", "jsonl",
                         *options).splitlines()
        return {(row["time"], row["sensor"]): row for row in map(json.loads, lines)}

    def test_kill_9_costs_the_flush_interval_at_most_and_tears_nothing(self):
        moments = random.Random(SEED)
        for number in range(KILLS):
            process = self.start_station(STATION)
            seen = len(temperature_log.read(self.csv)) if self.csv.exists() else 0
            self.until_rows(process, seen + moments.randint(8, 60))
            process.send(signal.SIGKILL)
            process.wait()
            self.assert_sound()
        process = self.start_station(STATION, "--duration", "1s")
        self.finish(process)
        self.assertNotIn("damaged", process.err())
        rows = temperature_log.read(self.csv)
        temperature_log.assert_identity(rows)
        kept = self.rows_of_history()
        # A kill costs what was closed since the last flush: at most the interval and one window
        # more, of two sensors, and the machine's hesitation, which shows in the log as well.
        lost = len(rows) - len(kept)
        self.assertLessEqual(lost, KILLS * 2 * (10 * FLUSH_S + 5), f"{len(rows)} rows")
        self.assertGreater(len(kept), 0)
        print(f"{KILLS} kills: {lost} of {len(rows)} rows are not in the history")

    def test_history_and_log_say_the_same(self):
        process = self.start_station(STATION, "--duration", "3s")
        summary = self.finish(process)
        from_history = self.rows_of_history()
        self.history.unlink()
        from_log = self.rows_of_history()
        self.assertEqual(sorted(from_history), sorted(from_log))
        self.assertEqual(from_history, from_log)
        for name, sensor in summary.sensors.items():
            for key in temperature_log.OUTCOMES:
                self.assertEqual(sum(row[key] for (_, own), row in from_history.items()
                                     if own == name), sensor.counts[key], (name, key))

    def test_a_damaged_history_is_mended_at_the_start_and_said(self):
        self.finish(self.start_station(STATION, "--duration", "3s"))
        before = self.rows_of_history()
        data = bytearray(self.history.read_bytes())
        for position in range(len(data) // 2, len(data) // 2 + 64):
            data[position] ^= 0xFF
        self.history.write_bytes(data)
        process = self.start_station(STATION, "--duration", "1s")
        self.finish(process)
        self.assertIn("was damaged", process.err())
        self.assertTrue((self.logs / "history.db.damaged").exists())
        self.assert_sound()
        after = self.rows_of_history()
        # Both runs may have had slots in the window that the first one ended in.
        last = max(time for time, _ in before)
        kept = [key for key in before if key in after and key[0] < last]
        self.assertEqual([before[key] for key in kept], [after[key] for key in kept])
        self.assertIn("history", self.log("--events", "--since", "1d"))
        print(f"{len(kept)} of {len(before)} rows carried over")

    def test_it_is_read_while_it_is_written(self):
        process = self.start_station(STATION)
        self.until_rows(process, 40)
        counts = []
        while process.alive() and len(set(counts)) < 3:
            counts.append(len(self.rows_of_history()))
            self.assertEqual(counts, sorted(counts))
            self.until_rows(process, len(temperature_log.read(self.csv, running=True)) + 10)
        process.send(signal.SIGTERM)
        self.finish(process)
        self.assertGreaterEqual(len(set(counts)), 3)

    def test_switched_off_there_is_none_and_the_log_answers(self):
        config = STATION.replace("[history]\n", "[history]\nenabled = false\n")
        self.finish(self.start_station(config, "--duration", "1s"))
        self.assertFalse(self.history.exists())
        self.assertGreater(len(self.rows_of_history()), 10)

    def test_a_file_of_something_else_is_left_alone_and_sampling_goes_on(self):
        self.logs.mkdir()
        with contextlib.closing(sqlite3.connect(self.history)) as database:
            database.execute("CREATE TABLE mine(x)")
            database.commit()
        before = self.history.read_bytes()
        process = self.start_station(STATION, "--duration", "1s")
        summary = self.finish(process)
        self.assertTrue(summary.holds)
        self.assertIn("database of something else", process.err())
        self.assertEqual(self.history.read_bytes(), before)

    @unittest.skipUnless(station.is_root(), "needs root to mount a file system")
    def test_a_card_of_5_mb_runs_a_simulated_year_within_its_caps(self):
        try:
            mounted = disk.tmpfs(self.logs, "5m")
        except (disk.NotHere, FileNotFoundError) as why:
            self.skipTest(f"cannot mount here: {why}")
        self.addCleanup(mounted.close)
        process = self.start("run", "--config", self.write_config(YEAR), "--log-dir", self.logs,
                             "--as-fast-as-possible", "--start", "2025-01-01T00:00:00Z",
                             "--duration", f"{DAYS}d", "--json")
        self.assertEqual(process.wait(120), station.OK, process.err())
        summary = json.loads(process.out())
        self.assertTrue(summary["accounted_for"])
        self.assertEqual(summary["log"]["rows_written"], 2 * DAYS * 1440)
        self.assertEqual(summary["history"]["rows_lost"], 0)
        self.assertEqual(summary["history"]["rows"], 2 * DAYS * 1440)
        self.assertLessEqual(summary["history"]["bytes_peak"], CAP)
        self.assertLessEqual(sum(path.stat().st_size for path in self.logs.iterdir()), 5_000_000)
        # The hours of the whole year are there, whatever the cap took of the rest.
        rows = [json.loads(line) for line in
                self.log("--from", "2025-01-01T00:00:00Z", "--to", "2026-01-01T00:00:00Z",
                         "--every", "1d", "--sensor", "outside", "--format", "jsonl").splitlines()]
        self.assertEqual(sum(row["scheduled"] for row in rows), DAYS * 1440)
        self.assertTrue(all(math.isclose(row["mean"], 8.0, abs_tol=1.0) for row in rows))
        print(f"a year: {summary['history']['bytes_peak']} bytes at most, "
              f"{shutil.disk_usage(self.logs).used} on the card at its end")


if __name__ == "__main__":
    station.main()

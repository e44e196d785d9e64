#!/usr/bin/env python3
"""Every scheduled reading is accounted for: in each row, in the summary, and between the two."""

import math

import station
import temperature_log

EXAMPLE = station.SOURCE / "config/examples/four-sim-1khz.toml"
SENSORS = ["inlet", "outlet", "core", "flaky"]

TWO_READERS = """
[station]
stall_budget = "2 s"
[log]
window = "200 ms"
format = "{format}"
[[reader]]
name = "fast"
rate = "1 kHz"
[[reader.sensor]]
name = "a"
[[reader.sensor]]
name = "seldom"
every = 10
sim = {{ faults = {{ nack = 0.2, open_circuit = 0.1 }} }}
[[reader]]
name = "slow"
rate = "10 Hz"
[[reader.sensor]]
name = "b"
unit = "degC"
[[reader.sensor]]
name = "never"
sim = {{ faults = {{ timeout = 1.0 }} }}
"""


def stalling(overrun):
    """The device keeps its reader waiting for 50 periods, three times. A slot that a loaded machine
    misses cannot stall, so each stall has a run of slots to begin at, and ends beyond that run."""
    slots = [slot for first in (500, 800, 1100) for slot in range(first, first + 49)]
    return f"""
[[reader]]
name = "fast"
rate = "1 kHz"
overrun = "{overrun}"
[[reader.sensor]]
name = "lame"
sim = {{ stall_slots = {slots}, stall = "50 ms" }}
[[reader.sensor]]
name = "neighbour"
"""


REPLAYED = """
[[reader]]
name = "film"
rate = "20 Hz"
[[reader.sensor]]
name = "recorded"
driver = "replay"
file = "ten.csv"
"""


class AccountingTest(station.StationTest):
    def test_ten_seconds_at_1_khz_with_a_failing_sensor(self):
        slots = 10_000
        process = self.start_station(EXAMPLE, "--duration", "10s")
        summary = self.finish(process)
        rows = temperature_log.read(self.csv)

        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 1000, SENSORS)
        self.assertEqual(len(rows), int(summary.starting_with("log:")[0].split()[-2]))
        for name in SENSORS:
            counts = summary.sensors[name].counts
            self.assertLessEqual(abs(counts["scheduled"] - slots), 1, name)
            self.assertEqual(counts["dropped"], 0, name)
        for name in SENSORS[:3]:
            self.assertEqual(summary.sensors[name].counts["faulty"], 0, name)
        # Slots are missed by a reader, so each of its sensors has missed the same number.
        self.assertEqual(len({summary.sensors[name].counts["missed"] for name in SENSORS}), 1)
        self.assert_share(summary.sensors["flaky"], {"crc": 0.03, "timeout": 0.02})
        print(f"missed by this machine: {summary.sensors['inlet'].counts['missed']} of {slots}")

    def assert_share(self, sensor, shares):
        """The faults are independent from slot to slot, so each number is binomial; 5 standard
        deviations are exceeded once in 1.7 million runs."""
        reads = sensor.counts["good"] + sensor.counts["faulty"]
        self.assertEqual(set(sensor.faults), set(shares))
        self.assertEqual(sum(sensor.faults.values()), sensor.counts["faulty"])
        for fault, share in shares.items():
            bound = 5 * math.sqrt(reads * share * (1 - share))
            self.assertLessEqual(abs(sensor.faults[fault] - reads * share), bound, fault)

    def test_two_readers_and_a_divisor(self):
        summary = self.finish(
            self.start_station(TWO_READERS.format(format="csv"), "--duration", "3s"))
        rows = temperature_log.read(self.csv)
        self.assert_two_readers(rows, summary)

    def test_json_lines_have_the_same_columns_and_counts(self):
        summary = self.finish(
            self.start_station(TWO_READERS.format(format="jsonl"), "--duration", "3s"))
        rows = temperature_log.read_json_lines(self.logs / "temperature.jsonl")
        self.assert_two_readers(rows, summary)
        self.assertFalse(self.csv.exists())

    def assert_two_readers(self, rows, summary):
        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 200, ["a", "seldom"], ["b", "never"])
        expected = {"a": 3000, "seldom": 300, "b": 30, "never": 30}
        for name, scheduled in expected.items():
            self.assertLessEqual(abs(summary.sensors[name].counts["scheduled"] - scheduled), 1)
        self.assert_share(summary.sensors["seldom"], {"nack": 0.2, "open_circuit": 0.1})
        # A sensor that never reads well has its rows all the same, without statistics.
        self.assertEqual(summary.sensors["never"].counts["good"], 0)
        self.assertTrue(all(row.numbers["mean"] is None for row in rows if row.sensor == "never"))
        for name in ("a", "b"):
            for row in rows:
                if row.sensor == name and row.good > 0:
                    low, mean, high = (row.numbers[key] for key in ("min", "mean", "max"))
                    self.assertTrue(low <= mean <= high, row)

    def test_slots_that_pass_while_a_device_is_slow_are_missed(self):
        summary = self.finish(
            self.start_station(stalling(overrun="skip"), "--duration", "2s"))
        rows = temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        for name in ("lame", "neighbour"):
            counts = summary.sensors[name].counts
            self.assertEqual(counts["scheduled"], 2000)
            self.assertGreaterEqual(counts["missed"], 49)
            self.assertEqual(counts["dropped"], 0)
        self.assertEqual(summary.readers["fast"]["missed"], str(counts["missed"]))
        # Behind the stall the grid is as it was: the late neighbour reads once, not 50 times.
        slots = int(summary.readers["fast"]["slots"])
        self.assertEqual(slots + counts["missed"], 2000)
        late = max(row.numbers["late_max_us"] for row in rows if row.sensor == "neighbour")
        self.assertGreaterEqual(late, 50_000)

    def test_overrun_stop_ends_the_reader_at_its_first_missed_slot(self):
        process = self.start_station(stalling(overrun="stop"), "--duration", "20s")
        summary = self.finish(process, expected=station.UNAVAILABLE)
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)
        self.assertIn("stopped at its first missed slot", summary.text)
        counts = summary.sensors["lame"].counts
        self.assertGreater(counts["missed"], 0)
        # It comes to the first stall, unless a loaded machine ends it earlier.
        self.assertLess(counts["good"], 502)

    def test_a_replay_is_absent_behind_its_end(self):
        values = [20.5 + number for number in range(10)]
        lines = [f"2026-01-05 06:00:{number:02},{value}" for number, value in enumerate(values)]
        (self.folder / "ten.csv").write_text("timestamp,value\n" + "\n".join(lines) + "\n")
        summary = self.finish(self.start_station(REPLAYED, "--duration", "2s"))
        rows = temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        sensor = summary.sensors["recorded"]
        self.assertEqual(sensor.counts["scheduled"], 40)
        self.assertEqual(set(sensor.faults), {"absent"})
        # A line belongs to its slot, so that a missed slot takes its line with it.
        self.assertLessEqual(abs(sensor.counts["good"] - 10), sensor.counts["missed"])
        if sensor.counts["missed"] == 0:
            self.assertEqual(min(row.numbers["min"] for row in rows if row.good), values[0])
            self.assertEqual(max(row.numbers["max"] for row in rows if row.good), values[-1])


if __name__ == "__main__":
    station.main()

#!/usr/bin/env python3
"""Captures: every sample of a station at full rate, exported and played back."""

import ast
import csv
import io
import json
import struct
import subprocess
import unittest

import station
import temperature_log

READERS = """
[log]
window = "200 ms"
[capture]
lateness = "{lateness}"
[[reader]]
name = "fast"
rate = "1 kHz"
[[reader.sensor]]
name = "inlet"
{inlet}
[[reader.sensor]]
name = "flaky"
every = 2
{flaky}
"""
SIMULATED = READERS.format(lateness="{lateness}", inlet="",
                           flaky="sim = {{ faults = {{ crc = 0.1 }} }}")


def replayed(file, lateness="exact"):
    line = f'driver = "replay"\nfile = "{file}"'
    return READERS.format(lateness=lateness, inlet=line, flaky=line)


def isotherm(*arguments):
    return subprocess.run([station.BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=station.WATCHDOG * 2)


class CaptureTest(station.StationTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "run.isocap"

    def run_json(self, config, *options, expected=station.OK, logs=None):
        process = self.start_station(config, "--json", *options, logs=logs)
        code = process.wait(station.WATCHDOG * 2)
        self.assertEqual(code, expected, f"\nstdout: {process.out()}\nstderr: {process.err()}")
        return json.loads(process.out())

    def capture(self, seconds=2, lateness="exact"):
        return self.run_json(SIMULATED.format(lateness=lateness), "--duration", f"{seconds}s",
                             "--capture", self.file)

    def export(self, *options, file=None, expected=station.OK):
        done = isotherm("capture", "export", file or self.file, *options)
        self.assertEqual(done.returncode, expected, done.stderr)
        return done.stdout

    def lines(self, **how):
        return list(csv.DictReader(io.StringIO(self.export(**how).decode())))

    def again(self, logs, lateness="exact"):
        return self.run_json(replayed(self.file, lateness), "--as-fast-as-possible",
                             logs=self.folder / logs)

    def known(self, rows, slots=2000):
        """Without the last rows, where a loaded machine missed the very last slots: of those the
        capture knows nothing."""
        last = max(int(line["slot"]) for line in self.lines())
        return rows if last == slots - 1 else rows[:-2]

    def test_the_export_has_what_the_summary_says(self):
        summary = self.capture()
        counts = summary["capture"]
        self.assertTrue(counts["accounted_for"])
        self.assertEqual(counts["samples"], counts["written"] + counts["dropped"])
        lines = self.lines()
        self.assertEqual(len(lines), counts["written"])
        for sensor in summary["sensors"]:
            own = [line for line in lines if line["sensor"] == sensor["name"]]
            good = sum(line["fault"] == "" for line in own)
            rows = sensor["in_rows"]
            if counts["dropped"] == 0:
                self.assertEqual((good, len(own) - good), (rows["good"], rows["faulty"]))
            slots = [int(line["slot"]) for line in own]
            self.assertEqual(slots, sorted(set(slots)))
            self.assertTrue(all((line["value"] == "") == (line["fault"] != "") for line in own))

    def test_formats_agree(self):
        self.capture(seconds=1)
        lines = self.lines()
        rows = [json.loads(line)
                for line in self.export("--format", "jsonl").decode().splitlines()]
        self.assertEqual([(row["sensor"], row["slot"], row["value"]) for row in rows],
                         [(line["sensor"], int(line["slot"]),
                           float(line["value"]) if line["value"] else None) for line in lines])
        self.assertEqual(isotherm("capture", "export", self.file, "-f", "npy").returncode,
                         station.USAGE)
        output = self.folder / "inlet.npy"
        self.export("--format", "npy", "--sensor", "inl*", "--output", output)
        data = output.read_bytes()
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        length = struct.unpack("<H", data[8:10])[0]
        self.assertEqual((10 + length) % 64, 0)
        head = ast.literal_eval(data[10:10 + length].decode())
        inlet = [line for line in lines if line["sensor"] == "inlet"]
        self.assertEqual(head["shape"], (len(inlet),))
        item = struct.Struct("<QqqdqIB")
        self.assertEqual([name for name, _ in head["descr"]],
                         ["slot", "time_ns", "monotonic_ns", "value", "lateness_ns",
                          "dropped_total", "fault"])
        values = list(item.iter_unpack(data[10 + length:]))
        self.assertEqual([(one[0], one[3]) for one in values],
                         [(int(line["slot"]), float(line["value"])) for line in inlet])
        try:
            import numpy
        except ImportError:
            return
        array = numpy.load(output)
        self.assertEqual(array["value"].tolist(), [one[3] for one in values])

    def test_a_replay_gives_the_same_windows(self):
        """With exact lateness the whole log is the same, to the byte."""
        self.capture()
        again = self.again("again")
        self.assertTrue(again["accounted_for"])
        if b",stepped," in self.csv.read_bytes():
            self.skipTest("the clock of this machine was stepped meanwhile")
        again = (self.folder / "again/temperature.csv").read_bytes().splitlines()
        self.assertEqual(self.known(again), self.known(self.csv.read_bytes().splitlines()))

    def test_two_replays_are_the_same_and_rounded_lateness_changes_nothing_else(self):
        self.capture(lateness="rounded")
        self.again("one")
        self.again("two")
        one, two = (self.folder / name / "temperature.csv" for name in ("one", "two"))
        self.assertEqual(one.read_bytes(), two.read_bytes())
        if b",stepped," in self.csv.read_bytes():
            self.skipTest("the clock of this machine was stepped meanwhile")

        def without_lateness(path):
            rows = self.known(temperature_log.read(path))
            for row in rows:
                row.numbers.pop("late_p99_us")
                row.numbers.pop("late_max_us")
            return rows
        self.assertEqual(without_lateness(one), without_lateness(self.csv))

    def test_a_capture_of_a_replay_is_the_capture(self):
        self.capture()
        other = self.folder / "other.isocap"
        self.run_json(replayed(self.file), "--as-fast-as-possible", "--capture", other,
                      logs=self.folder / "again")

        def samples(file):
            return sorted((line["sensor"], int(line["slot"]), line["value"], line["fault"],
                           line["lateness_us"]) for line in self.lines(file=file))
        self.assertEqual(samples(other), samples(self.file))

    def test_a_replay_in_real_time_has_the_values_and_the_faults(self):
        self.capture(seconds=1)
        summary = self.run_json(replayed(self.file), "--duration", "1s",
                                logs=self.folder / "again")
        self.assertTrue(summary["accounted_for"])
        counts = next(one for one in summary["sensors"] if one["name"] == "flaky")
        self.assertGreater(counts["faults"].get("crc", 0), 0)

    def test_damage_costs_its_chunk_only(self):
        self.capture()
        whole = len(self.lines())
        data = bytearray(self.file.read_bytes())
        second = data.index(b"\x8bisocap\n", 8)
        data[second - 1] ^= 1  # the samples of the first chunk
        self.file.write_bytes(data)
        done = isotherm("capture", "export", self.file)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"are damaged", done.stderr)
        left = len(done.stdout.splitlines()) - 1
        self.assertGreater(left, 0)
        self.assertLess(left, whole)
        # What is lost is missed in a replay, and accounted for.
        again = self.again("again")
        self.assertTrue(again["accounted_for"])
        self.assertGreater(sum(one["in_rows"]["missed"] for one in again["sensors"]), 0)
        # And a torn end costs its chunk and is no failure.
        self.file.write_bytes(data[:-1])
        info = isotherm("capture", "info", self.file)
        self.assertIn(b"at its end", info.stderr)

    def test_a_torn_end_is_no_failure_and_any_other_damage_is(self):
        self.capture(seconds=1)
        data = self.file.read_bytes()

        def code(*contents):
            for old in self.folder.glob("*.isocap"):
                old.unlink()
            for number, content in enumerate(contents):
                (self.folder / f"{number}.isocap").write_bytes(content)
            return isotherm("capture", "info", self.folder).returncode
        self.assertEqual(code(data), 0)
        self.assertEqual(code(data[:-1]), 0)
        self.assertEqual(code(data + b"\0" * 4096), 1)
        self.assertEqual(code(data[:-1], data), 1)
        self.assertEqual(code(b"no capture" * 100), 1)

    def test_a_capture_that_holds_nothing_yet_is_exported_as_nothing(self):
        self.file.write_bytes(b"")
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.export("--format", "jsonl"), b"")
        self.assertIn(b"'shape': (0,)", self.export("--format", "npy"))
        self.export("--sensor", "kiln", expected=station.USAGE)

    def test_an_export_takes_nothing_away(self):
        self.capture(seconds=1)
        data = self.file.read_bytes()
        link = self.folder / "link.isocap"
        link.symlink_to(self.file)
        for output in (self.file, link):
            self.export("--output", output, expected=station.USAGE)
        self.assertEqual(self.file.read_bytes(), data)
        # One that fails leaves what was there; one that does not takes its place.
        output = self.folder / "old.csv"
        output.write_text("old")
        output.chmod(0o640)
        self.export("--sensor", "none*", "--output", output, expected=station.USAGE)
        self.assertEqual(output.read_text(), "old")
        self.export("--output", output)
        self.assertEqual(output.read_bytes(), self.export())
        self.assertEqual(output.stat().st_mode & 0o777, 0o640)
        self.export("--output", "/dev/null")
        self.assertEqual(list(self.folder.glob("*.isotherm-new")), [])

    def test_the_cap_holds_and_what_it_costs_is_counted(self):
        config = SIMULATED.format(lateness="exact").replace(
            "[capture]\n",
            '[capture]\nenabled = true\ntotal_size = "64 KiB"\nfile_size = "16 KiB"\n')
        summary = self.run_json(config + '\n', "--as-fast-as-possible", "--duration", "5min",
                                "--start", "2026-01-01")
        counts = summary["capture"]
        self.assertTrue(counts["accounted_for"])
        self.assertGreater(counts["bytes"], 64 * 1024)
        self.assertGreater(counts["files_deleted"], 0)
        sizes = [path.stat().st_size for path in self.logs.glob("capture-*.isocap")]
        self.assertLessEqual(sum(sizes), 64 * 1024)
        # The newest are there, and play.
        end = max(int(line["slot"]) for line in self.lines(file=self.logs))
        self.assertGreater(end, 290_000)

    def test_a_simulated_day_takes_seconds_and_is_accounted_for(self):
        config = """
            [log]
            window = "1 min"
            [[reader]]
            name = "slow"
            rate = "1 Hz"
            [[reader.sensor]]
            name = "a"
            [[reader.sensor]]
            name = "stalling"
            sim = { stall_slots = [100], stall = "5 s" }
            """
        summary = self.run_json(config, "--as-fast-as-possible", "--duration", "1d",
                                "--start", "2026-01-01")
        self.assertTrue(summary["accounted_for"])
        self.assertEqual(summary["virtual_time"]["readings"], 2 * 86_400)
        self.assertEqual(summary["sensors"][0]["in_rows"]["missed"], 4)
        rows = temperature_log.read(self.csv)
        self.assertEqual(len(rows), 2 * 24 * 60)

    def test_what_cannot_be_done_is_said(self):
        device = '[[reader]]\nname = "r"\n[[reader.sensor]]\nname = "s"\ndriver = "hwmon"\n' \
                 'device = "x"\n'
        process = self.start_station(device, "--as-fast-as-possible", "--duration", "1s")
        self.assertEqual(process.wait(), station.CONFIG)
        self.assertIn("cannot be read faster", process.err())
        process = self.start_station(SIMULATED.format(lateness="none"), "--as-fast-as-possible")
        self.assertEqual(process.wait(), station.USAGE)
        self.assertIn("--duration", process.err())
        self.capture(seconds=1)
        wrong = replayed(self.file).replace('"1 kHz"', '"10 Hz"')
        process = self.start_station(wrong, "--as-fast-as-possible")
        self.assertEqual(process.wait(), station.CONFIG)
        self.assertIn("was captured at 1 kHz", process.err())
        process = self.start_station(SIMULATED.format(lateness="none"), "--duration", "1s",
                                     "--capture", self.folder / "nowhere/run.isocap")
        self.assertEqual(process.wait(), station.IO)
        self.assertEqual(isotherm("capture", "info", self.folder / "none").returncode, station.IO)
        self.assertEqual(isotherm("capture", "export", self.file, "-s", "x*").returncode,
                         station.USAGE)


if __name__ == "__main__":
    station.main()

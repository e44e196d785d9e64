#!/usr/bin/env python3
"""isotherm log: what it answers is what the log's own rows say, to the last digit."""

import collections
import contextlib
import csv
import datetime
import io
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest

import station
import temperature_log

STATION = """
[log]
window = "100 ms"
[[reader]]
name = "fast"
rate = "100 Hz"
[[reader.sensor]]
name = "kiln-left"
sim = { faults = { crc = 0.05 } }
[[reader.sensor]]
name = "kiln-right"
[[reader]]
name = "slow"
rate = "20 Hz"
[[reader.sensor]]
name = "room"
"""

HEADER = ",".join(temperature_log.COLUMNS) + "\n"


def utc(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def row(time, sensor="a", values="10,10,0,0,0,20.5,21.25,22.125,0.5,21", faults=""):
    return f"{time},1.000,{sensor},degC,{values},1.0,2.0,synced,{faults}\n"


class LogTest(station.StationTest):
    def ask(self, *options, expected=station.OK, logs=None, zone="UTC0", **how):
        """What the program prints; its errors in self.errors."""
        environment = dict(os.environ, TZ=zone, LC_ALL="C.UTF-8")
        done = subprocess.run(
            [station.BINARY, "log", "--log-dir", logs or self.logs, *options], cwd=self.folder,
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=station.WATCHDOG, check=False, **how)
        self.errors = done.stderr
        self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
        return done.stdout

    def write_log(self, text, name="temperature.csv"):
        self.logs.mkdir(exist_ok=True)
        path = self.logs / name
        path.write_text(text)
        return path


class AStationsLog(LogTest):
    """The log of one run, of which each test has a copy."""

    @classmethod
    def setUpClass(cls):
        made = pathlib.Path(tempfile.mkdtemp(prefix="isotherm-test-"))
        cls.addClassCleanup(shutil.rmtree, made)
        config, cls.made = made / "station.toml", made / "logs"
        config.write_text(STATION)
        subprocess.run([station.BINARY, "run", "--config", config, "--log-dir", cls.made,
                        "--best-effort", "--duration", "3s", "--quiet"], check=True,
                       timeout=station.WATCHDOG)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.made, self.logs)
        self.rows = temperature_log.read(self.csv)

    def test_the_summary_is_that_of_the_rows(self):
        answer = json.loads(self.ask("--format", "json"))
        self.assertEqual([one["sensor"] for one in answer["sensors"]],
                         ["kiln-left", "kiln-right", "room"])
        for one in answer["sensors"]:
            own = [row for row in self.rows if row.sensor == one["sensor"] and row.good]
            sums = temperature_log.sums(self.rows)[one["sensor"]]
            for key in temperature_log.COUNTS:
                self.assertEqual(one[key], sums[key], key)
            self.assertEqual(one["min"], min(row.numbers["min"] for row in own))
            self.assertEqual(one["max"], max(row.numbers["max"] for row in own))
            self.assertEqual(one["last"], own[-1].numbers["last"])
            mean = sum(row.numbers["mean"] * row.good for row in own) / sum(
                row.good for row in own)
            self.assertAlmostEqual(one["mean"], mean, delta=6e-7)
            first = next(row for row in own if row.numbers["min"] == one["min"])
            self.assertEqual(utc(one["min_time"]).timestamp() * 1000, first.time_ms)
            self.assertEqual(one["gaps"], [])

    def test_the_table_shows_the_same(self):
        table = self.ask("--sensor", "room")
        answer = json.loads(self.ask("--format", "json", "--sensor", "room"))["sensors"][0]
        for key in ("min", "max", "last", "mean"):
            self.assertIn(f" {answer[key]:.6f}".rstrip("0").rstrip("."), table)
        self.assertNotIn("kiln", table)

    def test_csv_without_steps_is_the_log_itself(self):
        # A history keeps more decimals of the mean than the file.
        for path in self.logs.glob("history.db*"):
            path.unlink()
        self.assertEqual(self.ask("--format", "csv"), self.csv.read_text())

    def test_json_lines_have_the_rows_of_csv(self):
        lines = self.ask("--format", "jsonl").splitlines()
        rows = list(csv.DictReader(io.StringIO(self.ask("--format", "csv"))))
        self.assertEqual(len(lines), len(rows))
        for line, own in zip(lines, rows):
            self.assertEqual(json.loads(line)["time"], own["time"])
            self.assertEqual(str(json.loads(line)["good"]), own["good"])

    def test_steps_add_up_to_the_rows(self):
        steps = temperature_log.parse(self.ask("--every", "1s", "--format", "csv"), "stdout")
        self.assertEqual(temperature_log.sums(steps), temperature_log.sums(self.rows))
        temperature_log.assert_identity(steps)
        self.assertTrue(all(step.time_ms % 1000 == 0 for step in steps))
        document = json.loads(self.ask("--every", "1s", "--format", "json"))
        self.assertEqual(len(document["rows"]), len(steps))
        self.assertEqual(len(self.ask("--every", "1s").splitlines()), len(steps) + 1)

    def test_faults_are_all_of_the_rows_that_are_not_good(self):
        stretches = json.loads(self.ask("--faults", "--format", "json"))
        total = collections.Counter()
        for one in stretches:
            total[one["sensor"]] += one["faulty"]
            self.assertLess(one["from"], one["to"])
        wanted = {name: own["faulty"] for name, own in temperature_log.sums(self.rows).items()
                  if own["faulty"]}
        self.assertTrue(wanted)
        self.assertEqual(dict(total), wanted)
        self.assertIn("crc:", self.ask("--faults"))

    def test_the_pictures_are_drawn(self):
        self.assertTrue(self.ask("--plot", "--since", "1h").strip())
        self.ask("--html", "page.html")
        page = (self.folder / "page.html").read_text()
        self.assertTrue(page.lower().startswith("<!doctype html"), page[:80])

    def test_stats_are_of_the_files(self):
        stores = {one["store"]: one for one in json.loads(self.ask("--stats", "--format", "json"))}
        self.assertEqual(stores["files"]["rows"], len(self.rows))
        self.assertEqual(stores["files"]["bytes"], self.csv.stat().st_size)

    def test_stats_say_what_the_station_has_written(self):
        stores = {one["store"]: one for one in json.loads(self.ask("--stats", "--format", "json"))}
        written = stores["written"]
        # It counts before its last windows are closed.
        self.assertGreater(written["rows"], 0)
        self.assertLessEqual(written["rows"], len(self.rows))
        self.assertGreater(written["bytes"], written["rows"])
        self.assertAlmostEqual(written["bytes_per_row"], written["bytes"] / written["rows"])
        self.assertIn("written", self.ask("--stats"))

    def test_stats_count_the_events_of_the_files(self):
        events = self.logs / "events.jsonl"
        with open(events, "a") as file:
            file.write('{"time":"2026-01-01T00:00:00.000Z","severity":"info",'
                       '"event":"worst_slot"}\n')
        stores = {one["store"]: one for one in json.loads(self.ask("--stats", "--format", "json"))}
        self.assertEqual(stores["events"]["rows"], events.read_text().count("\n"))
        self.assertEqual(stores["events"]["bytes"], events.stat().st_size)

    def test_what_only_the_files_have_is_answered_from_them(self):
        self.write_log(HEADER + row("2020-01-01T00:00:00.000Z", sensor="old"),
                       "temperature.7.csv")
        with open(self.csv, "a") as file:
            file.write(row("2036-01-01T00:00:00.000Z", sensor="room"))
        for day, sensor in (("2020-01-01", "old"), ("2036-01-01", "room")):
            lines = self.ask("--from", f"{day}T00:00Z", "--to", f"{day}T01:00Z", "--format", "csv")
            self.assertEqual(lines, HEADER + row(f"{day}T00:00:00.000Z", sensor=sensor))
        steps = temperature_log.parse(
            self.ask("--from", "2020-01-01", "--every", "1s", "--format", "csv"), "stdout")
        sums = temperature_log.sums(steps)
        self.assertEqual(sums["room"]["scheduled"],
                         temperature_log.sums(self.rows)["room"]["scheduled"] + 10)
        self.assertEqual(json.loads(self.ask("--format", "json"))["source"], "history and files")

    def test_a_history_that_is_switched_off_is_not_asked(self):
        self.assertEqual(json.loads(self.ask("--format", "json"))["source"], "history")
        config = self.write_config(STATION + "[history]\nenabled = false\n")
        answer = json.loads(self.ask("--config", config, "--format", "json"))
        self.assertEqual(answer["source"], "files")

    def test_a_step_of_the_clock_that_an_event_tells_of_is_drawn_once(self):
        newest = self.rows[-1].time_ms * 1_000_000
        hour = 3600 * 1_000_000_000
        with contextlib.closing(sqlite3.connect(self.logs / "history.db")) as database:
            for time, size in ((newest, -5_000_000_000), (newest - hour, 7_000_000_000)):
                database.execute("INSERT INTO clock_step(boot, time_ns, uptime_ns, size_ns) "
                                 "VALUES (1, ?, 0, ?)", (time, size))
            database.execute("INSERT INTO event(boot, dated, time_ns, severity, kind, fields) "
                             "VALUES (1, 1, ?, 1, 'suspended', '{}')", (newest,))
            database.commit()
        self.ask("--html", "page.html")
        page = (self.folder / "page.html").read_text()
        self.assertIn("clock step of +7.000 s", page)
        self.assertNotIn("clock step of -5.000 s", page)

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        # More than a pipe holds, so that the program is still writing when nobody reads any more.
        with open(self.csv, "a") as file:
            lines = [line for line in self.csv.read_text().splitlines(True)[1:]]
            for _ in range(100):
                file.writelines(lines)
        done = subprocess.run(
            ["bash", "-c", '"$0" log --log-dir "$1" --format csv | head -n 1; '
             'echo "${PIPESTATUS[*]}"', station.BINARY, self.logs], capture_output=True, text=True,
            timeout=station.WATCHDOG, check=True)
        self.assertEqual(done.stdout, HEADER + "0 0\n")
        self.assertEqual(done.stderr, "")

    def test_stdout_that_is_full_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([station.BINARY, "log", "--log-dir", self.logs], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, station.IO)
        self.assertIn("stdout", done.stderr)


class Following(LogTest):
    def test_rows_come_as_they_are_written_also_behind_a_rotation(self):
        text = STATION.replace('[log]', '[log]\nrotate_size = "64 kB"')
        process = self.start_station(text, "--quiet")
        self.until_rows(process, 10)
        follower = self.start("log", "--log-dir", self.logs, "--follow", "--format", "csv",
                              "--from", "2000-01-01")
        rotated = self.logs / "temperature.1.csv"
        process.until(rotated.exists, "a rotated file", seconds=60)
        follower.until(lambda: follower.out().count("\n") > rotated.read_text().count("\n") + 5,
                       "rows behind the rotation")
        process.send(signal.SIGTERM)
        self.finish(process)
        total = sum(len(path.read_text().splitlines()) - 1 for path in
                    self.logs.glob("temperature*.csv"))
        follower.until(lambda: len(follower.out().splitlines()) >= total + 1, "the last row")
        follower.send(signal.SIGINT)
        self.assertEqual(follower.wait(), station.OK)
        files = sorted(self.logs.glob("temperature*.csv"), reverse=True,
                       key=lambda path: int(path.name.split(".")[1].replace("csv", "0")))
        wanted = HEADER + "".join(path.read_text().split("\n", 1)[1] for path in files)
        self.assertEqual(follower.out(), wanted)

    def test_it_ends_when_nobody_reads(self):
        process = self.start_station(STATION, "--quiet")
        self.until_rows(process, 5)
        done = subprocess.run(
            ["bash", "-c", '"$0" log --log-dir "$1" --follow --since 1m | head -n 3; '
             'echo "${PIPESTATUS[*]}"', station.BINARY, self.logs], capture_output=True, text=True,
            timeout=station.WATCHDOG, check=True)
        self.assertTrue(done.stdout.endswith("\n0 0\n"), done.stdout)
        self.assertEqual(done.stderr, "")
        process.send(signal.SIGTERM)
        self.finish(process)


class WrittenLogs(LogTest):
    """Logs that a test has written itself: their times are known."""

    def test_minimum_and_maximum_have_their_times_and_every_digit(self):
        self.write_log(HEADER +
                       row("2026-01-01T00:00:00.000Z", values="1,1,0,0,0,0.1,0.1,0.1,,0.1") +
                       row("2026-01-01T00:00:01.000Z", values="1,1,0,0,0,-40.000001,-40.000001,"
                           "-40.000001,,-40.000001") +
                       row("2026-01-01T00:00:02.000Z", values="1,1,0,0,0,123456.654321,"
                           "123456.654321,123456.654321,,123456.654321"))
        one = json.loads(self.ask("--format", "json"))["sensors"][0]
        self.assertEqual((one["min"], one["max"]), (-40.000001, 123456.654321))
        self.assertEqual(one["min_time"], "2026-01-01T00:00:01.000Z")
        self.assertEqual(one["max_time"], "2026-01-01T00:00:02.000Z")
        self.assertEqual(one["mean"], round((0.1 - 40.000001 + 123456.654321) / 3, 6))
        table = self.ask()
        self.assertIn("-40.000001", table)
        self.assertIn("123456.654321", table)
        self.assertIn("01-01 00:00:02", table)

    def test_rotated_files_of_both_formats_are_one_log(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z"), "temperature.10.csv")
        self.write_log(HEADER + row("2026-01-01T00:00:01.000Z"), "temperature.2.csv")
        old = self.write_log(HEADER + row("2026-01-01T00:00:02.000Z"))
        os.utime(old, (1, 1))
        self.write_log('{"time":"2026-01-01T00:00:03.000Z","uptime_s":1.000,"sensor":"a",'
                       '"unit":"degC","scheduled":1,"good":1,"faulty":0,"missed":0,"dropped":0,'
                       '"min":1,"mean":1,"max":1,"stddev":null,"last":1,"late_p99_us":1.0,'
                       '"late_max_us":1.0,"clock":"synced","faults":{}}\n', "temperature.jsonl")
        lines = self.ask("--format", "csv").splitlines()[1:]
        self.assertEqual([line[17:19] for line in lines], ["00", "01", "02", "03"])

    def test_days_are_local_and_have_23_and_25_hours(self):
        text = HEADER
        begin = datetime.datetime(2026, 3, 27, tzinfo=datetime.timezone.utc)
        for hour in range(24 * 5):
            time = (begin + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            text += row(time, values="1,1,0,0,0,1,1,1,,1")
        self.write_log(text)
        zone = "CET-1CEST,M3.5.0,M10.5.0/3"
        options = ("--from", "2026-03-28", "--to", "2026-03-31", "--every", "1d", "--format", "csv")
        days = list(csv.DictReader(io.StringIO(self.ask(*options, zone=zone))))
        self.assertEqual([(day["time"][:13], day["good"]) for day in days],
                         [("2026-03-27T23", "24"), ("2026-03-28T23", "23"),
                          ("2026-03-29T22", "24")])
        days = list(csv.DictReader(io.StringIO(self.ask("--utc", *options[:4], "--every", "1d",
                                                        "--format", "csv", zone="UTC0"))))
        self.assertEqual([day["good"] for day in days], ["24"] * 3)

    def test_the_last_day_of_a_station_that_has_stopped_ends_with_its_last_row(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z") + row("2026-01-02T12:00:00.000Z"))
        answer = json.loads(self.ask("--format", "json"))
        self.assertEqual(answer["to"], "2026-01-02T12:00:00.000Z")
        self.assertEqual(answer["sensors"][0]["windows"], 1)
        self.assertIn("2026-01-01 12:00:00 to 2026-01-02 12:00:00", self.ask())

    def test_a_gap_is_told(self):
        text = HEADER
        begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        for second in list(range(0, 600)) + list(range(900, 1800)):
            time = (begin + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            text += row(time)
        self.write_log(text)
        one = json.loads(self.ask("--format", "json"))["sensors"][0]
        self.assertEqual(one["gaps"], [{"from": "2026-01-01T00:10:00.000Z",
                                        "to": "2026-01-01T00:15:00.000Z", "missing_s": 300.0}])
        self.assertIn("1 (5 min 0 s)", self.ask())

    def test_a_fault_stretch_has_its_reasons(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z") +
                       row("2026-01-01T00:00:01.000Z", values="10,7,2,1,0,20,21,22,0.5,21",
                           faults="timeout:1;crc:1") +
                       row("2026-01-01T00:00:02.000Z", values="10,0,10,0,0,,,,,",
                           faults="crc:10") +
                       row("2026-01-01T00:00:03.000Z"))
        stretches = json.loads(self.ask("--faults", "--format", "json"))
        self.assertEqual(len(stretches), 1)
        self.assertEqual(stretches[0]["duration_s"], 2.0)
        self.assertEqual(stretches[0]["faults"], {"timeout": 1, "crc": 11})
        self.assertEqual(stretches[0]["missed"], 1)

    def test_lines_that_make_no_sense_are_told_and_left_out(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z") + "what is this\n" + HEADER +
                       row("2026-01-01T00:00:01.000Z") + "2026-01-01T00:00:02")
        self.assertEqual(self.ask("--format", "csv").count("\n"), 3)
        self.assertIn("temperature.csv: 1 line that makes no sense was left out", self.errors)

    def test_events_are_listed(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z"))
        event = ('{"time":"2025-12-31T23:59:59.000Z","severity":"error","event":"disk",'
                 '"text":"no space","bytes":12}')
        self.write_log(event + "\n", "events.jsonl")
        self.assertIn("1 error", self.ask())
        self.assertIn("text=no space bytes=12", self.ask("--events"))
        self.assertEqual(json.loads(self.ask("--events", "--format", "jsonl")), json.loads(event))


class Mistakes(LogTest):
    def test_each_is_told_with_its_mend(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z", sensor="kiln"))
        for options, words in (
                (("--since", "2"), 'has no unit'),
                (("--from", "noon"), "is no time"),
                (("--from", "2026-02-30"), "in no calendar"),
                (("--since", "1h", "--from", "now"), "given twice"),
                (("--from", "2026-01-02", "--to", "2026-01-01"), "nothing lies between"),
                (("--every", "36h"), "whole number of days"),
                (("--sensor", "oven"), "there are kiln"),
                (("--follow", "--format", "json"), "jsonl"),
                (("--plot", "--stats"), "one of them"),
                (("--plot", "--format", "csv"), "charts have no format"),
                (("--html", "page.html", "--format", "json"), "charts have no format")):
            self.ask(*options, expected=station.USAGE)
            self.assertIn(words, self.errors, options)
            self.assertIn("mend:", self.errors, options)
        self.ask("--format", "xml", expected=station.USAGE)

    def test_a_place_without_a_log(self):
        self.ask(expected=station.IO, logs=self.folder / "nowhere")
        self.assertIn("no such directory", self.errors)
        (self.folder / "empty").mkdir()
        self.ask(expected=station.IO, logs=self.folder / "empty")
        self.assertIn("no log in this directory", self.errors)
        self.assertIn("--log-dir", self.errors)

    def test_a_range_without_rows_says_where_there_are_some(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z"))
        self.assertIn("no rows", self.ask("--from", "2020-01-01", "--to", "2020-01-02"))
        self.assertIn("2026-01-01 00:00:00", self.errors)

    def test_a_page_that_cannot_be_written(self):
        self.write_log(HEADER + row("2026-01-01T00:00:00.000Z"))
        self.ask("--html", "nowhere/page.html", expected=station.IO)
        self.assertIn("nowhere/page.html", self.errors)


if __name__ == "__main__":
    station.main()

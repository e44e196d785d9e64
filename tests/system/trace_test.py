#!/usr/bin/env python3
"""The trace: it shows every slot, whatever happens to the disk or the process, and costs the run
nothing."""

import json
import signal
import unittest

import disk
import station
import temperature_log
from trace_file import TraceFile, end, ns

RATES = {"fast": 1000, "middle": 500, "slow": 100}
SENSORS = {"fast": ["a", "b"], "middle": ["c"], "slow": ["d", "e"]}

THREE_READERS = '[log]\nwindow = "250 ms"\n' + "".join(
    f'[[reader]]\nname = "{name}"\nrate = "{rate} Hz"\n' + "".join(
        f'[[reader.sensor]]\nname = "{sensor}"\n' for sensor in SENSORS[name])
    for name, rate in RATES.items())


class TraceTest(station.StationTest):
    def setUp(self):
        super().setUp()
        self.trace_path = self.folder / "run.json"

    def start_traced(self, *options, path=None, **how):
        return self.start_station(THREE_READERS, "--trace", path or self.trace_path, *options,
                                  **how)

    def summary_of(self, process, expected=station.OK):
        self.assertEqual(process.wait(), expected, process.err())
        return json.loads(process.out())

    def assert_accounted_for(self, trace, summary):
        """The identity, event by event and slot by slot, between file, summary and readers."""
        told = summary["trace"]
        self.assertTrue(told["accounted_for"], told)
        events = told["events"]
        self.assertEqual(events["made"], events["written"] + events["dropped_by_ring"]
                         + events["over_limit"] + events["not_written"])
        self.assertEqual(trace.count(), events["written"])
        slots = {thread["thread"]: thread["slots"] for thread in told["threads"]
                 if "slots" in thread}
        for reader in summary["readers"]:
            name = reader["name"]
            scheduled = reader["slots"] + reader["missed_slots"]
            shown = sorted(trace.slots_read(name) + trace.slots_missed(name))
            dropped = scheduled - slots[f"iso-{name}"]["written"]
            self.assertEqual(slots[f"iso-{name}"]["made"], scheduled)
            self.assertEqual(len(shown) + dropped, scheduled, name)
            self.assertEqual(len(set(shown)), len(shown), f"{name}: a slot is there twice")
            if dropped == 0:
                self.assertEqual(shown, list(range(scheduled)), name)

    def assert_ordered(self, trace):
        """By thread: times do not go back, and what is within a slot or a drain lies in it."""
        for thread, spans in trace.spans.items():
            starts = [ns(span["ts"]) for span in spans]
            self.assertEqual(starts, sorted(starts), thread)
            outer = None
            for span in spans:
                if outer and ns(span["ts"]) < end(outer):
                    self.assertLessEqual(end(span), end(outer), f"{thread}: {outer} {span}")
                else:
                    outer = span

    def test_five_seconds_show_every_slot_read_drain_window_and_write(self):
        process = self.start_traced("--duration", "5s", "--json")
        thread = process.until(lambda: process.threads().get("iso-trace"), "iso-trace")
        self.assertNotEqual(thread.policy, station.Thread.FIFO)
        summary = self.summary_of(process)
        text = self.trace_path.read_text()
        self.assertTrue(text.endswith("\n]\n"))
        trace = TraceFile(text)
        self.assert_accounted_for(trace, summary)
        self.assert_ordered(trace)

        names = set(trace.threads.values())
        self.assertLessEqual({"iso-fast", "iso-middle", "iso-slow", "iso-aggregate", "iso-log",
                              "iso-fast missed"}, names)
        dropped = summary["trace"]["events"]["dropped_by_ring"]
        for reader in summary["readers"]:
            self.assertEqual(reader["slots"] + reader["missed_slots"], 5 * RATES[reader["name"]])
        for sensor in summary["sensors"]:
            counts = sensor["by_reader"]
            reads = [span for span in trace.spans[f"iso-{sensor['reader']}"]
                     if span["name"] == sensor["name"]]
            # No other event has a sensor's name.
            self.assertLessEqual(counts["scheduled"] - counts["missed"] - len(reads), dropped)
            self.assertLessEqual(len(reads), counts["scheduled"] - counts["missed"])

        rows = temperature_log.read(self.csv)
        windows = trace.instants["iso-aggregate"]
        self.assertEqual(len(windows), len(rows))
        self.assertEqual(sum(event["args"]["scheduled"] for event in windows),
                         sum(row.scheduled for row in rows))
        self.assertGreater(len([1 for span in trace.spans["iso-aggregate"]
                                if span["name"] == "drain"]), 10)
        written = [span["args"]["bytes"] for span in trace.spans["iso-log"]
                   if span["name"] == "write"]
        self.assertEqual(sum(written), self.csv.stat().st_size)
        self.assertTrue([span for span in trace.spans["iso-log"] if span["name"] == "sync"])

        self.assertEqual(trace.notes["trace begins"]["clock"], "CLOCK_MONOTONIC")
        told = trace.notes["trace ends"]
        self.assertEqual(told["events_made"], summary["trace"]["events"]["made"])
        self.assertEqual(told["events_written"], summary["trace"]["events"]["written"])
        print(f"{trace.count()} events, {len(text)} bytes")

    def test_kill_9_leaves_a_trace_whose_events_can_be_loaded(self):
        process = self.start_traced("--quiet")
        process.until(lambda: self.trace_path.exists()
                      and self.trace_path.stat().st_size > 300_000, "300 kB of trace")
        process.send(signal.SIGKILL)
        self.assertEqual(process.wait(), -signal.SIGKILL)
        text = self.trace_path.read_text()
        self.assertFalse(text.endswith("]\n"))
        for cut in (text, text[:-1], text[:-60], text[:len(text) // 2], text + ","):
            trace = TraceFile(cut)
            for reader in RATES:
                shown = sorted(trace.slots_read(reader) + trace.slots_missed(reader))
                self.assertGreater(len(shown), 10)
            self.assert_ordered(trace)
        # The next run begins a trace of its own there.
        summary = self.summary_of(self.start_traced("--duration", "300ms", "--json"))
        trace = TraceFile(self.trace_path.read_text())
        self.assert_accounted_for(trace, summary)

    def test_a_limit_bounds_the_file_and_counts_the_rest(self):
        process = self.start_traced("--trace-limit", "256 KiB", "--duration", "2s", "--json")
        summary = self.summary_of(process)
        self.assertLessEqual(self.trace_path.stat().st_size, 256 << 10)
        self.assertEqual(summary["trace"]["bytes"], self.trace_path.stat().st_size)
        self.assertGreater(summary["trace"]["events"]["over_limit"], 0)
        self.assertEqual(process.err().count("has reached its limit"), 1, process.err())
        trace = TraceFile(self.trace_path.read_text())
        self.assert_accounted_for(trace, summary)
        self.assertEqual(trace.notes["trace ends"]["events_over_limit"],
                         summary["trace"]["events"]["over_limit"])

    @unittest.skipUnless(station.is_root(), "needs root to mount a file system")
    def test_a_full_disk_costs_the_trace_and_not_the_run(self):
        try:
            mounted = disk.tmpfs(self.folder / "small", "1m")
        except disk.NotHere as reason:
            self.skipTest(str(reason))
        self.addCleanup(mounted.close)
        mounted.fill(leave=256 << 10)
        path = mounted.where / "run.json"
        process = self.start_traced("--duration", "2s", "--json", path=path)
        summary = self.summary_of(process)
        self.assertEqual(process.err().count("cannot write"), 1, process.err())
        self.assertIn("No space left on device", summary["trace"]["error"])
        self.assertGreater(summary["trace"]["events"]["not_written"], 0)
        self.assertTrue(summary["accounted_for"])
        trace = TraceFile(path.read_text())
        self.assertGreater(trace.count(), 100)
        self.assert_accounted_for(trace, summary)
        rows = temperature_log.read(self.csv)
        temperature_log.assert_identity(rows)

    def test_what_cannot_be_a_trace_is_refused_before_the_start(self):
        log = self.folder / "precious.csv"
        log.write_text("time,uptime_s\n1,2\n")
        for path, words in ((log, "something else than an earlier trace"),
                            (self.folder / "no" / "run.json", "No such file or directory"),
                            (self.folder, "directory")):
            process = self.start_traced("--duration", "1s", path=path)
            self.assertEqual(process.wait(), station.IO, process.err())
            self.assertIn(words, process.err())
            self.assertIn("--trace", process.err())
        self.assertEqual(log.read_text(), "time,uptime_s\n1,2\n")
        for options, words in ((["--trace-limit", "1 MB"], "requires --trace"),
                               (["--trace", "x", "--trace-limit", "1 kB"], "at least 256 KiB"),
                               (["--trace", "x", "--trace-limit", "much"], "--trace-limit")):
            process = self.start("run", *options)
            self.assertEqual(process.wait(), station.USAGE, process.err())
            self.assertIn(words, process.err())
        self.assertFalse((self.folder / "x").exists())

    def test_the_summary_says_where_it_is_and_a_plain_run_has_nothing_of_it(self):
        summary = self.finish(self.start_traced("--duration", "300ms", path="run.json"))
        [line] = summary.starting_with("trace:")
        self.assertIn("run.json", line)
        self.assertIn(f"{TraceFile(self.trace_path.read_text()).count()} events", line)

        plain = self.start_station(THREE_READERS, "--duration", "1s", "--json")
        self.until_rows(plain, 1)
        self.assertNotIn("iso-trace", plain.threads())
        self.assertIsNone(self.summary_of(plain)["trace"])


if __name__ == "__main__":
    station.main()

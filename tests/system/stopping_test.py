#!/usr/bin/env python3
"""Signals, and what is shown on a terminal and elsewhere."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import unittest

import disk
import station
import temperature_log

CONFIG = """
[log]
window = "500 ms"
[[reader]]
name = "fast"
rate = "1 kHz"
[[reader.sensor]]
name = "a"
[[reader]]
name = "slow"
rate = "20 Hz"
[[reader.sensor]]
name = "b"
"""
FAST_SLOTS = 500  # slots of "fast" in a whole window

HUNDRED_SECONDS = """
[[reader]]
name = "glacier"
rate = "0.01 Hz"
[[reader.sensor]]
name = "ice"
"""

ESCAPE = "\x1b"
REDRAW = re.compile(r"\x1b\[\d+A\x1b\[J")  # up so many lines, erase to the end of the screen
# A station that stops does so within its longest period; these are 50 ms. The rest is machine.
PROMPT = 5.0


class SignalTest(station.StationTest):
    def test_sigint_and_sigterm_write_the_partial_window_and_end_well(self):
        for which in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(which.name):
                logs = self.folder / which.name
                process = self.start_station(CONFIG, logs=logs)
                self.until_rows(process, 5, logs / "temperature.csv")
                process.send(which)
                summary = self.finish(process, seconds=PROMPT)
                rows = temperature_log.read(logs / "temperature.csv")
                self.assert_log_is_summary(rows, summary)
                self.assert_every_window(rows, 500, ["a"], ["b"])
                # Signals may come just at the end of a window, so "less" would be a gamble.
                fast = [row.scheduled for row in rows if row.sensor == "a"]
                self.assert_whole_windows(fast[1:-1])
                self.assertTrue(0 < fast[-1] <= FAST_SLOTS + 1, fast)

    def test_a_last_window_that_is_cut_off_has_a_smaller_scheduled(self):
        process = self.start_station(CONFIG, "--duration", "1300ms")
        summary = self.finish(process)
        fast = [row.scheduled for row in temperature_log.read(self.csv) if row.sensor == "a"]
        # 1300 slots in windows of 500: two ends that are cut off, or one if the start was aligned.
        self.assertLess(fast[0] + fast[-1], 2 * FAST_SLOTS - 100)
        self.assert_whole_windows(fast[1:-1])
        self.assertEqual(summary.sensors["a"].counts["scheduled"], 1300)

    def assert_whole_windows(self, scheduled):
        """The wall clock is only known to some us, so a slot on the edge may belong to either."""
        for count in scheduled:
            self.assertLessEqual(abs(count - FAST_SLOTS), 1, scheduled)

    def test_a_slow_reader_does_not_hold_up_the_end(self):
        process = self.start_station(HUNDRED_SECONDS)
        # Its first slot is at the start; its next would be 100 s later. The station begins when it
        # starts iso-aggregate, and from there on owes an orderly end.
        process.until(lambda: "iso-aggregate" in process.threads(), "the start")
        process.send(signal.SIGTERM)
        summary = self.finish(process, seconds=PROMPT)
        self.assertIn(summary.sensors["ice"].counts["scheduled"], (0, 1))
        self.assertEqual(temperature_log.sums(temperature_log.read(self.csv)).get(
            "ice", dict.fromkeys(temperature_log.COUNTS, 0)), summary.sensors["ice"].counts)

    def test_a_signal_at_any_moment_of_the_start_ends_it(self):
        for number in range(10):
            logs = self.folder / f"early{number}"
            process = self.start_station(CONFIG, logs=logs)
            # Ever later in the start: from its first file on.
            process.until(lambda: process.err() or logs.exists(), "the first sign of life")
            end = station.time.monotonic() + 0.004 * number
            process.until(lambda: station.time.monotonic() > end, "some ms")
            process.send(signal.SIGTERM)
            code = process.wait(PROMPT)
            # Before the station stands, SIGTERM has its default effect.
            self.assertIn(code, (station.OK, -signal.SIGTERM), process.err())
            if code == station.OK:
                rows = temperature_log.read(logs / "temperature.csv")
                self.assertTrue(station.Summary(process.out()).holds)
                temperature_log.assert_identity(rows)

    def test_sighup_reopens_the_log_for_logrotate(self):
        process = self.start_station(CONFIG)
        self.until_rows(process, 4)
        moved = self.logs / "temperature.csv-yesterday"
        self.csv.rename(moved)
        process.send(signal.SIGHUP)
        self.until_rows(process, 4)
        process.send(signal.SIGHUP)  # without a rename: goes on in the same file
        self.until_rows(process, 8)
        process.send(signal.SIGTERM)
        summary = self.finish(process)
        rows = temperature_log.read(moved) + temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 500, ["a"], ["b"])
        self.assertNotIn("cannot write", process.err())

    def test_a_second_sigint_ends_a_station_that_is_stuck_at_its_end(self):
        # Nobody reads this pipe and it is full, so printing the summary waits for ever.
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        os.set_blocking(write_end, False)
        try:
            for _ in range(1 << 12):
                os.write(write_end, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(write_end, True)
        process = self.start_station(CONFIG, stdout=write_end)
        os.close(write_end)
        self.until_rows(process, 2)
        process.send(signal.SIGINT)
        # Its readers are gone: it is past the point at which it takes signals itself.
        process.until(lambda: "iso-log" not in process.threads(), "the end of iso-log")
        self.assertTrue(process.alive())
        process.send(signal.SIGINT)
        self.assertEqual(process.wait(PROMPT), -signal.SIGINT)
        temperature_log.assert_identity(temperature_log.read(self.csv))

    @unittest.skipUnless(station.is_root(), "needs root to mount and freeze a file system")
    def test_a_second_sigint_does_not_wait_for_a_frozen_disk(self):
        try:
            mounted = disk.ext4(self.logs, self.folder / "image")
        except (disk.NotHere, FileNotFoundError) as why:
            self.skipTest(f"cannot mount here: {why}")
        self.addCleanup(mounted.close)
        process = self.start_station(CONFIG)
        self.until_rows(process, 4)
        with mounted.frozen():
            process.until(lambda: process.threads()["iso-log"].state == "D", "iso-log waits")
            process.send(signal.SIGINT)
            process.until(lambda: "iso-fast" not in process.threads(), "the readers' end")
            process.send(signal.SIGINT)
            # No signal reaches a thread that waits in the kernel, so the process remains until
            # the thaw with those that write; all its others are gone, or zombies.
            process.until(self.only_writers_are_left(process), "only writers are left", PROMPT)
        self.assertEqual(process.wait(PROMPT), -signal.SIGINT)
        temperature_log.assert_identity(temperature_log.read(self.csv))

    @staticmethod
    def only_writers_are_left(process):
        def condition():
            left = {name for name, thread in process.threads().items() if thread.state not in "ZX"}
            return "iso-log" in left and left <= {"iso-log", "iso-events", "iso-history"}
        return condition


class OutputTest(station.StationTest):
    def open_terminal(self, columns=160):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        return master, slave

    def run_in_terminal(self, *options, columns=160, frames=None):
        """What a station shows on a terminal of its own, split where it goes back up to draw its
        lines anew. After so many frames, if that is given, it is sent SIGINT."""
        master, slave = self.open_terminal(columns)
        process = self.start_station(CONFIG, *options, stdout=slave)
        os.close(slave)
        return self.read_frames(process, master, frames)

    def read_frames(self, process, master, frames=None):
        shown = []

        def ended():
            nonlocal frames
            if frames and b"".join(shown).count(ESCAPE.encode()) >= 2 * frames:
                frames = None
                process.send(signal.SIGINT)
            if select.select([master], [], [], 0)[0]:
                try:
                    shown.append(os.read(master, 65536))
                except OSError:  # EIO: nobody holds the other end any more
                    return True
            return False

        station.wait_until(ended, "the end of the output")
        self.assertEqual(process.wait(), station.OK, process.err())
        return REDRAW.split(b"".join(shown).decode().replace("\r\n", "\n"))

    def test_a_stopped_terminal_holds_up_neither_a_signal_nor_the_log(self):
        master, slave = self.open_terminal()
        process = self.start_station(CONFIG, stdout=slave, stderr=slave)
        self.until_rows(process, 4)
        termios.tcflow(slave, termios.TCOOFF)  # what Ctrl-S does
        self.until_rows(process, 12)
        process.send(signal.SIGTERM)
        process.until(lambda: "iso-log" not in process.threads(), "the end of iso-log")
        rows = temperature_log.read(self.csv)
        termios.tcflow(slave, termios.TCOON)
        os.close(slave)
        frames = self.read_frames(process, master)
        self.assert_log_is_summary(rows, station.Summary(frames[-1]))

    def test_a_terminal_shows_a_line_and_a_bar_for_each_reader(self):
        frames = self.run_in_terminal("--duration", "2s")
        self.assertGreater(len(frames), 3, frames)
        for frame in frames[:-1]:
            self.assertNotIn("dropped", frame)
            self.assertRegex(frame, r"^fast +core [\d,-]+ +\d+ slots +"
                                    r"worst .* a [\d.-]+\nslow .* slots .*  b [\d.-]+\n"
                                    r"fast +core [\d,-]+ +\[#*\.*\] +\d+ %\n"
                                    r"slow +core [\d,-]+ +\[#*\.*\] +\d+ %\n$")
        text = "".join(frames)
        self.assertNotIn(ESCAPE, text)
        for reader in ("fast", "slow"):
            percents = [int(percent) for percent in
                        re.findall(rf"^{reader} .* (\d+) %$", text, re.MULTILINE)]
            self.assertEqual(percents, sorted(percents))
            # Its lines stand above the summary: what they say there is to be the end.
            self.assertEqual(percents[-1], 100)
        self.assertIn("accounting: ", frames[-1])

    def test_without_a_duration_there_is_no_bar_and_lines_fit_the_terminal(self):
        columns = 60
        frames = self.run_in_terminal(columns=columns, frames=3)
        for frame in frames[:-1]:
            lines = frame.splitlines()
            self.assertEqual([line.split()[0] for line in lines], ["fast", "slow"])
            self.assertTrue(all(len(line) <= columns for line in lines), lines)
        self.assertNotIn("[#", "".join(frames))

    def test_no_escape_codes_where_there_is_no_terminal(self):
        process = self.start_station(CONFIG, "--duration", "1s")
        self.finish(process)
        self.assertNotIn(ESCAPE, process.out() + process.err())
        self.assertNotIn("\r", process.out() + process.err())
        self.assertNotRegex(process.out(), r"\d slots", "the live view is for terminals")

    def test_quiet_prints_nothing_where_all_is_well(self):
        process = self.start_station(CONFIG, "--quiet", "--duration", "600ms")
        self.assertIsNone(self.finish(process))
        if station.may_be_realtime():  # else what is missing is said all the same
            self.assertEqual(process.err(), "")
        temperature_log.assert_identity(temperature_log.read(self.csv))

    def test_quiet_shows_no_live_view_on_a_terminal(self):
        self.assertEqual(self.run_in_terminal("--quiet", "--duration", "600ms"), [""])


if __name__ == "__main__":
    station.main()

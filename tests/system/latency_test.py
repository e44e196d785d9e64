#!/usr/bin/env python3
"""isotherm latency: every way of running is measured or says why not, all wake-ups are accounted
for, and whatever ends it leaves neither a process nor a file behind."""

import json
import os
import pathlib
import shutil
import signal

import station

ARMS = ["other", "other-pinned", "fifo", "fifo-locked", "spin", "deadline", "housekeeping",
        "cyclictest"]
SHORT = ("latency", "--block", "100ms", "--rounds", "2")


def descendants(pid):
    """The processes that have this one as their parent, by their numbers."""
    found = set()
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(folder.name))
    return found


def is_running(pid):
    """Whether there is such a process, and it is more than an entry that nobody has waited for."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"


class LatencyTest(station.StationTest):
    def assert_complete(self, result):
        """Each arm was measured, with exact counts, or says why not."""
        self.assertEqual([arm["name"] for arm in result["arms"]], ARMS)
        slots = result["measured"]["slots_per_block"]
        for arm in result["arms"]:
            with self.subTest(arm=arm["name"]):
                if not arm["measured"]:
                    self.assertTrue(arm["why_not"])
                    continue
                self.assertIsNone(arm["why_not"])
                wake_ups = arm["wake_ups"]
                self.assertEqual(sum(count for _, count in arm["histogram_ns"]),
                                 wake_ups["measured"])
                self.assertEqual(sum(block["measured"] for block in arm["blocks"]),
                                 wake_ups["measured"])
                if arm["name"] == "cyclictest":
                    self.assertEqual(wake_ups["measured"], slots * len(arm["blocks"]))
                    continue
                self.assertEqual(wake_ups["scheduled"], slots * len(arm["blocks"]))
                self.assertEqual(wake_ups["scheduled"], wake_ups["measured"] + wake_ups["missed"])
                self.assertGreaterEqual(arm["usage"]["voluntary_switches"], 1)

    def arm(self, result, name):
        [arm] = [arm for arm in result["arms"] if arm["name"] == name]
        return arm

    def json_of(self, process, expected=station.OK):
        code = process.wait()
        self.assertEqual(code, expected, f"\nstdout: {process.out()}\nstderr: {process.err()}")
        return json.loads(process.out())

    def test_every_arm_is_measured_or_has_its_reason(self):
        page = self.folder / "latency.html"
        result = self.json_of(self.start(*SHORT, "--json", "--html", page))
        self.assert_complete(result)
        self.assertEqual(result["measured"]["rounds_done"], 2)
        self.assertFalse(result["measured"]["interrupted"])
        # What needs no right at all, and what it is like.
        other = self.arm(result, "other")
        self.assertTrue(other["measured"], other["why_not"])
        self.assertEqual(len(other["blocks"]), 2)
        pinned = self.arm(result, "other-pinned")
        self.assertEqual(pinned["cores"], str(result["measured"]["core"]))
        self.assertEqual(result["system"]["kernel_release"], os.uname().release)
        if station.may_be_realtime():
            for name in ("fifo", "fifo-locked", "spin"):
                self.assertTrue(self.arm(result, name)["measured"], self.arm(result, name))
            [ratio] = [ratio for ratio in result["ratios"] if ratio["at"] == "p99"
                       and (ratio["of"], ratio["over"]) == ("other", "fifo-locked")]
            self.assertEqual(ratio["rounds"], 2)
            self.assertLessEqual(ratio["low"], ratio["median"])
            self.assertLessEqual(ratio["median"], ratio["high"])
            # Locked memory is what the arm is about: none of its pages may be missing.
            self.assertEqual(self.arm(result, "fifo-locked")["usage"]["major_faults"], 0)
        text = page.read_text()
        for outside in ("http:", "https:", "src=", "<script", "url("):
            self.assertNotIn(outside, text)
        self.assertEqual(text.count("<svg"), sum(arm["measured"] for arm in result["arms"]))

    def test_a_load_that_cannot_be_brought_is_said_with_its_reason(self):
        process = self.start("latency", "--rounds", "1", "--block", "300ms", "--json", "--arms",
                             "other", "--load", "--load-dir", "/proc",
                             "--load-cores", str(min(os.sched_getaffinity(0))))
        troubles = self.json_of(process)["meanwhile"]["load_troubles"]
        self.assertEqual(len(troubles), 1)
        self.assertIn("/proc", troubles[0])

    def test_an_interruption_reports_what_there_is_and_leaves_nothing(self):
        scratch = self.folder / "scratch"
        scratch.mkdir()
        process = self.start("latency", "--block", "100ms", "--duration", "10min", "--json",
                             "--arms", "other,other-pinned", "--load", "--load-dir", scratch,
                             "--load-cores", str(min(os.sched_getaffinity(0))))
        # The load, and a block beside it.
        seen = set()

        def has_measured():
            seen.update(descendants(process.pid))
            return len(seen) >= 8  # three of the load, two trials, three blocks
        process.until(has_measured, "some blocks", seconds=4 * station.WATCHDOG)
        process.send(signal.SIGINT)
        result = self.json_of(process)
        self.assertTrue(result["measured"]["interrupted"])
        self.assertTrue(result["measured"]["load"])
        self.assertEqual(result["meanwhile"]["load_troubles"], [])
        self.assertTrue(any(arm["measured"] for arm in result["arms"]))
        for arm in result["arms"]:
            if arm["measured"]:
                self.assertEqual(arm["wake_ups"]["scheduled"], 100 * len(arm["blocks"]))
        self.assertEqual([pid for pid in seen if is_running(pid)], [])
        self.assertEqual(list(scratch.iterdir()), [])

    def test_what_it_started_ends_even_if_it_is_killed(self):
        scratch = self.folder / "scratch"
        scratch.mkdir()
        process = self.start("latency", "--block", "10min", "--arms", "other", "--load",
                             "--load-dir", scratch, "--load-cores",
                             str(min(os.sched_getaffinity(0))))
        # Three of the load and the long block, once the trial is over.
        process.until(lambda: len(descendants(process.pid)) == 4 and self.has_block(process.pid),
                      "the load and the block")
        started = descendants(process.pid)
        process.send(signal.SIGKILL)
        process.wait()
        station.wait_until(lambda: not any(is_running(pid) for pid in started), "the end of all")
        self.assertEqual(list(scratch.iterdir()), [])

    def has_block(self, pid):
        """Whether a block is running that is no trial."""
        for child in descendants(pid):
            try:
                command = pathlib.Path(f"/proc/{child}/cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if '"slots":600000' in command:
                return True
        return False

    def test_without_rights_the_rest_is_measured_and_the_mends_are_told(self):
        program = self.folder / "isotherm"  # a copy carries no capabilities
        shutil.copy(station.BINARY, program)
        program.chmod(0o755)
        result = self.json_of(self.start(*SHORT, "--json", binary=program,
                                         as_nobody=station.is_root(), no_rights=True))
        self.assert_complete(result)
        self.assertTrue(self.arm(result, "other")["measured"])
        self.assertTrue(self.arm(result, "other-pinned")["measured"])
        self.assertIn("CAP_SYS_NICE", self.arm(result, "fifo")["why_not"])
        self.assertIn("CAP_IPC_LOCK", self.arm(result, "fifo-locked")["why_not"])
        self.assertFalse(self.arm(result, "cyclictest")["measured"])

    def test_the_text_names_every_arm(self):
        process = self.start(*SHORT[:-1], "1", "--core", str(max(os.sched_getaffinity(0))))
        self.assertEqual(process.wait(), station.OK, process.err())
        for name in ARMS:
            self.assertIn(f"\n{name} ", process.out())

    def test_mistakes_are_refused_before_anything_is_measured(self):
        for words, code in ((["--core", "1023"], station.USAGE),
                            (["--core", "x"], station.USAGE),
                            (["--arms", "fifo,nothing"], station.USAGE),
                            (["--rate", "1kHz", "--block", "5ms"], station.USAGE),
                            (["--load-cores", "1023", "--load"], station.USAGE),
                            (["--html", "/nonexistent/a.html"], station.IO)):
            with self.subTest(words=words):
                process = self.start("latency", *words)
                self.assertEqual(process.wait(), code, process.err())
                self.assertEqual(process.out(), "")
                self.assertNotEqual(process.err(), "")

    def test_where_nothing_can_be_measured_the_exit_code_says_so(self):
        program = self.folder / "isotherm"
        shutil.copy(station.BINARY, program)
        program.chmod(0o755)
        process = self.start("latency", "--arms", "fifo", binary=program,
                             as_nobody=station.is_root(), no_rights=True)
        self.assertEqual(process.wait(), station.UNAVAILABLE)
        self.assertIn("CAP_SYS_NICE", process.out())


if __name__ == "__main__":
    station.main()

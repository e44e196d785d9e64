#!/usr/bin/env python3
"""The threads of a running station, as the kernel shows them: who is real-time, who is where."""

import os
import re
import shutil
import subprocess
import unittest

import station

CONFIG = """
[station]
realtime = "required"
stall_budget = "1 s"
[[reader]]
name = "fast"
rate = "1 kHz"
priority = 80
[[reader.sensor]]
name = "a"
[[reader]]
name = "slow"
rate = "20 Hz"
priority = 70
[[reader.sensor]]
name = "b"
"""
PRIORITIES = {"iso-fast": 80, "iso-slow": 70}
HELPERS = {"iso-aggregate", "iso-log", "isotherm"}


@unittest.skipUnless(station.may_be_realtime(), "needs root: CAP_SYS_NICE and CAP_IPC_LOCK")
class ThreadsTest(station.StationTest):
    def start_both(self, *options):
        """A station of which both readers have been seen at work."""
        path = self.write_config(CONFIG)
        process = self.start("run", "--config", path, "--log-dir", self.logs, *options)
        self.until_rows(process, 2)
        return process

    def test_names_policies_and_priorities(self):
        process = self.start_both()
        threads = process.threads()
        self.assertLessEqual(HELPERS | set(PRIORITIES), set(threads))
        for name, thread in threads.items():
            if name in PRIORITIES:
                self.assertEqual(thread.policy, station.Thread.FIFO, name)
                self.assertEqual(thread.priority, PRIORITIES[name], name)
            else:
                self.assertEqual(thread.policy, 0, f"{name} is to be SCHED_OTHER")
        for name in threads:
            self.assertTrue(name == "isotherm" or name.startswith("iso-"), name)

    @unittest.skipIf(shutil.which("ps") is None, "needs ps (Debian: procps)")
    def test_ps_shows_the_readers_as_ff_on_their_core(self):
        process = self.start_both()
        listing = subprocess.run(
            ["ps", "-L", "-o", "comm=,cls=,rtprio=,psr=", "-p", str(process.pid)],
            check=True, capture_output=True, text=True).stdout
        shown = {line.split()[0]: line.split()[1:] for line in listing.splitlines()}
        for name, priority in PRIORITIES.items():
            cores = process.threads()[name].cores
            self.assertEqual(shown[name][:2], ["FF", str(priority)], listing)
            self.assertIn(int(shown[name][2]), cores, listing)
        self.assertEqual(shown["iso-log"][:2], ["TS", "-"], listing)

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "needs two cores")
    def test_nothing_else_of_the_process_may_run_on_a_readers_core(self):
        process = self.start_both()
        threads = process.threads()
        readers = set().union(*(threads[name].cores for name in PRIORITIES))
        self.assertTrue(all(len(threads[name].cores) == 1 for name in PRIORITIES))
        for name, thread in threads.items():
            if name not in PRIORITIES:
                self.assertFalse(thread.cores & readers, f"{name} may use {thread.cores}")
                self.assertNotIn(thread.core, readers, name)

    def test_memory_is_locked(self):
        process = self.start_both()
        locked = int(process.status("VmLck").split()[0])
        resident = int(process.status("VmRSS").split()[0])
        self.assertGreater(locked, 0)
        self.assertGreater(locked, resident // 2)

    def test_the_summary_shows_what_the_kernel_gave_and_no_late_page_fault(self):
        process = self.start_both("--duration", "4s")
        seen = process.threads()
        summary = self.finish(process)
        for thread_name, priority in PRIORITIES.items():
            line = summary.threads[thread_name[len("iso-"):]]
            self.assertEqual(line["policy"], "fifo")
            self.assertEqual(line["priority"], str(priority))
            self.assertEqual(line["may use cores"],
                             ",".join(map(str, sorted(seen[thread_name].cores))))
            self.assertIn(int(line["ran on"]), seen[thread_name].cores)
            self.assertEqual(line["after 1st s"], "0", summary.text)
            self.assertEqual(line["major"], "0", summary.text)
        [memory] = summary.starting_with("memory:")
        locked = float(re.search(r"([\d.]+) MiB locked", memory).group(1))
        self.assertGreater(locked, 0)


if __name__ == "__main__":
    station.main()

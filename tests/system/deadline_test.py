#!/usr/bin/env python3
"""Readers under SCHED_DEADLINE: started on the grid, or refused as a whole by the kernel."""

import json
import os
import unittest

import station

def reader(name, rate, runtime):
    return f"""
[[reader]]
name = "{name}"
policy = "deadline"
rate = "{rate}"
runtime = "{runtime}"
[[reader.sensor]]
name = "{name}-sensor"
"""

@unittest.skipUnless(station.may_be_realtime(), "needs root: CAP_SYS_NICE and CAP_IPC_LOCK")
class DeadlineTest(station.StationTest):
    def test_the_first_slot_is_read_on_time(self):
        # A thread that yields under SCHED_DEADLINE is not run again before its next period; waiting
        # for the start must not do that. A tenth of the period is far above any noise here.
        config = self.write_config(reader("d", "1 Hz", "20 ms"))
        process = self.start("run", "--config", config, "--log-dir", self.logs,
                             "--duration", "3s", "--json")
        self.assertEqual(process.wait(), station.OK, process.err())
        summary = json.loads(process.out())
        timing = summary["readers"][0]
        self.assertEqual(timing["thread"]["policy"], "deadline")
        self.assertEqual(timing["slots"] + timing["missed_slots"], 3)
        self.assertLess(timing["late_ns"]["max"], 100_000_000)

    def test_a_reader_that_the_kernel_has_no_room_for_refuses_the_whole_start(self):
        # Each asks for 90 % of a core; the kernel admits at most 95 % of each, so not three on two.
        readers = 2 * (os.cpu_count() or 1) + 1
        config = self.write_config(
            "".join(reader(f"d{i}", "10 Hz", "90 ms") for i in range(readers)))
        process = self.start("run", "--config", config, "--log-dir", self.logs)
        self.finish(process, expected=69)
        self.assertIn("deadline", process.err().lower())


if __name__ == "__main__":
    station.main()

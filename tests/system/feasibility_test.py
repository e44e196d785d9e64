#!/usr/bin/env python3
"""A plan that cannot hold its rates is refused before its first sample, with the numbers; the same
at a rate that it can hold starts, and holds. What a machine happens to take for a read is asserted
nowhere: a plan is far beyond its period, or far within it."""

import json
import unittest

import station
import temperature_log


def plan(rate, stall="2 ms", more=""):
    """A device that takes so long for each reading."""
    return f"""
[[reader]]
name = "fast"
rate = "{rate}"
[[reader.sensor]]
name = "sluggish"
sim = {{ stall_rate = 1.0, stall = "{stall}" }}
[[reader.sensor]]
name = "quick"
{more}"""


class FeasibilityTest(station.StationTest):
    def check(self, config, *options):
        process = self.start("check", "--config", self.write_config(config), "--best-effort",
                             "--log-dir", self.logs, *options)
        return process.wait(), process

    def assert_refused_with_the_numbers(self, text):
        for words in ('"fast" cannot hold 1 kHz', "C = 2.00 ms", "T = 1.00 ms",
                      '"sluggish" takes 2.00 ms', "a rate of at most 500 Hz", "fewer sensors"):
            self.assertIn(words, text)

    def test_a_2_ms_sensor_at_1_khz_is_refused_before_the_first_sample(self):
        process = self.start_station(plan("1 kHz"), "--duration", "10s")
        self.finish(process, expected=station.UNAVAILABLE)
        self.assert_refused_with_the_numbers(process.err())
        self.assertIn("--force", process.err())
        self.assertFalse(self.csv.exists(), "a log was begun")

    def test_check_says_the_same(self):
        code, process = self.check(plan("1 kHz"))
        self.assertEqual(code, station.UNAVAILABLE)
        self.assert_refused_with_the_numbers(process.out())

    def test_the_same_sensor_at_100_hz_is_accepted_and_holds(self):
        summary = self.finish(self.start_station(plan("100 Hz"), "--duration", "2s"))
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)
        self.assertFalse(summary.starting_with("forced:"))
        for name in ("sluggish", "quick"):
            counts = summary.sensors[name].counts
            self.assertEqual(counts["scheduled"], 200)
            self.assertEqual(counts["faulty"] + counts["dropped"], 0)
        # Its reads do not miss a slot; what else this machine does may.
        slots = int(summary.readers["fast"]["slots"])
        missed = int(summary.readers["fast"]["missed"])
        self.assertEqual(slots + missed, 200)
        self.assertGreater(slots, missed)
        print(f"missed by this machine: {missed} of 200")

    def test_a_forced_run_goes_on_misses_what_was_foretold_and_repeats_it(self):
        process = self.start_station(plan("1 kHz"), "--duration", "1s", "--force")
        summary = self.finish(process)
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)
        self.assert_refused_with_the_numbers("\n".join(summary.starting_with("forced:")))
        # 2 ms of reads and at most every other slot: no machine is quicker than that.
        self.assertLessEqual(int(summary.readers["fast"]["slots"]), 501)
        self.assertGreaterEqual(int(summary.readers["fast"]["missed"]), 499)

    def test_forced_and_as_json_it_says_what_reality_was_like(self):
        process = self.start_station(plan("1 kHz"), "--duration", "1s", "--force", "--json")
        self.assertEqual(process.wait(), station.OK, process.err())
        summary = json.loads(process.out())
        self.assertEqual(len(summary["forced"]), 1)
        one = summary["feasibility"][0]
        self.assertEqual((one["reader"], one["basis"]), ("fast", "declared"))
        self.assertGreaterEqual(one["busy_max_ns"], 2_000_000)
        self.assertEqual(one["verdict"], "fails")

    def test_a_measurement_shows_each_number_and_its_verdict_follows_from_them(self):
        other = '[[reader]]\nname = "slow"\nrate = "1 Hz"\n[[reader.sensor]]\nname = "s"\n'
        code, process = self.check(plan("5 Hz", more=other), "--measure", "--json")
        found = json.loads(process.out())
        study = found["feasibility"]
        fast, slow = study["readers"]
        sluggish = fast["sensors"][0]
        self.assertEqual(fast["costliest_sensor"], "sluggish")
        self.assertGreaterEqual(sluggish["median_ns"], 2_000_000)
        self.assertGreaterEqual(sluggish["worst_ns"], sluggish["median_ns"])
        self.assertGreaterEqual(sluggish["reads"], 3)
        self.assertEqual(sluggish["faulty"], 0)
        self.assertEqual(fast["cost_ns"], sum(sensor["cost_ns"] for sensor in fast["sensors"]))
        self.assertAlmostEqual(fast["utilisation"], fast["cost_ns"] / 200e6)
        self.assertGreaterEqual(fast["shortest_period_ns"], 2_000_000)
        if station.may_be_realtime():
            self.assertEqual(fast["measured_as"].split()[0], "fifo")
        response = fast["worst_response_ns"]
        self.assertGreaterEqual(response, fast["cost_ns"] + fast["woken_late_ns"])
        self.assertEqual(fast["slack_ns"], 200_000_000 - response)
        # 2 ms of 200: this machine would have to stand still for most of a slot.
        self.assertEqual((fast["verdict"], slow["verdict"]), ("holds", "holds"))
        self.assertTrue(study["feasible"])
        self.assertEqual(found["infeasible"], [])
        self.assertEqual((code, found["ok"]), (station.OK, True))

    def test_a_measured_plan_that_cannot_hold_has_its_tables_and_is_refused_unless_forced(self):
        code, process = self.check(plan("1 kHz"), "--measure")
        self.assertEqual(code, station.UNAVAILABLE)
        for words in ("does not hold", "highest rate", "sluggish", 'infeasible: ',
                      '"fast" cannot hold 1 kHz', "up to C = "):
            self.assertIn(words, process.out())
        code, process = self.check(plan("1 kHz"), "--measure", "--force")
        self.assertEqual(code, station.OK, process.err())
        self.assertIn("forced: ", process.out())

    def test_a_run_measures_first_and_then_begins_with_fresh_sensors(self):
        # Always the same temperature, 200 times in the run: with the 200 of the measurement, or
        # most of them, the sensor would be stuck. Forced: this machine may stand still for 10 ms.
        more = "stuck_after = 250\nsim = { noise = 0.0, swing = 0.0 }\n"
        process = self.start_station(plan("100 Hz", "0 us", more), "--duration", "2s", "--json",
                                     "--measure", "--force")
        self.assertEqual(process.wait(), station.OK, process.err())
        summary = json.loads(process.out())
        self.assertEqual(summary["feasibility"][0]["basis"], "measured")
        self.assertGreater(summary["feasibility"][0]["expected_ns"], 0)
        quick = next(one for one in summary["sensors"] if one["name"] == "quick")
        self.assertTrue(summary["accounted_for"])
        self.assertEqual(quick["in_rows"]["scheduled"], 200)
        self.assertEqual(quick["in_rows"]["faulty"], 0, "it remembers what was measured")

    def test_a_faulting_sensor_is_reported_as_such(self):
        config = ('[[reader]]\nname = "r"\nrate = "1 Hz"\n[[reader.sensor]]\nname = "broken"\n'
                  "sim = { faults = { crc = 1.0 } }\n")
        _, process = self.check(config, "--measure", "--json")
        sensor = json.loads(process.out())["feasibility"]["readers"][0]["sensors"][0]
        self.assertEqual((sensor["faulty"], sensor["fault"]), (sensor["reads"], "crc"))


if __name__ == "__main__":
    station.main()

#!/usr/bin/env python3
"""The program under the guard of the real-time plane (tests/guard): a station runs as it always
does, and a driver that does what a reader must not ends its reader, with a backtrace."""

import os
import unittest

import station
import sysfs
import temperature_log

GUARDED = os.environ.get("ISOTHERM_GUARDED", "isotherm_guarded")
PLANTED = os.environ.get("ISOTHERM_PLANTED", "isotherm_planted")

# Everything that a reader does: divisors, faults, stalls with missed slots, a full ring, the spin
# tail, a file that ends.
STATION = """
[station]
stall_budget = "1 s"
[log]
window = "100 ms"
[[reader]]
name = "fast"
rate = "1 kHz"
spin = "50 us"
[[reader.sensor]]
name = "a"
[[reader.sensor]]
name = "b"
every = 3
sim = { faults = { crc = 0.2 }, stall_slots = [200, 400], stall = "5 ms" }
[[reader]]
name = "slow"
rate = "20 Hz"
policy = "other"
[[reader.sensor]]
name = "recorded"
driver = "replay"
file = "ten.csv"
"""
PLANTED_STATION = """
[[reader]]
name = "fast"
rate = "500 Hz"
[[reader.sensor]]
name = "{violation}"
[[reader]]
name = "slow"
rate = "50 Hz"
[[reader.sensor]]
name = "well-behaved"
"""
# One of each kind; the unit tests of the guard have all of them.
VIOLATIONS = {"new": "malloc", "mutex": "pthread_mutex_lock", "open": "open",
              "to-string": "vsnprintf", "sleep-for": "nanosleep"}


class GuardTest(station.StationTest):
    def test_a_station_runs_and_accounts_for_every_slot(self):
        (self.folder / "ten.csv").write_text(
            "timestamp,value\n" + "".join(f"{number},{number}\n" for number in range(10)))
        process = self.start_station(STATION, "--duration", "3s", binary=GUARDED)
        summary = self.finish(process)
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)
        self.assertEqual(summary.sensors["a"].counts["scheduled"], 3000)
        if station.may_be_realtime():
            # The guard has seen no allocation and no lock; the kernel counts the page faults.
            self.assertEqual({line["after 1st s"] for line in summary.threads.values()}, {"0"},
                             summary.text)
        self.assertNotIn("guard", process.err())

    @unittest.skipUnless(sysfs.may_stand_in(), sysfs.WHY_NOT)
    def test_every_driver_of_the_kernels_files(self):
        process = self.start("run", "--config", self.write_config(sysfs.CONFIG), "--log-dir",
                             self.logs, "--best-effort", "--duration", "2s",
                             binary=sysfs.stand_in(self.folder, GUARDED))
        summary = self.finish(process)
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)
        for name in sysfs.ATTRIBUTES:
            self.assertGreater(summary.sensors[name].counts["good"], 0, summary.text)

    def test_a_planted_driver_ends_its_reader_and_is_named(self):
        for violation, called in VIOLATIONS.items():
            with self.subTest(violation):
                logs = self.folder / violation
                process = self.start_station(PLANTED_STATION.format(violation=violation),
                                             logs=logs, binary=PLANTED)
                summary = self.finish(process, expected=station.SOFTWARE)
                self.assertIn(f"real-time guard: iso-fast called {called} while sampling",
                              process.err())
                self.assertIn("Reader", process.err())  # the backtrace leads to the loop
                # The other reader was stopped in order, and all that was read is in the log.
                self.assert_log_is_summary(
                    temperature_log.read(logs / "temperature.csv"), summary)
                self.assertGreater(summary.sensors[violation].counts["good"], 0)


if __name__ == "__main__":
    station.main()

#!/usr/bin/env python3
"""Counted time: the guest's clock counts instructions and idle time is skipped, so that long runs
take little time and the number of slots is exact. ISOTHERM_PI_SOAK: ten-minutes, hour or day."""

import json
import os
import pathlib
import statistics
import sys
import time
import unittest

import pi

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from cyclictest import Latencies, middle_of_bucket  # noqa: E402 of tests/bench
from summary import Summary  # noqa: E402 of tests/system

# In counted time the emulated cores take turns, so what housekeeping computes on its own cores
# stops the reader, as it does on no board: ten looks a second at the machine for the evidence, each
# longer than half a period, would be what is measured. Here they are switched off.
NO_LOOKS = "worst_slots = 0"
SOAKS = {"ten-minutes": (600, "10 min"), "hour": (3600, "1 h"), "day": (86400, "1 d")}
SOAK = f"""
[station]
name = "soak"
realtime = "required"
isolation = "required"
[log]
window = "1 s"
[[reader]]
name = "fast"
rate = "1 kHz"
{NO_LOOKS}
[[reader.sensor]]
name = "simulated"
[[reader]]
name = "slow"
rate = "10 Hz"
{NO_LOOKS}
""" + "".join(f"""
[[reader.sensor]]
name = "chip{address:02x}"
driver = "hwmon"
device = "{{bus}}-00{address:02x}"
""" for address in pi.ADDRESSES)

START_S = 10
# Whatever computes on another core of the guest, its services and the station's start too, takes
# the emulator from the reader; cyclictest in the same guest is later than a period then, too. How
# often depends on what else this machine does: 0 to 80 of 600,000 were seen.
MISSED_SHARE = 5e-4


def started_up(row, rows):
    return row.uptime_s > rows[0].uptime_s + START_S


# The reader that is held against cyclictest has core 2 to itself; each has it in turns.
AGAINST_CYCLICTEST = f"""
[station]
name = "against"
realtime = "required"
isolation = "required"
[[reader]]
name = "fast"
core = 2
rate = "1 kHz"
priority = 80
{NO_LOOKS}
[[reader.sensor]]
name = "simulated"
"""
TURNS, TURN_SECONDS = 15, 10
CYCLICTEST_LIMIT_US = 10_000
GOALS = {"p99": 1.15, "max": 1.3}
# cyclictest's own p99 differs by a factor of ten from turn to turn here, and so does the reader's.
# Of 22 turns the ratio's median was 1.3, its quartiles 0.4 and 2.2: by chance alone the median of
# fifteen is above 2 in one run of ten, above 4 in one of hundreds. A disturbance of the reader
# shows far above: the looks made 8 of it.
LIMITS = {"p99": 4.0, "max": 1.5}


class CountedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pi = pi.Machine("raspi3b")
        cls.addClassCleanup(cls.pi.end)
        started = time.monotonic()
        # The service is left out: these runs print their summaries here.
        cls.pi.boot(counted=True, append="systemd.mask=isotherm.service")
        cls.guest = cls.pi.guest
        print(f"   booted in {time.monotonic() - started:.0f} s", flush=True)
        # While other cores work, the emulated cores wait for each other, by more than a slot where
        # a whole system starts. Half a minute costs nothing here where nothing is to be done.
        cls.guest.run("systemctl is-system-running --wait || true; sleep 30", seconds=900)

    def test_lateness_against_cyclictest(self):
        """In counted time no noise of this machine is in the numbers: what differs is what the two
        programs do themselves."""
        self.guest.write("/run/against.toml", AGAINST_CYCLICTEST)
        ratios = {"p99": [], "max": []}
        for turn in range(TURNS):
            text = self.guest.run("cd /run && isotherm run --config against.toml --log-dir "
                                  f"/run/against --json --duration '{TURN_SECONDS} s' 2>/dev/null",
                                  seconds=3600)
            late = json.loads(text)["readers"][0]["late_ns"]
            theirs = Latencies(self.guest.run(
                f"cyclictest -q -m -p 80 -i 1000 -a 2 -t1 -l {TURN_SECONDS * 1000} "
                f"-h {CYCLICTEST_LIMIT_US}", seconds=3600), CYCLICTEST_LIMIT_US)
            pairs = {"p99": (middle_of_bucket(late["p99"], late["max"]) / 1000,
                             theirs.quantile_us(0.99)),
                     "max": (late["max"] / 1000, theirs.max_us)}
            for what, (our, their) in pairs.items():
                ratios[what].append(our / their)
                pi.saw(f"turn {turn + 1}, {what}, isotherm and cyclictest",
                       f"{our:.1f} and {their:.1f} us")
        for what, limit in LIMITS.items():
            ratio = statistics.median(ratios[what])
            pi.saw(f"{what} / cyclictest's, median of {TURNS}", f"{ratio:.2f}, goal {GOALS[what]}")
            self.assertLessEqual(ratio, limit, what)

    def test_every_slot_of_a_long_run(self):
        seconds, duration = SOAKS[os.environ.get("ISOTHERM_PI_SOAK", "ten-minutes")]
        for number, address in enumerate(pi.ADDRESSES):
            self.pi.emulator.set_temperature(20000 + 500 * number, address)
        self.guest.write("/run/soak.toml", SOAK.format(bus=self.pi.board.i2c_number))
        self.guest.until(f"[ -e /sys/bus/i2c/devices/{self.pi.board.i2c_number}-004b/hwmon ]")
        started = time.monotonic()
        text = self.guest.run("cd /run && isotherm run --config soak.toml --log-dir /var/log/soak "
                              f"--duration '{duration}'", seconds=36 * 3600)
        took = time.monotonic() - started
        summary = Summary(text)
        self.assertTrue(summary.holds, text)
        rows = pi.temperature_log.parse(self.guest.read("/var/log/soak/temperature.csv"), "soak")
        sums = pi.temperature_log.sums(rows)
        pi.temperature_log.assert_identity(rows)
        missed_of = self.missed_few(rows)
        wanted = {f"chip{address:02x}": 10 * seconds for address in pi.ADDRESSES}
        wanted["simulated"] = 1000 * seconds
        for name, slots in wanted.items():
            self.assertEqual(sums[name], summary.sensors[name].counts, name)
            missed = missed_of.get(name, 0)
            self.assertEqual(sums[name], {"scheduled": slots, "good": slots - missed, "faulty": 0,
                                          "missed": missed, "dropped": 0}, name)
            pi.saw(name, f"{slots} slots, all good but {missed} missed")
        for number, address in enumerate(pi.ADDRESSES):
            values = {(row.numbers["min"], row.numbers["max"]) for row in rows
                      if row.sensor == f"chip{address:02x}"}
            self.assertEqual(values, {(20 + number / 2, 20 + number / 2)})
        late = {name: max(row.numbers["late_max_us"] for row in rows
                          if row.sensor == name and started_up(row, rows))
                for name in ("simulated", "chip48")}
        pi.saw(f"{seconds} s of guest time", f"took {took:.0f} s; {len(rows)} rows; latest "
               f"reading behind the first {START_S} s, in counted instructions: {late} us")

    def missed_few(self, rows):
        """{sensor: missed}."""
        missed = [row for row in rows if row.missed]
        self.assertLessEqual(sum(row.missed for row in missed),
                             MISSED_SHARE * sum(row.scheduled for row in rows))
        return {row.sensor: sum(one.missed for one in missed if one.sensor == row.sensor)
                for row in missed}


if __name__ == "__main__":
    pi.main()

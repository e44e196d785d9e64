#!/usr/bin/env python3
"""A board that wakes up in 1970, has its clock set, and reads what the chips are set to from
outside: what is in the log is what was there, in the window it belongs to."""

import time

import pi
from temperatures import FromOutside


class ReadingsTest(FromOutside, pi.PiTest):
    BOOT = {"now": 60}  # a minute past midnight on 1 January 1970

    def test_1_a_clock_that_is_set_from_1970_to_today_loses_nothing(self):
        before = self.pi.until_row(lambda row: row.sensor == "chip48" and row.good,
                                   "chip48 is good")
        self.assertEqual({row.time_ms // 86_400_000 for row in before}, {0}, "not in 1970")
        now = time.time()
        self.guest.run(f"date -s @{now:.3f}")
        rows = self.pi.until_row(lambda row: row.time_ms > now * 1000 and row.clock != "stepped",
                                 "the time is today's and the clock no longer stepped")
        self.assert_identity(rows)
        for sensor, rate in pi.RATES.items():
            own = [row for row in rows if row.sensor == sensor]
            self.assertEqual(own, sorted(own, key=lambda row: row.uptime_s))
            changes = [number for number in range(1, len(own))
                       if own[number].time_ms - own[number - 1].time_ms > 86_400_000]
            self.assertEqual(len(changes), 1, sensor)
            [change] = changes
            self.assertEqual([row.clock for row in own[change - 1:change + 1]],
                             ["stepped", "stepped"], sensor)
            self.assertEqual(sum(row.clock == "stepped" for row in own), 2, sensor)
            self.assertLess(own[change - 1].time_ms, 86_400_000)
            # All slots from the beginning of the first row to that of the last one.
            slots = (own[-1].uptime_s - own[0].uptime_s) * rate
            scheduled = sum(row.scheduled for row in own[:-1])
            self.assertLessEqual(abs(scheduled - slots), 1, sensor)
            pi.saw(f"{sensor} around the step", f"{scheduled} slots scheduled in "
                   f"{slots / rate:.3f} s of uptime at {rate} Hz, rows marked: 2")

    def test_3_a_sensor_without_its_driver_is_absent_and_comes_back(self):
        driver = "/sys/bus/i2c/drivers/lm75"
        device = f"{self.pi.board.i2c_number}-0048"
        self.emulator.set_temperature(33000)
        self.guest.run(f"echo {device} > {driver}/unbind")
        gone = self.pi.uptime()
        rows = self.pi.until_row(lambda row: row.sensor == "chip48" and row.uptime_s > gone and
                                 row.good == 0 and row.faulty, "chip48 has faults only")
        absent = [row for row in rows if row.sensor == "chip48" and row.uptime_s > gone]
        pi.saw("without its driver", f"{sum(row.faulty for row in absent)} slots absent, "
               f"{sum(row.missed for row in absent)} missed")
        self.guest.run(f"echo {device} > {driver}/bind")
        back = self.pi.uptime()
        rows = self.pi.until_row(lambda row: row.sensor == "chip48" and row.uptime_s > back and
                                 row.good and not row.faulty, "chip48 is good again")
        self.assert_identity(rows)
        own = [row for row in rows if row.sensor == "chip48" and row.uptime_s > gone]
        self.assertTrue(all(set(row.faults) <= {"absent"} for row in own), own)
        self.assertEqual(own[-1].numbers["last"], 33.0)
        again = next(row for row in own if row.good)
        pi.saw("bound again", f"good again by itself in the window from {again.uptime_s:.3f} s, "
               f"bound at {back:.2f} s")
        for row in rows:
            if row.sensor == "chip49" and row.uptime_s > gone:
                self.assertEqual(row.faulty, 0, row)

    def test_4_the_identity_holds_in_every_row(self):
        rows = self.assert_identity(self.pi.rows())
        counts = {key: sum(getattr(row, key) for row in rows)
                  for key in pi.temperature_log.COUNTS}
        self.assertEqual(counts["dropped"], 0)
        pi.saw(f"the identity holds in {len(rows)} rows",
               ", ".join(f"{key} {count}" for key, count in counts.items()))


if __name__ == "__main__":
    pi.main()

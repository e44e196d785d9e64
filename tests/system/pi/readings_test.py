#!/usr/bin/env python3
"""A board that wakes up in 1970, has its clock set, and reads what the chips are set to from
outside: what is in the log is what was there, in the window it belongs to."""

import time

import pi
from temperatures import FromOutside


# What a time service tells the kernel (adjtimex(2)) when it has set the clock: modes, offset,
# frequency, largest and estimated error, status. 171 is arm64's number of that system call.
ADJTIMEX = """perl -e '
my $timex = pack("L x4 q q q q l", 0x4 | 0x8 | 0x10, 0, 0, 1000, 1000, 0) . "\\0" x 200;
syscall(171, $timex) >= 0 or die "adjtimex: $!"'
"""
DAY_MS = 86_400_000


class ReadingsTest(FromOutside, pi.PiTest):
    STATION = pi.STATION + """
[history]
flush = "2 s"
"""
    BOOT = {"now": 60}  # a minute past midnight on 1 January 1970

    def test_1_a_clock_that_is_set_from_1970_to_today_loses_nothing(self):
        before = self.pi.until_row(lambda row: row.sensor == "chip48" and row.good,
                                   "chip48 is good")
        self.assertEqual({row.time_ms // DAY_MS for row in before}, {0}, "not in 1970")
        now = time.time()
        self.guest.run(f"date -s @{now:.3f}")
        rows = self.pi.until_row(lambda row: row.time_ms > now * 1000 and row.clock != "stepped",
                                 "the time is today's and the clock no longer stepped")
        self.assert_identity(rows)
        for sensor, rate in pi.RATES.items():
            own = [row for row in rows if row.sensor == sensor]
            self.assertEqual(own, sorted(own, key=lambda row: row.uptime_s))
            changes = [number for number in range(1, len(own))
                       if own[number].time_ms - own[number - 1].time_ms > DAY_MS]
            self.assertEqual(len(changes), 1, sensor)
            [change] = changes
            self.assertEqual([row.clock for row in own[change - 1:change + 1]],
                             ["stepped", "stepped"], sensor)
            self.assertEqual(sum(row.clock == "stepped" for row in own), 2, sensor)
            self.assertLess(own[change - 1].time_ms, DAY_MS)
            # All slots from the beginning of the first row to that of the last one.
            slots = (own[-1].uptime_s - own[0].uptime_s) * rate
            scheduled = sum(row.scheduled for row in own[:-1])
            self.assertLessEqual(abs(scheduled - slots), 1, sensor)
            pi.saw(f"{sensor} around the step", f"{scheduled} slots scheduled in "
                   f"{slots / rate:.3f} s of uptime at {rate} Hz, rows marked: 2")

    def test_2_when_the_clock_is_synchronised_all_of_this_boot_is_of_today_in_the_history(self):
        in_1970 = "--from 1970-01-01 --to 1985-01-01"
        self.assertTrue(self.pi.asked(in_1970), "nothing to move")
        self.guest.run(ADJTIMEX)
        self.pi.until_row(lambda row: row.clock == "synced", "the clock is synchronised")
        # That event stands in events.jsonl at once; a slow board takes a while to date the history.
        self.guest.until("isotherm log --events --format jsonl --from 2020-01-01 | "
                         "grep -q clock_synced", 120)
        self.guest.until(f"[ -z \"$(isotherm log --format csv {in_1970} 2>/dev/null | "
                         "grep chip)\" ]", 120)
        written = self.pi.rows()
        clocks_apart = written[-1].time_ms - written[-1].uptime_s * 1000
        self.assertEqual(self.pi.asked(in_1970), [], "rows are still in 1970")
        events = self.guest.run(f"isotherm log --events --format jsonl {in_1970} 2>/dev/null")
        self.assertEqual(events, "")
        kept = self.pi.asked("--from 2020-01-01")
        identities = {(row.sensor, row.uptime_s) for row in kept}
        self.assertEqual(len(identities), len(kept), "a row is there twice")
        off = max(abs(row.time_ms - row.uptime_s * 1000 - clocks_apart) for row in kept)
        self.assertLess(off, 1000, "a row is more than a window away from when it was taken")
        # The CSV keeps what it wrote; its newest windows wait for the history's flush, which may
        # come between the rows of two readers.
        last = max(row.uptime_s for row in kept) - 2
        due = {(row.sensor, row.uptime_s) for row in written if row.uptime_s <= last}
        self.assertEqual(due - identities, set(), "rows are lost to the history")
        old = sum(row.time_ms < DAY_MS for row in written)
        self.assertGreater(old, 0)
        pi.saw("re-dated", f"{old} rows of 1970 in the CSV, 0 in the history; "
               f"{len(kept)} rows there, none twice, none missing, at most {off:.0f} ms off")

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

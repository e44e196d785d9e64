"""Temperatures set from outside, over the emulator's control socket, and found in the log again.
For the tests of more than one board."""

import math

import pi

# Whole 1/16 degC are what the chip resolves to; its range is -128 to +127.9375 degC. QEMU takes
# whole thousandths, so an odd sixteenth is given as the thousandth beyond it.
TEMPERATURES = (21500, -12250, 24938, 63, -63, 0, 127938, -128000, 85000, -40000)


def reading(millidegrees):
    """What the kernel's lm75 driver makes of it: sixteenths, then thousandths rounded down."""
    sixteenths = math.trunc(millidegrees * 16 / 1000)
    return math.floor(sixteenths * 1000 / 16) / 1000


class FromOutside:
    """A test for a subclass of pi.PiTest."""

    def test_2_temperatures_set_from_outside_are_in_the_log(self):
        changes = []  # (uptime before, uptime after, the reading from then on)
        for millidegrees in TEMPERATURES:
            wanted = reading(millidegrees)
            before = self.pi.uptime()
            self.emulator.set_temperature(millidegrees)
            after = self.pi.uptime() + 0.01  # its resolution
            changes.append((before, after, wanted))
            rows = self.pi.until_row(
                lambda row: row.sensor == "chip48" and row.uptime_s >= after and row.good > 0 and
                row.numbers["min"] == row.numbers["max"] == wanted,
                f"chip48 reads {wanted} throughout")
        self.assert_identity(rows)
        own = [row for row in rows if row.sensor == "chip48" and row.uptime_s >= changes[0][0]]
        shown = []
        for row in own:
            possible = self.possible(row, changes)
            self.assertEqual(row.faulty, 0, row)
            if row.good:
                for number in ("min", "max", "last"):
                    self.assertIn(row.numbers[number], possible, row)
                if not shown or shown[-1] != row.numbers["last"]:
                    shown.append(row.numbers["last"])
        self.assertEqual(shown, [wanted for _, _, wanted in changes])
        for millidegrees, (before, _, wanted) in zip(TEMPERATURES, changes):
            self.assertLessEqual(abs(millidegrees / 1000 - wanted), 0.0625)
            first = next(row for row in own if row.numbers["last"] == wanted)
            pi.saw(f"set to {millidegrees / 1000:+.3f} degC at {before:.2f} s",
                   f"logged {wanted:+.3f} first in the window from {first.uptime_s:.3f} s")
        others = {row.sensor: row.numbers["max"] for row in rows if row.good}
        self.assertEqual({name: others[name] for name in others if name != "chip48"},
                         {"chip49": 0.0, "chip4a": 0.0, "chip4b": 0.0})

    def possible(self, row, changes):
        """What may have been read in a window: all that the chip was at in its 1 s, no more."""
        start, end = row.uptime_s, row.uptime_s + 1
        values = set()
        for number, (before, _, wanted) in enumerate(changes):
            until = changes[number + 1][1] if number + 1 < len(changes) else math.inf
            if before < end and until > start:
                values.add(wanted)
        if start < changes[0][1]:
            values.add(0.0)  # as it was at power-on
        return values

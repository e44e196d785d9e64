#!/usr/bin/env python3
"""The package for 32-bit ARM on a board with Debian's armhf: four Cortex-A9, PREEMPT_RT, isolated
cores, and chips on an I2C controller that is not the Raspberry Pi's."""

import pi
from temperatures import FromOutside


class ArmhfTest(FromOutside, pi.PiTest):
    BOARD = "sabrelite"

    def test_1_active_on_isolated_cores(self):
        machine = self.guest.run("uname -srvm").strip()
        # Linux 6.12 has no /sys/kernel/realtime any more.
        self.assertRegex(machine, r" PREEMPT_RT .* armv7l$")
        self.assertEqual(self.guest.run("dpkg --print-architecture").strip(), "armhf")
        self.assertEqual(self.guest.read("/sys/devices/system/cpu/isolated").strip(), "2-3")
        self.assertEqual(self.guest.run("systemctl is-active isotherm").strip(), "active")
        readers = [thread for thread in self.pi.threads() if thread.name in pi.READERS]
        self.assertEqual({thread.policy for thread in readers}, {pi.Thread.FIFO})
        self.assertEqual({thread.core for thread in readers}, {2, 3})
        model = self.guest.read("/proc/device-tree/model").strip("\0")
        pi.saw("active on isolated cores", f"{model}, {machine}; "
               + ", ".join(f"{one.name} on {one.core}" for one in readers))

    def test_3_the_identity_holds_in_every_row(self):
        rows = self.assert_identity(self.pi.rows())
        self.assertEqual(sum(row.dropped for row in rows), 0)
        pi.saw("the identity holds", f"{len(rows)} rows")


if __name__ == "__main__":
    pi.main()

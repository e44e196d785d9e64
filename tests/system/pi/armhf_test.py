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
        lines = self.guest.run(f"ps -L -o comm=,cls=,psr= -p {self.pi.main_pid()}").splitlines()
        readers = {name: (policy, int(core)) for name, policy, core in map(str.split, lines)
                   if name in pi.READERS}
        self.assertEqual({policy for policy, _ in readers.values()}, {"FF"})
        self.assertEqual({core for _, core in readers.values()}, {2, 3})
        model = self.guest.read("/proc/device-tree/model").strip("\0")
        pi.saw("active on isolated cores", f"{model}, {machine}; {readers}")

    def test_3_the_identity_holds_in_every_row(self):
        rows = self.assert_identity(self.pi.rows())
        self.assertEqual(sum(row.dropped for row in rows), 0)
        pi.saw("the identity holds", f"{len(rows)} rows")


if __name__ == "__main__":
    pi.main()

#!/usr/bin/env python3
"""isolate = "cpuset" on an emulated board whose kernel isolates no core: the partition is made by a
real kernel, other work is off the cores meanwhile, and nothing of it is left at the end."""

import json

import pi

TOP = "/sys/fs/cgroup"
READERS_CORES = "2-3"
ALL_CORES = "0-3"
# A core each, so that two are left for housekeeping.
STATION = pi.STATION.replace('rate = "10 Hz"', 'rate = "10 Hz"\ncore = 2\nisolate = "cpuset"') \
                    .replace('rate = "5 Hz"', 'rate = "5 Hz"\ncore = 3\nisolate = "cpuset"')
# The test's shell is in a service; a station that is started by hand is not.
BY_HAND = f"echo 0 > {TOP}/cgroup.procs; "  # 0 is the process that writes it
RUN = f"isotherm run --config {pi.CONFIG} --log-dir /tmp/log --json"
# Where a busy thread that had been bound to a reader's core may run.
STRANGER = "sed -n 's/^Cpus_allowed_list:\\t//p' /proc/$(cat /tmp/stranger)/status"


class CpusetTest(pi.PiTest):
    @classmethod
    def setUpClass(cls):
        cls.pi = pi.Machine(cls.BOARD, STATION)
        cls.addClassCleanup(cls.pi.end)
        cls.pi.boot(cores="", append="systemd.mask=isotherm.service")
        cls.guest = cls.pi.guest
        # Until then /tmp may still be emptied.
        cls.guest.run("systemctl is-system-running --wait", 300, check=False)

    def start(self, options):
        """In the background; its number is in /tmp/pid, its exit code will be in /tmp/code."""
        self.guest.run(f"rm -rf /tmp/code /tmp/log; ({BY_HAND}{RUN} {options} >/tmp/summary "
                       "2>/tmp/words & echo $! >/tmp/pid; wait $!; echo $? >/tmp/code) "
                       "</dev/null >/dev/null 2>&1 &")

    def until_isolated(self):
        self.guest.until(f"grep -qx isolated {TOP}/isotherm-readers-*/cpuset.cpus.partition "
                         "|| [ -e /tmp/code ]", 120)
        self.guest.until("[ -s /tmp/log/temperature.csv ] || [ -e /tmp/code ]", 120)
        self.assertEqual(self.guest.run("cat /tmp/code 2>/dev/null", check=False), "",
                         self.guest.run("cat /tmp/words"))

    def summary(self):
        """Of the run that was started, at its end."""
        self.guest.until("[ -s /tmp/code ]", 240)
        words = self.guest.run("cat /tmp/words")
        self.assertEqual(self.guest.run("cat /tmp/code").strip(), "0", words)
        return json.loads(self.guest.run("cat /tmp/summary")), words

    def effective(self):
        return self.guest.run(f"cat {TOP}/cpuset.cpus.effective").strip()

    def groups(self):
        return self.guest.run(f"ls -d {TOP}/isotherm-readers-* 2>/dev/null", check=False).split()

    def assert_nothing_is_left(self):
        self.assertEqual(self.groups(), [])
        self.assertEqual(self.effective(), ALL_CORES)

    def test_1_other_work_is_off_the_cores_while_the_station_runs(self):
        self.assert_nothing_is_left()
        self.guest.run("(exec taskset -c 2 sh -c 'while :; do :; done') >/dev/null 2>&1 & "
                       "echo $! >/tmp/stranger")
        try:
            self.assertEqual(self.guest.run(STRANGER).strip(), "2")
            self.start("--duration 600s")
            self.until_isolated()
            self.assertEqual(self.effective(), "0-1")
            stranger = self.guest.run(STRANGER).strip()
            self.assertEqual(stranger, "0-1")
            threads = self.guest.run(
                "for task in /proc/$(cat /tmp/pid)/task/*; do name=$(cat $task/comm) && "
                "cores=$(sed -n 's/^Cpus_allowed_list:\\t//p' $task/status) && "
                'echo "$name $cores"; done 2>/dev/null', check=False)  # a thread may just end
            found = dict(line.split() for line in threads.splitlines())
            self.assertEqual((found.pop("iso-fast"), found.pop("iso-slow")), ("2", "3"))
            self.assertEqual(set(found.values()), {"0-1"}, found)
            self.guest.run("kill $(cat /tmp/pid)")
            summary, _ = self.summary()
        finally:
            self.guest.run("kill $(cat /tmp/stranger)")
        self.assertEqual([reader["isolation"] for reader in summary["readers"]], ["cpuset"] * 2)
        for sensor in summary["sensors"]:
            self.assertTrue(sensor["accounted_for"], sensor)
            self.assertGreater(sensor["in_rows"]["good"], 0)
        self.assert_nothing_is_left()
        pi.saw("a thread bound to core 2 was moved to", stranger)

    def test_2_what_a_killed_station_leaves_behind_the_next_one_removes(self):
        self.start("--duration 600s")
        self.until_isolated()
        self.guest.run("kill -9 $(cat /tmp/pid)")
        self.guest.until("[ -s /tmp/code ]")
        left = self.groups()
        self.assertEqual(len(left), 1)
        self.assertEqual(self.effective(), "0-1")
        self.start("--duration 5s")
        summary, words = self.summary()
        self.assertIn(left[0], words)
        self.assertEqual(summary["readers"][0]["isolation"], "cpuset")
        self.assert_nothing_is_left()
        pi.saw("removed", left[0])

    def test_3_sensors_are_measured_inside_the_partition(self):
        # An emulated bus is slower than these rates; that is not what this is about.
        self.start("--measure --force --duration 5s")
        summary, words = self.summary()
        self.assertEqual([one["isolation"] for one in summary["readers"]], ["cpuset"] * 2, words)
        self.assertEqual(len(summary["feasibility"]), 2)
        self.assert_nothing_is_left()

    def test_4_check_foretells_it_and_changes_nothing(self):
        words = self.guest.run(f"{BY_HAND}isotherm check --config {pi.CONFIG} 2>&1", check=False)
        self.assertIn("cpuset", words)
        self.assert_nothing_is_left()


if __name__ == "__main__":
    pi.main()

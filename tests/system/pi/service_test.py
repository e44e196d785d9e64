#!/usr/bin/env python3
"""The station as a service of systemd on isolated cores: its threads as the kernel shows them, and
what systemctl and the watchdog do to it."""

import re

import pi

ISOLATED = {2, 3}
TRACE = "/sys/kernel/tracing"

# The reader is kept by its device for longer than the watchdog of the unit (10 s) lets pass, so
# what it reads afterwards is never seen. A slot that is missed is not read and hangs nothing:
# of fifty in a row, the first that is read does it.
HANGING = f"""
[station]
name = "hanging"
realtime = "required"
[[reader]]
name = "stuck"
rate = "10 Hz"
[[reader.sensor]]
name = "lame"
sim = {{ stall_slots = {list(range(30, 80))}, stall = "60 s" }}
[[reader]]
name = "sound"
rate = "10 Hz"
[[reader.sensor]]
name = "neighbour"
"""


class ServiceTest(pi.PiTest):
    def test_1_active_on_isolated_cores_with_locked_memory(self):
        isolated = self.guest.read("/sys/devices/system/cpu/isolated").strip()
        self.assertEqual(isolated, "2-3")
        self.assertEqual(self.guest.read("/sys/kernel/realtime").strip(), "1")
        self.assertEqual(self.guest.run("systemctl is-active isotherm").strip(), "active")
        pi.saw("active, on isolated cores of a PREEMPT_RT kernel",
               f"{isolated}, {self.guest.run('uname -r').strip()}, " +
               self.guest.read("/proc/device-tree/model").strip("\0"))
        status = self.guest.read(f"/proc/{self.pi.main_pid()}/status")
        locked, resident = (int(re.search(rf"{name}:\s+(\d+) kB", status)[1])
                            for name in ("VmLck", "VmRSS"))
        # All but a few pages that are the kernel's, vdso(7).
        self.assertGreaterEqual(locked, resident - 64)
        pi.saw("memory locked", f"{locked} KiB, {resident} KiB resident")
        owner = self.guest.run(f"stat -c %U /proc/{self.pi.main_pid()} {pi.LOG}").split()
        self.assertEqual(owner, ["isotherm", "isotherm"])

    def test_2_resident_memory(self):
        status = self.guest.read(f"/proc/{self.pi.main_pid()}/status")
        [resident] = re.findall(r"VmRSS:\s+(\d+) kB", status)
        self.assertLessEqual(int(resident) * 1024, 12_000_000)
        pi.saw("resident memory with four sensors",
               f"{int(resident) * 1024 / 1e6:.1f} MB of 12 at most")

    def test_3_only_readers_have_ever_run_on_the_isolated_cores(self):
        """The kernel's own trace of every switch to a thread of isotherm there, from before its
        start to behind a reload."""
        self.guest.run(f"systemctl stop isotherm\n"
                       f"echo 0 > {TRACE}/tracing_on; echo c > {TRACE}/tracing_cpumask\n"
                       f"echo 'next_comm ~ \"iso*\" || next_comm ~ \"(isotherm)\"' "
                       f"> {TRACE}/events/sched/sched_switch/filter\n"
                       f"echo 1 > {TRACE}/events/sched/sched_switch/enable\n"
                       f"echo > {TRACE}/trace; echo 1 > {TRACE}/tracing_on")
        start = self.pi.uptime()
        self.guest.run("systemctl start isotherm", 300)
        self.guest.run("systemctl reload isotherm")
        self.pi.until_row(lambda row: row.uptime_s > start and row.good, "it is of the new start")
        first = self.pi.threads()
        self.guest.run("sleep 5")
        last = self.pi.threads()
        trace = self.guest.run(f"echo 0 > {TRACE}/tracing_on; cat {TRACE}/trace; "
                               f"echo 0 > {TRACE}/events/sched/sched_switch/enable")

        readers = [thread for thread in last if thread.name in pi.READERS]
        self.assertEqual({thread.name for thread in readers}, pi.READERS)
        self.assertEqual(set().union(*(thread.cores for thread in readers)), ISOLATED)
        for thread in readers:
            self.assertEqual((thread.policy, len(thread.cores)), (thread.FIFO, 1), thread.name)
            pi.saw(thread.name, f"SCHED_FIFO {thread.priority} on core {thread.core}, "
                   f"may run on {sorted(thread.cores)}")
        for thread in last:
            if thread.name not in pi.READERS:
                self.assertFalse(thread.cores & ISOLATED, thread.name)
        switched = self.switched_to(trace)
        self.assertEqual(set(switched), {thread.tid for thread in readers}, switched)
        for tid, cores in switched.items():
            [thread] = [thread for thread in readers if thread.tid == tid]
            self.assertEqual(set(cores), thread.cores)
        pi.saw("traced switches to threads of isotherm on cores 2 and 3",
               {thread.name: sum(switched[thread.tid].values()) for thread in readers})
        others = sorted(thread.name for thread in last if thread.name not in pi.READERS)
        pi.saw("never there", ", ".join(others))
        self.no_page_faults(first, last)

    def switched_to(self, trace):
        """{thread id: {core: how often}}"""
        self.assertNotIn("LOST", trace)
        switched = {}
        for core, tid in re.findall(r"\[(\d+)\].*sched_switch:.* next_pid=(\d+) ", trace):
            cores = switched.setdefault(int(tid), {})
            cores[int(core)] = cores.get(int(core), 0) + 1
        return switched

    def no_page_faults(self, first, last):
        before = {thread.tid: thread for thread in first}
        for thread in last:
            if thread.name in pi.READERS:
                minor = thread.minor_faults - before[thread.tid].minor_faults
                major = thread.major_faults - before[thread.tid].major_faults
                self.assertEqual((minor, major), (0, 0), thread.name)
                pi.saw(f"page faults of {thread.name} after the first window", minor + major)

    def test_4_reload_opens_the_log_anew(self):
        pid = self.pi.main_pid()
        since = self.pi.uptime()
        self.guest.run(f"mv {pi.LOG} {pi.LOG}.1")
        self.guest.run("systemctl reload isotherm")
        self.pi.until_row(lambda row: row.uptime_s > since + 2, "it is in the new file")
        self.assertEqual(self.pi.main_pid(), pid)
        aside = self.assert_identity(self.pi.rows(f"{pi.LOG}.1", running=False))
        rows = self.assert_identity(self.pi.rows())
        self.assert_no_window_missing(aside + rows, since - 3)
        pi.saw("reload", f"{len(aside)} rows in the file put aside, and on in a new one, same "
               "process, no window missing")

    def assert_no_window_missing(self, rows, since):
        """Of the windows from then on; the run is older."""
        for sensor in pi.RATES:
            times = [row.time_ms for row in rows
                     if row.sensor == sensor and row.uptime_s > since]
            self.assertGreaterEqual(len(times), 5, sensor)
            self.assertEqual(times, list(range(times[0], times[-1] + 1, 1000)), sensor)

    def test_5_restart_and_stop(self):
        pid = self.pi.main_pid()
        self.guest.run("systemctl restart isotherm", 300)
        self.assertNotEqual(self.pi.main_pid(), pid)
        self.guest.run("systemctl stop isotherm")
        shown = self.guest.run("systemctl show -p ActiveState,Result,ExecMainStatus isotherm")
        self.assertEqual(set(shown.split()),
                         {"ActiveState=inactive", "Result=success", "ExecMainStatus=0"})
        rows = self.assert_identity(self.pi.rows(running=False))
        journal = self.guest.run("journalctl -o cat -u isotherm | tail -n 40")
        accounts = [line for line in journal.splitlines() if line.startswith("accounting:")]
        self.assertRegex(accounts[-1], r": holds for every sensor$")
        pi.saw("stopped", f"{', '.join(shown.split())}; {len(rows)} rows, the last line is "
               f"whole; {accounts[-1]}")

    def test_6_the_watchdog_restarts_a_station_whose_reader_hangs(self):
        self.guest.write(pi.CONFIG, HANGING)
        self.guest.run("systemctl start isotherm", 300)
        pid = self.pi.main_pid()
        with self.pi.explained():
            self.guest.until("[ \"$(systemctl show -P NRestarts isotherm)\" -ge 1 ]", 200)
            self.guest.until("[ \"$(systemctl is-active isotherm)\" = active ]", 200)
        journal = self.guest.run("journalctl -o cat -u isotherm | tail -n 80")
        self.assertNotEqual(self.pi.main_pid(), pid)
        self.assertRegex(journal, r"reader \"?stuck\"? does not advance")
        self.assertIn("Watchdog timeout", journal)
        self.assertNotRegex(journal, r"reader \"?sound\"? does not advance")
        self.assert_identity(self.pi.rows())
        said = re.search(r".*does not advance.*", journal).group()
        pi.saw("restarted by the watchdog", said)


if __name__ == "__main__":
    pi.main()

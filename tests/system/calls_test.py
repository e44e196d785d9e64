#!/usr/bin/env python3
"""What the readers ask of the kernel, counted from outside by strace: per slot one sleep and one
read a sensor, and nothing else."""

import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest

import station
import sysfs

SLOTS = 1000
WIRE_SLOTS = 8  # of the reader with 5 Hz
PERIOD_NS = {"plain": 2_000_000, "spinning": 2_000_000, "files": 2_000_000, "wire": 200_000_000}
# The one call of the reader's loop. Its time is that of the slot, less the spin tail.
SLEEP = re.compile(r"clock_nanosleep\w*\(CLOCK_MONOTONIC, TIMER_ABSTIME, "
                   r"\{tv_sec=(\d+), tv_nsec=(\d+)\}, NULL\) += 0$")
READ = re.compile(r"pread64\((\d+), .*, 0\) += \d+$")
WAKE = re.compile(r"futex\(0x\w+, FUTEX_WAKE(?:_PRIVATE)?, \d+\) += \d+$")


def before_everybody():
    """A traced thread stands still at each call until strace has run: on a busy machine an ordinary
    strace would make seconds of it."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(90))


class Trace:
    """strace on threads of a running process: one file of calls a thread."""

    def __init__(self, test, threads):
        self._prefix = test.folder / "trace"
        self._err = test.folder / "strace.stderr"
        who = itertools.chain.from_iterable(("-p", str(thread.tid)) for thread in threads.values())
        with open(self._err, "wb") as err:
            self._strace = subprocess.Popen(["strace", "-ff", "-s", "8", "-o", str(self._prefix),
                                             *who], stdin=subprocess.DEVNULL, stderr=err,
                                            preexec_fn=before_everybody)
        test.addCleanup(self.end)
        self.files = {name: pathlib.Path(f"{self._prefix}.{thread.tid}")
                      for name, thread in threads.items()}

    def until_slots(self, name, count):
        try:
            station.wait_until(lambda: len(self.calls(name)) > count + 2 and
                               sum("clock_nanosleep" in call for call in self.calls(name))
                               > count + 2, f"{count} slots of {name}", 3 * station.WATCHDOG,
                               alive=self._alive)
        except station.Broken:
            if "Operation not permitted" in self._err.read_text():
                raise unittest.SkipTest("no right to trace: " + self._err.read_text()) from None
            raise

    def _alive(self):
        return self._strace.poll() is None

    def calls(self, name):
        """The complete lines so far."""
        try:
            return self.files[name].read_text().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def end(self):
        """Lets go of the threads."""
        if self._alive():
            self._strace.send_signal(signal.SIGINT)
            self._strace.wait(station.WATCHDOG)


def slots_of(calls):
    """[(time of its sleep, the other calls until the next sleep)] of every slot that was seen
    whole. The first sleep may have been cut by strace's coming, and the last by its going."""
    slots = []
    for call in calls:
        sleep = SLEEP.match(call)
        if sleep:
            slots.append((int(sleep[1]) * 10**9 + int(sleep[2]), []))
        elif slots:
            slots[-1][1].append(call)
    return slots[:-1]


@unittest.skipIf(shutil.which("strace") is None, "needs strace")
class CallsTest(station.StationTest):
    def trace(self, config, waits, **how):
        """Traces a station until each of these readers has had that many slots."""
        process = self.start_station(config, **how)
        self.until_rows(process, 1)
        threads = process.threads()
        trace = Trace(self, {name: threads["iso-" + name] for name in waits})
        for name, count in waits.items():
            trace.until_slots(name, count)
        trace.end()
        process.send(signal.SIGTERM)
        self.finish(process)
        found = {name: slots_of(trace.calls(name)) for name in waits}
        for name, count in waits.items():
            self.assertGreaterEqual(len(found[name]), count, name)
            if any("clock_gettime" in call for _, calls in found[name] for call in calls):
                self.skipTest("this machine's clock source is read by a system call, not by the "
                              "vDSO (vdso(7))")
        return {name: found[name][:count] for name, count in waits.items()}

    def assert_on_the_grid(self, name, slots):
        """Each slot sleeps once: all times differ, by whole periods."""
        for (time, _), (next_time, _) in zip(slots, slots[1:]):
            self.assertGreater(next_time, time, name)
            if name != "spinning":  # that one sets its alarm by what it has learnt
                self.assertEqual((next_time - time) % PERIOD_NS[name], 0, name)

    def assert_only_sleeps(self, name, slots):
        self.assert_on_the_grid(name, slots)
        self.assertEqual([calls for _, calls in slots if calls], [], name)

    def test_a_simulated_sensor_one_sleep_a_slot_with_and_without_spin_tail(self):
        found = self.trace(sysfs.SIMULATED, {"plain": SLOTS, "spinning": SLOTS})
        for name, slots in found.items():
            self.assert_only_sleeps(name, slots)
            print(f"{name}: {len(slots)} slots, {len(slots)} sleeps, no other call")

    @unittest.skipUnless(sysfs.may_stand_in(), sysfs.WHY_NOT)
    def test_sensors_of_the_kernel_one_read_each_and_one_sleep_a_slot(self):
        found = self.trace(sysfs.CONFIG, {"files": SLOTS, "plain": SLOTS, "wire": WIRE_SLOTS},
                           binary=sysfs.stand_in(self.folder))
        self.assert_only_sleeps("plain", found["plain"])
        self.assert_on_the_grid("files", found["files"])
        files = None
        for _, calls in found["files"]:
            reads = [READ.match(call) for call in calls]
            self.assertTrue(all(reads), calls)
            # The same files in the same order in every slot, each once.
            files = files or [read[1] for read in reads]
            self.assertEqual([read[1] for read in reads], files)
        self.assertEqual(len(set(files)), len(sysfs.ATTRIBUTES))
        # 1-Wire is read by a helper: what the reader does is to wake that up.
        self.assert_on_the_grid("wire", found["wire"])
        for _, calls in found["wire"]:
            self.assertLessEqual(len(calls), 1, calls)
            self.assertTrue(all(WAKE.match(call) for call in calls), calls)
        print(f"files: {SLOTS} slots, {SLOTS} sleeps, {SLOTS * len(files)} reads, no other call")


if __name__ == "__main__":
    station.main()

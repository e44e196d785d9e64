#!/usr/bin/env python3
"""Isolation for as long as the station runs: the cpuset partition around its readers, made, seen
from outside, given back at every kind of end; and the bound on idle states beside it."""

import json
import os
import pathlib
import signal
import struct
import unittest

import station

TOP = pathlib.Path("/sys/fs/cgroup")
DEVICE = pathlib.Path("/dev/cpu_dma_latency")

CONFIG = """
[station]
isolation = "required"
{station}
[log]
window = "100 ms"
[[reader]]
name = "fast"
core = {core}
rate = "100 Hz"
isolate = "cpuset"
[[reader.sensor]]
name = "a"
"""


def why_no_partition():
    """Found without asking the program, so that a wrong refusal of it is a failed test."""
    if not station.is_root():
        return "needs root"
    controllers = TOP / "cgroup.controllers"
    if not controllers.exists() or "cpuset" not in controllers.read_text().split():
        return f"{TOP} has no cpuset controller of version 2"
    if (TOP / "cgroup.type").exists():
        return "a container: the topmost control group is not to be seen"
    if not os.access(TOP / "cgroup.subtree_control", os.W_OK):
        return f"{TOP} is read-only"
    release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
    if release < (6, 1):
        return "Linux before 6.1 has no isolated partitions"
    if len(os.sched_getaffinity(0)) < 2:
        return "a single core"
    own = pathlib.Path("/proc/self/cgroup").read_text().strip().rsplit(":", 1)[1]
    if own.endswith(".service"):
        return f"in the service {own}, which the program rightly does not leave"
    return None


def groups():
    return sorted(TOP.glob("isotherm-readers-*")) if TOP.exists() else []


def effective():
    return (TOP / "cpuset.cpus.effective").read_text().strip()


class PartitionTest(station.StationTest):
    def setUp(self):
        super().setUp()
        reason = why_no_partition()
        if reason:
            self.skipTest(reason)
        self.assertEqual(groups(), [], "left by another test")
        self.before = effective()
        self.cores = sorted(os.sched_getaffinity(0))
        self.addCleanup(self.sweep)

    def sweep(self):
        for group in groups():
            group.rmdir()

    def start_isolated(self, core):
        process = self.start_station(CONFIG.format(station="", core=core))
        process.until_says("isolated until the end by the cpuset partition")
        self.until_rows(process, 2)
        return process

    def assert_all_given_back(self):
        self.assertEqual(groups(), [])
        self.assertEqual(effective(), self.before)

    def test_the_readers_core_is_taken_from_everybody_else_and_given_back(self):
        core = self.cores[-1]
        process = self.start_isolated(core)
        [group] = groups()
        self.assertEqual((group / "cpuset.cpus.partition").read_text().strip(), "isolated")
        threads = process.threads()
        self.assertEqual(threads["iso-fast"].cores, {core})
        inside = {int(tid) for tid in (group / "cgroup.threads").read_text().split()}
        self.assertEqual(inside, {threads["iso-fast"].tid})
        for name, thread in threads.items():
            if name != "iso-fast":
                self.assertNotIn(core, thread.cores, name)
        self.assertNotIn(core, os.sched_getaffinity(0), "this test itself")
        process.send(signal.SIGTERM)
        summary = self.finish(process)
        self.assertEqual(summary.starting_with("isolation:"), ["isolation: fast (cpuset)"])
        self.assertEqual(summary.starting_with("best effort:"), [])
        self.assert_all_given_back()

    def test_after_a_kill_the_next_start_takes_the_core_back(self):
        core = self.cores[-1]
        process = self.start_isolated(core)
        process.send(signal.SIGKILL)
        process.wait()
        [left] = groups()
        # Only looking changes nothing, and sees through it.
        check = self.start("check", "--config", self.folder / "station.toml")
        self.assertEqual(check.wait(), station.OK, check.err())
        self.assertIn("a run would isolate", check.out())
        self.assertEqual(groups(), [left])
        process = self.start_isolated(core)
        self.assertIn(f"left behind: {left}", process.err())
        process.send(signal.SIGINT)
        self.finish(process)
        self.assert_all_given_back()

    def test_two_stations_do_not_tear_down_each_others(self):
        if len(self.cores) < 3:
            self.skipTest("needs three cores")
        first = self.start_isolated(self.cores[-1])
        other = self.write_config(CONFIG.format(station="", core=self.cores[-2]), "other.toml")
        second = self.start_station(other, logs=self.folder / "other-logs")
        second.until_says("isolated until the end by the cpuset partition")
        first.send(signal.SIGTERM)
        self.finish(first)
        [group] = groups()
        self.assertEqual((group / "cpuset.cpus.partition").read_text().strip(), "isolated")
        second.send(signal.SIGTERM)
        self.finish(second)
        self.assert_all_given_back()


class RefusedTest(station.StationTest):
    """A user without rights gets no partition on any machine."""

    def setUp(self):
        super().setUp()
        self.config = self.write_config(CONFIG.format(station="", core='"auto"'))
        self.config.chmod(0o644)
        self.logs.mkdir()
        self.logs.chmod(0o777)
        self.program = pathlib.Path(station.BINARY)

    def start_as_nobody(self, *arguments):
        return self.start(*arguments, as_nobody=station.is_root(), no_rights=True)

    def test_where_real_time_is_required_the_station_does_not_start(self):
        before = groups()
        run = self.start_as_nobody("run", "--config", self.config, "--log-dir", self.logs)
        self.assertEqual(run.wait(), station.UNAVAILABLE, run.err())
        [line] = [line for line in run.err().splitlines() if 'isolate = "cpuset"' in line]
        self.assertIn("missing: ", line)
        self.assertIn('write isolate = "boot"', line)
        self.assertEqual(groups(), before)

    def test_as_best_effort_it_goes_on_and_the_summary_repeats_it(self):
        run = self.start_as_nobody("run", "--config", self.config, "--log-dir", self.logs,
                                   "--best-effort", "--duration", "300 ms", "--json")
        self.assertEqual(run.wait(), station.OK, run.err())
        summary = json.loads(run.out())
        self.assertTrue(summary["accounted_for"])
        self.assertEqual([reader["isolation"] for reader in summary["readers"]], ["none"])
        self.assertTrue([text for text in summary["missing_prerequisites"]
                         if 'isolate = "cpuset"' in text])


class IdleBoundTest(station.StationTest):
    BOUND_US = 7

    def config(self):
        return CONFIG.format(station=f'cpu_dma_latency = "{self.BOUND_US} us"',
                             core='"auto"').replace('isolate = "cpuset"', "")

    def in_force(self):
        with open(DEVICE, "rb", buffering=0) as device:
            return struct.unpack("=i", device.read(4))[0]

    def test_the_kernel_keeps_to_it_while_the_station_runs(self):
        if not os.access(DEVICE, os.R_OK | os.W_OK):
            self.skipTest(f"no right to {DEVICE}, or there is none")
        before = self.in_force()
        if before <= self.BOUND_US:
            self.skipTest(f"another program holds {before} us")
        run = self.start_station(self.config())
        self.until_rows(run, 1)
        self.assertEqual(self.in_force(), self.BOUND_US)
        self.assertIn("cpu_dma_latency: until the end", run.err())
        run.send(signal.SIGKILL)
        run.wait()
        self.assertEqual(self.in_force(), before)

    @unittest.skipUnless(station.is_root(), "needs root, to become somebody without rights")
    def test_without_it_a_warning_says_so_and_sampling_goes_on(self):
        self.logs.mkdir()
        self.logs.chmod(0o777)
        if DEVICE.exists() and DEVICE.stat().st_mode & 0o006:
            self.skipTest(f"{DEVICE} is open to everybody here")
        run = self.start_station(self.config(), "--duration", "300 ms", as_nobody=True,
                                 no_rights=True)
        self.finish(run)
        self.assertIn("warning: no cpu_dma_latency: cannot open /dev/cpu_dma_latency", run.err())


if __name__ == "__main__":
    station.main()

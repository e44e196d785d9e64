#!/usr/bin/env python3
"""Started by an ordinary user without rights: refused with everything that is missing and its mend,
or, where the configuration is content with it, run with the same said in the summary."""

import os
import pwd
import shutil

import station
import temperature_log

CONFIG = """
[station]
realtime = "required"
[[reader]]
name = "fast"
rate = "100 Hz"
priority = 77
[[reader.sensor]]
name = "a"
"""
SCHEDULING = "no right to SCHED_FIFO at priority 77"
MEMORY = "no right to lock "


class PrivilegesTest(station.StationTest):
    def setUp(self):
        super().setUp()
        # A copy carries no file capabilities, and everybody may read it.
        self.program = self.folder / "isotherm"
        shutil.copy(station.BINARY, self.program)
        self.program.chmod(0o755)
        # By the user database and not by $USER, which may say anything.
        self.user = pwd.getpwuid(station.NOBODY if station.is_root() else os.geteuid()).pw_name
        # Open to the ordinary user, so that a log that is not written is not for want of rights.
        self.logs.mkdir()
        self.logs.chmod(0o777)
        self.config = self.write_config(CONFIG)

    def start_without_rights(self, command, *options):
        return self.start(command, "--config", self.config, "--log-dir", self.logs, *options,
                          binary=self.program, as_nobody=station.is_root(), no_rights=True)

    def assert_each_with_its_mend(self, text):
        """Both prerequisites, once each, and in the same line how to mend them."""
        mends = {SCHEDULING: ["CAP_SYS_NICE is missing", "RLIMIT_RTPRIO is 0", "setcap",
                              f"{self.program}", f"{self.user} - rtprio 77", "LimitRTPRIO=77"],
                 MEMORY: ["CAP_IPC_LOCK is missing", "RLIMIT_MEMLOCK is 64 KiB", "setcap",
                          f"{self.program}", f"{self.user} - memlock ", "LimitMEMLOCK="]}
        for what, words in mends.items():
            [line] = [line for line in text.splitlines() if what in line]
            for word in words:
                self.assertIn(word, line)

    def test_required_is_refused_with_everything_at_once(self):
        for options in ([], ["--quiet"], ["--duration", "1s"]):
            with self.subTest(options):
                process = self.start_without_rights("run", *options)
                self.assertIsNone(self.finish(process, expected=station.UNAVAILABLE))
                self.assert_each_with_its_mend(process.err())
                self.assertIn("--best-effort", process.err())
                self.assertEqual(list(self.logs.iterdir()), [])

    def test_check_says_the_same_beforehand(self):
        process = self.start_without_rights("check")
        self.assertEqual(process.wait(), station.UNAVAILABLE)
        self.assert_each_with_its_mend(process.out())
        self.assertEqual(list(self.logs.iterdir()), [])

    def test_best_effort_runs_and_repeats_in_the_summary_what_is_missing(self):
        process = self.start_without_rights("run", "--best-effort", "--duration", "2s")
        summary = self.finish(process)
        self.assert_each_with_its_mend(process.err())
        self.assert_each_with_its_mend("\n".join(summary.starting_with("best effort: ")))
        # The policy and the priority that it really got.
        self.assertEqual(summary.threads["fast"]["policy"], "other")
        self.assertEqual(summary.threads["fast"]["priority"], "0")
        rows = temperature_log.read(self.csv)
        self.assert_log_is_summary(rows, summary)
        self.assert_every_window(rows, 1000, ["a"])
        self.assertLessEqual(abs(summary.sensors["a"].counts["scheduled"] - 200), 1)

    def test_best_effort_with_all_rights_has_nothing_to_repeat(self):
        if not station.may_be_realtime():
            self.skipTest("needs root: CAP_SYS_NICE and CAP_IPC_LOCK")
        summary = self.finish(self.start_station(CONFIG, "--duration", "500ms"))
        self.assertEqual(summary.starting_with("best effort: "), [])
        self.assertEqual(summary.threads["fast"]["policy"], "fifo")
        self.assertEqual(summary.threads["fast"]["priority"], "77")


if __name__ == "__main__":
    station.main()

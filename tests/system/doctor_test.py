#!/usr/bin/env python3
"""`isotherm doctor` on this machine: what it says of its cores agrees with what the kernel says,
the JSON with the text, the exit code with both; and --fix changes what it may and undoes it."""

import json
import os
import pathlib
import re
import signal
import unittest

import station

CONFIG = """
[station]
name = "kiln"
realtime = "best-effort"
[[reader]]
name = "fast"
rate = "100 Hz"
priority = 77
[[reader.sensor]]
name = "a"
"""
SEVERITIES = ["pass", "warning", "failure"]
ISOLATED = pathlib.Path("/sys/devices/system/cpu/isolated")
TIMER_MIGRATION = pathlib.Path("/proc/sys/kernel/timer_migration")
INTERRUPTS = pathlib.Path("/proc/irq")
GROUP = re.compile(r"^(\S.*)$")
FINDING = re.compile(r"^  (pass|WARNING|FAILURE) +([\w-]+): ")


def usable_cores():
    return os.sched_getaffinity(0)


def interrupt_affinities():
    """{path: text} of what can be read."""
    found = {}
    for path in sorted(INTERRUPTS.glob("*/smp_affinity_list")):
        try:
            found[path] = path.read_text()
        except OSError:
            pass  # it has gone
    return found


class DoctorTest(station.StationTest):
    plain = []

    def setUp(self):
        super().setUp()
        self.config = self.write_config(CONFIG)

    def doctor(self, *options, **how):
        return self.start("doctor", "--config", self.config, *options, **how)

    def report(self, *options, **how):
        """Its exit code and its JSON."""
        process = self.doctor("--json", *options, **how)
        code = process.wait()
        self.assertLess(code, 3, process.err())
        return code, json.loads(process.out())

    def plain_report(self):
        """That of a run without options, which several tests look at: it takes its seconds."""
        if not DoctorTest.plain:
            DoctorTest.plain.append(self.report())
        return DoctorTest.plain[0]

    def finding(self, report, group, check):
        found = [one for one in report["findings"]
                 if (one["group"], one["check"]) == (group, check)]
        self.assertEqual(len(found), 1, f"{group}: {check}")
        return found[0]

    def test_the_exit_code_is_the_worst_finding_and_each_says_what_mends_it(self):
        code, report = self.plain_report()
        severities = [one["severity"] for one in report["findings"]]
        self.assertEqual(code, max(map(SEVERITIES.index, severities)))
        self.assertEqual(report["verdict"], SEVERITIES[code])
        for key, severity in (("passed", "pass"), ("warnings", "warning"),
                              ("failures", "failure")):
            self.assertEqual(report[key], severities.count(severity))
        for one in report["findings"]:
            with self.subTest(group=one["group"], check=one["check"]):
                self.assertTrue(one["seen"])
                if one["severity"] != "pass":
                    self.assertTrue(one["why"])
                    self.assertTrue(one["mend"])
        groups = {one["group"] for one in report["findings"]}
        self.assertLessEqual({"kernel", "system", "rights", "plan", "board"}, groups)

    def test_the_text_names_the_same_findings_as_the_json(self):
        _, report = self.plain_report()
        process = self.doctor()
        self.assertLess(process.wait(), 3, process.err())
        named, group = [], None
        for line in process.out().splitlines()[1:]:
            found = FINDING.match(line)
            if found:
                named.append((group, found[2]))
            elif GROUP.match(line):
                group = line
        self.assertEqual(named, [(one["group"], one["check"]) for one in report["findings"]])

    def test_it_says_whether_the_readers_core_is_isolated_as_the_kernel_does(self):
        _, report = self.plain_report()
        cores = {one["group"] for one in report["findings"] if one["group"].startswith("core ")}
        self.assertEqual(len(cores), 1)
        core = cores.pop()
        finding = self.finding(report, core, "isolated")
        if ISOLATED.read_text().strip():
            self.assertEqual(finding["severity"], "pass")
            return
        self.assertEqual(finding["severity"], "failure")
        if len(usable_cores()) > 1:
            number = core.split()[1]
            self.assertRegex(finding["mend"],
                             rf"isolcpus=managed_irq,domain,{number} nohz_full={number} "
                             rf"rcu_nocbs={number} irqaffinity=[0-9,-]+` to .* reboot")
        else:
            self.assertIn("one core", finding["mend"])

    def test_more_cores_are_looked_at_where_asked(self):
        core = min(usable_cores())
        _, report = self.report("--core", str(core))
        self.finding(report, f"core {core}", "isolated")
        process = self.doctor("--core", "two")
        self.assertEqual(process.wait(), station.USAGE)
        self.assertIn("list of cores", process.err())

    def test_a_plan_that_isolates_its_core_itself_is_judged_as_a_run_would_fare(self):
        self.config = self.write_config(CONFIG.replace("[[reader]]",
                                                       '[[reader]]\nisolate = "cpuset"'))
        _, report = self.report()
        core = next(one["group"] for one in report["findings"] if one["group"].startswith("core "))
        refused = [one for one in report["findings"] if one["group"] == "plan" and
                   one["severity"] == "failure" and "cpuset" in one["seen"]]
        isolated = self.finding(report, core, "isolated")
        if refused:
            self.assertTrue(refused[0]["mend"])
            self.assertNotIn("cpuset", isolated["seen"])
        else:
            self.assertEqual(isolated["severity"], "pass")
            self.assertIn("cpuset", isolated["seen"])

    def test_a_deadline_reader_owns_no_core_and_that_is_said(self):
        self.config = self.write_config(CONFIG.replace("priority = 77", 'policy = "deadline"'))
        _, report = self.report()
        self.assertIn("fast", self.finding(report, "system", "deadline-reader")["seen"])
        for check in ("watchdog", "workqueues"):
            self.assertNotIn("keeps off", self.finding(report, "system", check)["seen"])

    def test_a_verdict_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = self.doctor("--json", stdout=full)
            self.assertEqual(process.wait(), station.IO)
        self.assertIn("stdout cannot be written", process.err())

    def test_a_core_that_is_not_there_is_offline(self):
        code, report = self.report("--core", "1000")
        self.assertEqual(code, 2)
        self.assertEqual(self.finding(report, "core 1000", "online")["severity"], "failure")

    def test_without_rights_it_says_how_a_shell_and_a_service_get_them(self):
        how = {"as_nobody": station.is_root(), "no_rights": True}
        copy = self.folder / "isotherm"  # without file capabilities
        copy.write_bytes(pathlib.Path(station.BINARY).read_bytes())
        copy.chmod(0o755)
        code, report = self.report(binary=copy, **how)
        self.assertEqual(code, 2)
        scheduling = self.finding(report, "rights", "scheduling")
        self.assertEqual(scheduling["severity"], "failure")
        for words in ("setcap cap_sys_nice,cap_ipc_lock+ep", "- rtprio 77", "LimitRTPRIO=77"):
            self.assertIn(words, scheduling["mend"])
        self.assertEqual(self.finding(report, "rights", "memory")["severity"], "failure")

    def test_a_mistake_in_the_configuration_is_told_as_by_check(self):
        broken = self.write_config("[station]\nnme = 'x'\n", "broken.toml")
        process = self.start("doctor", "--config", broken)
        self.assertEqual(process.wait(), station.CONFIG)
        self.assertIn("broken.toml:2", process.err())

    def test_a_record_holds_what_was_read(self):
        record = self.folder / "record.txt"
        self.report("--record", record)
        text = record.read_text()
        self.assertIn(f"== /proc/version\n{pathlib.Path('/proc/version').read_text().strip()}\n",
                      text)
        self.assertIn("== again /proc/interrupts\n", text)
        process = self.doctor("--record", self.folder / "nowhere" / "record.txt")
        self.assertEqual(process.wait(), station.IO)

    def fix(self, ended_by):
        """Its lines on stderr, from a run that was ended when everything was fixed."""
        process = self.doctor("--fix", "--json")
        process.until_says("SIGTERM undoes it")
        during = TIMER_MIGRATION.read_text() if TIMER_MIGRATION.exists() else None
        process.send(ended_by)
        self.assertLess(process.wait(), 3, process.err())
        json.loads(process.out())
        return process.err().splitlines(), during

    @unittest.skipUnless(station.is_root(), "only root may change the machine")
    def test_what_is_fixed_is_undone_in_reverse_by_each_signal(self):
        for ended_by in (signal.SIGINT, signal.SIGHUP):
            with self.subTest(ended_by):
                migration = TIMER_MIGRATION.read_text() if TIMER_MIGRATION.exists() else None
                affinities = interrupt_affinities()
                lines, during = self.fix(ended_by)
                fixed = [re.match(r"isotherm: fixed: (.+?): ", line) for line in lines]
                undone = [re.match(r"isotherm: undone: (.+?): ", line) for line in lines]
                fixed = [match[1] for match in fixed if match]
                undone = [match[1] for match in undone if match]
                self.assertEqual(undone, fixed[::-1], "\n".join(lines))
                if "timer migration" in fixed:
                    self.assertEqual(during.strip(), "0")
                if migration:
                    self.assertEqual(TIMER_MIGRATION.read_text(), migration)
                now = interrupt_affinities()
                for path, text in affinities.items():
                    if f"interrupt {path.parent.name} " in "\n".join(lines):
                        self.assertEqual(now.get(path, text), text, path)

    def test_what_may_not_be_fixed_is_said_with_the_reason(self):
        copy = self.folder / "isotherm"
        copy.write_bytes(pathlib.Path(station.BINARY).read_bytes())
        copy.chmod(0o755)
        process = self.doctor("--fix", "--duration", "100ms", binary=copy,
                              as_nobody=station.is_root())
        self.assertEqual(process.wait(), 2, process.err())
        refused = [line for line in process.err().splitlines() if "not fixed: " in line]
        # Where there is nothing to be fixed but the latency, that alone is refused.
        self.assertTrue(any("cpu_dma_latency" in line for line in refused), process.err())
        self.assertNotIn("isotherm: fixed:", process.err())


if __name__ == "__main__":
    station.main()

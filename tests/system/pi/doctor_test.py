#!/usr/bin/env python3
"""`isotherm doctor` on an emulated board with isolated cores: it passes the isolation checks for
the readers' cores 2 and 3 and fails them for core 1; then --fix on this kernel."""

import json
import re

import pi

# Of each core: what tells an isolated one from one of housekeeping.
ISOLATION = ("isolated", "tick", "rcu-callbacks")
# This board's controller sends every interrupt to core 0, so core 1 may pass that one too.
KEPT_FREE = (*ISOLATION, "interrupt-affinity")
READERS_CORES = (2, 3)


class DoctorTest(pi.PiTest):
    def doctor(self, *options):
        """Its exit code and its JSON."""
        script = f"isotherm doctor --config {pi.CONFIG} --json {' '.join(options)}"
        code, output = self.guest.run_bytes(f"{script} 2>/tmp/doctor.err", 300)
        self.assertLess(code, 3, self.guest.run("cat /tmp/doctor.err"))
        return code, json.loads(output.decode())

    def severities(self, report, core):
        """{check: severity} of a core."""
        return {one["check"]: one["severity"] for one in report["findings"]
                if one["group"] == f"core {core}"}

    def test_1_the_isolation_checks_pass_for_cores_2_and_3_and_fail_for_core_1(self):
        # A running station's own readers are left out, but their wake-ups would be measured.
        self.guest.run("systemctl stop isotherm", 120)
        code, report = self.doctor("--core", "1")
        self.assertEqual(code, 2)
        for core in READERS_CORES:
            found = self.severities(report, core)
            self.assertEqual({check: found[check] for check in KEPT_FREE},
                             dict.fromkeys(KEPT_FREE, "pass"), report["findings"])
            pi.saw(f"core {core}", ", ".join(f"{check} {found[check]}" for check in found))
        found = self.severities(report, 1)
        self.assertEqual(found["isolated"], "failure")
        for check in ISOLATION:
            self.assertNotEqual(found[check], "pass", check)
        pi.saw("core 1", ", ".join(f"{check} {found[check]}" for check in found))
        failures = {one["group"] for one in report["findings"] if one["severity"] == "failure"}
        self.assertEqual(failures, {"core 1"}, report["findings"])

    def test_2_the_kernel_is_known_as_preempt_rt_and_knows_nohz_full(self):
        _, report = self.doctor()
        kernel = {one["check"]: one for one in report["findings"] if one["group"] == "kernel"}
        for check in ("preemption", "tickless", "timers", "clocksource"):
            self.assertEqual(kernel[check]["severity"], "pass", kernel[check])
        self.assertIn("PREEMPT_RT", kernel["preemption"]["seen"])
        pi.saw("kernel", "; ".join(f"{check}: {one['seen']}" for check, one in kernel.items()))

    def test_3_without_the_extra_core_nothing_fails(self):
        code, report = self.doctor()
        self.assertLess(code, 2, [one for one in report["findings"]
                                  if one["severity"] == "failure"])
        pi.saw("the readers' plan", f"{report['passed']} passed, {report['warnings']} warnings: " +
               ", ".join(f"{one['group']}: {one['check']}" for one in report["findings"]
                         if one["severity"] == "warning"))

    def test_4_fix_undoes_what_it_did_in_reverse(self):
        before = self.guest.run("cat /proc/sys/kernel/timer_migration /proc/irq/*/"
                                "smp_affinity_list 2>/dev/null", check=False)
        output = self.guest.run(f"isotherm doctor --config {pi.CONFIG} --fix --duration 1s "
                                "2>&1 >/dev/null", 300, check=False)
        fixed = re.findall(r"^isotherm: fixed: (.+?): ", output, re.MULTILINE)
        undone = re.findall(r"^isotherm: undone: (.+?): ", output, re.MULTILINE)
        self.assertEqual(undone, fixed[::-1], output)
        self.assertIn("cpu_dma_latency", output)
        after = self.guest.run("cat /proc/sys/kernel/timer_migration /proc/irq/*/"
                               "smp_affinity_list 2>/dev/null", check=False)
        self.assertEqual(after, before)
        pi.saw("fixed and undone", ", ".join(fixed) or "nothing to fix")


if __name__ == "__main__":
    pi.main()

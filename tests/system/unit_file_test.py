#!/usr/bin/env python3
"""The service's unit and what comes with it, as systemd's own tools judge them, without a systemd
that runs."""

import re
import shutil
import subprocess
import unittest

import station
import unit_file

EXPOSURE_LIMIT = 2.0
CONFIG = station.SOURCE / "config"
# Known since systemd 254 (its NEWS); Debian 12 has 252, which ignores them with a warning.
NEWER = 254
NEWER_KEYS = ("RestartSteps", "RestartMaxDelaySec")


def run(*command):
    return subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=station.WATCHDOG, check=False)


class UnitFileTest(station.StationTest):
    def setUp(self):
        super().setUp()
        for tool in ("systemd-analyze", "systemd-sysusers", "systemd-tmpfiles"):
            self.assertIsNotNone(shutil.which(tool), f"{tool} is missing (package systemd)")

    def test_systemd_understands_every_line(self):
        # As it will be installed, but with the program that was built.
        text = unit_file.PATH.read_text().replace("/usr/bin/isotherm", station.BINARY)
        version = int(run("systemd-analyze", "--version").stdout.split()[1])
        for key in NEWER_KEYS if version < NEWER else ():
            text = re.sub(rf"(?m)^{key}=.*\n", "", text)
        unit = self.folder / "isotherm.service"
        unit.write_text(text)
        result = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)
        self.assertNotIn("isotherm", result.stdout)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_the_exposure_is_small(self):
        result = run("systemd-analyze", "security", "--offline=true", "--no-pager", unit_file.PATH)
        found = re.search(r"Overall exposure level for isotherm\.service: ([\d.]+)", result.stdout)
        self.assertIsNotNone(found, result.stdout)
        print(f"exposure {found[1]}, at most {EXPOSURE_LIMIT}")
        self.assertLessEqual(float(found[1]), EXPOSURE_LIMIT, result.stdout)

    def test_two_capabilities_and_no_other(self):
        for key in ("AmbientCapabilities", "CapabilityBoundingSet"):
            self.assertEqual(unit_file.values(key), ["CAP_SYS_NICE CAP_IPC_LOCK"])

    def test_the_one_device_that_the_program_opens_itself_is_let_through(self):
        header = (station.SOURCE / "src/os/cpu_dma_latency.hpp").read_text()
        path = re.search(r'kPath = "(/dev/[^"]+)"', header)[1]
        self.assertIn(f"{path} rw", unit_file.values("DeviceAllow"))

    def test_what_a_restart_does_not_mend_is_not_restarted(self):
        [prevented] = unit_file.values("RestartPreventExitStatus")
        self.assertEqual(set(map(int, prevented.split())),
                         {station.USAGE, station.UNAVAILABLE, station.CONFIG})

    def test_there_is_time_for_a_reader_that_hangs_to_be_waited_for(self):
        source = (station.SOURCE / "src/app/station.cpp").read_text()
        waits = int(re.search(r"kStopLimit = seconds\{(\d+)\}", source)[1])
        for key in ("TimeoutStopSec", "TimeoutAbortSec"):
            self.assertGreaterEqual(unit_file.seconds(key), 2 * waits, key)

    def test_the_user_and_its_groups_are_made_on_a_system_without_them(self):
        (self.folder / "etc").mkdir()
        result = run("systemd-sysusers", f"--root={self.folder}", CONFIG / "isotherm.sysusers")
        self.assertEqual(result.returncode, 0, result.stdout)
        users = (self.folder / "etc/passwd").read_text()
        self.assertRegex(users, r"(?m)^isotherm:x:\d+:\d+:.*:/var/lib/isotherm:/\S*/nologin$")
        members = {line.split(":")[0]: line.split(":")[3]
                   for line in (self.folder / "etc/group").read_text().splitlines()}
        self.assertEqual({group for group, names in members.items() if names == "isotherm"},
                         {"i2c", "spi", "gpio"})

    def test_groups_that_are_there_keep_their_numbers(self):
        (self.folder / "etc").mkdir()
        (self.folder / "etc/group").write_text("i2c:x:994:pi\n")
        result = run("systemd-sysusers", f"--root={self.folder}", CONFIG / "isotherm.sysusers")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertRegex((self.folder / "etc/group").read_text(),
                         r"(?m)^i2c:x:994:(isotherm,pi|pi,isotherm)$")

    @unittest.skipUnless(station.is_root(), "needs root, to give folders away")
    def test_its_folders_are_made(self):
        etc = self.folder / "etc"
        etc.mkdir()
        (etc / "passwd").write_text("root:x:0:0::/:/bin/sh\nisotherm:x:990:990::/:/bin/false\n")
        (etc / "group").write_text("root:x:0:\nisotherm:x:990:\n")
        result = run("systemd-tmpfiles", f"--root={self.folder}", "--create",
                     CONFIG / "isotherm.tmpfiles")
        self.assertEqual(result.returncode, 0, result.stdout)
        for path in ("var/log/isotherm", "var/lib/isotherm"):
            status = (self.folder / path).stat()
            self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777),
                             (990, 990, 0o755), path)


if __name__ == "__main__":
    station.main()

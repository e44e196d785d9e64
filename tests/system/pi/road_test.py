#!/usr/bin/env python3
"""docs/raspberry-pi.md, carried out: each of its shell commands in their order, on a board that
begins like a new Raspberry Pi OS, without isolated cores and without the package."""

import json
import re
import shlex
import subprocess
import unittest

import pi
from debian import SOURCE
from laptop import Laptop, read_from_card, wait_until_off

PAGE = SOURCE / "docs/raspberry-pi.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS_MAX = 10
COMMANDS = {"git", "isotherm/tools/package", "scp", "ssh"}  # of the laptop; all that may occur

# In the form that Raspberry Pi OS gives them, with the console and the root of its first boot.
LINE = ("console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 "
        "fsck.repair=yes rootwait quiet\n")
CONFIG = """\
# For more options and information see
# http://rptl.io/configtxt
#dtparam=i2c_arm=on
dtparam=audio=on
camera_auto_detect=1
dtoverlay=vc4-kms-v3d
max_framebuffers=2
arm_64bit=1

[cm4]
otg_mode=1
"""
BOOT = "/boot/firmware"

# The boot partition of a real card is FAT, which has neither owners nor modes. The card of this
# test has no partitions, so what FAT makes of `board apply` is seen on an image of one.
FAT = "/home/pi/boot.vfat"
FAT_BYTES = 4 << 20
ON_FAT = f"""
set -e
modprobe -a loop vfat nls_cp437 nls_ascii
mkdir -p /run/fat
mount -t vfat -o loop {FAT} /run/fat
cp {BOOT}/cmdline.txt {BOOT}/config.txt /run/fat
isotherm board apply rpi3 --root /run/fat --yes
cat /run/fat/cmdline.txt
isotherm board apply rpi3 --root /run/fat --yes
umount /run/fat
mount -t vfat -o loop {FAT} /run/fat
grep -q isolcpus=managed_irq,domain,2-3 /run/fat/cmdline.txt
isotherm board apply --undo --root /run/fat --yes
cmp {BOOT}/cmdline.txt /run/fat/cmdline.txt
cmp {BOOT}/config.txt /run/fat/config.txt
test "$(ls /run/fat | wc -l)" = 2
umount /run/fat
"""

# tools/test-pi has run this very command before it started this test, see run.py: it takes minutes,
# so here it brings what it left there then.
PACKAGE = """\
#!/bin/sh -e
test "$*" = "arm64 bookworm" || {{ echo "made by tools/test-pi: arm64 bookworm" >&2; exit 64; }}
mkdir -p "$(dirname "$0")/../build"
cp -r {packages} "$(dirname "$0")/../build"
"""

TEMPERATURE = 36500  # thousandths of a degree


class Page:
    """The fenced blocks of the document, with the headings that they stand below."""

    def __init__(self):
        self.blocks = []
        for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
            heading = section.partition("\n")[0]
            self.blocks += [(heading, kind, text) for kind, text in BLOCK.findall(section)]

    def of(self, kind, heading=None):
        return [text for section, other, text in self.blocks
                if other == kind and heading in (None, section)]

    def commands(self, heading=None):
        return [line for text in self.of("sh", heading) for line in text.splitlines()]


class PageTest(unittest.TestCase):
    """What can be said of the document without a board."""

    def setUp(self):
        self.page = Page()

    def test_each_block_is_of_a_kind_that_is_tested(self):
        self.assertEqual({kind for _, kind, _ in self.page.blocks}, {"sh", "toml", "ini", "python"})

    def test_the_road_has_at_most_ten_commands(self):
        road = self.page.commands("The road")
        self.assertTrue(road)
        self.assertLessEqual(len(road), COMMANDS_MAX)
        pi.saw("commands of the road", len(road))

    def test_each_command_is_one_that_the_test_can_run(self):
        for line in self.page.commands():
            with self.subTest(line):
                words = shlex.split(line)
                self.assertIn(words[0], COMMANDS)
                # One command a line, or ten of them would be more.
                self.assertEqual([word for word in words if word in ("&&", "||", ";", "|")], [])

    def test_python_compiles(self):
        for text in self.page.of("python"):
            compile(text, PAGE.name, "exec")


class RoadTest(pi.PiTest):
    @classmethod
    def setUpClass(cls):
        cls.pi = pi.Machine("raspi3b", config=None)
        cls.addClassCleanup(cls.pi.end)
        # As on a new system; what the card has installed is taken away when it runs.
        cls.pi.debugfs("rm /etc/systemd/system/multi-user.target.wants/isotherm.service")
        cls.pi.debugfs(f"mkdir {BOOT}")
        cls.laptop = Laptop(cls.pi, cls.switch_on)
        cls.addClassCleanup(cls.laptop.end)
        for name, text in (("cmdline.txt", LINE), ("config.txt", CONFIG)):
            local = cls.laptop.folder / name
            local.write_text(text)
            cls.pi.copy_to_card(local, f"{BOOT}/{name}")
            local.unlink()
        image = cls.laptop.folder / "boot.vfat"
        with open(image, "wb") as file:
            file.truncate(FAT_BYTES)
        subprocess.run(["mkfs.vfat", image], check=True, stdout=subprocess.DEVNULL)
        cls.pi.copy_to_card(image, FAT)
        image.unlink()
        cls.cores = None
        cls.page = Page()
        cls.followed = []

    @classmethod
    def switch_on(cls):
        """Plays the firmware: the kernel's parameters are those of cmdline.txt, but for the console
        and the root, which are the emulator's."""
        words = read_from_card(cls.pi, f"{BOOT}/cmdline.txt").split()
        given = LINE.split()
        if words[:len(given)] != given:
            raise AssertionError(f"the parameters that were there are not kept: {words}")
        first, cls.cores = cls.cores is None, " ".join(words[len(given):])
        cls.pi.boot(cores=cls.cores)
        cls.guest, cls.emulator = cls.pi.guest, cls.pi.emulator
        pi.saw("booted with", cls.cores or "no isolation")
        if first:
            # Thus the package is installed anew, with all that its scripts do.
            cls.guest.run("dpkg --purge isotherm && ! command -v isotherm", pi.BOOTING)
        else:
            cls.pi.until_active()

    def follow(self, line):
        self.followed.append(line)
        said = self.laptop.run(line.replace("REPOSITORY", f"file://{SOURCE}"))
        if line.startswith("git clone "):
            package = self.laptop.folder / "isotherm/tools/package"
            self.assertTrue(package.stat().st_mode & 0o111, package)
            package.write_text(PACKAGE.format(packages=SOURCE / "build/packages"))
        if "reboot" in line:
            wait_until_off(self.pi)
        pi.saw("ran", line)
        return said

    def test_from_the_laptop_to_the_log_and_back(self):
        station, *others = self.page.of("toml")
        (self.laptop.folder / "station.toml").write_text(station)
        *road, check, read = self.page.commands("The road")
        for line in road:
            self.follow(line)
            if " install " in line:
                self.assert_as_new()
                self.assert_boot_files_on_fat()
                self.assert_no_mistake_in(others)
        self.assertIn(" reboot", road[-1])
        self.assert_boot_files()
        self.assert_check(self.follow(check))
        self.assert_cores()
        self.assert_log(read)
        self.assert_sensors(self.page.commands("Buses"))
        self.assert_read_from_the_laptop(self.page.commands("Reading the log from the laptop"))
        self.assert_undone(self.page.commands("Undoing it"))
        self.assertEqual(self.followed, self.page.commands())

    def assert_as_new(self):
        """Before `board apply` the board is not what it is meant to be, and `check` says so."""
        self.assertEqual(self.guest.read("/sys/devices/system/cpu/isolated").strip(), "")
        code, said = self.guest.run_bytes("isotherm check --json --config /home/pi/station.toml")
        self.assertNotEqual(code, 0)
        found = [one["what"] for one in json.loads(said)["board"] if one["severity"] == "warning"]
        self.assertEqual(found[0], "cores 2-3 are not isolated, and the board is meant to be "
                                   "booted so")
        pi.saw("check before it", "; ".join(found))

    def assert_boot_files_on_fat(self):
        """Applied, applied again, mounted anew, and undone to the byte."""
        said = self.guest.run(ON_FAT)
        self.assertIn("nothing to change", said)
        pi.saw("board apply and --undo on FAT", "as on ext4, to the byte")

    def assert_no_mistake_in(self, blocks):
        """Sensors that are not there end with 75, a mistake in the file with 78."""
        for number, text in enumerate(blocks):
            path = f"/run/block{number}.toml"
            self.guest.write(path, text)
            code, said = self.guest.run_bytes(f"isotherm check --json --config {path}")
            mistakes = json.loads(said)["mistakes"]
            self.assertEqual(code, 75, f"{text}\n{mistakes}")
            self.assertEqual(len(mistakes), text.count("[[reader.sensor]]"), mistakes)
            pi.saw("no other mistake", "; ".join(one["what"] for one in mistakes))

    def own_lines(self):
        """What the user of the document writes into config.txt: `printf` with its "\\n"."""
        return "".join(re.findall(r"printf '(.*?)'", "\n".join(self.page.commands()))).replace(
            "\\n", "\n")

    def assert_boot_files(self):
        """The board is off."""
        config = read_from_card(self.pi, f"{BOOT}/config.txt")
        [block] = self.page.of("ini")
        self.assertIn(f"\n{block}", config)
        self.assertTrue(config.startswith(CONFIG + self.own_lines()), config)

    def assert_check(self, said):
        """What the document says of the command, which has ended with 0."""
        lines = said.splitlines()
        for reader, core in (("fast", "2"), ("slow", "3")):
            [row] = [line.split() for line in lines if line.split()[:1] == [reader]]
            self.assertEqual(row[1], core, said)
        self.assertEqual([line for line in lines if line.startswith(("missing", "warning: board"))],
                         [])
        self.assertNotIn("not isolated", said)
        pi.saw("check after it", "; ".join(
            line for line in lines if line.startswith(("note", "warning"))) or "nothing to say")

    def assert_cores(self):
        self.assertEqual(self.guest.read("/sys/devices/system/cpu/isolated").strip(), "2-3")
        self.assertEqual(self.guest.read("/sys/devices/system/cpu/nohz_full").strip(), "2-3")
        readers = {thread.name: thread.cores for thread in self.pi.threads()
                   if thread.policy == thread.FIFO}
        self.assertEqual(readers, {"iso-fast": {2}, "iso-slow": {3}})
        pi.saw("readers (SCHED_FIFO)", readers)

    def assert_log(self, read):
        self.emulator.set_temperature(TEMPERATURE)
        celsius = TEMPERATURE / 1000
        self.pi.until_row(lambda row: row.sensor == "chip" and row.good and
                          row.numbers["min"] == celsius, f"the chip is at {celsius}")
        rows = self.parse(self.follow(read))
        last = {row.sensor: row for row in rows if row.good}
        self.assertEqual(set(last), {"chip", "soc"})
        self.assertEqual(last["chip"].numbers["last"], celsius)
        self.assert_identity(rows)
        pi.saw(f"set to {celsius} degC", f"in the log: {last['chip'].numbers}")

    @staticmethod
    def parse(text):
        columns = ",".join(pi.temperature_log.COLUMNS) + "\n"
        return pi.temperature_log.parse(columns + text, "what the command said")

    def assert_sensors(self, commands):
        [line] = commands
        said = self.follow(line)
        self.assertIn('driver = "hwmon"\ndevice = "1-0048"', said)

    def assert_read_from_the_laptop(self, commands):
        copy, status, *change = commands
        self.follow(copy)
        text = (self.laptop.folder / "temperature.csv").read_text()
        self.assertTrue(pi.temperature_log.parse(text[:text.rfind("\n") + 1], copy))
        self.assertIn("Active: active (running)", self.follow(status))
        before = self.pi.main_pid()
        changed = self.laptop.folder / "station.toml"
        changed.write_text(changed.read_text().replace('"chip"', '"other"'))
        for line in change:
            self.follow(line)
        self.pi.until_row(lambda row: row.sensor == "other" and row.good,
                          "the sensor is called other")
        self.assertNotEqual(self.pi.main_pid(), before)

    def assert_undone(self, commands):
        """Every byte of the boot files is as it was before `board apply`."""
        *first, reboot = commands
        for line in first:
            self.follow(line)
        self.guest.run("! command -v isotherm && ! test -e /etc/isotherm && "
                       "! test -e /var/log/isotherm")
        self.follow(reboot)
        self.assertEqual(read_from_card(self.pi, f"{BOOT}/cmdline.txt"), LINE)
        config = read_from_card(self.pi, f"{BOOT}/config.txt")
        self.assertEqual(config, CONFIG + self.own_lines())
        names = re.findall(r"[\w.-]+\.txt[\w.-]*", self.pi.debugfs(f"ls {BOOT}").decode())
        self.assertEqual(sorted(names), ["cmdline.txt", "config.txt"])
        pi.saw("undone", f"cmdline.txt and config.txt byte for byte as before, "
               f"{len(LINE)} and {len(config)} bytes")


if __name__ == "__main__":
    pi.main()

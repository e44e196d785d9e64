"""What the tests of the emulated boards share: a board, booted with the station on its card."""

import contextlib
import dataclasses
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import temperature_log  # noqa: E402 of tests/system
from boards import BOARDS  # noqa: E402
from debian import QemuPrograms  # noqa: E402
from emulator import BOOTING, Broken, Emulator  # noqa: E402
from guest import Guest  # noqa: E402
from image import Kernel  # noqa: E402

LOG = "/var/log/isotherm/temperature.csv"
CONFIG = "/etc/isotherm/isotherm.toml"
ADDRESSES = (0x48, 0x49, 0x4a, 0x4b)  # of the four chips that every board has here

# Two readers, so that both isolated cores are used, and four chips of the bus.
STATION = """
[station]
name = "emulated"
realtime = "required"
isolation = "required"
[log]
window = "1 s"
[[reader]]
name = "fast"
rate = "10 Hz"
[[reader.sensor]]
name = "chip48"
driver = "hwmon"
device = "{bus}-0048"
[[reader.sensor]]
name = "chip49"
driver = "hwmon"
device = "{bus}-0049"
[[reader]]
name = "slow"
rate = "5 Hz"
[[reader.sensor]]
name = "chip4a"
driver = "hwmon"
device = "{bus}-004a"
[[reader.sensor]]
name = "chip4b"
driver = "hwmon"
device = "{bus}-004b"
"""
RATES = {"chip48": 10, "chip49": 10, "chip4a": 5, "chip4b": 5}
READERS = {"iso-fast", "iso-slow"}


# For each thread: what proc(5) says in stat, and where it may run.
THREADS = """
for task in /proc/$(systemctl show -P MainPID isotherm)/task/*; do
  echo "$(cat $task/stat) / $(sed -n 's/^Cpus_allowed_list:\\t//p' $task/status)"
done
"""


class Thread:
    FIFO = 1  # SCHED_FIFO of sched.h

    def __init__(self, line):
        stat, cores = line.split(" / ")
        tid, rest = stat.split(" (", 1)
        self.name, rest = rest.rsplit(") ", 1)
        fields = rest.split()  # the first of these is field 3 of proc(5)
        self.tid = int(tid)
        self.minor_faults, self.major_faults = int(fields[10 - 3]), int(fields[12 - 3])
        self.core, self.priority, self.policy = (int(fields[number - 3]) for number in (39, 40, 41))
        self.cores = set()
        for part in cores.split(","):
            first, _, last = part.partition("-")
            self.cores |= set(range(int(first), int(last or first) + 1))


def saw(what, value):
    """Behind the assertions that it sums up."""
    print(f"     ok  {what}: {value}", flush=True)


class Machine:
    """An emulated board with a card of its own that outlives its boots, and the station on it. What
    it is made of, run.py has prepared: paths in the environment."""

    def __init__(self, name, config=STATION):
        self.board = BOARDS[name]
        prefix = f"ISOTHERM_PI_{self.board.name.upper()}_"
        made = {part: pathlib.Path(os.environ[prefix + part])
                for part in ("CARD", "KERNEL", "INITRAMFS")}
        self._programs = QemuPrograms()
        self._kernel = Kernel(made["KERNEL"], made["INITRAMFS"])
        self._scratch = tempfile.TemporaryDirectory(prefix="isotherm-card-")
        self._card = pathlib.Path(self._scratch.name) / "card.img"
        subprocess.run(["cp", "--sparse=always", made["CARD"], self._card], check=True)
        if config:
            self._put(CONFIG, config.format(bus=self.board.i2c_number))
        self.emulator = None
        self.guest = None

    def _put(self, path, text):
        """Writes a file onto the card, which is in no machine."""
        local = pathlib.Path(self._scratch.name) / "file"
        local.write_text(text)
        self.copy_to_card(local, path)

    def copy_to_card(self, local, path):
        """With its mode. The card has to be in no machine, and the folder on it."""
        self.debugfs(f"rm {path}", may_fail=True)
        self.debugfs(f"write {local} {path}")

    def debugfs(self, request, may_fail=False):
        """What debugfs(8) answers about the card, which is in no machine, as bytes."""
        done = subprocess.run(["debugfs", "-w", "-R", request, self._card], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # Its exit code is 0 whatever happens; its first line on stderr is its version.
        if len(done.stderr.strip().splitlines()) > 1 and not may_fail:
            raise AssertionError(f"debugfs {request}: {done.stderr.decode()}")
        return done.stdout

    def check_card(self):
        """After it was in a machine: 0 and 1 of e2fsck(8) mean that its file system is in order."""
        done = subprocess.run(["e2fsck", "-p", self._card], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode not in (0, 1):
            raise AssertionError(f"e2fsck: {done.stdout}")

    def boot(self, now=None, append="", counted=False, wait=True, cores=None):
        """Switches it on. A Pi has no clock that goes on without power, so `now`, in seconds since
        1970, says what it shall believe; by default it is right. `cores`: the kernel's parameters
        about them, if not the board's."""
        now = time.time() if now is None else now
        board = self.board if cores is None else dataclasses.replace(self.board, cores=cores)
        self.emulator = Emulator(self._programs, self._kernel, board, self._card,
                                 append=f"systemd.clock-usec={int(now * 1e6)} {append}",
                                 sensors=ADDRESSES, counted=counted)
        self.guest = Guest(self.emulator)
        if wait:
            self.guest.wait_for_agent()

    def end(self):
        if self.emulator:
            self.emulator.end()
        self._scratch.cleanup()

    # The station on it

    def until_active(self):
        """Type=notify: active means that the first whole window stands in the log."""
        with self.explained():
            self.guest.until("[ \"$(systemctl is-active isotherm)\" = active ]", 300)

    @contextlib.contextmanager
    def explained(self):
        """What the service says belongs into the report of what went wrong."""
        try:
            yield
        except AssertionError as error:
            text = self.guest.run("systemctl status isotherm; journalctl -n 40 -u isotherm; "
                                  f"tail -n 4 {LOG}", check=False)
            raise AssertionError(f"{error}\n{text}") from error

    def rows(self, path=LOG, running=True):
        text = self.guest.read(path)
        if running:  # a line that is just being written
            text = text[:text.rfind("\n") + 1]
        return temperature_log.parse(text, path)

    def asked(self, options):
        """The rows that `isotherm log` answers with."""
        text = self.guest.run(f"isotherm log --format csv {options} 2>/dev/null", 120)
        return temperature_log.parse(text, f"isotherm log {options}")

    def until_row(self, condition, what, seconds=120, path=LOG):
        """The rows, as soon as one of them fulfils the condition."""
        end = time.monotonic() + seconds
        while True:
            rows = self.rows(path)
            if any(map(condition, rows)):
                return rows
            if time.monotonic() > end:
                raise Broken(f"not within {seconds} s: a row of which {what}\n"
                             + "\n".join(map(str, rows[-8:])) + "\n" +
                             self.guest.run("journalctl -n 30 -u isotherm", check=False))
            self.guest.run("sleep 0.3")

    def main_pid(self):
        return int(self.guest.run("systemctl show -P MainPID isotherm"))

    def threads(self):
        return [Thread(line) for line in self.guest.run(THREADS).splitlines()]

    def uptime(self):
        """The guest's monotonic clock in seconds, rounded down to 10 ms."""
        return float(self.guest.run("cut -d' ' -f1 /proc/uptime"))


class PiTest(unittest.TestCase):
    """Tests that share one boot of one board. They run in the order of their names."""

    BOARD = "raspi3b"
    STATION = STATION
    BOOT = {}

    @classmethod
    def setUpClass(cls):
        started = time.monotonic()
        cls.pi = Machine(cls.BOARD, cls.STATION)
        cls.addClassCleanup(cls.pi.end)
        cls.pi.boot(**cls.BOOT)
        cls.guest = cls.pi.guest
        cls.emulator = cls.pi.emulator
        booted = time.monotonic() - started
        cls.pi.until_active()
        print(f"   booted in {booted:.0f} s, station active after "
              f"{time.monotonic() - started:.0f} s", flush=True)

    def run(self, result=None):
        print(f"   {self.id().split('.', 1)[-1]}", flush=True)
        return super().run(result)

    def assert_identity(self, rows):
        self.assertTrue(rows)
        temperature_log.assert_identity(rows)
        return rows


def seeded():
    """Random numbers that can be had again: ISOTHERM_PI_SEED."""
    seed = int(os.environ.get("ISOTHERM_PI_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"   seed: ISOTHERM_PI_SEED={seed}", flush=True)
    return random.Random(seed)


def main():
    unittest.main(module="__main__", verbosity=0)

"""Runs of the real program, and of what runs beside it: cyclictest, a load, a sleep loop."""

import contextlib
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from cyclictest import Latencies

PRIORITY = 80
PERIOD_US = 1000
# Beside a reader at 1 kHz this moves through all phases of its period once a second.
SWEEPING_PERIOD_US = 1001

# Kept short on purpose: a time stamp each pass is the least that any such logger does.
SLEEP_LOOP = """
import sys, time
readings = []
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    time.sleep(0.001)
    readings.append(time.monotonic())
print(len(readings))
"""

# A light load of the kind that every machine has: works for 3 ms, rests for 7 ms.
BUSY_LOOP = """
import time
while True:
    end = time.monotonic() + 0.003
    while time.monotonic() < end:
        pass
    time.sleep(0.007)
"""


# All of a core's time, from two processes, so that there is always one that waits for the other.
FULL_LOOP = "while True: pass"
FULL_LOOPS_A_CORE = 2


def reader_toml(name, core, sensors, policy="fifo", spin_us=0):
    text = f'[[reader]]\nname = "{name}"\nrate = "1 kHz"\npolicy = "{policy}"\n'
    if policy != "deadline":  # which takes all cores or none
        text += f"core = {core}\n"
    if policy == "fifo":
        text += f"priority = {PRIORITY}\n"
    if spin_us:
        text += f'spin = "{spin_us} us"\n'
    return text + "".join(f'[[reader.sensor]]\nname = "{name}-{i}"\n' for i in range(sensors))


class Station:
    """`isotherm run` with a configuration, for so many seconds."""

    def __init__(self, program, readers, seconds):
        self.folder = tempfile.TemporaryDirectory(prefix="isotherm-bench-")
        config = os.path.join(self.folder.name, "isotherm.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('[station]\nname = "bench"\nrealtime = "best-effort"\n[log]\n'
                       f'directory = "{self.folder.name}/log"\n' + "".join(readers))
        self.process = subprocess.Popen(
            [program, "run", "--config", config, "--duration", f"{seconds}s", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def unpin(self, reader, cores):
        """Lets the reader's thread run on all `cores`. The program itself always keeps readers off
        the housekeeping cores, so on a small machine it has to be done from outside."""
        deadline = time.monotonic() + 5
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
                for task in tasks.iterdir():
                    if (task / "comm").read_text().strip() == "iso-" + reader:
                        os.sched_setaffinity(int(task.name), cores)
                        return
            time.sleep(0.01)
        raise RuntimeError(f"the station has no reader {reader}")

    def summary(self):
        out, errors = self.process.communicate()
        self.folder.cleanup()
        if self.process.returncode != 0:
            raise RuntimeError(f"isotherm run: exit code {self.process.returncode}\n{errors}")
        return json.loads(out)


def run_station(program, readers, seconds):
    return Station(program, readers, seconds).summary()


def start_to_first_sample_ms(program, readers):
    """From just before the process is made to slot 0 of its readers, which is at the beginning of
    the first window; and from there to the latest reading of that window, which is no less than
    the lateness of the first. The log has uptimes in whole milliseconds."""
    with tempfile.TemporaryDirectory(prefix="isotherm-bench-") as folder:
        config = pathlib.Path(folder, "isotherm.toml")
        config.write_text('[station]\nname = "start"\nrealtime = "best-effort"\n'
                          f'[log]\ndirectory = "{folder}/log"\n' + "".join(readers),
                          encoding="utf-8")
        start = time.monotonic()
        subprocess.run([program, "run", "--config", config, "--duration", "20ms", "--quiet"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(f"{folder}/log/temperature.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    first = min(float(row["uptime_s"]) for row in rows)
    late_ms = max(float(row["late_max_us"]) for row in rows) / 1000
    return (first - start) * 1000 + late_ms


def is_realtime(summary):
    """Whether the readers got the policy that they were configured for."""
    return all(reader["thread"]["policy"] == "fifo" for reader in summary["readers"])


class Cyclictest:
    """A measuring thread of cyclictest on a core, as long as a station of `seconds`."""

    LIMIT_US = 20000

    def __init__(self, core, seconds, period_us, priority=PRIORITY):
        self.process = subprocess.Popen(
            ["cyclictest", "-q", "-m", "-p", str(priority), "-i", str(period_us), "-a", str(core),
             "-t1", "-l", str(int(seconds * 1e6 / period_us)), "-h", str(self.LIMIT_US)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait(self):
        out, errors = self.process.communicate()
        if self.process.returncode != 0:
            raise RuntimeError(f"cyclictest: exit code {self.process.returncode}\n{errors}")
        return Latencies(out, self.LIMIT_US)


class SleepLoop:
    """The idea that isotherm replaces: read, sleep a millisecond, and again."""

    def __init__(self, seconds):
        self.wanted = int(seconds * 1000)
        self.process = subprocess.Popen([sys.executable, "-c", SLEEP_LOOP, str(seconds)],
                                        stdout=subprocess.PIPE, text=True)

    def lost(self):
        out, _ = self.process.communicate()
        return self.wanted - int(out)


def light_load(cores):
    return load(BUSY_LOOP, cores)


def full_load(cores):
    return load(FULL_LOOP, FULL_LOOPS_A_CORE * cores)


@contextlib.contextmanager
def load(loop, processes):
    running = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()

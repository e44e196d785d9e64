"""What the system tests share: starting the real binary, waiting for what it does, ending it.

A test waits for a condition under a watchdog, never for a time to pass. Each process that a test
starts is ended by its own pid, at the latest when the test itself dies.
"""

import ctypes
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import temperature_log
from summary import Summary

BINARY = os.environ.get("ISOTHERM_BINARY", "isotherm")
SOURCE = pathlib.Path(os.environ.get("ISOTHERM_SOURCE", pathlib.Path(__file__).parents[2]))

# Exit codes of the program, as in <sysexits.h>.
OK, USAGE, UNAVAILABLE, SOFTWARE, IO, ABSENT, CONFIG = 0, 64, 69, 70, 74, 75, 78

SKIP_RETURN_CODE = 77  # SKIP_RETURN_CODE of CMakeLists.txt
WATCHDOG = 30.0  # seconds; far beyond what any step takes, also on a loaded machine
POLL = 0.005  # seconds between two looks at a condition

NOBODY = 65534  # a user and a group without rights on every Linux

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_CAPBSET_DROP, _CAP_IPC_LOCK = 24, 14  # prctl(2), capabilities(7)
_MCL_CURRENT = 1  # mlockall(2)
_libc = ctypes.CDLL(None, use_errno=True)


class Broken(AssertionError):
    """A watchdog ran out, or the process ended while something else was waited for."""


def wait_until(condition, what, seconds=WATCHDOG, alive=None):
    """Returns the first true value of condition(); fails when the time or the process is over."""
    end = time.monotonic() + seconds
    while True:
        over = time.monotonic() > end
        gone = alive is not None and not alive()
        value = condition()
        if value:
            return value
        if gone:
            raise Broken(f"the process ended while waiting for: {what}")
        if over:
            raise Broken(f"not within {seconds:g} s: {what}")
        time.sleep(POLL)


class Process:
    """One isotherm process. Its output goes to files, so that no full pipe can stall it."""

    def __init__(self, folder, arguments, binary=BINARY, as_nobody=False, no_rights=False,
                 no_lock=False, stdout=None, stderr=None, environment=None):
        number = len(list(folder.glob("*.stderr")))
        self._out_path = folder / f"{number}.stdout"
        self._err_path = folder / f"{number}.stderr"

        def prepare():
            if no_rights:
                resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
                resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))
            if no_lock:
                resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))
                _libc.prctl(_PR_CAPBSET_DROP, _CAP_IPC_LOCK, 0, 0, 0)  # the program gets it no more
            if as_nobody:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)  # which takes all capabilities with it, capabilities(7)
            # After setuid, which clears it: end with the test, however that ends.
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

        own = dict(os.environ, USER="tester", **(environment or {}))
        # The tests themselves may run in a service, and its manager is not to hear of stations.
        for name in {"NO_COLOR", "NOTIFY_SOCKET", "WATCHDOG_USEC",
                     "WATCHDOG_PID"} - set(environment or {}):
            own.pop(name, None)
        with open(self._out_path, "wb") as out, open(self._err_path, "wb") as err:
            self._popen = subprocess.Popen(
                [str(binary), *map(str, arguments)], cwd=folder, env=own,
                stdin=subprocess.DEVNULL, stdout=out if stdout is None else stdout,
                stderr=err if stderr is None else stderr, preexec_fn=prepare)
        self.pid = self._popen.pid

    def alive(self):
        return self._popen.poll() is None

    def out(self):
        return self._out_path.read_text()

    def err(self):
        return self._err_path.read_text()

    def send(self, which):
        self._popen.send_signal(which)

    def until(self, condition, what, seconds=WATCHDOG):
        try:
            return wait_until(condition, what, seconds, self.alive)
        except Broken as broken:
            raise Broken(f"{broken}\nstdout: {self.out()}\nstderr: {self.err()}") from None

    def until_says(self, words, seconds=WATCHDOG):
        return self.until(lambda: words in self.err(), f"'{words}' on stderr", seconds)

    def wait(self, seconds=WATCHDOG):
        """Waits for its end; the exit code, or the negative number of the signal that ended it."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"did not end within {seconds:g} s\nstdout: {self.out()}\n"
                         f"stderr: {self.err()}") from None

    def end(self):
        if self.alive():
            self._popen.kill()
            try:
                self._popen.wait(WATCHDOG)
            except subprocess.TimeoutExpired:
                print(f"process {self.pid} is stuck in the kernel", file=sys.stderr)

    def threads(self):
        """Its threads by name."""
        return {thread.name: thread for thread in map(Thread, self._tasks()) if thread.name}

    def _tasks(self):
        try:
            return list(pathlib.Path(f"/proc/{self.pid}/task").iterdir())
        except FileNotFoundError:
            return []

    def status(self, key):
        """A line of /proc/PID/status, proc(5)."""
        return _status(pathlib.Path(f"/proc/{self.pid}"), key)


class Thread:
    """What proc(5) says of a thread; its name is empty if it has just ended."""

    FIFO = 1  # SCHED_FIFO of sched.h

    def __init__(self, task):
        self.tid = int(task.name)
        self.name = ""
        try:
            # The name stands in brackets and may itself hold any character.
            before, after = (task / "stat").read_text().rsplit(")", 1)
            self.cores = _core_list(_status(task, "Cpus_allowed_list"))
        except (FileNotFoundError, ProcessLookupError):
            return
        fields = after.split()  # the first of these is field 3 of proc(5)
        self.state = fields[3 - 3]
        self.core = int(fields[39 - 3])
        self.priority = int(fields[40 - 3])
        self.policy = int(fields[41 - 3])
        self.name = before.split("(", 1)[1]


def _status(folder, key):
    for line in (folder / "status").read_text().splitlines():
        if line.startswith(key + ":"):
            return line.split(":", 1)[1].strip()
    raise Broken(f"{folder}/status has no {key}")


def _core_list(text):
    cores = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cores.update(range(int(first), int(last or first) + 1))
    return cores


def may_be_realtime():
    """Whether this process may use SCHED_FIFO and lock all of its memory: tried in a child, and
    without what limits may allow, so that only the capabilities count."""
    child = os.fork()
    if child == 0:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
            os._exit(0 if _libc.mlockall(_MCL_CURRENT) == 0 else 1)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def is_root():
    return os.geteuid() == 0


class StationTest(unittest.TestCase):
    """A folder of its own, and stations that are ended with the test."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="isotherm-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self.logs = self.folder / "logs"
        self.csv = self.logs / "temperature.csv"

    def write_config(self, text, name="station.toml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def start(self, *arguments, **how):
        process = Process(self.folder, arguments, **how)
        self.addCleanup(process.end)
        return process

    def start_station(self, config, *options, logs=None, **how):
        """isotherm run with a configuration, as text or path, best-effort and the test's logs."""
        path = self.write_config(config) if isinstance(config, str) else config
        return self.start("run", "--config", path, "--log-dir", logs or self.logs,
                          "--best-effort", *options, **how)

    def finish(self, process, expected=OK, seconds=WATCHDOG):
        """Waits for its end and its exit code; what it printed as a Summary."""
        code = process.wait(seconds)
        self.assertEqual(code, expected, f"\nstdout: {process.out()}\nstderr: {process.err()}")
        return Summary(process.out()) if process.out() else None

    def until_rows(self, process, count, path=None):
        """Waits until the log has so many rows."""
        path = path or self.csv
        return process.until(lambda: len(temperature_log.read(path, running=True)) >= count,
                             f"{count} rows in {path}")

    def assert_log_is_summary(self, rows, summary):
        """The identity in each row, and the rows of a sensor add up to its line in the summary."""
        temperature_log.assert_identity(rows)
        self.assertTrue(summary.holds, summary.text)
        sums = temperature_log.sums(rows)
        self.assertEqual(sorted(sums), sorted(summary.sensors))
        for name, sensor in summary.sensors.items():
            self.assertEqual(sums[name], sensor.counts, name)
            self.assertEqual(sensor.counts["scheduled"],
                             sum(sensor.counts[key] for key in temperature_log.OUTCOMES), name)

    def assert_every_window(self, rows, window_ms, *readers):
        """One row a sensor and window from the first to the last, in order, none twice, and the
        same windows for the sensors of a reader. Each of `readers` names the sensors of one.

        All the log knows of time is wall time. Where this machine's clock was stepped during the
        test, which rows marked "stepped" show, only the order and the equality are checked.
        """
        stepped = any(row.clock == "stepped" for row in rows)
        self.assertEqual({row.sensor for row in rows}, {name for own in readers for name in own})
        for sensors in readers:
            windows = {name: [(row.uptime_s, row.time_ms) for row in rows if row.sensor == name]
                       for name in sensors}
            first = windows[sensors[0]]
            for name in sensors:
                self.assertEqual(windows[name], first, f"{name} has other windows")
            for (uptime, time_ms), (next_uptime, next_time_ms) in zip(first, first[1:]):
                # A station that starts within the last ms of a window has two of the same.
                self.assertLessEqual(uptime, next_uptime, sensors)
                self.assertNotEqual((uptime, time_ms), (next_uptime, next_time_ms), sensors)
                if not stepped:
                    self.assertEqual(next_time_ms - time_ms, window_ms, f"{sensors}: {time_ms}")
            self.assertTrue(stepped or all(time_ms % window_ms == 0 for _, time_ms in first))


def main():
    """unittest.main(), but a file whose tests were all skipped says so to ctest."""
    if shutil.which(BINARY) is None:
        sys.exit(f"{BINARY} is no program: set ISOTHERM_BINARY to the isotherm to be tested")
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIP_RETURN_CODE if result.testsRun == len(result.skipped) > 0 else 0)

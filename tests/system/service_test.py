#!/usr/bin/env python3
"""What a station tells the service manager that started it, and how it ends when a reader hangs.

The service manager is a socket of the test; the unit itself is looked at by unit_file_test.py.
"""

import ctypes
import os
import signal

import station
import temperature_log
import unit_file
from service_manager import ServiceManager

WINDOW_MS = 100
# The second reader does nothing for 100 s after its first slot, and nothing is wrong with that.
CONFIG = f"""
[log]
window = "{WINDOW_MS} ms"
[[reader]]
name = "fast"
rate = "100 Hz"
[[reader.sensor]]
name = "a"
[[reader]]
name = "glacier"
rate = "0.01 Hz"
[[reader.sensor]]
name = "ice"
"""
# At its 30th reading the sensor keeps its reader for longer than the test may take.
STALLS = CONFIG + """
[[reader]]
name = "doomed"
rate = "10 Hz"
[[reader.sensor]]
name = "b"
[reader.sensor.sim]
stall_slots = [30]
stall = "60 s"
"""
WATCHDOG_S = 1.0
STUCK = 'reader "{}" does not advance'

# ptrace(2), wait(2)
_SEIZE, _INTERRUPT, _ALL_THREADS = 0x4206, 0x4207, 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class HeldThread:
    """One thread of a station, stopped wherever it is, while all others go on: what a driver that
    never comes back from the kernel looks like."""

    def __init__(self, tid):
        self._tid = tid
        for request in (_SEIZE, _INTERRUPT):
            if _libc.ptrace(request, tid, None, None) != 0:
                raise station.Broken(f"ptrace: {os.strerror(ctypes.get_errno())}")
        station.wait_until(lambda: os.waitpid(tid, _ALL_THREADS | os.WNOHANG)[0] == tid,
                           "the thread stands still")

    def reap(self):
        """After the end of its process: who traces a thread has to wait for it, or the process
        stays a zombie."""
        station.wait_until(lambda: os.waitpid(self._tid, _ALL_THREADS | os.WNOHANG)[0] == self._tid,
                           "the end of the thread")


class ServiceTest(station.StationTest):
    def start_service(self, config, address=None, watchdog_s=WATCHDOG_S):
        self.manager = ServiceManager(address or self.folder / "notify", watchdog_s)
        self.addCleanup(self.manager.close)
        return self.start_station(config, environment=self.manager.environment)

    def rows_by_sensor(self, path=None):
        counts = {}
        for row in temperature_log.read(path or self.csv, running=True):
            counts[row.sensor] = counts.get(row.sensor, 0) + 1
        return counts

    def hold(self, process, reader):
        return HeldThread(process.threads()["iso-" + reader].tid)


class ReadinessTest(ServiceTest):
    def test_ready_comes_once_a_whole_window_of_every_reader_stands_in_the_log(self):
        process = self.start_service(CONFIG)

        def rows_when_ready():
            heard = self.manager.lines("READY")
            return (heard, self.rows_by_sensor()) if heard else None

        heard, rows = process.until(rows_when_ready, "READY")
        self.assertEqual(heard, ["1"])
        # The first of each is of the window that the start cut off.
        for sensor in ("a", "ice"):
            self.assertGreaterEqual(rows.get(sensor, 0), 2, rows)
        keys = [datagram.split("=")[0] for datagram in self.manager.heard()]
        self.assertIn("EXTEND_TIMEOUT_USEC", keys[:keys.index("READY")])
        self.assertIn("starting", self.manager.lines("STATUS")[0])

    def test_windows_that_are_long_are_not_waited_for(self):
        process = self.start_service(CONFIG.replace(f"{WINDOW_MS} ms", "1 h"))
        self.manager.until(process, "READY")
        self.assertEqual(self.rows_by_sensor(), {})

    def test_the_status_line_sums_up_the_readers_and_shows_temperatures(self):
        process = self.start_service(CONFIG)
        self.manager.until(process, "READY")
        status = process.until(
            lambda: next((line for line in self.manager.lines("STATUS")
                          if "starting" not in line), None), "a status")
        self.assertRegex(status, r"^2 readers, \d+ slots, \d+ missed, 0 dropped; "
                                 r"a -?\d+\.\d\d, ice -?\d+\.\d\d$")

    def test_stopping_is_told_and_is_the_last_word(self):
        process = self.start_service(CONFIG, address=f"@isotherm-test-{os.getpid()}")
        self.manager.until(process, "READY")
        process.send(signal.SIGTERM)
        self.finish(process)
        self.assertTrue(self.manager.heard()[-1].startswith("STOPPING=1\n"), self.manager.heard())

    def test_a_reload_is_over_once_the_log_has_been_reopened(self):
        process = self.start_service(CONFIG)
        self.manager.until(process, "READY")
        self.csv.rename(self.logs / "temperature.csv-yesterday")
        process.send(signal.SIGHUP)

        def reopened_when_ready():
            return (self.csv.exists(),) if len(self.manager.lines("READY")) == 2 else None

        self.assertEqual(process.until(reopened_when_ready, "the second READY"), (True,))
        order = [line for datagram in self.manager.heard() for line in datagram.split("\n")
                 if line.startswith(("READY", "RELOADING", "MONOTONIC_USEC"))]
        self.assertEqual(order[0::3], ["READY=1", "READY=1"], order)
        self.assertEqual(order[1], "RELOADING=1")
        self.assertRegex(order[2], r"^MONOTONIC_USEC=\d+$")

    def test_a_broken_or_missing_configuration_is_78_and_nothing_is_ever_ready(self):
        for text in ('[station]\nname = "kiln\n', None):
            with self.subTest(text):
                manager = ServiceManager(self.folder / f"notify-{text is None}", WATCHDOG_S)
                self.addCleanup(manager.close)
                path = self.write_config(text) if text else self.folder / "nowhere.toml"
                process = self.start("run", "--config", path, environment=manager.environment)
                self.assertEqual(process.wait(), station.CONFIG)
                self.assertIn(str(path), process.err())
                self.assertEqual(manager.heard(), [])

    def test_an_address_that_is_none_is_said_and_measuring_goes_on(self):
        process = self.start_station(CONFIG, "--duration", "500ms",
                                     environment={"NOTIFY_SOCKET": "vsock:2:1234"})
        self.finish(process)
        self.assertIn("warning: the service manager is not told anything: NOTIFY_SOCKET: ",
                      process.err())


class WatchdogTest(ServiceTest):
    def test_it_is_fed_while_all_is_well_also_with_a_reader_that_has_nothing_to_do(self):
        process = self.start_service(CONFIG)
        self.manager.until(process, "WATCHDOG", count=6)
        self.assertNotIn("does not advance", process.err())
        process.send(signal.SIGTERM)
        self.finish(process)

    def test_none_is_fed_where_none_was_asked_for(self):
        process = self.start_service(CONFIG, watchdog_s=None)
        self.manager.until(process, "READY")
        self.until_rows(process, 20)
        self.assertEqual(self.manager.lines("WATCHDOG"), [])

    def test_a_sensor_that_keeps_its_reader_ends_the_feeding_and_the_reader_is_named_once(self):
        process = self.start_service(STALLS)
        self.manager.until(process, "READY")
        self.manager.until(process, "WATCHDOG", count=2)
        self.manager.until_says(process, STUCK.format("doomed"))
        fed = len(self.manager.lines("WATCHDOG"))
        rows = self.rows_by_sensor()["a"]
        enough = rows + 3 * int(WATCHDOG_S * 1000) // WINDOW_MS
        process.until(lambda: self.rows_by_sensor()["a"] > enough, "3 intervals of the watchdog")
        self.assertEqual(len(self.manager.lines("WATCHDOG")), fed)
        self.assertEqual(process.err().count("does not advance"), 1, process.err())
        self.assertIn(STUCK.format("doomed"), "".join(self.manager.lines("STATUS")))
        # A wait that a signal can end is no reason for a bad end.
        process.send(signal.SIGTERM)
        self.finish(process)

    def test_sigterm_ends_a_station_whose_reader_never_comes_back_with_its_log_written(self):
        process = self.start_service(CONFIG)
        self.manager.until(process, "READY")
        held = self.hold(process, "fast")
        self.manager.until_says(process, STUCK.format("fast"))
        process.send(signal.SIGTERM)
        held.reap()
        summary = self.finish(process, expected=station.SOFTWARE,
                              seconds=unit_file.seconds("TimeoutStopSec"))
        self.assertIn("reader iso-fast does not come back from its sensor", process.err())
        self.assert_log_is_summary(temperature_log.read(self.csv), summary)

    def test_sigabrt_ends_it_at_once_whatever_a_reader_does(self):
        process = self.start_service(CONFIG)
        self.manager.until(process, "READY")
        held = self.hold(process, "fast")
        process.send(signal.SIGABRT)
        held.reap()
        self.assertEqual(process.wait(), -signal.SIGABRT, process.err())


if __name__ == "__main__":
    station.main()

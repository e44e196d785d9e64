"""One emulated board: QEMU as a process of this test, with its serial lines and its control socket.

It is ended by its own pid: by `kill`, which is to the guest as if the plug had been pulled, or at
the latest when the test dies.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# Seconds, far beyond what it takes on a busy machine: for one step of a guest, and for a boot.
WATCHDOG = 120.0
BOOTING = 900.0

_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True)


class Broken(AssertionError):
    """A watchdog ran out, or the emulator ended while something was waited for."""


class Emulator:
    """`card` is written to. `sensors` are the I2C addresses of tmp105 chips. With `counted`, guest
    time counts instructions and idle time is skipped (-icount); otherwise it is the real clock."""

    def __init__(self, programs, kernel, board, card, append="", sensors=(), counted=False):
        # The path of a Unix socket has 107 characters at most, unix(7).
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="isotherm-pi-"))
        self._console = self._folder / "console"
        command = [*programs.command(board.qemu), *board.machine, "-no-reboot", "-display", "none",
                   "-accel", f"tcg,thread={'single' if board.one_thread else 'multi'}",
                   "-monitor", "none", "-kernel", kernel.image, "-dtb", kernel.device_tree(board),
                   "-initrd", kernel.initramfs,
                   # An SD card has no cache to flush: what it has acknowledged is kept. A raw file
                   # keeps that promise when the emulator is killed, as the host's kernel has it
                   # then. (qcow2 would not: it has metadata of its own in the emulator's memory.)
                   "-drive", f"file={card},if=none,id=card,format=raw,cache=writeback",
                   *board.slot,
                   "-append", f"console={board.console} root={board.card} panic=-1 "
                              f"quiet audit=0 systemd.log_level=warning {board.cores} "
                              f"{board.parameters} {append}",
                   "-qmp", f"unix:{self._folder}/qmp,server=on,wait=off"]
        lines = ["null"] * (1 + max(board.console_line, board.agent_line))
        lines[board.console_line] = f"file:{self._console}"
        lines[board.agent_line] = f"unix:{self._folder}/agent,server=on,wait=off"
        for line in lines:
            command += ["-serial", line]
        for address in sensors:
            command += ["-device", f"tmp105,id=sensor{address:02x},bus={board.i2c_bus},"
                                   f"address={address:#x}"]
        if counted:
            command += ["-icount", "shift=1,sleep=off", "-rtc", "clock=vm"]
        with open(self._folder / "errors", "wb") as errors:
            self._popen = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=errors,
                stderr=errors, env=dict(os.environ, **programs.environment()),
                preexec_fn=lambda: self._prepare(realtime=not counted and board.one_thread))
        self.pid = self._popen.pid
        try:
            self._control = self._connect("qmp")
            self._answers = self._control.makefile("r", encoding="utf-8")
            self._answer()  # the greeting
            self.control("qmp_capabilities")
            self.agent = self._connect("agent")
        except BaseException:
            self.end()
            raise

    @staticmethod
    def _prepare(realtime):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # The emulator's two threads hand each other every timer and interrupt of the guest. On a
        # busy machine each of these waits for its turn, and a boot takes ten times as long, most of
        # it idle. In counted time there is nothing to wait for, and threads of several cores would
        # keep each other from running.
        if realtime:
            with contextlib.suppress(PermissionError):
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))

    def _connect(self, name):
        end = time.monotonic() + WATCHDOG
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self._folder / name))
                connection.settimeout(WATCHDOG)
                return connection
            except OSError as error:
                connection.close()
                if not self.alive() or time.monotonic() > end:
                    raise Broken(f"no {name} socket: {error}\n{self.said()}") from None
                time.sleep(0.02)

    def alive(self):
        return self._popen.poll() is None

    def console(self):
        """What the kernel and systemd wrote to the console so far."""
        return self._console.read_text(errors="replace") if self._console.exists() else ""

    def said(self):
        """For a report of what went wrong: the emulator's own words and the end of the console."""
        tail = "\n".join(self.console().splitlines()[-40:])
        state = "runs" if self.alive() else f"ended with {self._popen.returncode}"
        return (f"the emulator {state}: {(self._folder / 'errors').read_text(errors='replace')}\n"
                f"its console:\n{tail}")

    # Control: https://www.qemu.org/docs/master/interop/qmp-spec.html

    def _answer(self):
        line = self._answers.readline()
        if not line:
            raise Broken(f"the control socket was closed\n{self.said()}")
        return json.loads(line)

    def control(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self._control.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = self._answer()
            if "error" in answer:
                raise Broken(f"{command} {arguments}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def set_temperature(self, millidegrees, address=0x48):
        """What the chip will convert to its own resolution from now on."""
        self.control("qom-set", path=f"/machine/peripheral/sensor{address:02x}",
                     property="temperature", value=millidegrees)

    # The end

    def kill(self):
        """SIGKILL: to the guest as if its power was cut."""
        self._popen.kill()
        self._popen.wait(WATCHDOG)

    def wait(self, seconds=WATCHDOG):
        """Waits until the guest has switched the machine off."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"still on after {seconds:g} s\n{self.said()}") from None

    def end(self):
        if self.alive():
            self.kill()
        for connection in ("_answers", "_control", "agent"):
            if hasattr(self, connection):
                getattr(self, connection).close()
        shutil.rmtree(self._folder, ignore_errors=True)

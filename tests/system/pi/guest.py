"""Commands in the guest, over a serial line to the agent that runs there (agent.sh)."""

import base64
import gzip
import re
import shlex
import socket
import time

from emulator import BOOTING, Broken, WATCHDOG

MARK = re.compile(rb"<([0-9]+) ([0-9]+)>\s([^<>]*)<end \1>")


class Failed(AssertionError):
    """A command in the guest ended with another exit code than 0."""


class Guest:
    def __init__(self, emulator):
        self._emulator = emulator
        self._number = 0
        self._received = b""

    def run(self, script, seconds=WATCHDOG, check=True):
        """Runs a shell script in the guest; what it wrote on stdout and stderr, as text."""
        code, output = self.run_bytes(script, seconds)
        text = output.decode(errors="replace")
        if check and code != 0:
            raise Failed(f"exit code {code} in the guest:\n{script}\n{text}")
        return text

    def run_bytes(self, script, seconds=WATCHDOG):
        self._number += 1
        line = f"{self._number} {base64.b64encode(script.encode()).decode()}\n"
        self._emulator.agent.sendall(line.encode())
        end = time.monotonic() + seconds
        while True:
            for match in MARK.finditer(self._received):
                if int(match.group(1)) == self._number:
                    self._received = self._received[match.end():]
                    return int(match.group(2)), gzip.decompress(base64.b64decode(match.group(3)))
            self._receive(end, script)

    def _receive(self, end, what):
        self._emulator.agent.settimeout(max(0.1, end - time.monotonic()))
        try:
            received = self._emulator.agent.recv(65536)
        except socket.timeout:
            received = None
        if received == b"":
            raise Broken(f"the guest is gone, in: {what}\n{self._emulator.said()}")
        if received:
            self._received += received
        elif time.monotonic() > end:
            raise Broken(f"no answer in time to: {what}\n{self._received[-200:]}\n"
                         f"{self._emulator.said()}")

    def until(self, condition, seconds=WATCHDOG):
        """Waits in the guest, by its clock since boot, until a shell command succeeds."""
        code, output = self.run_bytes(
            f"up() {{ cut -d. -f1 /proc/uptime; }}; end=$(($(up) + {int(seconds)}))\n"
            f"until {{ {condition}\n}}; do\n"
            f'  if [ "$(up)" -gt "$end" ]; then exit 124; fi; sleep 0.1\ndone', 2 * seconds)
        if code != 0:
            raise Broken(f"not within {seconds:g} s in the guest: {condition}\n"
                         f"{output.decode(errors='replace')}\n{self._emulator.said()}")
        return output.decode(errors="replace")

    def wait_for_agent(self, seconds=BOOTING):
        """The agent says hello when it has started; what was sent before is lost."""
        end = time.monotonic() + seconds
        while b"<agent>" not in self._received:
            self._receive(end, "start of the agent")
        self._received = b""

    def read(self, path):
        return self.run(f"cat {shlex.quote(path)}")

    def write(self, path, text):
        encoded = base64.b64encode(gzip.compress(text.encode())).decode()
        self.run(f"echo {encoded} | base64 -d | gzip -d > {shlex.quote(path)}")

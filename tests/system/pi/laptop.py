"""A laptop for the commands of a document: each is run by a shell in a folder of its own, with an
`ssh` and an `scp` that lead into the emulated board."""

import json
import os
import pathlib
import shlex
import socket
import subprocess
import tempfile
import time

import pi

HOME = "/home/pi"  # where ssh begins and scp puts things, on the board
LONGEST = 2 * pi.BOOTING  # seconds, of one command on a busy machine; a boot may be in it

# Hands its name, its arguments and its folder to the test and gives back what that answers.
CLIENT = """\
#!/usr/bin/env python3
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect({address!r})
    with connection.makefile("rw") as stream:
        print(json.dumps([os.getcwd(), os.path.basename(sys.argv[0]), *sys.argv[1:]]), file=stream)
        stream.flush()
        code, said = json.loads(stream.readline())
sys.stdout.write(said)
sys.exit(code)
"""

# What the board's system lacks of the one that the document is about, in /usr/local/bin there:
# everything is done as root, and there is neither a network nor apt. What apt would do with a
# package whose dependencies are there is left to dpkg.
COMMANDS_OF_THE_PI = {
    "sudo": '#!/bin/sh\nexec "$@"\n',
    "apt": """\
#!/bin/sh
case "$1 $2" in
  "install -y") shift 2; exec dpkg -i "$@" ;;
  "purge -y") shift 2; exec dpkg --purge "$@" ;;
esac
echo "apt: the test knows no apt $*" >&2
exit 64
"""}


class Laptop:
    """`board` is switched on by the first ssh, with `switch_on`. What scp takes there before that
    is written onto its card: there is no network, and over the serial line a package takes
    minutes."""

    def __init__(self, board, switch_on):
        self._board = board
        self._switch_on = switch_on
        self._scratch = tempfile.TemporaryDirectory(prefix="isotherm-road-")
        scratch = pathlib.Path(self._scratch.name)
        self.folder = scratch / "laptop"
        self._bin = scratch / "bin"
        address = str(scratch / "socket")
        for folder in (self.folder, self._bin):
            folder.mkdir()
        for name in ("ssh", "scp"):
            self._script(self._bin / name, CLIENT.format(address=address))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen()
        self._listener.settimeout(0.05)
        board.debugfs(f"mkdir {HOME}")
        for name, text in COMMANDS_OF_THE_PI.items():
            local = scratch / f"pi-{name}"
            self._script(local, text)
            board.copy_to_card(local, f"/usr/local/bin/{name}")

    @staticmethod
    def _script(path, text):
        path.write_text(text)
        path.chmod(0o755)

    def end(self):
        self._listener.close()
        self._scratch.cleanup()

    def run(self, line):
        """What the command line said. That it ends with 0 is asserted."""
        environment = dict(os.environ, PATH=f"{self._bin}:{os.environ['PATH']}",
                           # Whoever owns the source: git reads no repository of somebody else.
                           GIT_CONFIG_GLOBAL=str(self._bin / "gitconfig"))
        (self._bin / "gitconfig").write_text("[safe]\n  directory = *\n")
        with tempfile.TemporaryFile() as output:
            with subprocess.Popen(["bash", "-c", line], cwd=self.folder, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=output,
                                  stderr=subprocess.STDOUT) as shell:
                end = time.monotonic() + LONGEST
                try:
                    while shell.poll() is None:
                        self._serve()
                        if time.monotonic() > end:
                            raise AssertionError(f"not done within {LONGEST:g} s: {line}")
                finally:
                    shell.kill()
            output.seek(0)
            said = output.read().decode(errors="replace")
        if shell.returncode != 0:
            raise AssertionError(f"exit code {shell.returncode}: {line}\n{said}")
        return said

    def _serve(self):
        try:
            connection, _ = self._listener.accept()
        except socket.timeout:
            return
        with connection, connection.makefile("rw") as stream:
            folder, name, *arguments = json.loads(stream.readline())
            serve = {"ssh": self._ssh, "scp": self._scp}[name]
            print(json.dumps(serve(pathlib.Path(folder), arguments)), file=stream)

    def _guest(self):
        if self._board.guest is None:
            self._switch_on()
        return self._board.guest

    def _ssh(self, _, arguments):
        """The words behind the host's name, with spaces between them, to a shell: ssh(1)."""
        host, *words = arguments
        if host != "pi" or not words:
            return 255, f"ssh: the test knows no ssh {shlex.join(arguments)}\n"
        code, said = self._guest().run_bytes(f"cd {HOME}\n{' '.join(words)}", pi.BOOTING)
        return code, said.decode(errors="replace")

    def _scp(self, folder, arguments):
        *sources, target = arguments
        if target == "pi:" and sources:
            for source in sources:
                local = folder / source
                if not local.is_file():
                    return 1, f"scp: {source}: no such file\n"
                self._to_the_pi(local)
            return 0, ""
        [source] = sources
        host, _, path = source.partition(":")
        local = folder / target
        if host != "pi" or not path:
            return 255, f"scp: the test knows no scp {shlex.join(arguments)}\n"
        text = self._guest().read(str(pathlib.PurePosixPath(HOME) / path))
        (local / pathlib.PurePosixPath(path).name if local.is_dir() else local).write_text(text)
        return 0, ""

    def _to_the_pi(self, local):
        path = f"{HOME}/{local.name}"
        if self._board.guest is None:
            self._board.copy_to_card(local, path)
        else:
            self._board.guest.write(path, local.read_text())


def read_from_card(board, path):
    """A file on the card of a board that is off."""
    return board.debugfs(f"cat {path}").decode()


def wait_until_off(board):
    """The emulator ends where the board would start anew (-no-reboot). What stands in the journal
    of the card's file system is then brought to its place, as the next boot would do."""
    board.emulator.wait(pi.BOOTING)
    board.emulator.end()
    board.guest = None
    board.check_card()

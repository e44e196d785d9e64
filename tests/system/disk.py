"""File systems that a test may freeze and fill. A guard process of its own undoes everything when
the test closes it, and also when the test dies."""

import contextlib
import os
import subprocess

import station

# Arguments: the mount point. Waits for the end of its input, which is when whoever holds the other
# end closes it or dies. A frozen file system cannot be unmounted, and a process that still ends
# keeps it busy; mount -o loop has the loop device go away with the mount.
_GUARD = """
cat > /dev/null
fsfreeze --unfreeze "$1" 2> /dev/null
for attempt in $(seq 100); do
  mountpoint --quiet "$1" || exit 0
  umount "$1" 2> /dev/null || sleep 0.1
done
umount --lazy "$1"
"""


class NotHere(Exception):
    """This machine cannot do it: why."""


class Mount:
    """A mounted file system; close() undoes it."""

    def __init__(self, where, *arguments):
        self.where = where
        where.mkdir()
        # A session of its own: a Ctrl+C at the terminal is not for the guard.
        self._guard = subprocess.Popen(["sh", "-c", _GUARD, "guard", str(where)],
                                       stdin=subprocess.PIPE, start_new_session=True)
        done = subprocess.run(["mount", *map(str, arguments), str(where)], capture_output=True,
                              text=True)
        if done.returncode != 0:
            self.close()
            raise NotHere(f"mount {' '.join(map(str, arguments))}: {done.stderr.strip()}")

    def close(self):
        self._guard.stdin.close()
        self._guard.wait(station.WATCHDOG)

    def free(self):
        facts = os.statvfs(self.where)
        return facts.f_bavail * facts.f_bsize

    def fill(self, leave):
        """A file that leaves so many bytes free; unlink it to have them back."""
        filler = self.where / "filler"
        descriptor = os.open(filler, os.O_CREAT | os.O_WRONLY)
        try:
            os.posix_fallocate(descriptor, 0, self.free() - leave)
        finally:
            os.close(descriptor)
        return filler

    @contextlib.contextmanager
    def frozen(self):
        """Writes wait in the kernel, where no signal reaches them, until it is over."""
        subprocess.run(["fsfreeze", "--freeze", str(self.where)], check=True)
        try:
            yield
        finally:
            subprocess.run(["fsfreeze", "--unfreeze", str(self.where)], check=True)


def tmpfs(where, size):
    return Mount(where, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")


def ext4(where, image):
    with open(image, "wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)
    # mount(8) picks the loop device, and detaches it with the last unmount.
    return Mount(where, "-t", "ext4", "-o", "loop", image)

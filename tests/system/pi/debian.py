"""What the emulated boards are made of, all from Debian's mirror and kept in the user's cache: the
emulator, a root file system and a kernel for each architecture. Versions are the mirror's."""

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                     pathlib.Path.home() / ".cache") / "isotherm" / "pi"

# Debian 12's own QEMU (7.2) has no I2C controller on the Pi. Debian 13's is unpacked into a folder
# of its own and run with its own C library, so that this machine's packages stay as they are.
EMULATOR_SUITE = "trixie"
EMULATOR_PACKAGES = ("qemu-system-arm",)

# Debian's essential packages (`apt-get install '?essential'` cannot choose between usrmerge and
# usr-is-merged), and a system with systemd. Nothing that needs a network. libnuma1 is cyclictest's,
# which rootfs/configure.sh takes out of its package, because that depends on Python.
GUEST_PACKAGES = (
    "base-files base-passwd bash bsdutils coreutils dash debianutils diffutils dpkg findutils grep "
    "gzip hostname init-system-helpers libc-bin login ncurses-base ncurses-bin perl-base sed "
    "sysvinit-utils tar util-linux usr-is-merged "
    "systemd-sysv udev kmod procps busybox-static libnuma1").split()


class Unprepared(Exception):
    """What the tests need could not be fetched or made."""


def run(command, **how):
    """A command whose output is shown only if it fails."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **how)
    if done.returncode != 0:
        raise Unprepared(f"{' '.join(map(str, command))}\nfailed with {done.returncode}:\n"
                         f"{done.stdout[-6000:]}")
    return done.stdout


@contextlib.contextmanager
def step(title):
    """Says what is done and how long it took, and how busy the machine was."""
    start = time.monotonic()
    yield
    print(f"   {title}: {time.monotonic() - start:.1f} s (load {os.getloadavg()[0]:.1f})",
          flush=True)


def key_of(*parts):
    """A short name for these texts and the contents of these files."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, pathlib.Path) else str(part).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def cached(name, title):
    """A file or folder of the cache. Yields where to make it if it is not there, else None; what is
    made takes its name only when it is complete, and two processes never make the same."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        final = CACHE / name
        if final.exists():
            os.utime(final)  # in use, see forget_the_old() of run.py
            yield None
            return
        part = CACHE / f"{name}.part"
        remove(part)
        with step(title):
            yield part
        os.utime(part)  # an unpacked folder has the date of its archive, see forget_the_old()
        part.rename(final)


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def debian_tar(suite, archive, *options):
    """tools/debian.sh knows the way to the mirrors. A mirror that is just being updated may have
    lists of security updates that do not fit each other; the release alone never changes."""
    command = ["bash", "-ec", '. tools/common.sh; . tools/debian.sh; debian_tar "$@"', "bash",
               suite, archive, *options]
    try:
        run(command, cwd=SOURCE)
    except Unprepared as failure:
        reason = [line for line in str(failure).splitlines() if line.startswith("E: ")]
        print(f"   {archive.name}: {' '.join(reason[:1])}\n"
              f"   once more from {suite} alone, without its updates", flush=True)
        run(command, cwd=SOURCE, env=dict(os.environ, sources_of="release"))


class QemuPrograms:
    """The emulators, in a folder of the cache."""

    def __init__(self):
        name = "emulator-" + key_of(EMULATOR_SUITE, *EMULATOR_PACKAGES)
        with cached(name, f"the emulator ({EMULATOR_SUITE})") as part:
            if part:
                archive = part.with_suffix(".tar")
                debian_tar(EMULATOR_SUITE, archive, "--variant=extract",
                           "--include=" + ",".join(EMULATOR_PACKAGES))
                part.mkdir()
                run(["tar", "-C", part, "--no-same-owner", "--exclude=./dev/*",
                     "--exclude=./usr/share/doc/*", "-xf", archive])
                archive.unlink()
        self._usr = CACHE / name / "usr"
        [self._libraries] = (self._usr / "lib").glob(f"{platform.machine()}-linux-gnu*")
        [self._loader] = [path for path in self._libraries.glob("ld-linux*.so.*")]

    def command(self, program):
        """Its own loader and libraries, ld.so(8)."""
        return [self._loader, "--library-path", self._libraries, self._usr / "bin" / program,
                "-L", self._usr / "share/qemu"]

    def environment(self):
        return {"QEMU_MODULE_DIR": str(self._libraries / "qemu")}


@dataclasses.dataclass(frozen=True)
class System:
    """The root file system (a tar) and the unpacked kernel of an architecture."""
    root: pathlib.Path
    kernel: pathlib.Path


def system(board, packages):
    """`packages`: more of them to install, as those that isotherm depends on. A board without a
    kernel (an empty name) is a root file system only."""
    hook = HERE / "rootfs" / "configure.sh"
    name = f"{board.suite}-{board.arch}-" + key_of(board.kernel, hook, *GUEST_PACKAGES, *packages)
    downloads = CACHE / f"{name}.downloads"
    with cached(f"{name}.tar", f"the root file system ({board.suite} {board.arch})") as part:
        if part:
            run(["mkdir", "-p", downloads])
            needs_binfmt(board.arch)
            folders = 'mkdir -p "$1"/usr/{bin,sbin,lib}; ' \
                      'for name in bin sbin lib; do ln -s usr/$name "$1/$name"; done'
            debian_tar(board.suite, part, "--variant=extract", f"--architectures={board.arch}",
                       "--include=" + ",".join([*GUEST_PACKAGES, *packages]),
                       f"--setup-hook=bash -ec '{folders}' bash \"$1\"",
                       f'--extract-hook={hook} "$1" "{board.kernel}" {downloads}')
    if not board.kernel:
        return System(root=CACHE / f"{name}.tar", kernel=None)
    with cached(f"{name}.kernel", f"unpacking the kernel ({board.kernel})") as part:
        if part:
            [package] = downloads.glob("linux-image-*.deb")
            run(["dpkg-deb", "-x", package, part])
    return System(root=CACHE / f"{name}.tar", kernel=CACHE / f"{name}.kernel")


def dependencies(package):
    """What a package depends on: the first of each group of alternatives, without versions."""
    names = run(["dpkg-deb", "-f", package, "Depends"]).strip().split(",")
    return sorted(name.split("|")[0].split("(")[0].strip() for name in names)


def host_architecture():
    return run(["dpkg", "--print-architecture"]).strip()


def needs_binfmt(arch):
    """Has the kernel run programs of that architecture through qemu-user, or raises Unprepared."""
    registered = pathlib.Path("/proc/sys/fs/binfmt_misc")
    if not (registered / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", registered], check=False)
    if arch == host_architecture():
        return
    interpreter = {"arm64": "qemu-aarch64", "armhf": "qemu-arm"}[arch]
    if not (registered / interpreter).exists():
        subprocess.run(["update-binfmts", "--enable", interpreter], check=False)
    if not (registered / interpreter).exists():
        raise Unprepared(f"{registered}/{interpreter} is not there: programs of {arch} cannot be "
                         "run here. It takes root and the packages qemu-user-static and "
                         "binfmt-support.")


@contextlib.contextmanager
def scratch(name):
    """A folder that is gone afterwards."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=CACHE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)

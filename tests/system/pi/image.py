"""The SD card of a board: a Debian with the isotherm package installed in it, and the small
initramfs that mounts it. Kept in the cache by what went into them."""

import dataclasses
import gzip
import lzma
import os
import pathlib
import re
import shutil
import stat

from debian import CACHE, HERE, Unprepared, cached, key_of, needs_binfmt, run, scratch, step

CARD_SIZE = 512 << 20  # bytes; QEMU wants a power of two of an SD card
ROOTFS = HERE / "rootfs"

# What nobody needs here costs a third of the boot: there are no terminals, no network, no users to
# log in, no swap, nothing encrypted.
SPARED_UNITS = """
    dev-hugepages.mount dev-mqueue.mount dpkg-db-backup.timer fstrim.timer getty-static.service
    getty@.service modprobe@.service proc-sys-fs-binfmt_misc.automount serial-getty@.service
    sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount
    systemd-ask-password-console.path systemd-ask-password-wall.path systemd-initctl.socket
    systemd-pstore.service systemd-random-seed.service systemd-sysctl.service
    systemd-update-utmp-runlevel.service systemd-update-utmp.service
    systemd-user-sessions.service""".split()


@dataclasses.dataclass(frozen=True)
class Kernel:
    """What QEMU loads."""
    folder: pathlib.Path
    initramfs: pathlib.Path

    @property
    def image(self):
        [image] = (self.folder / "boot").glob("vmlinuz-*")
        return image

    def device_tree(self, board):
        [tree] = (self.folder / "usr/lib").glob(f"linux-image-*/{board.device_tree}")
        return tree


class Modules:
    """The kernel's modules with what each depends on, as modinfo(8) would say it."""

    def __init__(self, kernel):
        [self.folder] = [folder for place in ("lib/modules", "usr/lib/modules")
                         if (kernel / place).is_dir() for folder in (kernel / place).iterdir()]
        self._paths = {path.name.split(".ko")[0].replace("-", "_"): path
                       for path in self.folder.rglob("*.ko*")}

    def closure(self, names):
        """Their paths and those of all that they need, each behind what it needs."""
        found = []

        def add(name):
            path = self._paths[name.replace("-", "_")]
            if path in found:
                return
            for other in _depends(path):
                add(other)
            found.append(path)

        for name in names:
            if self._exists(name):
                add(name)
        return found

    def _exists(self, name):
        """False if it is built into the kernel."""
        if name.replace("-", "_") in self._paths:
            return True
        builtin = (self.folder / "modules.builtin").read_text()
        if re.search(rf"/{name}\.ko$".replace("-", "[-_]"), builtin, re.MULTILINE):
            return False
        raise Unprepared(f"the kernel {self.folder.name} has no module {name}")


def _code(path):
    """A module as the kernel takes it; Debian 13 compresses them."""
    return lzma.open(path).read() if path.suffix == ".xz" else path.read_bytes()


def _depends(path):
    """The line "depends=" of the section .modinfo; strings there end with a zero byte."""
    found = re.search(rb"\0depends=([^\0]*)\0", _code(path))
    return [name for name in found.group(1).decode().split(",") if name] if found else []


def initramfs(board, system):
    name = f"{system.kernel.stem}-" + key_of(ROOTFS / "init", *board.root_modules) + ".initramfs"
    with cached(name, "the initramfs") as part:
        if part:
            with scratch("initramfs") as folder:
                run(["tar", "-C", folder, "-xf", system.root, "./usr/bin/busybox"])
                archive = Archive()
                for path in ("bin", "dev", "proc", "sys", "card", "modules"):
                    archive.folder(path)
                archive.file("bin/busybox", (folder / "usr/bin/busybox").read_bytes(), 0o755)
                archive.file("init", (ROOTFS / "init").read_bytes(), 0o755)
                paths = Modules(system.kernel).closure(board.root_modules)
                for number, path in enumerate(paths):
                    name_of = path.name.removesuffix(".xz")
                    archive.file(f"modules/{number:02}-{name_of}", _code(path), 0o644)
                part.write_bytes(gzip.compress(archive.end(), 6))
    return CACHE / name


class Archive:
    """An archive in cpio's newc format,
    https://docs.kernel.org/driver-api/early-userspace/buffer-format.html."""

    def __init__(self):
        self._bytes = bytearray()
        self._inode = 0

    def folder(self, path):
        self._add(path, b"", stat.S_IFDIR | 0o755)

    def file(self, path, content, mode):
        self._add(path, content, stat.S_IFREG | mode)

    def end(self):
        self._add("TRAILER!!!", b"", 0)
        return bytes(self._bytes)

    def _add(self, path, content, mode):
        self._inode += 1
        name = path.encode() + b"\0"
        # inode, mode, uid, gid, links, time, size, device, its minor, special device, its minor,
        # length of the name, checksum
        fields = (self._inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        self._bytes += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        self._pad()
        self._bytes += content
        self._pad()

    def _pad(self):
        self._bytes += bytes(-len(self._bytes) % 4)


def card(board, system, package):
    """The card with the package installed; every test works on a copy of it."""
    parts = sorted(path for path in ROOTFS.iterdir() if path.is_file())
    key = key_of(system.root.name, package, repr(board), pathlib.Path(__file__), *parts)
    name = f"{board.name}-{key}.img"
    with cached(name, f"the card of {board.name}") as part:
        if part:
            needs_binfmt(board.arch)
            with scratch("card") as folder:
                root = folder / "root"
                root.mkdir()
                with step("  unpacking"):
                    run(["tar", "-C", root, "--numeric-owner", "-xpf", system.root])
                with step("  installing the package"):
                    install(root, package)
                with step("  modules and settings"):
                    add_modules(root, board, system)
                    settle(root, board)
                with step("  mkfs.ext4"):
                    with open(part, "wb") as file:
                        file.truncate(CARD_SIZE)
                    run(["mkfs.ext4", "-q", "-d", root, "-L", "card", part])
    return CACHE / name


def install(root, package):
    run(["dpkg", f"--root={root}", "--force-architecture", "--force-unsafe-io", "-i", package],
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))


def add_modules(root, board, system):
    modules = Modules(system.kernel)
    target = root / "usr/lib/modules" / modules.folder.name
    target.mkdir(parents=True)
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copy(modules.folder / name, target)
    for path in modules.closure(board.root_modules + board.modules):
        copy = target / path.relative_to(modules.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    run(["chroot", root, "depmod", modules.folder.name])


def settle(root, board):
    """What an installer would have done, the test's agent, and the sensors' names on the bus."""
    (root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    (root / "etc/hostname").write_text(f"{board.name}\n")
    # Not checked at each start: the initramfs mounts it, and its journal mends what a cut left.
    (root / "etc/fstab").write_text(f"{board.card} / ext4 defaults 0 0\n")
    (root / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    # Their conditions (ConditionNeedsUpdate) would rebuild the databases of udev and the journal.
    for folder in ("etc", "var"):
        (root / folder / ".updated").touch()
    units = root / "etc/systemd/system"
    for unit in SPARED_UNITS:
        (units / unit).unlink(missing_ok=True)
        (units / unit).symlink_to("/dev/null")
    generators = root / "etc/systemd/system-generators"  # systemd.generator(7)
    generators.mkdir()
    for generator in (root / "usr/lib/systemd/system-generators").iterdir():
        if generator.name != "systemd-fstab-generator":
            (generators / generator.name).symlink_to("/dev/null")
    drop_in = units / "systemd-udev-trigger.service.d"
    drop_in.mkdir()
    shutil.copy(ROOTFS / "udev-trigger.conf", drop_in)
    shutil.copy(ROOTFS / "agent.sh", root / "usr/local/sbin/test-agent")
    (root / "usr/local/sbin/test-agent").chmod(0o755)
    unit = (ROOTFS / "test-agent.service").read_text().replace("@TTY@", board.agent)
    (units / "test-agent.service").write_text(unit)
    wants = units / "basic.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "test-agent.service").symlink_to("../test-agent.service")
    rule = (ROOTFS / "sensors.rules").read_text().replace("@BUS@", str(board.i2c_number))
    (root / "etc/udev/rules.d/90-sensors.rules").write_text(rule)

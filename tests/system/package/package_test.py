#!/usr/bin/env python3
"""The package in a root file system of its architecture: what dpkg and its scripts make of it.
Called by tools/test-package. No service manager runs there; tests/system/pi boots one."""

import csv
import ctypes
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "pi"))

# The root file systems of the emulated boards serve here, too.
from boards import BOARDS  # noqa: E402
from debian import SOURCE, dependencies, run, scratch, system  # noqa: E402

ARCH, SUITE = os.environ["ISOTHERM_ARCH"], os.environ["ISOTHERM_SUITE"]
CONFIG = "etc/isotherm/isotherm.toml"
LOG = "var/log/isotherm"
ENABLED = "etc/systemd/system/multi-user.target.wants/isotherm.service"

# What a purge may leave: the user, and the books of dpkg, systemd and the dynamic linker.
MAY_STAY = re.compile(r"^(etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|etc/\.pwd\.lock$"
                      r"|var/lib/dpkg/|var/log/dpkg\.log$|var/lib/systemd/|var/cache/|tmp/)")

# Mounts belong to a mount namespace of their own, so that none outlives its command.
IN_ROOT = """
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --rbind /sys "$1/sys"
root=$1; shift
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root \
    DEBIAN_FRONTEND=noninteractive "$@"
"""


@dataclasses.dataclass(frozen=True)
class NoBoard:
    """A root file system that nothing boots."""
    suite: str
    arch: str
    kernel: str = ""


def one_file(pattern):
    [found] = (SOURCE / "build/packages" / SUITE).glob(pattern)
    return found


def field(package, name):
    return run(["dpkg-deb", "-f", package, name]).strip()


def end_with_parent():
    """However a test ends, what it runs in a root file system ends, too."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, prctl(2)


class Root:
    """A fresh root file system with what the package depends on, and nothing of the package."""

    def __init__(self, folder, package):
        like = [board for board in BOARDS.values() if (board.arch, board.suite) == (ARCH, SUITE)]
        made = system(like[0] if like else NoBoard(SUITE, ARCH), dependencies(package))
        self.path = folder / "root"
        self.path.mkdir()
        run(["tar", "-C", self.path, "--numeric-owner", "-xpf", made.root])

    def do(self, *command, check=True):
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
             "bash", "-ec", IN_ROOT, "bash", self.path, *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            preexec_fn=end_with_parent)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def install(self, package, *options):
        shutil.copy(package, self.path / "tmp/isotherm.deb")
        self.do("dpkg", *options, "-i", "/tmp/isotherm.deb")
        (self.path / "tmp/isotherm.deb").unlink()

    def status(self):
        return self.do("dpkg-query", "-W", "-f=${db:Status-Status}", "isotherm",
                       check=False).stdout

    def file(self, name):
        return self.path / name

    def user(self):
        """Numbers of the user and its group, or None."""
        for line in self.file("etc/passwd").read_text().splitlines():
            name, _, uid, gid, *_ = line.split(":")
            if name == "isotherm":
                return int(uid), int(gid)
        return None

    def names(self):
        """Every path in it that a purge may not leave behind."""
        found = set()
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                path = os.path.relpath(os.path.join(folder, name), self.path)
                if not MAY_STAY.match(path + ("/" if name in folders else "")):
                    found.add(path)
        return found


def newer(package, folder, change_config):
    """The same package as a later version, with another default configuration if asked for."""
    tree = folder / "newer"
    run(["dpkg-deb", "-R", package, tree])
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^(Version: .*)$", r"\1.1", control.read_text(), flags=re.M))
    if change_config:
        with open(tree / CONFIG, "a", encoding="utf-8") as config:
            config.write("# of the later version\n")
    made = folder / "newer.deb"
    run(["dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, made])
    shutil.rmtree(tree)
    return made


class Contents(unittest.TestCase):
    def setUp(self):
        self.package = one_file(f"isotherm_*_{ARCH}.deb")
        self.symbols = one_file(f"isotherm-dbgsym_*_{ARCH}.deb")

    def members(self, package):
        archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        with archive, tarfile.open(fileobj=archive.stdout, mode="r|") as tar:
            return {member.name[2:]: member for member in tar}

    def test_packing_twice_gives_the_same_bytes(self):
        first = self.package.read_bytes()
        run(["tools/package", ARCH, SUITE], cwd=SOURCE)
        self.assertEqual(self.package.read_bytes(), first)

    def test_the_program_and_the_package_are_small(self):
        program = self.members(self.package)["usr/bin/isotherm"].size
        size = self.package.stat().st_size
        print(f"program {program} bytes, package {size} bytes ", end="", flush=True)
        self.assertLessEqual(program, 4_000_000)
        self.assertLessEqual(size, 2_000_000)

    def test_symbols_are_in_a_package_of_their_own_and_found_by_the_build_id(self):
        with scratch("contents") as folder:
            run(["dpkg-deb", "-x", self.package, folder / "package"])
            notes = run(["readelf", "-n", "-S", folder / "package/usr/bin/isotherm"])
        self.assertNotIn(".debug_info", notes)
        build_id = re.search(r"Build ID: (\w+)", notes).group(1)
        self.assertIn(f"usr/lib/debug/.build-id/{build_id[:2]}/{build_id[2:]}.debug",
                      self.members(self.symbols))

    def test_every_board_of_the_source_is_shipped(self):
        members = self.members(self.package)
        for path in (SOURCE / "board").rglob("*"):
            self.assertIn(f"usr/share/isotherm/board/{path.relative_to(SOURCE / 'board')}", members)

    def test_the_page_of_a_log_is_shipped(self):
        self.assertIn("usr/share/isotherm/log-page.html", self.members(self.package))

    def test_all_belongs_to_root_and_nobody_else_may_write(self):
        for name, member in self.members(self.package).items():
            with self.subTest(name=name):
                self.assertEqual((member.uid, member.gid), (0, 0))
                self.assertEqual(member.mode & 0o022, 0)

    def test_depends_on_the_libraries_of_its_release(self):
        depends = field(self.package, "Depends")
        fmt = {"bookworm": "libfmt9", "trixie": "libfmt10"}[SUITE]
        for library in (fmt, "libc6 (>= ", "libstdc++6 (>= ", "libtomlplusplus3"):
            self.assertIn(library, depends)
        self.assertRegex(depends, r"libspdlog1\.\d+")


class Life(unittest.TestCase):
    """Each test has a root file system of its own."""

    def setUp(self):
        self.package = one_file(f"isotherm_*_{ARCH}.deb")
        self.folder = pathlib.Path(self.enterContext(scratch("package")))
        self.root = Root(self.folder, self.package)

    def rows(self):
        with open(self.root.file(LOG) / "temperature.csv", encoding="utf-8", newline="") as log:
            return list(csv.DictReader(log))

    def test_installed_it_has_its_user_its_folders_and_an_enabled_service(self):
        self.root.install(self.package)
        self.assertEqual(self.root.status(), "installed")
        for folder in (LOG, "var/lib/isotherm"):
            found = self.root.file(folder).stat()
            self.assertEqual((found.st_uid, found.st_gid), self.root.user())
        self.assertTrue(self.root.file(ENABLED).is_symlink())

    def test_the_installed_program_runs_its_default_configuration(self):
        self.root.install(self.package)
        version = field(self.package, "Version").partition("+")[0]
        self.assertEqual(self.root.do("isotherm", "--version").stdout.strip(), version)
        self.root.do("isotherm", "check", "--config", f"/{CONFIG}", "--best-effort")
        # Real-time as far as qemu-user lets it.
        self.root.do("isotherm", "run", "--config", f"/{CONFIG}", "--duration", "1s",
                     "--best-effort")
        rows = self.rows()
        self.assertGreaterEqual(sum(int(row["good"]) for row in rows), 1)
        for row in rows:
            self.assertEqual(int(row["scheduled"]), sum(int(row[name]) for name in (
                "good", "faulty", "missed", "dropped")))

    def test_without_a_configuration_it_runs_too(self):
        self.root.install(self.package)
        self.root.do("isotherm", "run", "--duration", "1s", "--log-dir", f"/{LOG}")
        self.assertGreaterEqual(len(self.rows()), 1)

    def test_upgraded_it_keeps_a_changed_configuration_and_a_disabled_service(self):
        self.root.install(self.package)
        with open(self.root.file(CONFIG), "a", encoding="utf-8") as config:
            config.write("# changed by hand\n")
        self.root.do("systemctl", "disable", "isotherm.service")
        (self.root.file(LOG) / "temperature.csv").write_text("kept\n")
        self.root.install(newer(self.package, self.folder, change_config=False))
        self.assertTrue(self.root.file(CONFIG).read_text().endswith("# changed by hand\n"))
        self.assertFalse(self.root.file(ENABLED).is_symlink())
        self.assertEqual((self.root.file(LOG) / "temperature.csv").read_text(), "kept\n")

    def test_of_a_configuration_that_both_sides_changed_the_old_one_stays_if_dpkg_is_told_so(self):
        self.root.install(self.package)
        with open(self.root.file(CONFIG), "a", encoding="utf-8") as config:
            config.write("# changed by hand\n")
        self.root.install(newer(self.package, self.folder, change_config=True), "--force-confold")
        self.assertEqual(self.root.status(), "installed")
        self.assertTrue(self.root.file(CONFIG).read_text().endswith("# changed by hand\n"))
        self.assertTrue(self.root.file(CONFIG + ".dpkg-dist").read_text().endswith(
            "# of the later version\n"))

    def test_an_unchanged_configuration_is_upgraded(self):
        self.root.install(self.package)
        self.root.install(newer(self.package, self.folder, change_config=True))
        self.assertTrue(self.root.file(CONFIG).read_text().endswith("# of the later version\n"))
        self.assertTrue(self.root.file(ENABLED).is_symlink())

    def test_removed_it_keeps_configuration_and_logs_and_purged_it_leaves_nothing(self):
        before = self.root.names()
        self.root.install(self.package)
        (self.root.file(LOG) / "temperature.csv").write_text("kept\n")
        self.root.do("dpkg", "-r", "isotherm")
        self.assertEqual(self.root.status(), "config-files")
        self.assertFalse(self.root.file("usr/bin/isotherm").exists())
        self.assertTrue(self.root.file(CONFIG).exists())
        self.assertEqual((self.root.file(LOG) / "temperature.csv").read_text(), "kept\n")

        self.root.do("dpkg", "-P", "isotherm")
        self.assertEqual(self.root.names() - before, set())
        self.assertEqual(before - self.root.names(), set())

        self.root.install(self.package)
        self.assertTrue(self.root.file(ENABLED).is_symlink())


if __name__ == "__main__":
    unittest.main(verbosity=2)

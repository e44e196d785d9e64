#!/usr/bin/env python3
"""Prepares the emulated boards and runs their tests, see docs/emulated-pi.md."""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import time

from boards import BOARDS
from debian import CACHE, HERE, SOURCE, QemuPrograms, Unprepared, dependencies, remove, step, system
from image import card, initramfs

# The longest first. Each is one host process and one emulator at a time.
TESTS = {"counted": "raspi3b", "power_cut": "raspi3b", "road": "raspi3b", "armhf": "sabrelite",
         "service": "raspi3b", "readings": "raspi3b", "doctor": "raspi3b",
         "cpuset": "raspi3b"}
SOAKS = ("ten-minutes", "hour", "day")


def arguments():
    parser = argparse.ArgumentParser(prog="tools/test-pi", description=__doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST", help=", ".join(TESTS))
    parser.add_argument("--soak", choices=SOAKS, default=SOAKS[0],
                        help="guest time of the test 'counted'")
    parser.add_argument("--cuts", type=int, default=3,
                        help="how often the test 'power_cut' cuts the power (%(default)s)")
    parser.add_argument("--fresh", action="store_true",
                        help="fetch and make everything anew, with what the mirror has now")
    parser.add_argument("--jobs", type=int, default=max(1, min(2, os.cpu_count() or 1)),
                        help="emulators side by side (%(default)s)")
    parser.add_argument("--prepare", action="store_true", help="make the cards, run no test")
    parser.add_argument("--packages", action="store_true",
                        help="print the architecture and release of each package that the tests "
                        "need, and end")
    chosen = parser.parse_args()
    unknown = set(chosen.tests) - set(TESTS)
    if unknown:
        parser.error(f"no such test: {', '.join(sorted(unknown))}; there are {', '.join(TESTS)}")
    chosen.tests = chosen.tests or list(TESTS)
    return chosen


def package_of(board):
    found = list((SOURCE / "build/packages" / board.suite).glob(f"isotherm_*_{board.arch}.deb"))
    if len(found) != 1:
        raise Unprepared(f"no package for {board.arch}: tools/package {board.arch} {board.suite}")
    return found[0]


def prepare(board):
    """The environment with which the tests of a board find what was made for them."""
    package = package_of(board)
    made = system(board, dependencies(package))
    prefix = f"ISOTHERM_PI_{board.name.upper()}_"
    return {prefix + "CARD": str(card(board, made, package)),
            prefix + "KERNEL": str(made.kernel),
            prefix + "INITRAMFS": str(initramfs(board, made))}


def forget_the_old(days=14):
    """What no test has used for a while: each new package makes a new card."""
    for path in CACHE.iterdir():
        if time.time() - path.stat().st_mtime > days * 86400 and not path.name.endswith(".lock"):
            remove(path)


def run_test(name, environment):
    """Its output as one piece, so that those of tests that run side by side do not mix."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-B", HERE / f"{name}_test.py"], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    verdict = "passed" if done.returncode == 0 else "FAILED"
    print(f"== {name}\n{done.stdout.rstrip()}\n== {name}: {verdict} in "
          f"{time.monotonic() - started:.0f} s (load {os.getloadavg()[0]:.1f})\n", flush=True)
    return done.returncode == 0


def main():
    chosen = arguments()
    if os.geteuid() != 0:
        raise SystemExit("tools/test-pi: needs root, to make root file systems of other "
                         "architectures")
    boards = [BOARDS[name] for name in sorted({TESTS[test] for test in chosen.tests})]
    if chosen.packages:
        for board in boards:
            print(board.arch, board.suite)
        return
    started = time.monotonic()
    if chosen.fresh:
        shutil.rmtree(CACHE, ignore_errors=True)
    environment = dict(os.environ, ISOTHERM_PI_SOAK=chosen.soak,
                       ISOTHERM_PI_CUTS=str(chosen.cuts))
    with step("everything that the tests need"):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            emulator = pool.submit(QemuPrograms)
            for made in pool.map(prepare, boards):
                environment.update(made)
            emulator.result()
    forget_the_old()
    if chosen.prepare:
        return
    with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        passed = list(pool.map(lambda name: run_test(name, environment), chosen.tests))
    print(f"emulated boards: {sum(passed)} passed, {len(passed) - sum(passed)} failed, in "
          f"{time.monotonic() - started:.0f} s")
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    try:
        main()
    except Unprepared as reason:
        sys.exit(f"tools/test-pi: the tests could not be prepared.\n{reason}")

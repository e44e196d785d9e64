#!/usr/bin/env python3
"""isotherm report: two cores against one, and against NumPy doing the same statistics on one core.

  tests/bench/report_paired.py --build DIR [--samples N] [--rounds N] [--folder DIR]

Makes a capture (4 million samples of 4 sensors; --samples 100000000 is the issue's size and takes
some minutes), and lets one core, two cores and NumPy take turns. Goals are ratios within one round;
printed are their medians and quartiles. NumPy gets at most 8 million samples, by their rate: its
arrays of 45 bytes a sample would not fit into every memory."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import machine  # noqa: E402
from statistics_of import Result, quartiles, table  # noqa: E402

NUMPY_SAMPLES = 8_000_000
SENSORS = 4


def program_in(folder, name):
    return next(str(path) for path in (folder / name, folder / "tests" / "bench" / name)
                if path.exists())


def make_capture(folder, path, samples, *options):
    subprocess.run([program_in(folder, "isotherm_report_capture"), str(path), str(samples),
                    str(SENSORS), *options], check=True)


def report(isotherm, capture, cores):
    listed = ",".join(map(str, cores))
    done = subprocess.run([isotherm, "report", str(capture), "--cores", listed, "--json"],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def seconds_of(found):
    """Wall time of everything, and the time that its workers computed."""
    timing = found["timing"]
    busy = sum(worker["busy_ms"] for worker in timing["pool"]["workers"])
    return (timing["index_ms"] + timing["pool"]["wall_ms"]) / 1e3, busy / 1e3


def with_numpy(arrays, core):
    script = pathlib.Path(__file__).with_name("report_numpy.py")
    done = subprocess.run(
        ["/usr/bin/python3", "-B", str(script), *map(str, arrays)], check=True,
        capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: os.sched_setaffinity(0, [core]))
    return json.loads(done.stdout)


def must_agree(found, theirs):
    """Both did the same work: else the ratio says nothing."""
    for ours, other in zip(found["sensors"], theirs["sensors"]):
        pairs = [(ours["values"]["mean"], other["mean"]),
                 (ours["values"]["standard_deviation"], other["deviation"]),
                 (dict(map(tuple, ours["values"]["quantiles"]))[0.5], other["p50"]),
                 (ours["drift_per_hour"], other["drift"]),
                 (ours["lateness"]["max_ns"], other["latest"]),
                 *((point["deviation"], deviation)
                   for point, deviation in zip(ours["allan"], other["allan"]))]
        for one, two in pairs:
            if abs(one - two) > 0.01 * abs(two):
                sys.exit(f"{ours['sensor']}: {one} here, {two} by NumPy")


def results(folder, samples, rounds, work):
    isotherm = program_in(folder, "isotherm")
    cores = machine.cores()
    if len(cores) < 2:
        return [Result.skipped("report on two cores", ">= 1.8", "one core only")]
    capture, small = work / "paired.isocap", work / "numpy.isocap"
    make_capture(folder, capture, samples)
    make_capture(folder, small, min(samples, NUMPY_SAMPLES), "--npy")
    arrays = sorted(work.glob("numpy.isocap.*.npy"))
    speed_ups, used, wall, busy, each, theirs_each = [], [], [], [], [], []
    with machine.Steal() as steal:
        for _ in range(rounds):
            one = report(isotherm, capture, cores[-1:])
            two = report(isotherm, capture, cores[-2:])
            theirs = with_numpy(arrays, cores[-1])
            must_agree(report(isotherm, small, cores[-2:]), theirs)
            (alone, alone_busy), (together, _) = seconds_of(one), seconds_of(two)
            speed_ups.append(alone / together)
            used.append(two["timing"]["pool"]["cores_used"])
            theirs_each.append(theirs["seconds"] / theirs["samples"])
            each.append(alone_busy / one["samples"])
            wall.append(theirs_each[-1] / (together / two["samples"]))
            busy.append(theirs_each[-1] / each[-1])
    note = (f"; {rounds} rounds of {samples} samples; {quartiles(used)[1]:.2f} cores were to be "
            f"had; {steal.text}")
    by = f"; {quartiles(theirs_each)[1] * 1e9:.0f} ns / {quartiles(each)[1] * 1e9:.0f} ns a sample"
    return [Result.at_least("report: wall time of one core / of two", 1.8, *quartiles(speed_ups),
                            note),
            Result.at_least("NumPy on one core / report on two, wall time a sample", 3,
                            *quartiles(wall), by),
            Result.at_least("NumPy on one core / report on one, computing time a sample", 1,
                            *quartiles(busy), by)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build folder")
    parser.add_argument("--samples", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, help="of the captures")
    options = parser.parse_args()
    print(f"Machine: {machine.description()}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = results(options.build, options.samples, options.rounds, pathlib.Path(folder))
    print(table(found))
    return 1 if any(result.met is False for result in found) else 0


if __name__ == "__main__":
    sys.exit(main())

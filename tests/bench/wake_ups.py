"""How late a 1 kHz reader is woken: beside cyclictest, with a spin tail, under other policies, and
what each of these gains and costs. docs/real-time.md explains them."""

import contextlib
import os
import pathlib
import struct

import machine
from cyclictest import middle_of_bucket
from station_runs import (PERIOD_US, SWEEPING_PERIOD_US, Cyclictest, Station, full_load, light_load,
                          reader_toml, run_station)
from statistics_of import Result, quartiles

SENSORS = 4
SPIN_US = 50
QUANTILES = {"p99": 0.99, "p99.9": 0.999}
CPUIDLE = pathlib.Path("/sys/devices/system/cpu/cpu0/cpuidle")


def lateness_us(summary):
    """{"p99": ..., "p99.9": ...} of the only reader."""
    late = summary["readers"][0]["late_ns"]
    return {quantile: middle_of_bucket(late[key], late["max"]) / 1000
            for quantile, key in (("p99", "p99"), ("p99.9", "p999"))}


def core_share(summary, seconds):
    return summary["readers"][0]["thread"]["cpu_ns"] / 1e9 / seconds


class Pairs:
    """Two arms in turns: the ratio of each pair, and both values."""

    def __init__(self):
        self.ratios, self.ours, self.theirs = [], [], []

    def add(self, ours, theirs):
        self.ratios.append(ours / theirs)
        self.ours.append(ours)
        self.theirs.append(theirs)

    def each(self):
        return "us: " + ", ".join(f"{ours:.1f}/{theirs:.1f}"
                                  for ours, theirs in zip(self.ours, self.theirs))

    def medians(self):
        return (f"us: {quartiles(self.ours)[1]:.1f} / {quartiles(self.theirs)[1]:.1f}, "
                f"{len(self.ratios)} pairs")

    def at_most(self, what, limit, note):
        return Result.at_most(what, limit, *quartiles(self.ratios), f"; {note}")

    def at_least(self, what, limit, note):
        return Result.at_least(what, limit, *quartiles(self.ratios), f"; {note}")

    def shown(self, what, note):
        low, middle, high = quartiles(self.ratios)
        return Result(what, f"{middle:.2f}", "none", None, f"{low:.2f} to {high:.2f}; {note}")


def reader(core, policy="fifo", **options):
    return [reader_toml("reader", core, SENSORS, policy, **options)]


def beside_cyclictest(isotherm, sizes):
    """The reader's lateness against cyclictest's, on one core at one time.

    Two timers of the same period keep the phase that the accident of their start gave them, and
    whoever comes second finds the core awake, or busy with the first: the ratio then says who that
    was. So cyclictest has a period of 1001 us and sweeps through all phases; the long form shows
    equal periods too.
    """
    limits = {"p99": 1.05, "p99.9": 1.25}
    results = beside_cyclictest_of(isotherm, sizes, SWEEPING_PERIOD_US, limits)
    if not sizes.short:
        results += beside_cyclictest_of(isotherm, sizes, PERIOD_US, {"p99": None})
    return results


def beside_cyclictest_of(isotherm, sizes, period_us, limits):
    repetitions, seconds = sizes.beside_cyclictest
    core = machine.cores()[-1]
    pairs = {quantile: Pairs() for quantile in limits}
    with machine.Steal() as steal:
        for _ in range(repetitions):
            station = Station(isotherm, reader(core), seconds)
            beside = Cyclictest(core, seconds, period_us)
            ours = lateness_us(station.summary())
            theirs = beside.wait()
            for quantile, pair in pairs.items():
                pair.add(ours[quantile], theirs.quantile_us(QUANTILES[quantile]))
    results = []
    for quantile, limit in limits.items():
        note = f"{pairs[quantile].each()}; {steal.text}"
        if limit is None:
            results.append(pairs[quantile].shown(
                f"  {quantile} with equal periods, phase left to chance", note))
        else:
            results.append(pairs[quantile].at_most(
                f"lateness {quantile} / cyclictest beside it, 1 kHz FIFO, {SENSORS} sensors, same "
                "core and priority", limit, note))
    return results


def spin_tail(isotherm, sizes):
    """Against a bare cyclictest, in turns and not side by side: a reader that spins keeps everybody
    else of its priority off the core, and cyclictest would be late because of it."""
    repetitions, seconds = sizes.beside_cyclictest
    core = machine.cores()[-1]
    late, shares = Pairs(), {True: [], False: []}
    with machine.Steal() as steal:
        for _ in range(repetitions):
            spinning = run_station(isotherm, reader(core, spin_us=SPIN_US), seconds)
            bare = Cyclictest(core, seconds, PERIOD_US).wait()
            plain = run_station(isotherm, reader(core), seconds)
            late.add(lateness_us(spinning)["p99"], bare.quantile_us(0.99))
            shares[True].append(core_share(spinning, seconds) * 100)
            shares[False].append(core_share(plain, seconds) * 100)
    low, middle, high = quartiles([with_it - without for with_it, without
                                   in zip(shares[True], shares[False])])
    return [late.at_most(f"lateness p99 with a spin tail of {SPIN_US} us / cyclictest in turns",
                         0.3, f"{late.each()}; {steal.text}"),
            Result(f"  what the spin tail of {SPIN_US} us costs at 1 kHz", f"{middle:.1f} %",
                   "none", None, f"{low:.1f} to {high:.1f} % of a core; "
                   f"{quartiles(shares[True])[1]:.1f} % with it, "
                   f"{quartiles(shares[False])[1]:.1f} % without")]


def against_ordinary(isotherm, sizes):
    """What SCHED_FIFO and a core of its own gain over an ordinary thread that may run anywhere."""
    repetitions, seconds = sizes.policies
    cores = machine.cores()

    def late_us(policy):
        station = Station(isotherm, reader(cores[-1], policy), seconds)
        if policy == "other":
            station.unpin("reader", cores)
        return lateness_us(station.summary())["p99.9"]

    results = []
    for load, words, limit in ((light_load, "light load", 10), (full_load, "full load", 20)):
        pairs = Pairs()
        with machine.Steal() as steal, load(len(cores)):
            for _ in range(repetitions):
                pairs.add(late_us("other"), late_us("fifo"))
        results.append(pairs.at_least(
            f"lateness p99.9, unpinned SCHED_OTHER / pinned FIFO, 1 kHz, {words}", limit,
            f"{pairs.medians()}; {steal.text}"))
    return results


def deadline(isotherm, sizes):
    """SCHED_DEADLINE against SCHED_FIFO under full load. A deadline reader may run on every core,
    because the kernel admits it for all of them at once (sched(7))."""
    what = "lateness p99, SCHED_DEADLINE on any core / FIFO pinned, 1 kHz, full load"
    repetitions, seconds = sizes.policies
    cores = machine.cores()
    pairs = Pairs()
    with machine.Steal() as steal, full_load(len(cores)):
        for _ in range(repetitions):
            summaries = [run_station(isotherm, reader(cores[-1], policy), seconds)
                         for policy in ("deadline", "fifo")]
            if summaries[0]["readers"][0]["thread"]["policy"] != "deadline":
                return [Result.skipped(what, "none", "the kernel gives no SCHED_DEADLINE here")]
            pairs.add(*(lateness_us(summary)["p99"] for summary in summaries))
    return [pairs.shown(what, f"{pairs.medians()}; {steal.text}")]


@contextlib.contextmanager
def no_idle_states():
    """Holds the processors out of all idle states but the first (Documentation/power/
    pm_qos_interface.rst): the request ends when the file is closed."""
    with open("/dev/cpu_dma_latency", "wb", buffering=0) as request:
        request.write(struct.pack("=i", 0))
        yield


def idle_states(isotherm, sizes):
    """What a wake-up from the deeper idle states costs."""
    what = "lateness p99, idle states allowed / cpu_dma_latency = 0, 1 kHz FIFO"
    if not any(CPUIDLE.glob("state*")):
        return [Result.skipped(what, "none", "no cpuidle states here: nothing to gain")]
    if not os.access("/dev/cpu_dma_latency", os.W_OK):
        return [Result.skipped(what, "none", "/dev/cpu_dma_latency cannot be written")]
    repetitions, seconds = sizes.policies
    core = machine.cores()[-1]
    pairs = Pairs()
    with machine.Steal() as steal:
        for _ in range(repetitions):
            allowed = lateness_us(run_station(isotherm, reader(core), seconds))["p99"]
            with no_idle_states():
                awake = lateness_us(run_station(isotherm, reader(core), seconds))["p99"]
            pairs.add(allowed, awake)
    return [pairs.shown(what, f"{pairs.medians()}; {steal.text}")]


MEASURES = (beside_cyclictest, spin_tail, against_ordinary, deadline, idle_states)

"""The statistics of `isotherm report` by NumPy on one core, over arrays that capture export made.

  report_numpy.py FILE.npy...      prints the seconds that they took, as JSON

What is timed begins with contiguous columns in memory: reading the files is not counted. Gaps are
not looked at; everything else is what docs/report.md says, in NumPy's own fast ways."""

import json
import sys
import time

import numpy as np

STEP = 0.0625
FRACTIONS = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]
SEGMENT = 4096
BLOCK = 64
FRAMES = 256  # segments that are transformed at a time, so that they stay in the cache


def quantiles(counts, fractions):
    below = np.cumsum(counts)
    return np.searchsorted(below, np.ceil(np.array(fractions) * below[-1]))


def allan(values):
    sums = np.concatenate(([0.0], np.cumsum(values - values[0])))
    out, width = [], 1
    while 2 * width < len(values):
        stride = max(width // 4, 1)
        ends = sums[::stride]
        step = width // stride
        difference = ends[2 * step:] - 2 * ends[step:-step] + ends[:-2 * step]
        out.append(np.sqrt(np.dot(difference, difference) / (2 * width ** 2 * len(difference))))
        width *= 2
    return out


def spectrum(values):
    frames = np.lib.stride_tricks.sliding_window_view(values, SEGMENT)[::SEGMENT // 2]
    window = np.hanning(SEGMENT + 1)[:-1]
    power = np.zeros(SEGMENT // 2 + 1)
    for begin in range(0, len(frames), FRAMES):
        part = frames[begin:begin + FRAMES]
        found = np.fft.rfft((part - part.mean(axis=1, keepdims=True)) * window, axis=1)
        power += (found.real ** 2 + found.imag ** 2).sum(axis=0)
    return power


def spikes(values):
    noise = np.median(np.abs(np.diff(values)[::8])) * 1.4826 / np.sqrt(2)
    limit = 6 * max(noise, STEP)
    blocks = values[:len(values) // BLOCK * BLOCK].reshape(-1, BLOCK)
    found = 0
    for block in np.flatnonzero(blocks.max(axis=1) - blocks.min(axis=1) > limit):
        around = values[max(block * BLOCK - 3, 0):(block + 1) * BLOCK + 3]
        windows = np.lib.stride_tricks.sliding_window_view(around, 7)
        found += np.count_nonzero(
            np.abs(around[3:-3] - np.median(windows, axis=1)) > limit)
    return found


def statistics(slot, value, fault, lateness):
    counts = np.bincount(fault, minlength=12)
    missed = int((np.diff(slot) - 1).sum())
    good = fault == 0
    values, slots = (value, slot) if counts[0] == len(value) else (value[good], slot[good])
    places = np.rint(values / STEP).astype(np.int64)
    lowest = places.min()
    table = np.bincount(places - lowest)
    hours = slots * (1e-3 / 3600)
    hours -= hours.mean()
    mean = values.mean()
    drift = np.dot(hours, values - mean) / np.dot(hours, hours)
    edges = np.flatnonzero(np.diff(places))
    lengths = np.diff(np.concatenate(([-1], edges, [len(places) - 1])))
    late = np.bincount(lateness // 100)
    return (counts, missed, values.min(), values.max(), mean, values.std(ddof=1),
            (quantiles(table, FRACTIONS) + lowest) * STEP, drift, allan(values), spectrum(values),
            lengths.max(), np.count_nonzero(lengths >= 1000), spikes(values),
            quantiles(late, [0.5, 0.99, 0.999]) * 100, lateness.max())


def main():
    seconds, samples, figures = 0.0, 0, []
    for path in sys.argv[1:]:
        array = np.load(path, mmap_mode="r")
        columns = [np.ascontiguousarray(array[name])
                   for name in ("slot", "value", "fault", "lateness_ns")]
        columns[0] = columns[0].astype(np.int64)
        begin = time.process_time()
        found = statistics(*columns)
        seconds += time.process_time() - begin
        samples += len(array)
        figures.append({"good": int(found[0][0]), "mean": found[4], "deviation": found[5],
                        "p50": found[6][4], "drift": found[7], "allan": found[8][:7],
                        "longest": int(found[10]), "spikes": int(found[12]),
                        "latest": int(found[14])})
    print(json.dumps({"seconds": seconds, "samples": samples, "sensors": figures}))


if __name__ == "__main__":
    main()

"""What cyclictest prints, and how to hold it against isotherm's own numbers."""

HALF_A_MICROSECOND = 0.5


class Latencies:
    """Of the output of `cyclictest -q -h LIMIT_US`, in microseconds. It cuts off to whole ones, so
    what it calls 12 is 12.0 to 13.0, 12.5 on average."""

    def __init__(self, out, limit_us):
        self.counts = {}
        self.max_us = None
        for line in out.splitlines():
            if line.startswith("# Max Latencies:"):
                self.max_us = int(line.split()[3]) + HALF_A_MICROSECOND
            elif line.startswith("# Histogram Overflows:"):
                self.counts[limit_us] = int(line.split()[3])
            elif line and line[0].isdigit():
                microseconds, count = line.split()
                self.counts[int(microseconds)] = int(count)
        if self.max_us is None or sum(self.counts.values()) == 0:
            raise RuntimeError(f"cyclictest measured nothing:\n{out}")

    def quantile_us(self, fraction):
        wanted = fraction * sum(self.counts.values())
        below = 0
        for microseconds, count in sorted(self.counts.items()):
            below += count
            if below >= wanted:
                return microseconds + HALF_A_MICROSECOND
        raise AssertionError("a fraction is at most 1")


def middle_of_bucket(quantile, largest):
    """isotherm's quantiles are upper edges of buckets, 32 an octave (src/core/histogram.hpp), or
    the largest value itself where that is in the bucket: up to 3.2 % too high. The middle of the
    bucket is as often too high as too low."""
    shift = quantile.bit_length() - 6
    if shift <= 0 or quantile == largest:
        return quantile
    return ((quantile >> shift) << shift) + (1 << shift) / 2

"""Captures written by hand, after src/capture/chunk_header.hpp and packing.hpp: nothing here knows
the program's code, and nothing is compressed."""

import struct

BASE, DELTA, DELTA_OF_DELTA = 0, 1, 2
CHANGES, PLANES = 0, 3


def crc32c(data):
    """RFC 3720, section 12.1, bit by bit would be slow: a table of one byte."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = _table()


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def zigzag(number):
    return varint(2 * number if number >= 0 else -2 * number - 1)


def segment(raw):
    """One that zstd could not shorten."""
    return varint(len(raw)) + varint(len(raw)) + bytes(raw)


def changes(numbers):
    out, zeros = b"", 0
    for number in numbers:
        if number == 0:
            zeros += 1
            continue
        out += varint(zeros) + varint(number)
        zeros = 0
    return segment(out)


def planes(numbers):
    base = min(numbers)
    small = [number - base for number in numbers]
    count = (max(small).bit_length() + 7) // 8
    return zigzag(base) + bytes([count]) + b"".join(
        segment([number >> (8 * plane) & 0xFF for number in small]) for plane in range(count))


def ascending(slots):
    """DeltaOfDelta, Changes."""
    first_delta = slots[1] - slots[0] if len(slots) > 1 else 0
    deltas = [b - a for a, b in zip(slots, slots[1:])]
    change = [b - a for a, b in zip([first_delta] + deltas, deltas)]
    small = [0] + [2 * one if one >= 0 else -2 * one - 1 for one in change]
    return zigzag(slots[0]) + zigzag(first_delta) + changes(small)


def exceptions(values):
    out, behind = b"", 0
    for index, value in sorted(values.items()):
        out += varint(index - behind) + struct.pack("<d", value)
        behind = index + 1
    return out


class Sensor:
    """One sensor of one run; `places` are its values as multiples of 1/16."""

    def __init__(self, name, period_ns=1_000_000, every=1, boot=1):
        self.name, self.period_ns, self.every, self.boot = name, period_ns, every, boot
        self.samples_before = 0

    def chunk(self, slots, places, faults=None, lateness=None, aside=None):
        """The bytes of a chunk; `faults` by code, `lateness` in ns, `aside` the values that are on
        no place, by index."""
        faults = faults or [0] * len(slots)
        least = min(faults)
        columns = [(DELTA_OF_DELTA * 4 + CHANGES, ascending(slots)),
                   (DELTA * 4 + CHANGES, zigzag(0) + changes([])),
                   (BASE * 4 + CHANGES,
                    zigzag(least) + changes([one - least for one in faults])),
                   (BASE * 4 + PLANES, planes(places)),
                   (0, exceptions(aside or {})),
                   (BASE * 4 + PLANES, planes(lateness)) if lateness else (0, b"")]
        payload = b"".join(column for _, column in columns)
        name, unit = self.name.encode(), b"degC"
        header_bytes = 148 + 1 + len(name) + 1 + len(unit) + 4
        header = b"\x8bisocap\n" + struct.pack(
            "<HHIIIHHIQQQQQqq", 1, header_bytes, len(payload), crc32c(payload), len(slots), 0, 0,
            self.every, self.samples_before, 0, slots[0], slots[-1], self.period_ns,
            5_000_000_000, 1_767_225_600_000_000_000)
        header += bytes([self.boot]) * 16 + struct.pack("<BBdI", 1, 1, 0.0625,
                                                        1 if lateness else 0)
        for coding, column in columns:
            header += struct.pack("<BI", coding, len(column))
        header += bytes([len(name)]) + name + bytes([len(unit)]) + unit
        self.samples_before += len(slots)
        return header + struct.pack("<I", crc32c(header)) + payload

#!/usr/bin/env python3
"""Disturbs a core or a process on purpose until it is ended: what causes_test.py blames the worst
slots of a station on. Each disturbance comes in bursts of many milliseconds, with pauses between.

    disturb.py competitor CORE      a real-time thread of priority 90 that takes the core
    disturb.py interrupts CORE      thousands of timers that expire on the core one after the other
    disturb.py page-faults PID      takes the pages of a process's files away from it
"""

import ctypes
import os
import resource
import sys
import time

BURST_S = 0.03
PAUSE_S = 0.15
FAULTS_S = 0.3  # of page faults, each of which takes but a part of a millisecond
PRIORITY = 90

TIMERS = 6000
TIMER_GAP_NS = 2000  # shorter than what an interrupt takes, so that there is nothing but interrupts
TIMER_LEAD_NS = 50_000_000  # arming them takes some milliseconds
_CLOCK_MONOTONIC, _TFD_TIMER_ABSTIME = 1, 1  # timerfd_create(2)

_PR_SET_PDEATHSIG, _PR_SET_NAME, _SIGKILL = 1, 15, 9  # prctl(2)
# The same numbers on every architecture that has them: include/uapi/asm-generic/unistd.h.
_SYS_PIDFD_OPEN, _SYS_PROCESS_MADVISE = 434, 440
_MADV_PAGEOUT = 21  # madvise(2)

_libc = ctypes.CDLL(None, use_errno=True)


class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class Itimerspec(ctypes.Structure):
    _fields_ = [("interval", Timespec), ("value", Timespec)]


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def competitor(core):
    os.sched_setaffinity(0, {core})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    while True:
        spin(BURST_S)
        time.sleep(PAUSE_S)


def interrupts(core):
    """A timer expires on the core that it was armed on. Nobody waits for these, so that all they do
    is interrupt."""
    os.sched_setaffinity(0, {core})
    # Before whatever else runs on the core, so that they are armed in time; after any reader.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    count = TIMERS if most == resource.RLIM_INFINITY else min(TIMERS, most - 64)
    timers = [checked(_libc.timerfd_create(_CLOCK_MONOTONIC, 0)) for _ in range(count)]
    when = Itimerspec()
    while True:
        start = time.monotonic_ns() + TIMER_LEAD_NS
        for number, timer in enumerate(timers):
            when.value.seconds, when.value.nanoseconds = divmod(start + number * TIMER_GAP_NS,
                                                                1_000_000_000)
            checked(_libc.timerfd_settime(timer, _TFD_TIMER_ABSTIME, ctypes.byref(when), None))
        time.sleep(PAUSE_S)


def file_mappings(pid):
    """(address, length) of what the process has mapped from files, proc_pid_maps(5)."""
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps:
        for line in maps:
            fields = line.split()
            if len(fields) > 5 and fields[5].startswith("/"):
                begin, end = (int(word, 16) for word in fields[0].split("-"))
                yield begin, end - begin


def page_faults(pid):
    process = checked(_libc.syscall(_SYS_PIDFD_OPEN, pid, 0))
    while True:
        end = time.monotonic() + FAULTS_S
        while time.monotonic() < end:
            for base, length in file_mappings(pid):
                part = Iovec(base, length)
                # Mappings that it cannot do, such as locked ones, it refuses; the others count.
                _libc.syscall(_SYS_PROCESS_MADVISE, process, ctypes.byref(part), ctypes.c_size_t(1),
                              _MADV_PAGEOUT, 0)
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NAME, b"disturber", 0, 0, 0)
    {"competitor": competitor, "interrupts": interrupts,
     "page-faults": page_faults}[sys.argv[1]](int(sys.argv[2]))

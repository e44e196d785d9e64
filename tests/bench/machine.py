"""The machine that the benchmarks run on, and what its hypervisor took away meanwhile."""

import os
import platform

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cores():
    """The cores that this process may use, ascending. The last one is the readers'."""
    return sorted(os.sched_getaffinity(0))


def steal_ticks():
    """Ticks that the hypervisor gave to others while this machine had work to do: proc(5)."""
    with open("/proc/stat", encoding="ascii") as stat:
        fields = stat.readline().split()
    return int(fields[8])


def is_virtual():
    """Whether the processor says that it runs under a hypervisor (x86 only)."""
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        return " hypervisor" in cpuinfo.read()


def model():
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        for line in cpuinfo:
            if line.lower().startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def isolated():
    try:
        with open("/sys/devices/system/cpu/isolated", encoding="ascii") as cores_text:
            return cores_text.read().strip() or "none"
    except OSError:
        return "not known"


def description():
    kind = "virtual machine" if is_virtual() else "no hypervisor seen"
    return (f"{model()}, {len(cores())} cores, {kind}, Linux {platform.release().split('-')[0]} "
            f"{preemption()}, isolated cores: {isolated()}")


def preemption():
    version = platform.version()
    return next((word for word in version.split() if word.startswith("PREEMPT")), "no preemption")


class Steal:
    """with Steal() as steal: ...; steal.text says what the hypervisor took meanwhile."""

    def __enter__(self):
        self.before = steal_ticks()
        return self

    def __exit__(self, *_):
        milliseconds = (steal_ticks() - self.before) * 1000 // TICKS_PER_SECOND
        self.text = f"steal {milliseconds} ms"

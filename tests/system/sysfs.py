"""Thermometers for a machine that has none: a folder of files that stand in for those of the
kernel, in a mount namespace of the station's own. The program and its drivers are the real ones,
and each read is a real pread(2)."""

import functools
import shutil
import subprocess

import station

# {name of the sensor: its files}, one pread(2) a reading each.
ATTRIBUTES = {
    "chip": {"class/hwmon/hwmon0/name": "lm75", "class/hwmon/hwmon0/temp1_input": "20000"},
    "zone": {"class/thermal/thermal_zone0/type": "cpu-thermal",
             "class/thermal/thermal_zone0/temp": "48312"},
    "adc": {"bus/iio/devices/iio:device0/name": "adc",
            "bus/iio/devices/iio:device0/in_temp_input": "21000.5"},
}
_SLAVE = "bus/w1/devices/28-0316a2795aff"
_W1 = {_SLAVE + "/resolution": "9",  # bits: 94 ms a conversion
       _SLAVE + "/w1_slave": "f6 00 55 05 7f a5 a5 66 ff : crc=ff YES\n"
                             "f6 00 55 05 7f a5 a5 66 ff t=15375"}
# A reader of three attributes, one of a 1-Wire thermometer, and two of a simulated one.
CONFIG = """
[[reader]]
name = "files"
rate = "500 Hz"
[[reader.sensor]]
name = "chip"
driver = "hwmon"
device = "lm75"
[[reader.sensor]]
name = "zone"
driver = "thermal"
device = "cpu-thermal"
[[reader.sensor]]
name = "adc"
driver = "iio"
device = "adc"
[[reader]]
name = "wire"
rate = "5 Hz"
[[reader.sensor]]
name = "slave"
driver = "w1"
device = "28-0316a2795aff"
""" + (SIMULATED := """
[[reader]]
name = "plain"
rate = "500 Hz"
[[reader.sensor]]
name = "simulated"
[[reader]]
name = "spinning"
rate = "500 Hz"
spin = "50 us"
[[reader.sensor]]
name = "simulated-too"
""")

WHY_NOT = "needs root and the right to mount, to put thermometers in place of /sys/class"
_MOUNT = ('mount --bind "$0/class" /sys/class && mount --bind "$0/bus" /sys/bus && exec "$@"')
_UNSHARE = ["unshare", "--mount", "--propagation", "private", "sh", "-c"]


@functools.lru_cache(maxsize=None)
def may_stand_in():
    if not station.is_root() or shutil.which("unshare") is None:
        return False
    return subprocess.run([*_UNSHARE, "mount --bind / /sys/class"],
                          capture_output=True).returncode == 0


def stand_in(folder, binary=station.BINARY):
    """A command that runs `binary`, as the same process, where the stand-ins are in place."""
    sys = folder / "sys"
    for files in (*ATTRIBUTES.values(), _W1):
        for name, text in files.items():
            path = sys / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")
    script = folder / "with-thermometers"
    script.write_text("#!/bin/sh\n"
                      f"exec {' '.join(_UNSHARE)} '{_MOUNT}' '{sys}' '{binary}' \"$@\"\n")
    script.chmod(0o755)
    return script

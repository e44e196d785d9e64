"""config/isotherm.service, read as far as the tests need it."""

import re

import station

PATH = station.SOURCE / "config/isotherm.service"
UNITS = {"": 1, "s": 1, "min": 60}


def values(key):
    """All values of a key, in order."""
    return re.findall(rf"^{key}=(.*)$", PATH.read_text(), re.MULTILINE)


def seconds(key):
    """The one value of a key that is a time."""
    [text] = values(key)
    number, unit = re.fullmatch(r"(\d+)(s|min|)", text).groups()
    return int(number) * UNITS[unit]

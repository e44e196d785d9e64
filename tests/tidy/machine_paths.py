#!/usr/bin/env python3
"""No path of the machine on which a file was written: it would be wrong on every other one."""

import re

import tree

# /home/pi, /home/me and /home/tester are made-up ones, for examples and tests.
# Written in two halves, so that this file does not find itself. A path has a name after the folder.
MACHINE_PATH = re.compile(
    r"(?<![\w.$}/-])/(?:wo" r"rk/|ro" r"ot/|home/(?!pi/|me/|tester/)\w+/|tmp/b-)\w")


def check(sources):
    return [f"{path}:{number}: {match.group()}...: a path of one machine"
            for path, text in sources.items()
            for number, line in tree.lines(text)
            for match in [MACHINE_PATH.search(line)] if match]


PLANTED = [
    ({"a": "\nsee /wo" "rk/main/src\n"}, "a:2: "),
    ({"a": 'f("/ro' 'ot/isotherm")\n'}, "a:1: "),
    ({"a": "cmake -B /tmp/b" "-core\n"}, "a:1: "),
    ({"a": "/home/some" "body/isotherm\n"}, "a:1: "),
]
CLEAN = [{"a": "/var/log/isotherm $HOME/work/a a/root/b /home/pi/isotherm /roots/a /tmp/build\n"}]

if __name__ == "__main__":
    tree.run(check, PLANTED, CLEAN)

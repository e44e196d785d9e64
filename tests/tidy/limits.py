#!/usr/bin/env python3
"""Lengths and the plain look of the files: what keeps a file readable in any editor."""

import re

import tree

FILE_LINES_MAX = 400  # of src/: more than one concept, most often
LINE_COLUMNS_MAX = 100
# Data, licence texts, tables of Markdown and the aligned comments of a config are as wide as they
# are.
WIDTH_CHECKED = (".cpp", ".hpp", ".py", ".cmake", "CMakeLists.txt")
DATA = (".csv", ".tsv", ".svg", ".json", ".record")
# Written in two halves, so that this file does not find itself.
LEFT_OVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def is_shell(path, text):
    return path.startswith(("tools/", ".ci/")) and text.startswith(("#!", "# shellcheck"))


def check(sources):
    problems = []
    for path, text in sources.items():
        if path.endswith(DATA) or not text:
            continue
        if path.startswith("src/") and text.count("\n") > FILE_LINES_MAX:
            problems.append(f"{path}:{FILE_LINES_MAX + 1}: {text.count(chr(10))} lines, "
                            f"{FILE_LINES_MAX} at most: split it by concept")
        if path.endswith(".hpp") and "\n#pragma once\n" not in "\n" + text:
            problems.append(f"{path}:1: no #pragma once")
        if not text.endswith("\n"):
            problems.append(f"{path}:{text.count(chr(10)) + 1}: no line end at the end of the file")
        checked_width = path.endswith(WIDTH_CHECKED) or is_shell(path, text)
        for number, line in tree.lines(text):
            problems += [f"{path}:{number}: {problem}" for problem in
                         line_problems(line, checked_width)]
    return problems


def line_problems(line, checked_width):
    if checked_width and len(line) > LINE_COLUMNS_MAX:
        yield f"{len(line)} columns, {LINE_COLUMNS_MAX} at most"
    if "\t" in line:
        yield "a tab: indent with spaces"
    if "\r" in line:
        yield "a carriage return: lines end with a line feed alone"
    if line.endswith(" "):
        yield "white space at the end of the line"
    if LEFT_OVER.search(line):
        yield "left over: do it, or write it into an issue"


PLANTED = [
    ({"src/a/a.cpp": "f();\n" * (FILE_LINES_MAX + 1)}, "src/a/a.cpp:401: 401 lines"),
    ({"src/a/a.hpp": "int a;\n"}, "#pragma once"),
    ({"src/a/a.cpp": "int a;"}, "no line end"),
    ({"tests/a/a.cpp": "\n// " + "a" * 98 + "\n"}, "tests/a/a.cpp:2: 101 columns"),
    ({"tools/a": "#!/bin/sh\n# " + "a" * 99 + "\n"}, "tools/a:2: 101 columns"),
    ({"docs/a.md": "a\n\tb\n"}, "docs/a.md:2: a tab"),
    ({"docs/a.md": "a\r\n"}, "carriage return"),
    ({"docs/a.md": "a \n"}, "white space"),
    ({"src/a/a.cpp": "f();  // TO" "DO: mend\n"}, "left over"),
    ({"docs/a.md": "FIX" "ME\n"}, "left over"),
]
CLEAN = [
    {"src/a/a.cpp": "f();\n" * FILE_LINES_MAX, "src/a/a.hpp": "// a\n#pragma once\n", "b": ""},
    {"docs/a.md": "|" * 200 + "\n", "tests/a/a.cpp": "x" * LINE_COLUMNS_MAX + "\n"},
    {"tests/data/a.csv": "a\tb \r\n"},
]

if __name__ == "__main__":
    tree.run(check, PLANTED, CLEAN)

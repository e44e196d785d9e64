"""The source tree as the checks of this folder see it, and how a check is run.

A check is a function from {path: text} to a list of problems, "path:line: what, and what would be
right". It runs on trees with planted mistakes first: one that finds nothing because it is broken
fails there, before it can pass the real tree.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Only looked at where git cannot answer (a copy without .git): the same names
# as in .gitignore.
NOT_SOURCE = {".git", ".cache", "build", "isotherm-logs", "__pycache__"}


def paths():
    """The files that git tracks or would track, relative to the root; each exists."""
    if shutil.which("git") and (ROOT / ".git").exists():
        git = subprocess.run(
            ["git", "-C", ROOT, "-c", f"safe.directory={ROOT}",
             "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            stdout=subprocess.PIPE, check=True)
        names = {os.fsdecode(name) for name in git.stdout.split(b"\0") if name}
        return sorted(name for name in names if (ROOT / name).is_file())
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_SOURCE]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in files]
    return sorted(found)


def texts():
    """{path: text} of every file that is text."""
    tree = {}
    for path in paths():
        try:
            tree[path] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return tree


# Comments, raw strings, strings and character literals of C++, in the order in which they may hide
# each other. A quote after a digit is a digit separator (1'000), not the start of a character.
_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code_of(text):
    """The text with comments and literals blanked out, every line where it was."""
    return _NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def lines(text):
    """(number, line) from 1, without line ends."""
    return list(enumerate(text.split("\n"), start=1))


def is_cpp(path):
    return path.endswith((".cpp", ".hpp"))


def run(check, planted, clean):
    """Runs `check` on the planted mistakes, each a tree and a piece of the one problem expected of
    it; on the `clean` trees, which must give none; then on the real tree. Ends the process."""
    broken = []
    for tree, expected in planted:
        problems = check(tree)
        if len(problems) != 1 or expected not in problems[0]:
            broken.append(f"{tree} gave {problems}, expected one problem with {expected!r}")
    for tree in clean:
        problems = check(tree)
        if problems:
            broken.append(f"{tree} is in order, but gave {problems}")
    if broken:
        print("The check itself is broken:", *broken, sep="\n  ")
        sys.exit(1)
    real = texts()
    problems = check(real)
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{len(planted)} planted mistakes found, {len(clean)} clean trees passed; "
          f"{len(real)} files read, {len(problems)} problems")
    sys.exit(1 if problems or not real else 0)

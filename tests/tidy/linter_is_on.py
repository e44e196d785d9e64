#!/usr/bin/env python3
"""The checks that .clang-tidy names are really on.

clang-tidy says nothing about a misspelt group or check: it is off, and nobody notices. So every
entry of .clang-tidy must be the name of a check that this clang-tidy knows, every entry that turns
checks on must find a mistake that is planted here, and every option must belong to a known check.

Exit codes: 0 all on; 1 something is not; 77 clang-tidy is not installed (ctest: skipped).
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tree

SKIPPED = 77
# Entries that a clang-tidy before this version does not know. Debian 12 has 14.
KNOWN_SINCE = {"misc-const-correctness": 15}

CLANG_WARNING = "clang-diagnostic-unused-variable"

# {entry of .clang-tidy: (the check that must fire, a mistake for it)}
PLANTED = {
    "bugprone-*": ("bugprone-integer-division", "double p1(int a) { return a / 2; }"),
    "cert-err34-c": ("cert-err34-c", "int p2(const char* text) { return std::atoi(text); }"),
    "cert-err58-cpp": ("cert-err58-cpp", 'static const std::string p3("a long enough text");'),
    "clang-analyzer-*": (
        "clang-analyzer-core.DivideZero", "int p4(int a) { int b = 0; return a / b; }"),
    # Not a check but clang's own warnings: this is where clang compiles the tests.
    "clang-diagnostic-*": (CLANG_WARNING, "void p25() { int p25b; }"),
    "concurrency-*": (
        "concurrency-thread-canceltype-asynchronous",
        "void p5() { pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr); }"),
    "cppcoreguidelines-init-variables": (
        "cppcoreguidelines-init-variables", "int p6(int a) { int b; b = a; return b; }"),
    "cppcoreguidelines-prefer-member-initializer": (
        "cppcoreguidelines-prefer-member-initializer",
        "class P7 { public: explicit P7(int a) { a_ = a; } private: int a_; };"),
    "cppcoreguidelines-pro-type-member-init": (
        "cppcoreguidelines-pro-type-member-init", "struct P8 { P8() {} int a; };"),
    "cppcoreguidelines-slicing": (
        "cppcoreguidelines-slicing",
        "struct P9 { int a = 0; }; struct P9b : P9 { int b = 0; };\n"
        "void p9a(P9 a); void p9(const P9b& b) { p9a(b); }"),
    "cppcoreguidelines-special-member-functions": (
        "cppcoreguidelines-special-member-functions",
        "class P10 { public: ~P10() { ::puts(\"\"); } };"),
    "misc-const-correctness": (
        "misc-const-correctness", "int p11(int a) { int b = a + 1; return b + a; }"),
    "misc-redundant-expression": (
        "misc-redundant-expression", "bool p12(int a) { return a == 1 || a == 1; }"),
    "misc-unused-*": (
        "misc-unused-parameters", "static int p13(int a) { return 1; } int p13b = p13(2);"),
    "modernize-use-nullptr": ("modernize-use-nullptr", "int* p14() { return 0; }"),
    "modernize-use-override": (
        "modernize-use-override",
        "struct P15 { virtual void f(); }; struct P15b : P15 { virtual void f(); };"),
    "modernize-use-using": ("modernize-use-using", "typedef int P16;"),
    "modernize-make-unique": (
        "modernize-make-unique", "auto p17() { return std::unique_ptr<int>(new int(1)); }"),
    "performance-*": (
        "performance-unnecessary-value-param",
        "std::size_t p18(const std::string a) { return a.size(); }"),
    "readability-braces-around-statements": (
        "readability-braces-around-statements",
        "int p19(int a) { if (a > 1) return 2; return a; }"),
    "readability-container-size-empty": (
        "readability-container-size-empty",
        "bool p20(const std::string& a) { return a.size() == 0; }"),
    "readability-identifier-naming": ("readability-identifier-naming", "void P21Function();"),
    "readability-function-size": (
        "readability-function-size", "void p22(int& a) {\n" + "  ++a;\n" * 71 + "}"),
    "readability-redundant-*": (
        "readability-redundant-string-cstr",
        "std::string p23(const std::string& a) { return std::string(a.c_str()); }"),
    "readability-simplify-boolean-expr": (
        "readability-simplify-boolean-expr",
        "bool p24(int a) { if (a > 1) { return true; } else { return false; } }"),
}
HEADERS = ("cstdio", "cstdlib", "memory", "pthread.h", "string")


def configuration(text):
    """The entries of Checks, and the keys of CheckOptions, of a .clang-tidy. (No YAML library: the
    standard library of Python has none.)"""
    checks = re.search(r"^Checks: >\n((?:  .*\n)+)", text, re.MULTILINE)[1]
    return re.findall(r"[^\s,]+", checks), re.findall(r"\bkey: ([\w.-]+)", text)


def unknown_names(entries, options, known, version):
    """Entries and options that no check has."""
    for entry in entries:
        name = entry.lstrip("-")
        if version >= KNOWN_SINCE.get(name, 0) and not fnmatch.filter(known, name):
            yield f"{entry}: this clang-tidy has no such check"
    for option in options:
        check = option.split(".")[0]
        if version >= KNOWN_SINCE.get(check, 0) and check not in known:
            yield f"{option}: an option of no check that is on"


def source_of(planted):
    """One file of all mistakes, and the entry that each of its lines belongs to."""
    text = [f"#include <{header}>" for header in HEADERS]
    owner = [None] * len(text)
    for entry, (_, code) in planted.items():
        text += code.split("\n")
        owner += [entry] * (len(text) - len(owner))
    return "\n".join(text) + "\n", owner


def silent(planted, output, owner):
    """The planted mistakes that were not found: the check must have fired on their own lines."""
    found = set()
    for line, names in re.findall(r"planted\.cpp:(\d+):\d+: \w+: .*\[([\w.,-]+)\]$", output,
                                  re.MULTILINE):
        found |= {(owner[int(line) - 1], name) for name in names.split(",")}
    for entry, (check, _) in planted.items():
        if (entry, check) not in found:
            yield f"{entry}: {check} found nothing in the mistake planted for it"


def clang_tidy(*arguments):
    # The exit code is not 0 where it finds something, which it must.
    return subprocess.run(["clang-tidy", *arguments], capture_output=True, text=True,
                          check=False).stdout


def main():
    if not shutil.which("clang-tidy"):
        print("skipped: clang-tidy is not installed (tools/packages install lint)")
        return SKIPPED
    version = int(re.search(r"version (\d+)", clang_tidy("--version"))[1])
    entries, options = configuration((tree.ROOT / ".clang-tidy").read_text(encoding="utf-8"))
    on = [entry for entry in entries if not entry.startswith("-")]
    known = clang_tidy("--list-checks", "--checks=*").split() + [CLANG_WARNING]
    problems = list(unknown_names(entries, options, known, version))
    problems += [f"{entry}: plant a mistake for it in PLANTED" for entry in on
                 if entry not in PLANTED]

    planted = {entry: PLANTED[entry] for entry in on
               if entry in PLANTED and version >= KNOWN_SINCE.get(entry, 0)}
    text, owner = source_of(planted)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "planted.cpp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        output = clang_tidy(f"--config-file={tree.ROOT / '.clang-tidy'}", path, "--", "-std=c++20",
                            "-Wall")
    if "clang-diagnostic-error" in output:
        problems.append("the planted mistakes do not compile:\n" + output)
    problems += silent(planted, output, owner)

    # The two ways of finding a misspelt group, tried on one.
    if not list(unknown_names(["corecppguidelines-*"], [], known, version)) or not list(
            silent({"x": ("misspelt-check", "")}, output, owner)):
        problems.append("this test is broken: it does not find a misspelt check")
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"clang-tidy {version}: {len(on)} entries of .clang-tidy, {len(planted)} of them tried, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

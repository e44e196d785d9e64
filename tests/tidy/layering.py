#!/usr/bin/env python3
"""What each folder of src/ includes, against the isotherm_module() lines of CMakeLists.txt.

A folder may include itself, the folders it DEPENDS on, the headers of the outside libraries it
DEPENDS on, and the standard library; only os/ may include the headers of Linux and POSIX.
"""

import re

import tree

# The headers that a library's target of CMake stands for.
LIBRARY_HEADERS = {
    "Boost::headers": ("boost/",),
    "CLI11::CLI11": ("CLI/",),
    "nlohmann_json::nlohmann_json": ("nlohmann/",),
    "spdlog::spdlog": ("spdlog/",),
    "SQLite::SQLite3": ("sqlite3.h",),
    "tomlplusplus::tomlplusplus": ("toml++/",),
    "Threads::Threads": (),
    "zstd::zstd": ("zstd.h",),
}
# Boost is one target of many libraries; a folder that links it may include these parts.
BOOST_PARTS = {
    "ring": ("boost/lockfree/",),
    "aggregate": ("boost/asio", "boost/system/"),
    "app": ("boost/asio", "boost/system/"),
}
# Readers sample in these folders: what locks or prints has no place there.
REALTIME_FOLDERS = ("core", "ring", "sensor", "acquire")
NOT_IN_REALTIME = ("iostream", "fstream", "mutex", "shared_mutex", "condition_variable", "future")
# {(path, header): reason} for what the rules above forbid and which is right all the same.
EXCEPTIONS = {
    ("src/sensor/replay.cpp", "fstream"): "reads its file at set-up, before the first slot",
}

MODULE = re.compile(r"^isotherm_module\(NAME\s+(\w+)\s*(?:COLD\s*)?(?:DEPENDS\s+([^)]*))?\)",
                    re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def modules(cmake):
    """{folder: [what it depends on]}"""
    return {name: depends.split() for name, depends in MODULE.findall(cmake)}


def includes(text):
    """(line, quote, header) of every #include."""
    for number, line in tree.lines(text):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def objection(path, header, depends, sources):
    """What is wrong with a file of src/ including `header`, or nothing."""
    folder = path.split("/")[1]
    if "src/" + header in sources:
        other = header.split("/")[0]
        if other == folder or other in depends:
            return None
        if folder == "settings" and header.endswith("_settings.hpp"):
            return None  # settings/ fills the plain structs that other folders own
        return f"{folder}/ does not depend on {other}/ (isotherm_module in CMakeLists.txt)"
    if folder in REALTIME_FOLDERS and header in NOT_IN_REALTIME:
        return f"{folder}/ is real-time: no <{header}> there"
    if "/" not in header and "." not in header:
        return None  # the standard library
    if header.startswith("boost/") and "Boost::headers" in depends:
        if header.startswith(BOOST_PARTS.get(folder, ())):
            return None
        return f"{folder}/ may include {', '.join(BOOST_PARTS.get(folder, ()))} of Boost only"
    for library in depends:
        if "::" in library and header.startswith(LIBRARY_HEADERS[library]):
            return None
    if folder == "os" and not header.startswith("boost/") and header.endswith(".h"):
        return None  # Linux and POSIX
    if header.endswith(".h"):
        return "system calls and C headers belong in os/ (or take the C++ header, <cmath>)"
    return "not a file of src/, and no library that this folder DEPENDS on in CMakeLists.txt"


def check(sources):
    table = modules(sources["CMakeLists.txt"])
    problems = []
    for path, text in sources.items():
        parts = path.split("/")
        if parts[0] != "src" or not tree.is_cpp(path):
            continue
        if len(parts) != 3 or parts[1] not in table:
            problems.append(f"{path}:1: its folder is no isotherm_module() of CMakeLists.txt")
            continue
        found = list(includes(text))
        own = path[len("src/"):].replace(".cpp", ".hpp")
        if path.endswith(".cpp") and "src/" + own in sources:
            if not found or found[0][2] != own:
                problems.append(f'{path}:1: its own header "{own}" must be the first include')
        for number, quote, header in found:
            problem = objection(path, header, table[parts[1]], sources)
            if problem is None and (quote == '"') != ("src/" + header in sources):
                problem = '"..." is for files of src/, <...> for all others'
            if problem and (path, header) not in EXCEPTIONS:
                problems.append(f"{path}:{number}: {header}: {problem}")
    return problems


CMAKE = """
isotherm_module(NAME core)
isotherm_module(NAME os        DEPENDS core Threads::Threads)
isotherm_module(NAME ring      DEPENDS core Boost::headers)
isotherm_module(NAME store     COLD DEPENDS core spdlog::spdlog)
isotherm_module(NAME settings  DEPENDS core tomlplusplus::tomlplusplus)
isotherm_module(NAME app       DEPENDS core os
                               CLI11::CLI11 Boost::headers)
"""
BASE = {"CMakeLists.txt": CMAKE, "src/core/row.hpp": "", "src/store/log.hpp": "",
        "src/store/log_settings.hpp": ""}


def plant(path, text):
    return {**BASE, path: text}


PLANTED = [
    (plant("src/core/a.hpp", '#include "store/log.hpp"\n'), "src/core/a.hpp:1: store/log.hpp"),
    (plant("src/settings/a.cpp", '\n#include "store/log.hpp"\n'), "settings/ does not depend on"),
    (plant("src/core/a.cpp", '#include "core/nothing.hpp"\n'), "not a file of src/"),
    (plant("src/core/a.cpp", "#include <mutex>\n"), "real-time"),
    (plant("src/core/a.cpp", "#include <unistd.h>\n"), "system calls"),
    (plant("src/core/a.cpp", "#include <spdlog/spdlog.h>\n"), "system calls"),
    (plant("src/app/a.cpp", "#include <toml++/toml.hpp>\n"), "not a file of src/"),
    (plant("src/app/a.cpp", "#include <boost/lockfree/spsc_queue.hpp>\n"), "of Boost only"),
    (plant("src/app/a.cpp", "#include <core/row.hpp>\n"), "is for files of src/"),
    (plant("src/store/log.cpp", '#include <string>\n#include "store/log.hpp"\n'), "first include"),
    (plant("src/stray/a.cpp", ""), "no isotherm_module()"),
]
CLEAN = [
    plant("src/app/a.cpp", "#include <CLI/CLI.hpp>\n#include <boost/asio.hpp>\n"
                           '#include "core/row.hpp"\n'),
    plant("src/settings/a.cpp", '#include <toml++/toml.h>\n#include "store/log_settings.hpp"\n'),
    plant("src/store/log.cpp", '#include "store/log.hpp"\n\n#include <spdlog/logger.h>\n'),
    plant("src/os/a.cpp", "#include <linux/i2c-dev.h>\n#include <sys/mman.h>\n#include <mutex>\n"),
]

if __name__ == "__main__":
    tree.run(check, PLANTED, CLEAN)

#!/usr/bin/env python3
"""Calls and words that isotherm's C++ does not use, each with what to take in its place.

Comments and strings are not looked at. A call that is right in spite of its rule is listed in
EXCEPTIONS with the reason, never hidden behind a macro.
"""

import re

import tree

CALL = r"(?<![\w.>:])(?:::|std::)?"  # a free function, not a member of the same name
PRINTING = r"\bstd::(?:cout|cerr|clog)\b|" + CALL + r"(?:printf|puts|putchar|fprintf|fputs)\s*\("
SYSTEM_CALLS = (
    r"\b(?:pthread|sched)_\w+\s*\(|" + CALL + r"(?:prctl|syscall|mlockall|munlockall|mlock2?)\s*\(|"
    r"(?<![\w>])::(?:open|openat|creat|close|p?read|p?write|ioctl|fsync|fdatasync|f?truncate|mmap|"
    r"munmap|poll|ppoll|select|epoll_\w+|socket|kill|fork|exec\w+|stat|fstat|unlink|rename|mkdir|"
    r"clock_\w+|timerfd_\w+|eventfd|signalfd|sigaction|getrlimit|setrlimit)\s*\(")

# (pattern, folders of src/ where it is right, what to take in its place). Folders of tests/ are
# checked against the rules whose third entry does not begin with "src only".
RULES = [
    (r"\bthis_thread::sleep_(?:for|until)\b", ("os",),
     "core::Clock::sleep_until in src/; in tests a condition, or support/ with its watchdog"),
    (CALL + r"(?:sleep|usleep|nanosleep)\s*\(", ("os",), "core::Clock::sleep_until"),
    (CALL + r"(?:system|popen)\s*\(", (), "no shell: the call that does it, in os/"),
    (CALL + r"(?:atoi|atol|atoll|atof|strto[a-z]+|sscanf)\s*\(", (),
     "std::from_chars, which tells a mistake from 0 and knows no locale"),
    (CALL + r"(?:v?sprintf|strcpy|strcat|strncpy|gets)\s*\(", (),
     "std::to_chars, fmt::format_to_n or std::string, which know their buffer's size"),
    (CALL + r"(?:rand|srand)\s*\(", (), "std::mt19937_64 with a seed from the settings"),
    (CALL + r"(?:gettimeofday|time|clock|ftime)\s*\(", (), "core::Clock or core::WallClock"),
    (CALL + r"(?:localtime|gmtime|ctime|asctime|strtok)\s*\(", (),
     "std::chrono, or the _r function: this one shares a static buffer between threads"),
    (CALL + r"(?:longjmp|setjmp|alloca)\s*\(", (), "ordinary control flow, a bounded array"),
    (r"\busing\s+namespace\s+std\s*;", (), "the names themselves"),
    (r"\bvolatile\b", ("os",), "src only: std::atomic (volatile orders nothing between threads)"),
    (r"\bstd::(?:async|thread|jthread)\b", ("os",), "src only: core::HelperThreads"),
    (r"\bstd::chrono::(?:system|steady|high_resolution)_clock::now\b", ("os",),
     "src only: core::Clock or core::WallClock, which a test can move by hand"),
    (SYSTEM_CALLS, ("os",), "src only: a function of os/, which checks what the call returns"),
    (PRINTING, ("app",), "src only: return it, or throw SetupError; app/ alone prints"),
]
# {(path, text of the call): reason}
EXCEPTIONS = {
    ("src/aggregate/drain_loop.cpp", "std::chrono::steady_clock::now"):
        "Asio's steady_timer runs on this clock and no other",
    ("tests/os/thread_usage_test.cpp", "this_thread::sleep_for"):
        "the sleeps are what is counted there, not a wait for something",
    **{("tests/guard/violations.cpp", call):
       "planted: the guard of the readers has to find it"
       for call in ("this_thread::sleep_for", "::nanosleep(", "::usleep(", "::sleep(")},
}

NOLINT = re.compile(r"NOLINT\w*")
NOLINT_WITH_REASON = re.compile(
    r"NOLINT(?:NEXTLINE|BEGIN)?\([\w.,* -]+\): *\S|NOLINTEND\([\w.,* -]+\)")


def folder_of(path):
    """("src" or "tests", folder) of a C++ file, or nothing for other files."""
    parts = path.split("/")
    if parts[0] in ("src", "tests") and len(parts) > 2 and tree.is_cpp(path):
        return parts[0], parts[1]
    return None


def check(sources):
    problems = []
    for path, text in sources.items():
        place = folder_of(path)
        if not place:
            continue
        top, folder = place
        code = tree.lines(tree.code_of(text))
        for pattern, folders, instead in RULES:
            if top == "tests" and (instead.startswith("src only") or folder == "support"):
                continue
            if top == "src" and folder in folders:
                continue
            for number, line in code:
                for match in re.finditer(pattern, line):
                    call = match.group().strip()
                    if (path, call) not in EXCEPTIONS:
                        problems.append(f"{path}:{number}: {call}: take {instead}"
                                        .replace("take src only: ", "take "))
        for number, line in tree.lines(text):
            if NOLINT.search(line) and not NOLINT_WITH_REASON.search(line):
                problems.append(f"{path}:{number}: NOLINT names its check and gives its reason: "
                                "NOLINT(check): why")
    return problems


def mistake(code, path="src/store/a.cpp"):
    return ({path: f"// a\nvoid f() {{\n  {code}\n}}\n"}, f"{path}:3: ")


PLANTED = [
    mistake("std::this_thread::sleep_for(1s);"),
    mistake("std::this_thread::sleep_for(1s);", "tests/ring/a_test.cpp"),
    mistake("usleep(10);"),
    mistake('std::system("true");'),
    mistake("int n = atoi(text);"),
    mistake('::sscanf(text, "%d", &n);'),
    mistake("x = 1'000; sprintf(buffer, format);"),
    mistake("return rand() % 6;"),
    mistake("gettimeofday(&now, nullptr);"),
    mistake("auto now = std::time(nullptr);"),
    mistake("std::gmtime(&now);"),
    mistake("alloca(10);"),
    mistake("using namespace std;"),
    mistake("volatile bool stop = false;"),
    mistake("std::jthread helper(body);"),
    mistake("auto now = std::chrono::steady_clock::now();"),
    mistake("pthread_self();"),
    mistake("::fsync(descriptor);"),
    mistake("const int file = ::open(path, flags);"),
    mistake("mlockall(MCL_CURRENT);"),
    mistake('std::cout << "a";'),
    mistake("printf(text);"),
    mistake("f();  // NOLINT"),
    mistake("f();  // NOLINT(bugprone-branch-clone)"),
]
CLEAN = [
    {"src/store/a.cpp": '// sleep(1)\n/* usleep(1)\n */ f("system(x)", R"(rand())");\n'},
    {"src/store/a.cpp": "file.open(path); tree->open(path); clock.sleep_until(deadline);\n"},
    {"src/store/a.cpp": "std::chrono::milliseconds time; row.time(1); Sample::read(x);\n"},
    {"src/store/a.cpp": "f();  // NOLINT(bugprone-branch-clone): each says what it means\n"},
    {"src/store/a.cpp": "// NOLINTBEGIN(x-y): why\n// NOLINTEND(x-y)\n"},
    {"src/store/a.cpp": "using namespace std::chrono_literals;\n"},
    {"src/os/a.cpp": "pthread_self(); ::open(path, flags); std::this_thread::sleep_for(1s);\n"},
    {"src/app/a.cpp": 'std::cout << "a";\n'},
    {"tests/ring/a_test.cpp": "std::thread producer(body); ::open(path, flags);\n"},
    {"docs/a.md": "usleep(10)\n"},
]

if __name__ == "__main__":
    tree.run(check, PLANTED, CLEAN)

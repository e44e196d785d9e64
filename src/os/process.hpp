// Small facts about the running process and the terminal it talks to. All housekeeping.
#pragma once

#include <cstdint>
#include <string>

namespace isotherm::os {

// What must not end a program that measures. A pipe whose reader has gone (`isotherm run | head`)
// and a file at its size limit are errors of a write, not reasons to die of SIGPIPE or SIGXFSZ. And
// SIGHUP means a log to be reopened, which is nothing to do before there is one.
void ignore_deadly_signals();

// Of the user who runs this, by the user database; "" if it has no entry.
[[nodiscard]] std::string login_name();

// Of this process, as it sees itself, above 0; getpid(2).
[[nodiscard]] int process_id() noexcept;

// The file that is running, with all links resolved; "" if /proc is not mounted. If the file has
// been replaced since, it ends in " (deleted)": proc_pid_exe(5).
[[nodiscard]] std::string executable_path();

inline constexpr int kStandardInput = 0;
inline constexpr int kStandardOutput = 1;
inline constexpr int kStandardError = 2;

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

// Whether a short write to `descriptor` would go through at once: not on a terminal whose output is
// stopped (Ctrl-S) or whose other end does not read.
[[nodiscard]] bool takes_output(int descriptor) noexcept;

// In columns; `fallback` if `descriptor` is no terminal, or one that does not know its size.
[[nodiscard]] unsigned terminal_width(int descriptor, unsigned fallback) noexcept;

}  // namespace isotherm::os

// Small facts about the running process and the terminal it talks to. All housekeeping.
#pragma once

#include <string>

namespace isotherm::os {

// A pipe whose reader has gone (`isotherm run | head`) and a file at its size limit are errors of a
// write, not reasons to die of SIGPIPE or SIGXFSZ in the middle of a run.
void ignore_write_signals();

// The file that is running, with all links resolved; "" if /proc is not mounted. If the file has
// been replaced since, it ends in " (deleted)": proc_pid_exe(5).
[[nodiscard]] std::string executable_path();

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

// In columns; `fallback` if `descriptor` is no terminal, or one that does not know its size.
[[nodiscard]] unsigned terminal_width(int descriptor, unsigned fallback) noexcept;

}  // namespace isotherm::os

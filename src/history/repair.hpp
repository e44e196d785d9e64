// What is done about a history's file that is not as it was written.
#pragma once

#include <cstdint>
#include <string>

#include "history/database.hpp"

namespace isotherm::history {

// Whether SQLite's structures (quick_check) and every batch's checksum are as they should be. Reads
// the whole file. False also for what is no database at all.
[[nodiscard]] bool is_sound(Database& database);

struct Salvage {
  std::uint64_t batches = 0;  // carried over
  std::uint64_t bad = 0;    // batches and other rows that were found, but not as they were written
  std::uint64_t pages = 0;  // that were missing or held something else; what was on them is unknown
};

// Copies what can be read of the file `damaged`, which nobody has open and which is not written to,
// into `fresh`, which is empty and has the schema. What the batches refer to and what is lost (the
// name of a sensor, of a boot) is made up; batches whose time is lost stay behind.
[[nodiscard]] Salvage salvage(const std::string& damaged, Database& fresh);

// The steps of mending `path`, so that whenever the power goes, the next start goes on from there:
// the new file is complete before the damaged one moves away.
[[nodiscard]] std::string mending_name(const std::string& path);
// Takes up, or removes, what a mending that was cut short has left. Throws SetupError.
void finish_mending(const std::string& path);
// Moves the file and its WAL to "<path>.damaged", over an earlier one, and the mended file, if
// there is one, to its place. Returns the name. Throws SetupError.
std::string set_aside(const std::string& path);

}  // namespace isotherm::history

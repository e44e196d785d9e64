// What is done about a history's file that is not as it was written.
#pragma once

#include <cstdint>
#include <string>

#include "history/database.hpp"

namespace isotherm::history {

// Whether SQLite's structures (quick_check) and every chunk's checksum are as they should be. Reads
// the whole file. False also for what is no database at all.
[[nodiscard]] bool is_sound(Database& database);

// Moves the file and its WAL to "<path>.damaged", ".damaged.2", ... and returns the name. Throws
// SetupError.
[[nodiscard]] std::string set_aside(const std::string& path);

struct Salvage {
  std::uint64_t chunks = 0;  // carried over
  std::uint64_t bad = 0;     // chunks that were found, with a wrong checksum
};

// Copies what can be read of `damaged` into `fresh`, which is empty and has the schema. Chunks
// whose checksum is wrong stay behind, as do those on pages that SQLite cannot read.
[[nodiscard]] Salvage salvage(const std::string& damaged, Database& fresh);

}  // namespace isotherm::history

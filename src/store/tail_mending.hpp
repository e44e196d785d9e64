// What a crash or a power cut may have left at the end of a log file, and its removal.
//
//   a row without its line end    the process or the machine died within a write
//   NUL bytes                     the file's new size reached the disk before its data did
//
// Both leave lines that are no rows; they are taken out, so that every row is complete or absent.
#pragma once

#include <cstdint>

#include "core/log_directory.hpp"

namespace isotherm::store {

// Whatever was not yet synced when the power failed lies within this distance of the end, at any
// rate at which rows can be read by people: 5 s of 250 rows a second.
inline constexpr std::uint64_t kMendWindow = 256ULL << 10U;

struct TailMend {
  std::uint64_t bytes_cut = 0;
  core::LogStatus status{};
};

// Removes from the last kMendWindow bytes every line that contains a NUL, and an unfinished line at
// the end however long it is. Good lines between and behind them stay.
[[nodiscard]] TailMend mend_tail(core::LogFile& file);

}  // namespace isotherm::store

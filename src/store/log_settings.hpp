// The operator's choices for the temperature log: the [log] table of the configuration.
#pragma once

#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace isotherm::store {

enum class LogFormat : std::uint8_t { Csv, JsonLines };

struct LogSettings {
  std::string directory = "/var/log/isotherm";
  LogFormat format = LogFormat::Csv;
  std::uint64_t rotate_size = 64ULL << 20U;  // bytes; a file is rotated before it would exceed this
  std::uint32_t rotate_count = 10;           // rotated files kept beside the current one
  core::Nanoseconds flush_interval{0};       // rows wait for so long, to be written together
  core::Nanoseconds fsync_interval{std::chrono::seconds{5}};  // 0: after every batch of rows
  // Bytes of disk space taken ahead of the rows, where there is room: each time that a file is
  // given space the file system writes its own records of it, which at some kilobytes of rows a
  // second would be as much as the rows. No more than an eighth of `rotate_size`. Not in the
  // configuration.
  std::uint64_t space_ahead = 256ULL << 10U;
  std::uint64_t buffer = 1ULL << 20U;  // bytes of rows kept in memory while the disk is away
};

}  // namespace isotherm::store

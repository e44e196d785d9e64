// The names of the log's files, and moving them one on when the current one is full.
//
//   temperature.csv     the current one
//   temperature.1.csv   the newest rotated one, and so on up to temperature.<count>.csv
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/log_directory.hpp"
#include "store/log_settings.hpp"

namespace isotherm::store {

// The name of the current file (number 0) or of a rotated one.
[[nodiscard]] std::string log_file_name(LogFormat format, std::uint32_t number = 0);
// The same of the events' (store/event_log.hpp), which lie beside it.
[[nodiscard]] std::string event_file_name(std::uint32_t number = 0);
// Whether a file of that name is one of theirs, of whatever format or number.
[[nodiscard]] bool is_log_name(std::string_view name);

// Renames the current file to number 1 after making room for it: those up to the first unused
// number move up by one; if all `count` are in use, the oldest is removed. With a count of 0 the
// current file itself is removed. Does not sync the directory. If a step fails the later ones are
// not taken, and no file is lost; calling it again goes on from there.
[[nodiscard]] core::LogStatus rotate_files(core::LogDirectory& directory, LogFormat format,
                                           std::uint32_t count);

// The same for files of other names: `name_of` a number, 0 being the current file.
using FileNames = std::function<std::string(std::uint32_t number)>;
[[nodiscard]] core::LogStatus rotate_files(core::LogDirectory& directory, const FileNames& name_of,
                                           std::uint32_t count);

}  // namespace isotherm::store

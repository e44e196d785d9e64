#include "store/rotation.hpp"

#include <algorithm>
#include <vector>

namespace isotherm::store {
namespace {

constexpr std::string_view kLogStem = "temperature";
constexpr std::string_view kEventStem = "events";

std::string numbered(std::string_view stem, std::uint32_t number) {
  std::string name{stem};
  return number == 0 ? name : name + "." + std::to_string(number);
}

}  // namespace

std::string log_file_name(LogFormat format, std::uint32_t number) {
  return numbered(kLogStem, number) + (format == LogFormat::Csv ? ".csv" : ".jsonl");
}

std::string event_file_name(std::uint32_t number) {
  return numbered(kEventStem, number) + ".jsonl";
}

bool is_log_name(std::string_view name) {
  const std::string_view stem = name.substr(0, name.find('.'));
  return stem.size() < name.size() && (stem == kLogStem || stem == kEventStem);
}

core::LogStatus rotate_files(core::LogDirectory& directory, LogFormat format, std::uint32_t count) {
  return rotate_files(
      directory, [format](std::uint32_t number) { return log_file_name(format, number); }, count);
}

core::LogStatus rotate_files(core::LogDirectory& directory, const FileNames& name_of,
                             std::uint32_t count) {
  const std::string current = name_of(0);
  if (count == 0) {
    return directory.remove(current);
  }
  const std::vector<std::string> names = directory.list();
  const auto in_use = [&](std::uint32_t number) {
    return std::binary_search(names.begin(), names.end(), name_of(number));
  };
  // The number that everything below it moves up to.
  std::uint32_t free = 1;
  while (free < count && in_use(free)) {
    ++free;
  }
  // Renaming onto the oldest removes it, in one step that a power cut cannot split: rename(2).
  for (std::uint32_t number = free; number > 1; --number) {
    auto moved = directory.rename(name_of(number - 1), name_of(number));
    if (!moved.ok()) {
      return moved;
    }
  }
  return directory.rename(current, name_of(1));
}

}  // namespace isotherm::store

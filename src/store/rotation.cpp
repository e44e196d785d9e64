#include "store/rotation.hpp"

#include <algorithm>
#include <vector>

namespace isotherm::store {

std::string log_file_name(LogFormat format, std::uint32_t number) {
  std::string name = "temperature";
  if (number > 0) {
    name += "." + std::to_string(number);
  }
  return name + (format == LogFormat::Csv ? ".csv" : ".jsonl");
}

core::LogStatus rotate_files(core::LogDirectory& directory, LogFormat format, std::uint32_t count) {
  const std::string current = log_file_name(format);
  if (count == 0) {
    return directory.remove(current);
  }
  const std::vector<std::string> names = directory.list();
  const auto in_use = [&](std::uint32_t number) {
    return std::binary_search(names.begin(), names.end(), log_file_name(format, number));
  };
  // The number that everything below it moves up to.
  std::uint32_t free = 1;
  while (free < count && in_use(free)) {
    ++free;
  }
  // Renaming onto the oldest removes it, in one step that a power cut cannot split: rename(2).
  for (std::uint32_t number = free; number > 1; --number) {
    auto moved = directory.rename(log_file_name(format, number - 1), log_file_name(format, number));
    if (!moved.ok()) {
      return moved;
    }
  }
  return directory.rename(current, log_file_name(format, 1));
}

}  // namespace isotherm::store

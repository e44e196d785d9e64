#include "os/directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "os/descriptor.hpp"

namespace isotherm::os {

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(directory, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  std::sort(names.begin(), names.end());
  return names;
}

int sync_directory(const std::string& path) {
  const Descriptor directory{
      uninterrupted([&path] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  if (!directory.valid()) {
    return errno;
  }
  const int error = error_of([&directory] { return ::fsync(directory.number()); });
  return error == EINVAL ? 0 : error;  // this file system has nothing to sync there; fsync(2)
}

}  // namespace isotherm::os

#include "os/scratch_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

// For file systems that do not know O_TMPFILE (open(2)): made under a name that nobody uses, and
// removed before anything is written.
int make_and_unlink(const std::string& directory) {
  std::string path = directory + "/.isotherm-XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor >= 0) {
    ::unlink(path.c_str());
  }
  return descriptor;
}

int make_nameless(const std::string& directory) {
  constexpr mode_t kOwnerOnly = 0600;
  const int descriptor = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kOwnerOnly);
  return descriptor >= 0 ? descriptor : make_and_unlink(directory);
}

}  // namespace

ScratchFile::ScratchFile(const std::string& directory)
    : descriptor_(check_errno([&] { return make_nameless(directory); },
                              {"open (O_TMPFILE)", "folder " + directory,
                               "name a folder in which files can be made", core::ExitCode::Io})) {}

bool ScratchFile::write_and_sync(std::span<const char> bytes, std::uint64_t offset) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] {
      return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    });
    if (written <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return uninterrupted([&] { return ::fsync(descriptor_.number()); }) == 0;
}

}  // namespace isotherm::os

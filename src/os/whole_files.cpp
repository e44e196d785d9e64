#include "os/whole_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "os/descriptor.hpp"
#include "os/directory.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

constexpr mode_t kFileMode = 0644;
constexpr mode_t kPermissions = 07777;
constexpr std::size_t kChunkBytes = 4096;

core::WholeFile unreadable(std::string problem) {
  return {.state = core::WholeFile::State::Unreadable, .text = {}, .problem = std::move(problem)};
}

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

// errno of the first step that fails, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t taken =
        uninterrupted([&] { return ::write(descriptor, text.data(), text.size()); });
    if (taken <= 0) {
      return taken == 0 ? EIO : errno;
    }
    text.remove_prefix(static_cast<std::size_t>(taken));
  }
  return error_of([descriptor] { return ::fsync(descriptor); });
}

// vfat refuses owners and most modes (EPERM): there they belong to the mount, and nothing is lost.
void keep_owner_and_mode(int descriptor, const struct stat& old) {
  if (::fchown(descriptor, old.st_uid, old.st_gid) == -1 ||
      ::fchmod(descriptor, old.st_mode & kPermissions) == -1) {
    return;
  }
}

}  // namespace

core::WholeFile PosixWholeFiles::read(const std::string& path) const {
  // O_NONBLOCK: a FIFO of this name must not keep us waiting.
  const Descriptor file{uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK); })};
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return {};
    }
    return unreadable(errno == ELOOP ? "it is a symbolic link" : error_text(errno));
  }
  struct stat facts {};
  if (::fstat(file.number(), &facts) == -1 || !S_ISREG(facts.st_mode)) {
    return unreadable("it is not a regular file");
  }
  std::string text;
  std::array<char, kChunkBytes> chunk{};
  for (;;) {
    const ssize_t got =
        uninterrupted([&] { return ::read(file.number(), chunk.data(), chunk.size()); });
    if (got == -1) {
      return unreadable(error_text(errno));
    }
    if (got == 0) {
      return {.state = core::WholeFile::State::Present, .text = std::move(text), .problem = {}};
    }
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > core::kWholeFileLimit) {
      return unreadable("it is larger than 1 MiB");
    }
  }
}

std::vector<std::string> PosixWholeFiles::list(const std::string& directory) const {
  return names_in(directory);
}

std::string PosixWholeFiles::write_problem(const std::string& directory) const {
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? ""
                                                                                : error_text(errno);
}

std::string PosixWholeFiles::replace(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".isotherm-new";
  struct stat old {};
  const bool has_old = ::lstat(path.c_str(), &old) == 0;
  if (has_old && !S_ISREG(old.st_mode)) {
    return "it is not a regular file";
  }
  // One that an earlier attempt has left behind, cut off by a power cut.
  if (::unlink(temporary.c_str()) == -1 && errno != ENOENT) {
    return error_text(errno);
  }
  int error = 0;
  {
    const Descriptor file{
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode)};
    if (!file.valid()) {
      return error_text(errno);
    }
    if (has_old) {
      keep_owner_and_mode(file.number(), old);
    }
    error = write_all(file.number(), text);
  }
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) == -1) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(temporary.c_str());
    return error_text(error);
  }
  error = sync_directory(directory_of(path));
  return error == 0 ? "" : error_text(error);
}

std::string PosixWholeFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) == -1) {
    return errno == ENOENT ? "" : error_text(errno);
  }
  const int error = sync_directory(directory_of(path));
  return error == 0 ? "" : error_text(error);
}

}  // namespace isotherm::os

#include "os/sysfs_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/realtime_section.hpp"
#include "os/descriptor.hpp"
#include "os/directory.hpp"

namespace isotherm::os {
namespace {

// A directory opens for reading without complaint and fails only at the first read, so it is turned
// away here.
Descriptor open_for_reading(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status {};
  if (file.valid() && (::fstat(file.number(), &status) != 0 || S_ISDIR(status.st_mode))) {
    return Descriptor{-1};
  }
  return file;
}

class KeptOpenAttribute final : public core::AttributeFile {
 public:
  explicit KeptOpenAttribute(Descriptor file) noexcept : file_(std::move(file)) {}

  core::AttributeRead read(std::span<char> buffer) noexcept override {
    const core::RealtimeSection reading(core::RealtimePhase::Reading);
    const ssize_t size = ::pread(file_.number(), buffer.data(), buffer.size(), 0);
    if (size < 0) {
      return {.size = 0, .fault = fault_of_errno(errno)};
    }
    return {.size = static_cast<std::size_t>(size), .fault = core::Fault::None};
  }

 private:
  Descriptor file_;
};

void trim_end(std::string& text) {
  constexpr std::string_view kBlank{" \t\n\v\f\r\0", 7};
  text.erase(text.find_last_not_of(kBlank) + 1);
}

}  // namespace

core::Fault fault_of_errno(int error) noexcept {
  switch (error) {
    case ENODEV:
    case ENXIO:
    case ENOENT:
      return core::Fault::Absent;
    case ETIMEDOUT:
      return core::Fault::Timeout;
    case EREMOTEIO:
      return core::Fault::Nack;
    default:
      return core::Fault::Io;
  }
}

int write_attribute(const std::string& path, const std::string& text) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC)};
  if (!file.valid()) {
    return errno;
  }
  // An attribute takes its text in a single write(2), or not at all.
  const ssize_t written = ::write(file.number(), text.data(), text.size());
  if (written < 0) {
    return errno;
  }
  return written == static_cast<ssize_t>(text.size()) ? 0 : EIO;
}

SysfsTree::SysfsTree(std::string root) : root_(std::move(root)) {
  while (!root_.empty() && root_.back() == '/') {
    root_.pop_back();
  }
}

std::vector<std::string> SysfsTree::list(const std::string& directory) const {
  return names_in(root_ + directory);
}

std::optional<std::string> SysfsTree::text(const std::string& path) const {
  const Descriptor file = open_for_reading(root_ + path);
  if (!file.valid()) {
    return std::nullopt;
  }
  std::string text;
  std::array<char, 4096> part{};
  while (text.size() <= kTextLimit) {
    const ssize_t size = ::read(file.number(), part.data(), part.size());
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size < 0) {
      return std::nullopt;
    }
    if (size == 0) {
      trim_end(text);
      return text;
    }
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  return std::nullopt;
}

std::optional<std::string> SysfsTree::real_path(const std::string& path) const {
  std::error_code error;
  const std::string root = std::filesystem::canonical(root_ + "/", error).string();
  if (error) {
    return std::nullopt;
  }
  std::string real = std::filesystem::canonical(root_ + path, error).string();
  if (error) {
    return std::nullopt;
  }
  if (root == "/") {
    return real;
  }
  if (real == root) {
    return "/";
  }
  if (!real.starts_with(root + "/")) {
    return std::nullopt;
  }
  return real.substr(root.size());
}

std::unique_ptr<core::AttributeFile> SysfsTree::open(const std::string& path) const {
  Descriptor file = open_for_reading(root_ + path);
  if (!file.valid()) {
    return nullptr;
  }
  return std::make_unique<KeptOpenAttribute>(std::move(file));
}

bool SysfsTree::write(const std::string& path, const std::string& text) const {
  return write_attribute(root_ + path, text) == 0;
}

}  // namespace isotherm::os

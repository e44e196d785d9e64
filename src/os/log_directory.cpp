#include "os/log_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "os/descriptor.hpp"
#include "os/directory.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

constexpr mode_t kFileMode = 0644;  // as the umask allows

core::LogFault fault_of(int error) noexcept {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return core::LogFault::NoSpace;
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
    case ESTALE:
      return core::LogFault::Gone;
    default:
      return core::LogFault::Other;
  }
}

core::LogStatus failed(int error) { return {fault_of(error), error_text(error)}; }

core::LogStatus status_of(int error) { return error == 0 ? core::LogStatus{} : failed(error); }

constexpr off_t as_offset(std::uint64_t bytes) noexcept { return static_cast<off_t>(bytes); }

// Which file or directory it is, apart from its names.
using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(int descriptor) {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 ? std::optional(Identity{facts.st_dev, facts.st_ino})
                                          : std::nullopt;
}

std::optional<Identity> identity_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? std::optional(Identity{facts.st_dev, facts.st_ino})
                                           : std::nullopt;
}

// By flock(2), which goes with the descriptor.
core::LogStatus locked(int descriptor, const std::string& path) {
  if (error_of([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) == EWOULDBLOCK) {
    return {core::LogFault::Busy, "another process has locked " + path};
  }
  return {};
}

class PosixLogFile : public core::LogFile {
 public:
  PosixLogFile(int descriptor, std::string path, std::shared_ptr<std::atomic<std::uint64_t>> taken)
      : descriptor_(descriptor), path_(std::move(path)), bytes_taken_(std::move(taken)) {}
  ~PosixLogFile() override { ::close(descriptor_); }
  PosixLogFile(const PosixLogFile&) = delete;
  PosixLogFile& operator=(const PosixLogFile&) = delete;
  PosixLogFile(PosixLogFile&&) = delete;
  PosixLogFile& operator=(PosixLogFile&&) = delete;

  [[nodiscard]] core::LogStatus lock() override { return locked(descriptor_, path_); }

  [[nodiscard]] core::LogAppend append(std::string_view bytes) override {
    core::LogAppend result;
    // write(2) takes less than asked for where the disk fills up in the middle of it, and says why
    // only when called again.
    while (result.bytes < bytes.size()) {
      const auto rest = bytes.substr(static_cast<std::size_t>(result.bytes));
      const ssize_t taken =
          uninterrupted([&] { return ::write(descriptor_, rest.data(), rest.size()); });
      if (taken <= 0) {
        result.status = failed(taken == 0 ? EIO : errno);
        break;
      }
      result.bytes += static_cast<std::uint64_t>(taken);
      bytes_taken_->fetch_add(static_cast<std::uint64_t>(taken), std::memory_order_relaxed);
    }
    return result;
  }

  [[nodiscard]] core::LogStatus truncate(std::uint64_t size) override {
    return status_of(error_of([&] { return ::ftruncate(descriptor_, as_offset(size)); }));
  }

  [[nodiscard]] core::LogStatus reserve(std::uint64_t end) override {
    const auto now = size();
    if (!now.status.ok() || now.bytes >= end) {
      return now.status;
    }
    const int error = error_of([&] {
      return ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, as_offset(now.bytes),
                         as_offset(end - now.bytes));
    });
    auto status = status_of(error);
    if (error == EOPNOTSUPP || error == ENOSYS) {
      status.fault = core::LogFault::Unsupported;
    }
    return status;
  }

  [[nodiscard]] core::LogStatus sync() override {
    return status_of(error_of([&] { return ::fdatasync(descriptor_); }));
  }

  [[nodiscard]] core::LogSize size() const override {
    struct stat facts {};
    if (::fstat(descriptor_, &facts) == -1) {
      return {0, failed(errno)};
    }
    return {static_cast<std::uint64_t>(facts.st_size), {}};
  }

  [[nodiscard]] core::LogText read(std::uint64_t offset, std::uint64_t length) const override {
    core::LogText result;
    result.text.resize(static_cast<std::size_t>(length));
    std::size_t done = 0;
    while (done < result.text.size()) {
      const ssize_t taken = uninterrupted([&] {
        return ::pread(descriptor_, result.text.data() + done, result.text.size() - done,
                       as_offset(offset + done));
      });
      if (taken == -1) {
        return {{}, failed(errno)};
      }
      if (taken == 0) {
        break;
      }
      done += static_cast<std::size_t>(taken);
    }
    result.text.resize(done);
    return result;
  }

  [[nodiscard]] bool linked() const override {
    const auto own = identity_of(descriptor_);
    return own && own == identity_of(path_);
  }

 private:
  int descriptor_;
  std::string path_;
  std::shared_ptr<std::atomic<std::uint64_t>> bytes_taken_;
};

}  // namespace

PosixLogDirectory::PosixLogDirectory(std::string path) : path_(std::move(path)) {}

PosixLogDirectory::~PosixLogDirectory() {
  if (claimed_ != -1) {
    ::close(claimed_);
  }
}

core::LogStatus PosixLogDirectory::create() {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) {
    return failed(error.value());
  }
  return {};
}

core::LogStatus PosixLogDirectory::claim() {
  if (claimed_ != -1) {
    const auto own = identity_of(claimed_);
    if (own && own == identity_of(path_)) {
      return {};
    }
    ::close(std::exchange(claimed_, -1));
  }
  const int directory =
      uninterrupted([this] { return ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (directory == -1) {
    return failed(errno);
  }
  if (auto status = locked(directory, path_); !status.ok()) {
    ::close(directory);
    return status;
  }
  claimed_ = directory;
  return {};
}

core::LogOpen PosixLogDirectory::open(const std::string& name) {
  const std::string path = path_of(name);
  // O_NONBLOCK: a FIFO or a device of this name must not keep us waiting. Files do not mind.
  const int descriptor = uninterrupted([&] {
    return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                  kFileMode);
  });
  if (descriptor == -1) {
    return {nullptr, failed(errno)};
  }
  auto file = std::make_unique<PosixLogFile>(descriptor, path, bytes_taken_);
  struct stat facts {};
  if (::fstat(descriptor, &facts) == -1) {
    return {nullptr, failed(errno)};
  }
  if (!S_ISREG(facts.st_mode)) {
    return {nullptr, {core::LogFault::Other, name + " is not a regular file"}};
  }
  return {std::move(file), {}};
}

core::LogStatus PosixLogDirectory::rename(const std::string& from, const std::string& to) {
  return status_of(
      error_of([&] { return std::rename(path_of(from).c_str(), path_of(to).c_str()); }));
}

core::LogStatus PosixLogDirectory::remove(const std::string& name) {
  const int error = error_of([&] { return ::unlink(path_of(name).c_str()); });
  return status_of(error == ENOENT ? 0 : error);
}

std::vector<std::string> PosixLogDirectory::list() const { return names_in(path_); }

core::LogStatus PosixLogDirectory::sync() { return status_of(sync_directory(path_)); }

}  // namespace isotherm::os

// Ports for a directory that takes log files, and for one open file of it. os/ implements both on
// Linux, tests/support in memory with faults that a test chooses.
//
// Housekeeping only, one thread at a time. Nothing here throws for what a disk or an operator may
// do; every call says how it went, because a full disk and a directory that has gone are states of
// a station, not exceptions. Any call that writes may block for as long as the disk does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace isotherm::core {

enum class LogFault : std::uint8_t {
  None,
  NoSpace,      // ENOSPC or EDQUOT: may succeed again once there is room
  Gone,         // the directory, or the disk below it, is no longer there
  Busy,         // another process holds the directory, or the file
  Unsupported,  // this file system cannot do that
  Other,        // any other error of the kernel
};

struct LogStatus {
  LogFault fault = LogFault::None;
  std::string
      text{};  // the kernel's words, such as "No space left on device"; empty if all is well

  [[nodiscard]] bool ok() const noexcept { return fault == LogFault::None; }
};

struct LogAppend {
  std::uint64_t bytes = 0;  // taken; fewer than given only together with a fault
  LogStatus status{};
};

struct LogSize {
  std::uint64_t bytes = 0;
  LogStatus status{};
};

struct LogText {
  std::string text{};  // shorter than asked for where the file ends earlier
  LogStatus status{};
};

// An open file. The destructor closes it, without a sync.
class LogFile {
 public:
  virtual ~LogFile() = default;

  // Takes the file for this object alone, until its destruction; Busy if another process or object
  // has it. Where the file system knows no locks it is taken for granted.
  [[nodiscard]] virtual LogStatus lock() = 0;
  // Writes at the end of the file, wherever that is by then.
  [[nodiscard]] virtual LogAppend append(std::string_view bytes) = 0;
  // Cuts the file to `size` bytes, which gives back all space reserved behind them, too.
  [[nodiscard]] virtual LogStatus truncate(std::uint64_t size) = 0;
  // Allocates the disk space of all bytes below `end` without changing the file's size, so that
  // appending up to there cannot fail for want of space.
  [[nodiscard]] virtual LogStatus reserve(std::uint64_t end) = 0;
  // Returns when the data is on the medium: fdatasync(2).
  [[nodiscard]] virtual LogStatus sync() = 0;
  [[nodiscard]] virtual LogSize size() const = 0;
  [[nodiscard]] virtual LogText read(std::uint64_t offset, std::uint64_t length) const = 0;
  // Whether the name by which it was opened still leads to this file: false once it was removed,
  // renamed, replaced, or its directory was.
  [[nodiscard]] virtual bool linked() const = 0;
};

struct LogOpen {
  std::unique_ptr<LogFile> file{};  // null together with a fault
  LogStatus status{};
};

// A directory, known by its path: if it is removed and made again, it is the new one. Names are
// plain file names without a slash.
class LogDirectory {
 public:
  virtual ~LogDirectory() = default;

  [[nodiscard]] virtual const std::string& path() const = 0;

  // Makes the directory, and those above it, if it is not there.
  [[nodiscard]] virtual LogStatus create() = 0;
  // Takes the directory for this object alone, until its destruction; Busy if another process or
  // object has it. Cheap where it is ours already. Where the file system knows no locks it is
  // taken for granted.
  [[nodiscard]] virtual LogStatus claim() = 0;
  // Opens a regular file to read and append, and creates it if it is not there.
  [[nodiscard]] virtual LogOpen open(const std::string& name) = 0;
  // Replaces `to` if it is there.
  [[nodiscard]] virtual LogStatus rename(const std::string& from, const std::string& to) = 0;
  // A file that is not there is no fault.
  [[nodiscard]] virtual LogStatus remove(const std::string& name) = 0;
  // The names in it, sorted; empty if it cannot be read.
  [[nodiscard]] virtual std::vector<std::string> list() const = 0;
  // Returns when creations, renames and removals are on the medium: fsync(2) of the directory.
  [[nodiscard]] virtual LogStatus sync() = 0;
};

}  // namespace isotherm::core

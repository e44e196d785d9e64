// A port for changing control groups, the directories of cgroups(7): what core::FileTree, which
// reads them, has no calls for. os/ implements it on Linux, tests/support in memory with refusals
// that a test chooses.
//
// Housekeeping only. Nothing here throws; each call returns an error number of errno(3), or 0.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace isotherm::core {

// Held until it is destroyed, or until the process ends in whatever way.
class GroupLock {
 public:
  virtual ~GroupLock() = default;
};

class ControlGroups {
 public:
  virtual ~ControlGroups() = default;

  [[nodiscard]] virtual int make(const std::string& directory) = 0;
  // A group that is not there is no fault. One whose last thread is just ending is waited for.
  [[nodiscard]] virtual int remove(const std::string& directory) = 0;
  // Writes a control file in one call, as `echo` does.
  [[nodiscard]] virtual int write(const std::string& file, const std::string& text) = 0;
  // Why this process could not write there, found without writing.
  [[nodiscard]] virtual int write_problem(const std::string& path) const = 0;
  // One process at a time has the lock of a directory; null if another one still has it after
  // `patience`, or if there is no such directory.
  [[nodiscard]] virtual std::unique_ptr<GroupLock> lock(const std::string& directory,
                                                        std::chrono::milliseconds patience) = 0;
};

}  // namespace isotherm::core

// A port for small files that are read and replaced as a whole, such as those that a machine boots
// by. os/ implements it on Linux, tests/support in memory with faults that a test chooses.
//
// Housekeeping only. Nothing here throws: each call says how it went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isotherm::core {

inline constexpr std::size_t kWholeFileLimit = std::size_t{1} << 20U;

struct WholeFile {
  enum class State : std::uint8_t {
    Present,
    Absent,
    Unreadable,  // a link, no regular file, too large, or not to be read; `problem` says which
  };
  State state = State::Absent;
  std::string text{};     // to the byte
  std::string problem{};  // such as "Permission denied (error 13)"

  [[nodiscard]] bool present() const noexcept { return state == State::Present; }
};

class WholeFiles {
 public:
  virtual ~WholeFiles() = default;

  // A symbolic link is not followed: what it leads to may belong to another system.
  [[nodiscard]] virtual WholeFile read(const std::string& path) const = 0;
  // The names in a directory, sorted; empty if it cannot be read.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& directory) const = 0;
  // What keeps this process from writing in a directory; "" if nothing does.
  [[nodiscard]] virtual std::string write_problem(const std::string& directory) const = 0;

  // After this, and after a power cut at any moment of it, the file holds either what it held or
  // all of `text`. What went wrong, or "".
  [[nodiscard]] virtual std::string replace(const std::string& path, std::string_view text) = 0;
  // A file that is not there is no fault. What went wrong, or "".
  [[nodiscard]] virtual std::string remove(const std::string& path) = 0;
};

}  // namespace isotherm::core

// Ports for the kernel's text attributes (sysfs, and plain files that behave like them).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/fault.hpp"

namespace isotherm::core {

// What reading an attribute gave: `size` bytes in the caller's buffer, or a fault. ENODEV, ENXIO
// and ENOENT are Absent, ETIMEDOUT is Timeout, EREMOTEIO and EIO of a bus are Nack and Io.
struct AttributeRead {
  std::size_t size = 0;
  Fault fault = Fault::None;
};

// An attribute that is kept open: read again and again from its beginning without being reopened
// (1 us instead of 8 to 11 us, see docs/measurements.md).
class AttributeFile {
 public:
  virtual ~AttributeFile() = default;

  // Real-time. One system call.
  [[nodiscard]] virtual AttributeRead read(std::span<char> buffer) noexcept = 0;
};

// A file tree such as /sys. Paths are absolute. Housekeeping only; none of these throws for a file
// that is missing or unreadable.
class FileTree {
 public:
  virtual ~FileTree() = default;

  // Names in a directory, sorted; empty if it cannot be read.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& directory) const = 0;
  // The whole text of a small file without trailing white space; nothing if it cannot be read.
  [[nodiscard]] virtual std::optional<std::string> text(const std::string& path) const = 0;
  // The path with all symbolic links resolved; nothing if it does not exist.
  [[nodiscard]] virtual std::optional<std::string> real_path(const std::string& path) const = 0;
  // Opens an attribute for reading; null if that fails.
  [[nodiscard]] virtual std::unique_ptr<AttributeFile> open(const std::string& path) const = 0;
  // Writes a short text into an existing attribute; false if that fails.
  [[nodiscard]] virtual bool write(const std::string& path, const std::string& text) const = 0;
};

}  // namespace isotherm::core

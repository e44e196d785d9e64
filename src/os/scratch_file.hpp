// A file without a name, to write into: it is gone when its owner is, however that ends.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "os/descriptor.hpp"

namespace isotherm::os {

// Housekeeping.
class ScratchFile {
 public:
  // In `directory`. Throws SetupError (74) if no file can be made there.
  explicit ScratchFile(const std::string& directory);

  // Writes all of `bytes` at `offset` and waits until they are on the disk: fsync(2). False if that
  // fails, as on a full disk.
  [[nodiscard]] bool write_and_sync(std::span<const char> bytes, std::uint64_t offset) noexcept;

 private:
  Descriptor descriptor_;
};

}  // namespace isotherm::os

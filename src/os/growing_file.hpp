// A file that another process appends to, and that it may rename and make anew, as logs are
// rotated. Housekeeping only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "os/descriptor.hpp"

namespace isotherm::os {

class GrowingFile {
 public:
  // The file need not exist yet.
  explicit GrowingFile(std::string path) : path_(std::move(path)) {}

  struct Growth {
    std::string text{};  // what has been added, or the next part of it; empty: nothing for now
    bool fresh = false;  // the text is the beginning of another file, or of one that was cut
  };
  // Whatever was written to a file before it was renamed comes before the next one's beginning.
  // A file that cannot be read is one that is not there yet.
  [[nodiscard]] Growth read();

 private:
  [[nodiscard]] bool open();
  // Whether the name leads to another file now.
  [[nodiscard]] bool replaced() const;
  [[nodiscard]] std::string read_on();

  std::string path_;
  std::optional<Descriptor> file_;
  std::int64_t offset_ = 0;
  bool fresh_ = false;
};

}  // namespace isotherm::os

// The port core::WholeFiles on Linux. Housekeeping only.
//
// A file is replaced by a new one beside it, which is written, synced and then renamed over it:
// rename(2) is atomic, and the sync of the directory after it puts the name on the medium. All of
// that works on vfat too, the file system of boot partitions, which has neither links nor owners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/whole_files.hpp"

namespace isotherm::os {

class PosixWholeFiles final : public core::WholeFiles {
 public:
  [[nodiscard]] core::WholeFile read(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
  [[nodiscard]] std::string write_problem(const std::string& directory) const override;
  // The new file has the mode and the owner of the old one, as far as the file system knows them.
  [[nodiscard]] std::string replace(const std::string& path, std::string_view text) override;
  [[nodiscard]] std::string remove(const std::string& path) override;
};

}  // namespace isotherm::os

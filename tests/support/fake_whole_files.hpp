// Whole files in memory, behind the port core::WholeFiles, with faults that a test chooses.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/whole_files.hpp"

namespace isotherm::test {

class FakeWholeFiles : public core::WholeFiles {
 public:
  // By path.
  std::map<std::string, std::string> files;
  // Paths whose reading fails.
  std::set<std::string> unreadable;
  // Paths whose replacing or removing fails.
  std::set<std::string> unwritable;
  // How many replacings and removings succeed before all of them fail, as at a power cut.
  std::size_t writes_left = std::numeric_limits<std::size_t>::max();
  // Directories that this process may not write in.
  std::set<std::string> forbidden;
  // "replace /a" and "remove /a", in their order.
  std::vector<std::string> calls;

  [[nodiscard]] core::WholeFile read(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
  [[nodiscard]] std::string write_problem(const std::string& directory) const override;
  [[nodiscard]] std::string replace(const std::string& path, std::string_view text) override;
  [[nodiscard]] std::string remove(const std::string& path) override;

 private:
  bool fails(const std::string& path);
};

}  // namespace isotherm::test

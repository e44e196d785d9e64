// Everything that the doctor read of a machine, as one text: what somebody sends along with a
// question, and what tests replay.
//
//   == /proc/version
//   Linux version 6.12.34 ...
//   == again /proc/interrupts
//   ...
//
// A file that had another text at a later look stands there a second time, as "again".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/attribute.hpp"

namespace isotherm::diagnose {

// Passes everything on to another tree, and remembers which texts it gave.
class RecordingTree final : public core::FileTree {
 public:
  explicit RecordingTree(const core::FileTree& tree) : tree_(&tree) {}

  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override;
  [[nodiscard]] std::optional<std::string> real_path(const std::string& path) const override;
  [[nodiscard]] std::unique_ptr<core::AttributeFile> open(const std::string& path) const override;
  [[nodiscard]] bool write(const std::string& path, const std::string& text) const override;

  [[nodiscard]] std::string record() const;

 private:
  const core::FileTree* tree_;
  mutable std::map<std::string, std::vector<std::string>> texts_;  // first and last, by path
};

// Calls `set` for each file of a record, in its order.
using SetFile = std::function<void(const std::string& path, const std::string& text, bool again)>;
void replay(const std::string& record, const SetFile& set);

}  // namespace isotherm::diagnose

// A file tree laid out in a folder of its own, removed at the end: /sys and /proc as a test wants
// them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace isotherm::test {

class TemporaryTree {
 public:
  TemporaryTree() {
    std::string pattern = (std::filesystem::temp_directory_path() / "isotherm-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("cannot make " + pattern);
    }
    root_ = pattern;
  }
  ~TemporaryTree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;
  TemporaryTree(TemporaryTree&&) = delete;
  TemporaryTree& operator=(TemporaryTree&&) = delete;

  [[nodiscard]] const std::string& root() const noexcept { return root_; }

  // Makes the folders on the way; the text ends in a line feed, as the kernel's do.
  void file(const std::string& path, const std::string& text) const {
    const std::filesystem::path full{root_ + path};
    std::filesystem::create_directories(full.parent_path());
    std::ofstream{full, std::ios::trunc} << text << '\n';
  }
  // A symbolic link at `path` to `target`, which may be relative.
  void link(const std::string& path, const std::string& target) const {
    const std::filesystem::path full{root_ + path};
    std::filesystem::create_directories(full.parent_path());
    std::filesystem::create_symlink(target, full);
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(root_ + path); }

 private:
  std::string root_;
};

}  // namespace isotherm::test

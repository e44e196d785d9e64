// A file tree in memory that behaves like /sys: attributes that change under an open file,
// symbolic links, devices that vanish and come back under another name.
//
// A file that was opened keeps to its node, as in the kernel: after remove() it gives Absent for
// ever, even if a file of the same path is set again.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"

namespace isotherm::test {

class FakeFileTree : public core::FileTree {
 public:
  FakeFileTree();
  ~FakeFileTree() override;
  FakeFileTree(const FakeFileTree&) = delete;
  FakeFileTree& operator=(const FakeFileTree&) = delete;
  FakeFileTree(FakeFileTree&&) = delete;
  FakeFileTree& operator=(FakeFileTree&&) = delete;

  // Creates a file with this text, or changes it; the directories above it are implied. Paths are
  // absolute and may lead through links.
  void set(const std::string& path, const std::string& text);
  // A symbolic link to an absolute path, or to one relative to the link's directory.
  void link(const std::string& path, const std::string& target);
  // Removes the file, the link, or everything below the directory. Open files give Absent from now
  // on.
  void remove(const std::string& path);
  // Reads of this file give `fault`, and text() nothing; None mends it.
  void set_fault(const std::string& path, core::Fault fault);
  // open(), text() and write() of this file fail, as without permission.
  void forbid(const std::string& path);

  // Called at each read of an open file, with the path under which it was opened, on the reading
  // thread, before the text is taken.
  std::function<void(const std::string& path)> before_read;

  // How often open files of this path were read; text() does not count.
  [[nodiscard]] std::size_t reads(const std::string& path) const;
  [[nodiscard]] std::size_t opens(const std::string& path) const;
  // Files that are open now.
  [[nodiscard]] std::size_t open_files() const;

  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override;
  [[nodiscard]] std::optional<std::string> real_path(const std::string& path) const override;
  [[nodiscard]] std::unique_ptr<core::AttributeFile> open(const std::string& path) const override;
  // The new text replaces the old one.
  [[nodiscard]] bool write(const std::string& path, const std::string& text) const override;

 private:
  struct Node;
  class OpenFile;

  [[nodiscard]] std::string resolved(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& resolved_path) const;
  [[nodiscard]] std::shared_ptr<Node> node(const std::string& path) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> files_;  // by resolved path
  std::map<std::string, std::string> links_;            // by resolved path of the link itself
  mutable std::map<std::string, std::size_t> opens_;
  std::shared_ptr<std::atomic<std::size_t>> open_files_;
};

}  // namespace isotherm::test

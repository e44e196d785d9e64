// The kernel's file trees (/sys, /proc) behind the port core::FileTree.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/fault.hpp"

namespace isotherm::os {

// Real-time. What an errno of a read becomes: ENODEV, ENXIO and ENOENT are Absent, ETIMEDOUT is
// Timeout, EREMOTEIO is Nack (what i2c adapters report for a missing acknowledge, kernel
// Documentation/i2c/fault-codes.rst), everything else is Io.
[[nodiscard]] core::Fault fault_of_errno(int error) noexcept;

// Writes a text into an existing attribute, as `echo` does. Returns 0, or the error number with
// which the kernel refused it.
[[nodiscard]] int write_attribute(const std::string& path, const std::string& text);

// Files of this machine. `root` is put in front of every path, so that a test can lay out a tree in
// a folder; "" is the machine itself. Paths given and returned are those below the root.
class SysfsTree final : public core::FileTree {
 public:
  explicit SysfsTree(std::string root = "");

  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
  // At most kTextLimit bytes; a longer file counts as one that cannot be read. NUL bytes at the end
  // go too: the device tree's strings carry one.
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override;
  // Nothing too if the path leads out of the root.
  [[nodiscard]] std::optional<std::string> real_path(const std::string& path) const override;
  // The file stays open until the AttributeFile is destroyed; each read() of it is one pread(2) at
  // offset 0, which makes the kernel produce the attribute's text anew.
  [[nodiscard]] std::unique_ptr<core::AttributeFile> open(const std::string& path) const override;
  // Like `echo`: the text replaces a plain file's content. Creates nothing.
  [[nodiscard]] bool write(const std::string& path, const std::string& text) const override;

  // /proc/self/mountinfo is the longest file of interest; a container host has some 100 KiB there.
  static constexpr std::size_t kTextLimit = std::size_t{1} << 20U;

 private:
  std::string root_;
};

}  // namespace isotherm::os

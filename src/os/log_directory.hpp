// The port core::LogDirectory on Linux. Housekeeping only.
//
// The claim is flock(2) on the directory itself, so that it leaves no file behind and goes with the
// process, however that ends. On a file system that cannot lock a directory (NFS answers EBADF) it
// is taken for granted.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/log_directory.hpp"

namespace isotherm::os {

class PosixLogDirectory : public core::LogDirectory {
 public:
  // `path` need not exist yet; create() makes it.
  explicit PosixLogDirectory(std::string path);
  ~PosixLogDirectory() override;
  PosixLogDirectory(const PosixLogDirectory&) = delete;
  PosixLogDirectory& operator=(const PosixLogDirectory&) = delete;
  PosixLogDirectory(PosixLogDirectory&&) = delete;
  PosixLogDirectory& operator=(PosixLogDirectory&&) = delete;

  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] core::LogStatus create() override;
  [[nodiscard]] core::LogStatus claim() override;
  [[nodiscard]] core::LogOpen open(const std::string& name) override;
  [[nodiscard]] core::LogStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] core::LogStatus remove(const std::string& name) override;
  [[nodiscard]] std::vector<std::string> list() const override;
  [[nodiscard]] core::LogStatus sync() override;

  // Any thread. That its files have taken since its making.
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return bytes_taken_->load(); }

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  std::string path_;
  std::shared_ptr<std::atomic<std::uint64_t>> bytes_taken_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);  // its files', too, which may outlast it
  int claimed_ = -1;                                    // the locked directory, or -1
};

}  // namespace isotherm::os

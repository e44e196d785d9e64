// Bytes that can be read at any place: a file, an open log file, or the memory of a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <utility>

#include "core/log_directory.hpp"

namespace isotherm::capture {

// One thread at a time: workers have one each.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // When it was opened; what is appended later is not seen.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Up to `length` bytes; fewer at the end, or where the medium cannot be read. Only the latter is
  // trouble: a file that ends early is torn, one that cannot be read may be whole all the same.
  [[nodiscard]] virtual std::string read(std::uint64_t offset, std::size_t length) = 0;
  // The first read that failed; ok as long as none has.
  [[nodiscard]] const core::LogStatus& trouble() const noexcept { return trouble_; }

 protected:
  void note(core::LogStatus status) {
    if (trouble_.ok()) {
      trouble_ = std::move(status);
    }
  }

 private:
  core::LogStatus trouble_;
};

class FileSource : public ByteSource {
 public:
  // Throws SetupError with ExitCode::Io for what is no readable file.
  explicit FileSource(const std::string& path);
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) override;

 private:
  std::ifstream file_;
  std::uint64_t size_ = 0;
};

class LogFileSource : public ByteSource {
 public:
  explicit LogFileSource(const core::LogFile& file) : file_(file) {
    core::LogSize size = file.size();
    size_ = size.bytes;
    note(std::move(size.status));
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) override {
    core::LogText read = file_.read(offset, length);
    note(std::move(read.status));
    return std::move(read.text);
  }

 private:
  const core::LogFile& file_;
  std::uint64_t size_ = 0;
};

}  // namespace isotherm::capture

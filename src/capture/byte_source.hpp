// Bytes that can be read at any place: a file, an open log file, or the memory of a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include "core/log_directory.hpp"

namespace isotherm::capture {

// One thread at a time: workers have one each.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // When it was opened; what is appended later is not seen.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Up to `length` bytes; fewer at the end, or where the medium cannot be read.
  [[nodiscard]] virtual std::string read(std::uint64_t offset, std::size_t length) = 0;
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
  explicit LogFileSource(const core::LogFile& file) : file_(file), size_(file.size().bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) override {
    return file_.read(offset, length).text;
  }

 private:
  const core::LogFile& file_;
  std::uint64_t size_;
};

}  // namespace isotherm::capture

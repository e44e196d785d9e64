// The bytes of a capture in memory.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/byte_source.hpp"
#include "capture/capture_reader.hpp"

namespace isotherm::test {

class MemorySource : public capture::ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  // With a bad sector: reads that touch bytes `from` to before `to` fail.
  MemorySource(std::string bytes, std::uint64_t from, std::uint64_t to)
      : bytes_(std::move(bytes)), bad_from_(from), bad_to_(to) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::string read(std::uint64_t offset, std::size_t length) override {
    if (offset < bad_to_ && offset + length > bad_from_) {
      note({core::LogFault::Other, "Input/output error"});
      return {};
    }
    return bytes_.substr(static_cast<std::size_t>(std::min<std::uint64_t>(offset, bytes_.size())),
                         length);
  }

 private:
  std::string bytes_;
  std::uint64_t bad_from_ = 0;
  std::uint64_t bad_to_ = 0;
};

inline capture::CaptureReader reader_of(const std::vector<std::string>& files) {
  std::vector<std::unique_ptr<capture::ByteSource>> sources;
  for (const std::string& file : files) {
    sources.push_back(std::make_unique<MemorySource>(file));
  }
  return capture::CaptureReader(std::move(sources));
}

}  // namespace isotherm::test

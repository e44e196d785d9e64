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
  std::uint64_t size() const override { return bytes_.size(); }
  std::string read(std::uint64_t offset, std::size_t length) override {
    return bytes_.substr(std::min<std::size_t>(offset, bytes_.size()), length);
  }

 private:
  std::string bytes_;
};

inline capture::CaptureReader reader_of(const std::vector<std::string>& files) {
  std::vector<std::unique_ptr<capture::ByteSource>> sources;
  for (const std::string& file : files) {
    sources.push_back(std::make_unique<MemorySource>(file));
  }
  return capture::CaptureReader(std::move(sources));
}

}  // namespace isotherm::test

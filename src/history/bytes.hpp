// Numbers as the bytes of a chunk: LEB128 varints, zigzag for signed ones, and a checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace isotherm::history {

// CRC-32 of ISO 3309, the one of zlib.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes) noexcept;

void append_varint(std::string& out, std::uint64_t value);
void append_signed(std::string& out, std::int64_t value);
void append_little_endian(std::string& out, std::uint32_t value);
// Of the first four bytes, which are there.
[[nodiscard]] std::uint32_t little_endian(std::string_view bytes) noexcept;

// Reads what the functions above wrote; after a mistake it is failed() and gives zeros.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint64_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = take(1);
      if (failed_) {
        return 0;
      }
      const auto bits = static_cast<std::uint8_t>(byte.front());
      value |= static_cast<std::uint64_t>(bits & 0x7FU) << shift;
      if ((bits & 0x80U) == 0) {
        return value;
      }
    }
    failed_ = true;
    return 0;
  }

  [[nodiscard]] std::int64_t signed_number() noexcept {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>((value >> 1U) ^ (0 - (value & 1U)));
  }

  [[nodiscard]] std::string_view take(std::uint64_t bytes) noexcept {
    if (failed_ || bytes > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(bytes));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace isotherm::history

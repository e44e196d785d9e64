// Numbers in the bytes of a capture: little-endian of fixed width, or LEB128 (7 bits a byte, lowest
// first, the top bit says that more follow; DWARF 5, section 7.6). Readers never go past the end:
// once something was missing, everything that is read is 0 and ok() stays false.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace isotherm::capture {

template <typename Integer>
void append_fixed(std::string& out, Integer value) {
  const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(bits >> (8U * i)));
  }
}

inline void append_double(std::string& out, double value) {
  append_fixed(out, std::bit_cast<std::uint64_t>(value));
}

inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out += static_cast<char>(static_cast<unsigned char>((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  out += static_cast<char>(static_cast<unsigned char>(value));
}

// Small numbers of either sign become small numbers: 0, -1, 1, -2, ... are 0, 1, 2, 3, ...
constexpr std::uint64_t zigzag(std::uint64_t twos_complement) noexcept {
  return (twos_complement << 1U) ^ (0 - (twos_complement >> 63U));
}

constexpr std::uint64_t unzigzag(std::uint64_t value) noexcept {
  return (value >> 1U) ^ (0 - (value & 1U));
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : bytes_(bytes) {}

  template <typename Integer>
  [[nodiscard]] Integer fixed() noexcept {
    const std::string_view taken = take(sizeof(Integer));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(taken[i])) << (8U * i);
    }
    return static_cast<Integer>(bits);
  }

  [[nodiscard]] double real() noexcept { return std::bit_cast<double>(fixed<std::uint64_t>()); }

  [[nodiscard]] std::uint64_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = fixed<std::uint8_t>();
      const std::uint64_t bits = byte & 0x7FU;
      if (shift == 63 && bits > 1) {
        break;
      }
      value |= bits << shift;
      if ((byte & 0x80U) == 0) {
        return ok_ ? value : 0;
      }
    }
    ok_ = false;
    return 0;
  }

  [[nodiscard]] std::string_view take(std::size_t count) noexcept {
    if (!ok_ || count > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

  [[nodiscard]] std::string_view rest() const noexcept { return bytes_.substr(at_); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace isotherm::capture

// A column of integers as bytes, and back. Pure, but for zstd's contexts.
//
// First the integers become small: what is left of them is their distance to the column's minimum
// (order 0), to the one before (order 1) or the change of that (order 2); or, for doubles, the bits
// in which they differ from the one before (Xor). Then the small ones become bytes:
//
//   Changes  how many zeros, then what is not zero, and so on: slots, faults
//   Narrow2  2 bits each, four a byte; 3 says that it stands among the larger ones behind
//   Narrow4  4 bits each; 15 likewise
//   Planes   the lowest bytes of all, then the second bytes of all, up to the largest's last
//
// Then zstd takes each segment (a plane, or the larger ones) by itself, for a Huffman table of its
// own; a segment that zstd cannot shorten stays as it is. Four noisy readings a byte are what
// brings zstd's Huffman codes, one bit a symbol at least, close to the entropy of 1.3 bits a
// reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isotherm::capture {

enum class Order : std::uint8_t { Base, Delta, DeltaOfDelta, Xor };
enum class Packing : std::uint8_t { Changes, Narrow2, Narrow4, Planes };

struct Coding {
  Order order = Order::Base;
  Packing packing = Packing::Changes;

  [[nodiscard]] constexpr std::uint8_t code() const noexcept {
    return static_cast<std::uint8_t>(static_cast<unsigned>(order) * 4U +
                                     static_cast<unsigned>(packing));
  }
  // Any code below kCodings.
  [[nodiscard]] static constexpr Coding of(std::uint8_t code) noexcept {
    return {static_cast<Order>(code / 4U), static_cast<Packing>(code % 4U)};
  }
};

inline constexpr std::uint8_t kCodings = 16;

struct PackedColumn {
  Coding coding{};
  std::string bytes;
};

// Holds zstd's contexts and buffers, to be used again for each column. One thread at a time.
class Packer {
 public:
  Packer();
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;

  // The shortest of the codings that were asked for. Integers are 64 bits, of either sign.
  [[nodiscard]] PackedColumn pack(std::span<const std::uint64_t> values,
                                  std::span<const Coding> codings);
  // False if the bytes are not a column of exactly `count` integers in that coding. Allocates for
  // `count` integers, whatever the bytes say.
  [[nodiscard]] bool unpack(std::string_view bytes, Coding coding, std::size_t count,
                            std::vector<std::uint64_t>& values);

 private:
  struct Contexts;

  void append_segment(std::string& out, std::string_view raw);
  [[nodiscard]] bool take_segment(std::string_view& in, std::size_t raw_limit, std::string& raw);
  [[nodiscard]] std::string pack_as(std::span<const std::uint64_t> values, Coding coding);
  [[nodiscard]] bool unpack_small(std::string_view in, Packing packing, std::size_t count,
                                  std::vector<std::uint64_t>& small);

  std::unique_ptr<Contexts> contexts_;
};

}  // namespace isotherm::capture

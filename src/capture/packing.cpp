#include "capture/packing.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <utility>

#include "capture/bytes.hpp"

namespace isotherm::capture {
namespace {

// Noise has no repetitions that a higher level would look for longer: the codes do the work.
constexpr int kLevel = 3;
constexpr std::size_t kVarintLimit = 10;
constexpr std::size_t kPlanesLimit = 8;

// What is left of the values, and in `out` what they start from.
std::vector<std::uint64_t> made_small(std::span<const std::uint64_t> values, Order order,
                                      std::string& out) {
  std::vector<std::uint64_t> small(values.size());
  if (order == Order::Base) {
    const auto is_less = [](std::uint64_t a, std::uint64_t b) {
      return static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
    };
    const std::uint64_t base =
        values.empty() ? 0 : *std::min_element(values.begin(), values.end(), is_less);
    append_varint(out, zigzag(base));
    for (std::size_t i = 0; i < values.size(); ++i) {
      small[i] = values[i] - base;
    }
    return small;
  }
  const std::uint64_t first = values.empty() ? 0 : values[0];
  std::uint64_t delta_before = 0;
  if (order == Order::Xor) {
    append_fixed(out, first);
  } else {
    append_varint(out, zigzag(first));
  }
  if (order == Order::DeltaOfDelta) {
    delta_before = values.size() > 1 ? values[1] - values[0] : 0;
    append_varint(out, zigzag(delta_before));
  }
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::uint64_t delta = values[i] - values[i - 1];
    if (order == Order::Xor) {
      small[i] = values[i] ^ values[i - 1];
    } else if (order == Order::Delta) {
      small[i] = zigzag(delta);
    } else {
      small[i] = zigzag(delta - delta_before);
      delta_before = delta;
    }
  }
  return small;
}

// The inverse, in place, from the start.
void make_large(std::vector<std::uint64_t>& values, Order order, std::uint64_t first,
                std::uint64_t first_delta) {
  if (order == Order::Base) {
    for (std::uint64_t& value : values) {
      value += first;
    }
    return;
  }
  if (values.empty()) {
    return;
  }
  std::uint64_t value = first;
  std::uint64_t delta = first_delta;
  values[0] = first;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (order == Order::Xor) {
      value ^= values[i];
    } else if (order == Order::Delta) {
      value += unzigzag(values[i]);
    } else {
      delta += unzigzag(values[i]);
      value += delta;
    }
    values[i] = value;
  }
}

std::string changes_of(std::span<const std::uint64_t> small) {
  std::string out;
  std::uint64_t zeros = 0;
  for (const std::uint64_t value : small) {
    if (value == 0) {
      ++zeros;
      continue;
    }
    append_varint(out, zeros);
    append_varint(out, value);
    zeros = 0;
  }
  return out;
}

bool take_changes(std::string_view raw, std::vector<std::uint64_t>& small) {
  ByteReader reader(raw);
  std::size_t at = 0;
  while (!reader.at_end()) {
    const std::uint64_t zeros = reader.varint();
    const std::uint64_t value = reader.varint();
    if (!reader.ok() || zeros >= small.size() - at) {
      return false;
    }
    at += static_cast<std::size_t>(zeros);
    small[at++] = value;
  }
  return true;
}

constexpr unsigned bits_of(Packing packing) noexcept { return packing == Packing::Narrow2 ? 2 : 4; }

// The narrow ones and, in `larger`, those that they had no room for.
std::string narrow_of(std::span<const std::uint64_t> small, unsigned bits, std::string& larger) {
  const unsigned per_byte = 8U / bits;
  const std::uint64_t escape = (1U << bits) - 1U;
  std::vector<unsigned char> bytes((small.size() + per_byte - 1) / per_byte);
  for (std::size_t i = 0; i < small.size(); ++i) {
    const std::uint64_t symbol = std::min(small[i], escape);
    if (symbol == escape) {
      append_varint(larger, small[i] - escape);
    }
    bytes[i / per_byte] = static_cast<unsigned char>(
        bytes[i / per_byte] | (symbol << (bits * static_cast<unsigned>(i % per_byte))));
  }
  return {bytes.begin(), bytes.end()};
}

bool take_narrow(std::string_view raw, std::string_view larger, unsigned bits,
                 std::vector<std::uint64_t>& small) {
  const unsigned per_byte = 8U / bits;
  const unsigned escape = (1U << bits) - 1U;
  if (raw.size() != (small.size() + per_byte - 1) / per_byte) {
    return false;
  }
  ByteReader reader(larger);
  for (std::size_t i = 0; i < small.size(); ++i) {
    const unsigned byte = static_cast<unsigned char>(raw[i / per_byte]);
    const unsigned symbol = (byte >> (bits * static_cast<unsigned>(i % per_byte))) & escape;
    small[i] = symbol == escape ? symbol + reader.varint() : symbol;
  }
  return reader.ok() && reader.at_end();
}

std::size_t planes_of(std::span<const std::uint64_t> small) {
  std::uint64_t all = 0;
  for (const std::uint64_t value : small) {
    all |= value;
  }
  return (static_cast<std::size_t>(std::bit_width(all)) + 7) / 8;
}

std::string plane_of(std::span<const std::uint64_t> small, std::size_t plane) {
  std::string out(small.size(), '\0');
  for (std::size_t i = 0; i < small.size(); ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(small[i] >> (8U * plane)));
  }
  return out;
}

}  // namespace

struct Packer::Contexts {
  Contexts() : compress(ZSTD_createCCtx()), decompress(ZSTD_createDCtx()) {
    if (compress == nullptr || decompress == nullptr) {
      ZSTD_freeCCtx(compress);
      ZSTD_freeDCtx(decompress);
      throw std::bad_alloc();
    }
    // The sizes and the checksum stand in the chunk.
    ZSTD_CCtx_setParameter(compress, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(compress, ZSTD_c_contentSizeFlag, 0);
  }
  ~Contexts() {
    ZSTD_freeCCtx(compress);
    ZSTD_freeDCtx(decompress);
  }
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;
  Contexts(Contexts&&) = delete;
  Contexts& operator=(Contexts&&) = delete;

  ZSTD_CCtx* compress;
  ZSTD_DCtx* decompress;
  std::string packed;
  std::string raw;
  std::string larger;
};

Packer::Packer() : contexts_(std::make_unique<Contexts>()) {}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

void Packer::append_segment(std::string& out, std::string_view raw) {
  std::string& packed = contexts_->packed;
  packed.resize(ZSTD_compressBound(raw.size()));
  const std::size_t size =
      ZSTD_compress2(contexts_->compress, packed.data(), packed.size(), raw.data(), raw.size());
  const bool shorter = ZSTD_isError(size) == 0U && size < raw.size();
  const std::string_view taken = shorter ? std::string_view(packed).substr(0, size) : raw;
  append_varint(out, raw.size());
  append_varint(out, taken.size());
  out += taken;
}

bool Packer::take_segment(std::string_view& in, std::size_t raw_limit, std::string& raw) {
  ByteReader reader(in);
  const std::uint64_t raw_size = reader.varint();
  const std::uint64_t packed_size = reader.varint();
  if (!reader.ok() || raw_size > raw_limit || packed_size > raw_size) {
    return false;
  }
  const std::string_view packed = reader.take(static_cast<std::size_t>(packed_size));
  if (!reader.ok()) {
    return false;
  }
  in = reader.rest();
  if (packed_size == raw_size) {
    raw.assign(packed);
    return true;
  }
  raw.resize(static_cast<std::size_t>(raw_size));
  return ZSTD_decompressDCtx(contexts_->decompress, raw.data(), raw.size(), packed.data(),
                             packed.size()) == raw_size;
}

std::string Packer::pack_as(std::span<const std::uint64_t> values, Coding coding) {
  std::string out;
  const std::vector<std::uint64_t> small = made_small(values, coding.order, out);
  if (coding.packing == Packing::Changes) {
    append_segment(out, changes_of(small));
  } else if (coding.packing == Packing::Planes) {
    const std::size_t planes = planes_of(small);
    append_fixed(out, static_cast<std::uint8_t>(planes));
    for (std::size_t plane = 0; plane < planes; ++plane) {
      append_segment(out, plane_of(small, plane));
    }
  } else {
    std::string larger;
    append_segment(out, narrow_of(small, bits_of(coding.packing), larger));
    append_segment(out, larger);
  }
  return out;
}

PackedColumn Packer::pack(std::span<const std::uint64_t> values, std::span<const Coding> codings) {
  PackedColumn best;
  for (const Coding coding : codings) {
    std::string bytes = pack_as(values, coding);
    if (best.bytes.empty() || bytes.size() < best.bytes.size()) {
      best = {coding, std::move(bytes)};
    }
  }
  return best;
}

bool Packer::unpack_small(std::string_view in, Packing packing, std::size_t count,
                          std::vector<std::uint64_t>& small) {
  std::string& raw = contexts_->raw;
  if (packing == Packing::Changes) {
    return take_segment(in, count * 2 * kVarintLimit, raw) && in.empty() &&
           take_changes(raw, small);
  }
  if (packing != Packing::Planes) {
    std::string& larger = contexts_->larger;
    return take_segment(in, count, raw) && take_segment(in, count * kVarintLimit, larger) &&
           in.empty() && take_narrow(raw, larger, bits_of(packing), small);
  }
  if (in.empty() || static_cast<unsigned char>(in.front()) > kPlanesLimit) {
    return false;
  }
  const auto planes = static_cast<unsigned char>(in.front());
  in.remove_prefix(1);
  for (unsigned plane = 0; plane < planes; ++plane) {
    if (!take_segment(in, count, raw) || raw.size() != count) {
      return false;
    }
    for (std::size_t i = 0; i < count; ++i) {
      small[i] |= static_cast<std::uint64_t>(static_cast<unsigned char>(raw[i])) << (8U * plane);
    }
  }
  return in.empty();
}

bool Packer::unpack(std::string_view bytes, Coding coding, std::size_t count,
                    std::vector<std::uint64_t>& values) {
  ByteReader reader(bytes);
  const std::uint64_t first =
      coding.order == Order::Xor ? reader.fixed<std::uint64_t>() : unzigzag(reader.varint());
  const std::uint64_t first_delta =
      coding.order == Order::DeltaOfDelta ? unzigzag(reader.varint()) : 0;
  if (!reader.ok()) {
    return false;
  }
  values.assign(count, 0);
  if (!unpack_small(reader.rest(), coding.packing, count, values)) {
    return false;
  }
  make_large(values, coding.order, first, first_delta);
  return true;
}

}  // namespace isotherm::capture

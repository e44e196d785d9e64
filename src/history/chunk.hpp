// Some buckets of one sensor as one BLOB: column by column, each column in the smallest of a few
// forms, with a checksum. That is what makes a row of the history cost a dozen bytes.
//
//   crc32 of the rest (4, little endian) | number of buckets (varint)
//   | bits of the columns that follow (varint); a column of zeros is left out
//   | each column: form and power of ten (1 byte: form + 8 * power), then its numbers
//
// A column's numbers are divided by the largest power of ten that divides all of them, and are
// written zigzag and as LEB128 varints, either each, or the first and then differences, or one for
// all, or the first and one difference for all. The squares are 4-byte floats.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/bucket.hpp"

namespace isotherm::history {

// What a chunk's times are counted from.
struct ChunkOrigin {
  core::WallTime wall;
  core::Nanoseconds uptime{0};
};

inline constexpr std::size_t kChunkBucketsMax = 4096;

// `buckets`: 1 to kChunkBucketsMax, in order of time. Pure.
[[nodiscard]] std::string encode_chunk(std::span<const Bucket> buckets, const ChunkOrigin& origin);

// Nothing if the bytes are not what encode_chunk() made. Pure.
[[nodiscard]] std::optional<std::vector<Bucket>> decode_chunk(std::string_view bytes,
                                                              const ChunkOrigin& origin);

struct ChunkTimes {
  core::WallTime first;
  core::WallTime last;
};
// Of its oldest and its newest bucket, told without decoding the rest. Looks at no checksum.
[[nodiscard]] std::optional<ChunkTimes> chunk_times(std::string_view bytes,
                                                    const ChunkOrigin& origin);

// Whether the checksum fits.
[[nodiscard]] bool chunk_is_whole(std::string_view bytes) noexcept;

}  // namespace isotherm::history

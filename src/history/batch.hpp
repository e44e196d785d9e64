// The chunks of all sensors of one flush, or of one pass of merging, as one BLOB: a row of a tier's
// table. One row rather than one a sensor, because SQLite then fills its pages to the last byte and
// touches fewer of them, which is most of what a flush costs the card.
//
//   for each: sensor (varint) | bytes of the chunk (varint) | chunk (chunk.hpp)
//   | crc32 of all of it (4, little endian)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/bucket.hpp"
#include "history/chunk.hpp"

namespace isotherm::history {

class BatchMaker {
 public:
  // `buckets` in order of time, any number; in more than one chunk if they have to be.
  void add(std::int64_t sensor, std::span<const Bucket> buckets, const ChunkOrigin& origin);
  // The BLOB; empty if nothing was added. Then the next one is begun.
  [[nodiscard]] std::string finish();

 private:
  std::string bytes_;
};

struct BatchPart {
  std::int64_t sensor = 0;
  std::string_view chunk;  // within the bytes that were given
};

// Nothing if the bytes are no such row. Of the checksums it looks at none: the chunk has its own.
[[nodiscard]] std::optional<std::vector<BatchPart>> parts_of(std::string_view bytes);

// Whether the checksum fits.
[[nodiscard]] bool batch_is_whole(std::string_view bytes) noexcept;

}  // namespace isotherm::history

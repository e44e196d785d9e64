#include "history/batch.hpp"

#include <algorithm>
#include <utility>

#include "history/bytes.hpp"

namespace isotherm::history {
namespace {

constexpr std::size_t kBatchChecksumBytes = 4;

}  // namespace

void BatchMaker::add(std::int64_t sensor, std::span<const Bucket> buckets,
                     const ChunkOrigin& origin) {
  while (!buckets.empty()) {
    const auto part = buckets.first(std::min(buckets.size(), kChunkBucketsMax));
    const std::string chunk = encode_chunk(part, origin);
    append_varint(bytes_, static_cast<std::uint64_t>(sensor));
    append_varint(bytes_, chunk.size());
    bytes_ += chunk;
    buckets = buckets.subspan(part.size());
  }
}

std::string BatchMaker::finish() {
  if (!bytes_.empty()) {
    append_little_endian(bytes_, crc32(bytes_));
  }
  return std::exchange(bytes_, {});
}

std::optional<std::vector<BatchPart>> parts_of(std::string_view bytes) {
  if (bytes.size() <= kBatchChecksumBytes) {
    return std::nullopt;
  }
  Input input(bytes.substr(0, bytes.size() - kBatchChecksumBytes));
  std::vector<BatchPart> parts;
  while (!input.at_end()) {
    const std::uint64_t sensor = input.varint();
    const std::uint64_t size = input.varint();
    const std::string_view chunk = input.take(size);
    if (input.failed()) {
      return std::nullopt;
    }
    parts.push_back({static_cast<std::int64_t>(sensor), chunk});
  }
  return parts;
}

bool batch_is_whole(std::string_view bytes) noexcept {
  if (bytes.size() <= kBatchChecksumBytes) {
    return false;
  }
  const std::size_t size = bytes.size() - kBatchChecksumBytes;
  return little_endian(bytes.substr(size)) == crc32(bytes.substr(0, size));
}

}  // namespace isotherm::history

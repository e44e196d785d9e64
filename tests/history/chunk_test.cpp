#include "history/chunk.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "history/history_fixture.hpp"

namespace isotherm::history {
namespace {

const ChunkOrigin kOrigin{kNow - hours{1}, seconds{100} - hours{1}};

std::vector<Bucket> some_buckets(std::int64_t count, std::uint64_t samples = 100) {
  RowMaker maker(7, samples);
  std::vector<Bucket> buckets;
  for (std::int64_t i = 0; i < count; ++i) {
    buckets.push_back(bucket_of(maker.row("a", kNow + seconds{i}, seconds{100 + i})));
    buckets.back().squares = static_cast<double>(static_cast<float>(buckets.back().squares));
  }
  return buckets;
}

TEST(ChunkTest, GivesBackWhatItWasMadeOf) {
  for (const std::int64_t count : {1, 2, 3, 10, 60, 4096}) {
    const auto buckets = some_buckets(count);
    EXPECT_EQ(decode_chunk(encode_chunk(buckets, kOrigin), kOrigin), buckets) << count;
  }
}

TEST(ChunkTest, HoldsTheEndsOfEveryRange) {
  auto buckets = some_buckets(4);
  for (Bucket& bucket : buckets) {
    bucket.has_statistics = true;
    bucket.counts.good = bucket.counts.scheduled;
    bucket.counts.faulty = bucket.counts.missed = 0;
  }
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  buckets[0].min_nano = -kMost;
  buckets[0].max_nano = kMost;
  buckets[1].sum_nano = kMost;
  buckets[2].last_nano = -kMost;
  buckets[3].counts.good = buckets[3].counts.scheduled = 1ULL << 62U;
  buckets[3].windows = 1ULL << 40U;
  EXPECT_EQ(decode_chunk(encode_chunk(buckets, kOrigin), kOrigin), buckets);
}

TEST(ChunkTest, WithoutAnySampleThereAreNoStatisticsAndNoLateness) {
  std::vector<Bucket> buckets(3);
  for (Bucket& bucket : buckets) {
    bucket.time = kNow;
    bucket.windows = 1;
    bucket.counts = {.scheduled = 5, .missed = 5};
  }
  const std::string bytes = encode_chunk(buckets, kOrigin);
  EXPECT_EQ(decode_chunk(bytes, kOrigin), buckets);
  EXPECT_LT(bytes.size(), 32U);
}

TEST(ChunkTest, EveryFlippedBitAndEveryShorterPieceIsFound) {
  const std::string bytes = encode_chunk(some_buckets(5), kOrigin);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(chunk_is_whole(bytes.substr(0, i)));
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      EXPECT_FALSE(decode_chunk(flipped, kOrigin)) << i;
    }
  }
}

TEST(ChunkTest, ValuesOfTheLogComeBackToTheLastDigit) {
  for (const double value : {0.0, 0.0625, -12.9375, 25.001, 85.0, -273.15, 1e-9, 1234.567891}) {
    EXPECT_EQ(static_cast<double>(to_nano(value)) / kNanoPerUnit, value);
  }
  EXPECT_EQ(to_nano(1e300), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(to_nano(-1e300), -std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace isotherm::history

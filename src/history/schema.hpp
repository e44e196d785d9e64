// The tables of a history's file, and how an older file becomes a newer one.
//
//   sensor, boot     names, by small numbers
//   segment          a stretch of a boot in which wall and monotonic time ran side by side; the
//                    times in batches count from its origin, so moving that re-dates all of them
//   segment_copy     the same once more on a page of its own, kept so by triggers: without the
//                    segments no batch has a time, so one bad page must not take them all
//   window_batch, minute_batch, hour_batch
//                    the tiers: batches (batch.hpp) under a key of segment and time that only
//                    grows, so that every flush goes to the end
//   progress         up to which key a tier has been merged into the next one
//   event, clock_step
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "history/batch.hpp"
#include "history/database.hpp"

namespace isotherm::history {

enum class Tier : std::uint8_t { Windows, Minutes, Hours };
inline constexpr std::size_t kTierCount = 3;
constexpr std::size_t index_of(Tier tier) noexcept { return static_cast<std::size_t>(tier); }
[[nodiscard]] const char* table_of(Tier tier) noexcept;
// Of a bucket; 0 for windows, which are as long as the station made them.
[[nodiscard]] core::Nanoseconds length_of(Tier tier) noexcept;
// How much older than its key a bucket in a batch may be.
[[nodiscard]] core::Nanoseconds reach_of(Tier tier) noexcept;

// 30 bits of segment, 33 of time since its origin in eighths of a second (34 years).
struct BatchKey {
  std::int64_t segment = 0;
  std::int64_t tick = 0;

  static constexpr std::int64_t kTicks = std::int64_t{1} << 33U;
  static constexpr std::int64_t kSegments = std::int64_t{1} << 30U;

  [[nodiscard]] constexpr std::int64_t packed() const noexcept { return segment * kTicks + tick; }
  static constexpr BatchKey unpack(std::int64_t key) noexcept {
    return {key / kTicks, key % kTicks};
  }
};
// In one file.
inline constexpr std::int64_t kSensorsMax = 4096;
inline constexpr core::Nanoseconds kTick = std::chrono::milliseconds{125};

struct Segment {
  std::int64_t id = 0;
  std::int64_t boot = 0;
  ChunkOrigin origin;
  bool synced = false;   // the wall clock was synchronised in it
  bool redated = false;  // it was looked at when the clock was synchronised for the first time
  bool moved = false;    // and its origin moved

  // The tick of an instant, within the range of keys.
  [[nodiscard]] std::int64_t tick_of(core::WallTime time) const noexcept;
  [[nodiscard]] core::WallTime time_of(std::int64_t tick) const noexcept;
};

// In the order of their making.
[[nodiscard]] std::vector<Segment> load_segments(Database& database);

struct Migration {
  std::int64_t to;  // the user_version it leads to; 1, 2, 3, ...
  const char* sql;
};
[[nodiscard]] std::span<const Migration> migrations() noexcept;

// Takes the file from its user_version to the last of `steps`, each step in a transaction of its
// own. Throws SetupError for a file from a later isotherm, DatabaseError for all else.
void migrate(Database& database, std::span<const Migration> steps, const std::string& path);

}  // namespace isotherm::history

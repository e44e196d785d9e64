// Reading a history, in any process and while the station writes it. Every answer is of one moment
// of the file. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "history/bucket.hpp"
#include "history/schema.hpp"

namespace isotherm::history {

struct SensorEntry {
  std::int64_t id = 0;  // in this file
  std::string name;
  std::string unit;
};

// From (included) to (not included), UTC.
struct TimeRange {
  core::WallTime from;
  core::WallTime to;
};

struct StoredEvent {
  core::WallTime time;
  core::Severity severity = core::Severity::Info;
  std::string kind;
  std::string fields;  // a JSON object
};

struct ClockStep {
  core::WallTime time;  // after the step
  core::Nanoseconds uptime{0};
  core::Nanoseconds size{0};
};

// Buckets by sensor, in the order of the sensors that were asked for; each in order of time.
using BucketLists = std::vector<std::vector<Bucket>>;

struct Series {
  core::Nanoseconds step{0};  // of a bucket; 0: windows as they are
  BucketLists buckets;
};

class HistoryReader {
 public:
  // Throws SetupError: no such file, no history, damaged, or of a later format.
  explicit HistoryReader(const std::string& path);

  // All calls below throw SetupError if the file turns out to be damaged, so that SQLite cannot
  // read it. A batch that is not as it was written is left out: damaged_batches().

  // In the order in which they appeared first.
  [[nodiscard]] std::vector<SensorEntry> sensors();
  // Start of the oldest and of the newest window or bucket that is kept; nothing in an empty file.
  [[nodiscard]] std::optional<TimeRange> extent();
  // Start of the oldest one of a tier that is kept as such; nothing where there is none.
  [[nodiscard]] std::optional<core::WallTime> oldest(Tier tier);
  // Whether any rows were moved to another time when the clock was synchronised.
  [[nodiscard]] bool was_redated();

  // How many buckets are kept in all, windows and what they were merged to. Reads all of the file.
  [[nodiscard]] std::uint64_t bucket_count();

  // The buckets of a tier that start in the range. Minutes and hours are complete up to the newest
  // window: what the station has not merged yet is merged here.
  [[nodiscard]] BucketLists buckets(std::span<const std::int64_t> sensors, const TimeRange& range,
                                    Tier tier);
  // At most `limit` buckets a sensor (or one), from the finest tier that allows it and that reaches
  // back far enough; merged to whole multiples of `step` of UTC.
  [[nodiscard]] Series series(std::span<const std::int64_t> sensors, const TimeRange& range,
                              std::size_t limit);
  // Everything in the range as one bucket a sensor: hours inside, minutes and windows at its edges.
  // Nothing for a sensor without data. Where the finer tiers have expired, edges are left out.
  [[nodiscard]] std::vector<std::optional<Bucket>> totals(std::span<const std::int64_t> sensors,
                                                          const TimeRange& range);

  // How often a damaged batch was come across so far.
  [[nodiscard]] std::uint64_t damaged_batches() const noexcept { return damaged_; }

  [[nodiscard]] std::vector<StoredEvent> events(const TimeRange& range);
  [[nodiscard]] std::vector<ClockStep> clock_steps(const TimeRange& range);

 private:
  template <typename Result>
  [[nodiscard]] Result at_one_moment(const std::function<Result()>& read);
  void load_state();
  void collect(std::span<const std::int64_t> sensors, const TimeRange& range, Tier tier,
               std::int64_t behind_key, BucketLists& into);
  [[nodiscard]] BucketLists read(std::span<const std::int64_t> sensors, const TimeRange& range,
                                 Tier tier);
  void add_totals(std::span<const std::int64_t> sensors, const TimeRange& range, Tier tier,
                  std::vector<std::optional<Bucket>>& totals);
  [[nodiscard]] std::optional<core::WallTime> oldest_of(Tier tier);

  std::string path_;
  std::unique_ptr<Database> database_;
  std::vector<Segment> segments_;
  std::array<std::int64_t, kTierCount> merged_key_{-1, -1, -1};
  std::uint64_t damaged_ = 0;
};

// The finest of the steps that people read easily (1 s, 2 s, 5 s, ... 1 year) of which at most
// about `limit` make the range.
[[nodiscard]] core::Nanoseconds series_step(const TimeRange& range, std::size_t limit);

// Merges neighbours that lie in the same multiple of `step` (> 0) of UTC, and gives them its start.
// `buckets` are in order of time.
void merge_to_step(std::vector<Bucket>& buckets, core::Nanoseconds step);

}  // namespace isotherm::history

// Where the answers come from: the history, or the files of the temperature log. For one thread.
// Every call may throw SetupError where the log cannot be read.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/bucket.hpp"
#include "history/history_reader.hpp"
#include "query/steps.hpp"

namespace isotherm::query {

// Sensors as the source itself has listed them.
using Sensors = std::span<const history::SensorEntry>;

// Takes a bucket of a sensor, by its place among the sensors that were asked for. False: no more.
using BucketVisitor = std::function<bool(std::size_t sensor, const history::Bucket& bucket)>;

class LogSource {
 public:
  virtual ~LogSource() = default;

  // At least those with windows in the range, in the order in which they appeared first.
  [[nodiscard]] virtual std::vector<history::SensorEntry> sensors(
      const history::TimeRange& range) = 0;
  // Start of the oldest and of the newest window; nothing in an empty log.
  [[nodiscard]] virtual std::optional<history::TimeRange> extent() = 0;

  // The range, its ends moved out to what is kept of their time: what has been merged to a minute
  // or an hour cannot be cut. notices() says so.
  [[nodiscard]] virtual history::TimeRange whole(const history::TimeRange& range) { return range; }

  // Whether rows stand at another time than the one that they were logged with, because the clock
  // was wrong then.
  [[nodiscard]] virtual bool was_redated() { return false; }

  // Everything in the range as one bucket a sensor; nothing for a sensor without data.
  [[nodiscard]] virtual std::vector<std::optional<history::Bucket>> totals(
      Sensors sensors, const history::TimeRange& range) = 0;
  // At most about `limit` buckets a sensor.
  [[nodiscard]] virtual history::Series series(Sensors sensors, const history::TimeRange& range,
                                               std::size_t limit) = 0;
  // The windows in the range, or what they merge to, one after the other; those of a step in the
  // order of the sensors. The range's ends are those of steps.
  virtual void each(Sensors sensors, const history::TimeRange& range, Steps steps,
                    const BucketVisitor& visit) = 0;
  // Every window that had a slot without a good value, and enough of the others that one can tell
  // which of them follow on each other: a bucket that is good is either a window or some of them.
  virtual void each_with_faults(Sensors sensors, const history::TimeRange& range,
                                const BucketVisitor& visit) = 0;

  [[nodiscard]] virtual std::vector<history::StoredEvent> events(
      const history::TimeRange& range) = 0;
  [[nodiscard]] virtual std::vector<history::ClockStep> clock_steps(
      const history::TimeRange& range) = 0;

  // What answers: "history", "files", or "history and files".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  // What the operator should know about the answers given so far, such as lines that were left out.
  [[nodiscard]] virtual std::vector<std::string> notices() const = 0;
};

[[nodiscard]] inline bool has_faults(const history::Bucket& bucket) noexcept {
  return bucket.counts.good != bucket.counts.scheduled;
}

}  // namespace isotherm::query

#include "aggregate/aggregator.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace isotherm::aggregate {

Aggregator::Aggregator(const WindowSettings& settings, std::vector<ReaderFeed> readers,
                       core::RowSink& sink, const core::WallClock& clock)
    : sink_(&sink), clock_(&clock), timeline_(settings.length) {
  readers_.reserve(readers.size());
  for (ReaderFeed& feed : readers) {
    readers_.emplace_back(std::move(feed));
  }
}

void Aggregator::tap(core::SampleSink& samples) {
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    readers_[i].tap(samples, i);
  }
}

void Aggregator::start(core::MonotonicTime origin) {
  timeline_.start(origin, clock_->read());
  for (ReaderWindows& reader : readers_) {
    reader.start(origin, timeline_);
  }
}

void Aggregator::tick() {
  observe_clocks();
  for (ReaderWindows& reader : readers_) {
    reader.tick(timeline_, *sink_);
  }
  discard_written();
}

void Aggregator::finish() {
  observe_clocks();
  for (ReaderWindows& reader : readers_) {
    reader.finish(timeline_, *sink_);
  }
  discard_written();
}

std::vector<std::vector<SensorTotals>> Aggregator::totals() const {
  std::vector<std::vector<SensorTotals>> totals;
  totals.reserve(readers_.size());
  for (const ReaderWindows& reader : readers_) {
    totals.push_back(reader.totals());
  }
  return totals;
}

std::vector<std::vector<std::optional<LatestSample>>> Aggregator::latest() const {
  std::vector<std::vector<std::optional<LatestSample>>> latest;
  latest.reserve(readers_.size());
  for (const ReaderWindows& reader : readers_) {
    auto& sensors = latest.emplace_back();
    for (std::size_t i = 0; i < reader.feed().sensors.size(); ++i) {
      sensors.push_back(reader.latest(i));
    }
  }
  return latest;
}

void Aggregator::observe_clocks() {
  core::MonotonicTime in_use_until = core::MonotonicTime::min();
  for (const ReaderWindows& reader : readers_) {
    in_use_until = std::max(in_use_until, reader.in_use_until());
  }
  timeline_.observe(clock_->read(), in_use_until);
}

void Aggregator::discard_written() {
  std::uint64_t needed = std::numeric_limits<std::uint64_t>::max();
  for (const ReaderWindows& reader : readers_) {
    needed = std::min(needed, reader.window_needed().value_or(needed));
  }
  timeline_.discard_before(needed);
}

}  // namespace isotherm::aggregate

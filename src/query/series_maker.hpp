// Makes a series of a chart from buckets that come in any order and number: as they are while they
// are few enough, or merged.
#pragma once

#include <cstddef>

#include "core/time.hpp"
#include "history/history_reader.hpp"

namespace isotherm::query {

class SeriesMaker {
 public:
  // At most about `limit` buckets of each of the sensors.
  SeriesMaker(std::size_t sensors, const history::TimeRange& range, std::size_t limit);

  // Buckets of this step follow; 0: windows as they are.
  void expect_step(core::Nanoseconds step);
  void add(std::size_t sensor, const history::Bucket& bucket);
  [[nodiscard]] history::Series take();

 private:
  void merge(std::size_t longest_allowed);

  std::size_t limit_;
  core::Nanoseconds step_;
  bool merged_ = false;
  history::BucketLists lists_;
};

}  // namespace isotherm::query

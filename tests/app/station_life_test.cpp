#include "app/station_life.hpp"

#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using std::chrono::hours;

core::ClockReading hour(int count) {
  return {core::MonotonicTime{hours{count}}, core::WallTime{hours{1000 + count}}, true};
}

std::optional<core::Event::Value> field_in(const std::optional<core::Event>& event,
                                           std::string_view name) {
  for (const auto& [key, value] : event.value_or(core::Event{}).fields) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

TEST(DailyWritesTest, SaysNothingBeforeADayIsOver) {
  DailyWrites writes;
  writes.begin(core::MonotonicTime{hours{10}});
  EXPECT_FALSE(writes.since_last(hour(33), 5000, 50, DailyWrites::kDay));
  EXPECT_TRUE(writes.since_last(hour(34), 5000, 50, DailyWrites::kDay));
}

TEST(DailyWritesTest, EachEventHasWhatCameSinceTheOneBefore) {
  DailyWrites writes;
  writes.begin(core::MonotonicTime{hours{10}});
  const auto first = writes.since_last(hour(34), 5000, 50, DailyWrites::kDay);
  const auto last = writes.since_last(hour(40), 5600, 57, core::Nanoseconds{0});
  EXPECT_EQ(field_in(first, "bytes"), core::Event::Value{std::int64_t{5000}});
  EXPECT_EQ(field_in(first, "rows"), core::Event::Value{std::int64_t{50}});
  EXPECT_EQ(field_in(first, "duration_s"), core::Event::Value{86'400.0});
  EXPECT_EQ(field_in(last, "bytes"), core::Event::Value{std::int64_t{600}});
  EXPECT_EQ(field_in(last, "rows"), core::Event::Value{std::int64_t{7}});
  EXPECT_EQ(field_in(last, "duration_s"), core::Event::Value{6 * 3600.0});
  EXPECT_EQ(last->kind, "writes");
  EXPECT_EQ(last->time, hour(40).wall);
}

}  // namespace
}  // namespace isotherm::app

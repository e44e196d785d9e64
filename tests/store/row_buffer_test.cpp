#include "store/row_buffer.hpp"

#include <gtest/gtest.h>

#include <map>

#include "store/row_merge.hpp"
#include "store/rows.hpp"

namespace isotherm::store {
namespace {

std::uint64_t bytes_for(std::uint64_t rows) {
  return rows * RowBuffer::bytes_of(test::make_row("a", 0));
}

TEST(RowBufferTest, RowsComeOutInTheirOrder) {
  RowBuffer buffer(bytes_for(10));
  EXPECT_TRUE(buffer.empty());
  for (int i = 0; i < 5; ++i) {
    buffer.push(test::make_row("a", i));
  }
  const auto first = buffer.take(2);
  const auto rest = buffer.take(100);
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(rest.size(), 3U);
  EXPECT_EQ(first[1].time, test::make_row("a", 1).time);
  EXPECT_EQ(rest[0].time, test::make_row("a", 2).time);
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.take(1).empty());
}

TEST(RowBufferTest, AFullBufferMergesFurtherRowsOfEachSensor) {
  RowBuffer buffer(bytes_for(2));
  for (int i = 0; i < 4; ++i) {
    buffer.push(test::make_row("a", i));
    buffer.push(test::make_row("b", i));
  }
  const auto rows = buffer.take(100);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].merged_rows, 0U);
  EXPECT_EQ(rows[1].merged_rows, 0U);
  EXPECT_EQ(rows[2].sensor, "a");
  EXPECT_EQ(rows[2].merged_rows, 3U);
  EXPECT_EQ(rows[2].time, test::make_row("a", 1).time);
  EXPECT_EQ(rows[3].merged_rows, 3U);
}

TEST(RowBufferTest, OneRowThatDidNotFitIsNotCalledMerged) {
  RowBuffer buffer(bytes_for(1));
  buffer.push(test::make_row("a", 0));
  buffer.push(test::make_row("a", 1));
  const auto rows = buffer.take(100);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].merged_rows, 0U);
}

TEST(RowBufferTest, MergingEndsWhenTheMergedRowsHaveRoom) {
  RowBuffer buffer(bytes_for(3));
  for (int i = 0; i < 5; ++i) {
    buffer.push(test::make_row("a", i));
  }
  EXPECT_EQ(buffer.take(2).size(), 2U);
  buffer.push(test::make_row("a", 5));
  const auto rows = buffer.take(100);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].merged_rows, 2U);
  EXPECT_EQ(rows[2].time, test::make_row("a", 5).time);
  EXPECT_EQ(rows[2].merged_rows, 0U);
}

TEST(RowBufferTest, NoRoomAtAllStillKeepsEveryReading) {
  RowBuffer buffer(0);
  for (int i = 0; i < 1000; ++i) {
    buffer.push(test::make_row(i % 2 == 0 ? "a" : "b", i));
  }
  std::uint64_t scheduled = 0;
  std::uint64_t given = 0;
  for (const auto& row : buffer.take(100)) {
    scheduled += row.counts.scheduled;
    given += rows_in(row);
  }
  EXPECT_EQ(scheduled, 10'000U);
  EXPECT_EQ(given, 1000U);
  EXPECT_TRUE(buffer.empty());
}

TEST(RowBufferTest, NoOrderOfPushingAndTakingLosesAReadingOrSwapsASensorsRows) {
  RowBuffer buffer(bytes_for(7));
  std::uint64_t pushed = 0;
  std::uint64_t taken = 0;
  std::map<std::string, core::WallTime> latest;
  std::uint32_t noise = 1;
  for (int i = 0; i < 20'000; ++i) {
    noise = noise * 1664525U + 1013904223U;
    const std::uint32_t dice = noise >> 24U;
    if (dice < 170) {
      auto row = test::make_row(std::string(1, static_cast<char>('a' + dice % 3)), i);
      pushed += row.counts.scheduled;
      buffer.push(std::move(row));
    } else {
      for (const auto& row : buffer.take(dice % 5)) {
        taken += row.counts.scheduled;
        const auto before = latest.find(row.sensor);
        EXPECT_TRUE(before == latest.end() || before->second < row.time);
        latest[row.sensor] = row.time;
      }
    }
  }
  while (!buffer.empty()) {
    for (const auto& row : buffer.take(3)) {
      taken += row.counts.scheduled;
    }
  }
  EXPECT_EQ(taken, pushed);
}

}  // namespace
}  // namespace isotherm::store

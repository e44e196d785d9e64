// "Did you mean", and how words of a file stand in messages.
#include "settings/suggestion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "settings/keys.hpp"

namespace {

using isotherm::settings::edit_distance;
using isotherm::settings::in_quotes;
using isotherm::settings::kSensorTable;
using isotherm::settings::kStationTable;
using isotherm::settings::nearest_word;
using isotherm::settings::unknown_key_mend;

TEST(EditDistanceTest, CountsSingleMistakes) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "rate"), 4U);
  EXPECT_EQ(edit_distance("rate", "rate"), 0U);
  EXPECT_EQ(edit_distance("Rate", "rate"), 0U);
  EXPECT_EQ(edit_distance("prioritty", "priority"), 1U);
  EXPECT_EQ(edit_distance("priorty", "priority"), 1U);
  EXPECT_EQ(edit_distance("prioroty", "priority"), 1U);
  EXPECT_EQ(edit_distance("proirity", "priority"), 1U) << "a swap of neighbours is one mistake";
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(NearestWordTest, FindsTheNearestOrNone) {
  constexpr auto kWords = std::to_array<std::string_view>({"crc", "timeout", "stuck", "stale"});
  EXPECT_EQ(nearest_word("time_out", kWords), "timeout");
  EXPECT_EQ(nearest_word("stuk", kWords), "stuck");
  EXPECT_EQ(nearest_word("STALE", kWords), "stale");
  EXPECT_EQ(nearest_word("weather", kWords), std::nullopt);
  EXPECT_EQ(nearest_word("", kWords), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100'000, 't'), kWords), std::nullopt);
}

TEST(NearestWordTest, AShortWordIsNotReplacedWhole) {
  constexpr auto kWords = std::to_array<std::string_view>({"s", "h"});
  EXPECT_EQ(nearest_word("x", kWords), std::nullopt);
}

TEST(InQuotesTest, StaysOnOneLineAndShort) {
  EXPECT_EQ(in_quotes("a\nb\tc\x7f"), "\"a?b?c?\"");
  EXPECT_EQ(in_quotes(std::string(50, 'x')), "\"" + std::string(40, 'x') + "...\"");
}

TEST(InQuotesTest, DoesNotCutACharacterInTwo) {
  // 39 letters, then a character of two bytes that the cut would go through.
  EXPECT_EQ(in_quotes(std::string(39, 'x') + "\u00b5 and more"),
            "\"" + std::string(39, 'x') + "...\"");
}

TEST(UnknownKeyTest, SuggestsTheNearestKeyOfTheTable) {
  EXPECT_EQ(unknown_key_mend("relatime", kStationTable), "did you mean \"realtime\"?");
}

TEST(UnknownKeyTest, NamesTheTableThatTheKeyBelongsTo) {
  EXPECT_EQ(unknown_key_mend("window", kStationTable), "it belongs to [log]");
  EXPECT_EQ(unknown_key_mend("mean", kSensorTable), "it belongs to [reader.sensor.sim]");
}

TEST(UnknownKeyTest, ExplainsThatASensorHasNoRate) {
  EXPECT_THAT(unknown_key_mend("rate", kSensorTable), testing::HasSubstr("every = 10"));
}

TEST(UnknownKeyTest, ListsTheKeysWhereNothingIsNear) {
  EXPECT_EQ(unknown_key_mend("colour", kStationTable),
            "its keys are name, board, realtime, isolation, stall_budget, housekeeping and "
            "cpu_dma_latency");
}

}  // namespace

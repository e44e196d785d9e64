#include "app/words.hpp"

#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using core::Nanoseconds;

TEST(WordsTest, DurationsTakeTheUnitThatFits) {
  EXPECT_EQ(duration_words(Nanoseconds{0}), "0 ns");
  EXPECT_EQ(duration_words(Nanoseconds{999}), "999 ns");
  EXPECT_EQ(duration_words(Nanoseconds{12'340}), "12.3 us");
  EXPECT_EQ(duration_words(Nanoseconds{4'560'000}), "4.56 ms");
  EXPECT_EQ(duration_words(Nanoseconds{7'800'000'000}), "7.80 s");
}

TEST(WordsTest, RatesOfPeriods) {
  EXPECT_EQ(rate_words(std::chrono::milliseconds{1}), "1 kHz");
  EXPECT_EQ(rate_words(std::chrono::milliseconds{10}), "100 Hz");
  EXPECT_EQ(rate_words(std::chrono::seconds{100}), "0.01 Hz");
  EXPECT_EQ(rate_words(std::chrono::microseconds{50}), "20 kHz");
}

TEST(WordsTest, SizesInPowersOf1024) {
  EXPECT_EQ(size_words(512), "512 B");
  EXPECT_EQ(size_words(std::uint64_t{160} * 1024), "160 KiB");
  EXPECT_EQ(size_words(std::uint64_t{3} * 512 * 1024), "1.5 MiB");
}

TEST(WordsTest, SharesInPercent) {
  EXPECT_EQ(percent_words(0.0), "0 %");
  EXPECT_EQ(percent_words(0.0005), "0.05 %");
  EXPECT_EQ(percent_words(0.125), "12.5 %");
  EXPECT_EQ(percent_words(1.4), "140 %");
}

TEST(WordsTest, FaultsByNameAndCountAndADashForNone) {
  core::FaultCounts faults{};
  EXPECT_EQ(fault_words(faults), "-");
  faults[core::index_of(core::Fault::Crc)] = 2;
  faults[core::index_of(core::Fault::Absent)] = 1;
  EXPECT_EQ(fault_words(faults), "crc:2 absent:1");
}

TEST(WordsTest, AFoundRateHasThreeDigits) {
  EXPECT_EQ(round_rate_words(core::Nanoseconds{197'629}), "5.06 kHz");
  EXPECT_EQ(round_rate_words(core::Nanoseconds{2'341'921}), "427 Hz");
  EXPECT_EQ(round_rate_words(core::Nanoseconds{1'000'001}), "1 kHz");
}

TEST(WordsTest, TimesAreUtcToTheMillisecondOrTheSecond) {
  const core::WallTime time{std::chrono::seconds{1'700'000'000} + std::chrono::microseconds{7'900}};
  EXPECT_EQ(time_words(time), "2023-11-14T22:13:20.007Z");
  EXPECT_EQ(second_words(time), "2023-11-14T22:13:20Z");
}

}  // namespace
}  // namespace isotherm::app

// Quantities as people write them. Expected values are written out by hand.
#include "settings/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

using isotherm::core::Nanoseconds;
using isotherm::settings::duration_text;
using isotherm::settings::parse_duration;
using isotherm::settings::parse_rate;
using isotherm::settings::parse_size;
using isotherm::settings::size_text;

std::int64_t nanoseconds(std::string_view text) {
  const auto parsed = parse_duration(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.problem;
  return parsed.value.value_or(Nanoseconds{-1}).count();
}

std::int64_t period(std::string_view text) {
  const auto parsed = parse_rate(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.problem;
  return parsed.value.value_or(Nanoseconds{-1}).count();
}

std::uint64_t bytes(std::string_view text) {
  const auto parsed = parse_size(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.problem;
  return parsed.value.value_or(0);
}

TEST(DurationTest, TakesEveryUnit) {
  EXPECT_EQ(nanoseconds("7 ns"), 7);
  EXPECT_EQ(nanoseconds("1.5 us"), 1'500);
  EXPECT_EQ(nanoseconds("50 \u00b5s"), 50'000);
  EXPECT_EQ(nanoseconds("50 \u03bcs"), 50'000);
  EXPECT_EQ(nanoseconds("10 ms"), 10'000'000);
  EXPECT_EQ(nanoseconds("5 s"), 5'000'000'000);
  EXPECT_EQ(nanoseconds("2 min"), 120'000'000'000);
  EXPECT_EQ(nanoseconds("1 h"), 3'600'000'000'000);
  EXPECT_EQ(nanoseconds("1 d"), 86'400'000'000'000);
}

TEST(DurationTest, TheSpaceIsOptionalAndSpacesAroundAreIgnored) {
  EXPECT_EQ(nanoseconds("10s"), 10'000'000'000);
  EXPECT_EQ(nanoseconds("  10   s \t"), 10'000'000'000);
}

TEST(DurationTest, DecimalsAreExact) {
  EXPECT_EQ(nanoseconds("0.1 s"), 100'000'000);
  EXPECT_EQ(nanoseconds("0.000000001 s"), 1);
  EXPECT_EQ(nanoseconds("1.123456789 s"), 1'123'456'789);
  EXPECT_EQ(nanoseconds("0.0025 h"), 9'000'000'000);
  EXPECT_EQ(nanoseconds("2.50 ms"), 2'500'000);
  // 0.3 min as a binary fraction times 6e10 is not a whole number; in decimals it is.
  EXPECT_EQ(nanoseconds("0.3 min"), 18'000'000'000);
}

TEST(DurationTest, ZeroIsADuration) {
  EXPECT_EQ(nanoseconds("0 us"), 0);
  EXPECT_EQ(nanoseconds("0.0 s"), 0);
}

TEST(DurationTest, TakesTheLargestAndRefusesTheNext) {
  EXPECT_EQ(nanoseconds("9223372036854775807 ns"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(nanoseconds("9223372036.854775807 s"), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(parse_duration("9223372036854775808 ns").ok());
  EXPECT_FALSE(parse_duration("18446744073709551616 ns").ok());
  EXPECT_FALSE(parse_duration("99999999999999999999999999999999 d").ok());
  EXPECT_EQ(parse_duration("300000 d").problem, "\"300000 d\" is too large");
}

TEST(DurationTest, FinerThanANanosecondIsRefused) {
  EXPECT_EQ(parse_duration("1.5 ns").problem, "\"1.5 ns\" is not a whole number of nanoseconds");
  EXPECT_FALSE(parse_duration("0.0000000001 s").ok());
  EXPECT_EQ(nanoseconds("1.50000000000000000000000000000000000000000000000000000 us"), 1'500);
}

TEST(DurationTest, SaysWhatIsMissing) {
  EXPECT_EQ(parse_duration("10").problem, "\"10\" has no unit");
  EXPECT_EQ(parse_duration("10").mend, "write for example \"10 ms\" or \"5 s\"");
  EXPECT_EQ(parse_duration("").problem, "an empty text is not a duration");
  EXPECT_EQ(parse_duration("  ").problem, "an empty text is not a duration");
  EXPECT_EQ(parse_duration("ms").problem, "\"ms\" is not a duration");
  EXPECT_EQ(parse_duration("soon").problem, "\"soon\" is not a duration");
}

TEST(DurationTest, NegativeIsRefused) {
  EXPECT_EQ(parse_duration("-5 s").problem, "\"-5 s\" is negative");
}

TEST(DurationTest, MalformedNumbersAreRefused) {
  for (const auto* const text : {"1. s", ".5 s", "1..5 s", "1.5.5 s", "1,5 s", "+1 s", "1e3 s",
                                 "0x10 s", "1 000 s", "1 s 5 ms", "inf s", "nan"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(DurationTest, AUnitOfAnotherQuantityIsNamed) {
  EXPECT_EQ(parse_duration("10 Hz").problem, "\"10 Hz\" is a frequency, not a duration");
  EXPECT_EQ(parse_duration("10 MB").problem, "\"10 MB\" is a size, not a duration");
}

TEST(DurationTest, AWrongCapitalIsSuggested) {
  const auto parsed = parse_duration("10 MS");
  EXPECT_EQ(parsed.problem, "\"10 MS\" has an unknown unit \"MS\"");
  EXPECT_EQ(parsed.mend, "did you mean \"ms\"? units are ns, us, ms, s, min, h or d");
}

TEST(DurationTest, AnUnknownUnitListsTheKnown) {
  const auto parsed = parse_duration("10 weeks");
  EXPECT_EQ(parsed.problem, "\"10 weeks\" has an unknown unit \"weeks\"");
  EXPECT_EQ(parsed.mend, "units are ns, us, ms, s, min, h or d");
}

TEST(DurationTest, AVeryLongTextIsRefusedAndNotRepeated) {
  const auto parsed = parse_duration(std::string(100'000, '1') + " s");
  EXPECT_EQ(parsed.problem, "a text of 100002 characters is not a duration");
}

TEST(RateTest, BecomesItsPeriod) {
  EXPECT_EQ(period("1 Hz"), 1'000'000'000);
  EXPECT_EQ(period("100 Hz"), 10'000'000);
  EXPECT_EQ(period("1 kHz"), 1'000'000);
  EXPECT_EQ(period("20kHz"), 50'000);
  EXPECT_EQ(period("10 mHz"), 100'000'000'000);
  EXPECT_EQ(period("0.01 Hz"), 100'000'000'000);
  EXPECT_EQ(period("2.5 Hz"), 400'000'000);
  EXPECT_EQ(period("0.1 Hz"), 10'000'000'000);
}

TEST(RateTest, IsRoundedToTheNearestNanosecondAndSaysSo) {
  EXPECT_EQ(period("3 Hz"), 333'333'333);
  EXPECT_TRUE(parse_rate("3 Hz").rounded);
  EXPECT_EQ(period("6 Hz"), 166'666'667);
  EXPECT_TRUE(parse_rate("6 Hz").rounded);
  EXPECT_EQ(period("7 kHz"), 142'857);
  EXPECT_FALSE(parse_rate("100 Hz").rounded);
}

TEST(RateTest, ZeroAndExtremesAreRefused) {
  EXPECT_EQ(parse_rate("0 Hz").problem, "\"0 Hz\" never comes");
  EXPECT_EQ(parse_rate("0.000 kHz").problem, "\"0.000 kHz\" never comes");
  EXPECT_FALSE(parse_rate("0.0000000000000000000000001 mHz").ok());
  EXPECT_FALSE(parse_rate("99999999999999999999 kHz").ok());
  EXPECT_EQ(parse_rate("100000000 kHz").problem, "\"100000000 kHz\" is too fast");
  EXPECT_EQ(period("1000000 kHz"), 1);
}

TEST(RateTest, ADurationIsNoRate) {
  EXPECT_EQ(parse_rate("10 ms").problem, "\"10 ms\" is a duration, not a frequency");
  EXPECT_EQ(parse_rate("100 hz").mend, "did you mean \"Hz\"? units are mHz, Hz or kHz");
}

TEST(SizeTest, DecimalAndBinaryUnits) {
  EXPECT_EQ(bytes("0 B"), 0U);
  EXPECT_EQ(bytes("512 B"), 512U);
  EXPECT_EQ(bytes("64 MB"), 64'000'000U);
  EXPECT_EQ(bytes("64MiB"), 67'108'864U);
  EXPECT_EQ(bytes("1.5 kB"), 1'500U);
  EXPECT_EQ(bytes("0.5 KiB"), 512U);
  EXPECT_EQ(bytes("2 GB"), 2'000'000'000U);
  EXPECT_EQ(bytes("1 TiB"), 1'099'511'627'776U);
}

TEST(SizeTest, PartsOfAByteAndOverflowAreRefused) {
  EXPECT_EQ(parse_size("1.5 B").problem, "\"1.5 B\" is not a whole number of bytes");
  EXPECT_EQ(bytes("18446744073709551615 B"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(parse_size("18446744073709551616 B").ok());
  EXPECT_FALSE(parse_size("99999999999 TiB").ok());
  EXPECT_EQ(parse_size("-1 MB").problem, "\"-1 MB\" is negative");
  EXPECT_EQ(parse_size("64 mb").mend,
            "did you mean \"MB\"? units are B, kB, MB, GB, TB, KiB, MiB, GiB or TiB");
  EXPECT_EQ(parse_size("64 s").problem, "\"64 s\" is a duration, not a size");
}

TEST(QuantityTextTest, IsShortAndExact) {
  EXPECT_EQ(duration_text(Nanoseconds{0}), "0 s");
  EXPECT_EQ(duration_text(Nanoseconds{999}), "999 ns");
  EXPECT_EQ(duration_text(Nanoseconds{1'500}), "1.5 us");
  EXPECT_EQ(duration_text(Nanoseconds{50'000}), "50 us");
  EXPECT_EQ(duration_text(Nanoseconds{10'000'000}), "10 ms");
  EXPECT_EQ(duration_text(Nanoseconds{333'333'333}), "333.333333 ms");
  EXPECT_EQ(duration_text(Nanoseconds{1'000'000'001}), "1.000000001 s");
  EXPECT_EQ(duration_text(Nanoseconds{100'000'000'000}), "100 s");
  EXPECT_EQ(duration_text(Nanoseconds{60'000'000'000}), "1 min");
  EXPECT_EQ(duration_text(Nanoseconds{7'200'000'000'000}), "2 h");
  EXPECT_EQ(duration_text(Nanoseconds{86'400'000'000'000}), "1 d");
  EXPECT_EQ(duration_text(Nanoseconds{-1'500}), "-1.5 us");
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(1'000), "1 kB");
  EXPECT_EQ(size_text(1'001), "1001 B");
  EXPECT_EQ(size_text(67'108'864), "64 MiB");
  EXPECT_EQ(size_text(64'000'000), "64 MB");
}

TEST(QuantityTextTest, EveryTextIsReadBackExactly) {
  for (const std::int64_t count :
       {std::int64_t{1}, std::int64_t{50'000}, std::int64_t{142'857}, std::int64_t{333'333'333},
        std::int64_t{1'000'000'001}, std::int64_t{3'600'000'000'000},
        std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(nanoseconds(duration_text(Nanoseconds{count})), count);
  }
}

}  // namespace

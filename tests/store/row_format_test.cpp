#include "store/row_format.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/row_format.hpp"

namespace isotherm::store {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

core::Row full_row() {
  core::Row row;
  row.time = sys_days{year{2026} / 3 / 4} + hours{5} + minutes{6} + seconds{7} + milliseconds{89};
  row.uptime = seconds{12345} + milliseconds{678};
  row.sensor = "inlet";
  row.unit = "degC";
  row.counts = {100, 90, 3, 5, 2};
  row.statistics = core::WindowStatistics{-1.5, 20.0625, 21.123456789, 0.1, 20.0};
  row.lateness = core::WindowLateness{nanoseconds{12'345}, microseconds{250}};
  row.clock = core::ClockState::Synced;
  row.faults[core::index_of(core::Fault::Crc)] = 2;
  row.faults[core::index_of(core::Fault::Timeout)] = 1;
  return row;
}

core::Row empty_row() {
  core::Row row;
  row.time = sys_days{year{1970} / 1 / 1};
  row.sensor = "roof";
  row.unit = "degC";
  row.counts = {4, 0, 0, 4, 0};
  return row;
}

std::string csv_field(const core::Row& row, std::size_t index) {
  const std::string line = format_csv(row);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < index; ++i) {
    begin = line.find(',', begin) + 1;
  }
  return line.substr(begin, line.find(',', begin) - begin);
}

std::string formatted_mean(double mean) {
  auto row = full_row();
  row.statistics->mean = mean;
  return csv_field(row, 10);
}

TEST(RowFormatTest, HeaderNamesTheColumnsOfTheDesign) {
  EXPECT_EQ(header_line(LogFormat::Csv),
            "time,uptime_s,sensor,unit,scheduled,good,faulty,missed,dropped,min,mean,max,stddev,"
            "last,late_p99_us,late_max_us,clock,faults\n");
  EXPECT_EQ(header_line(LogFormat::JsonLines), "");
}

TEST(RowFormatTest, CsvRowWithEverything) {
  EXPECT_EQ(format_csv(full_row()),
            "2026-03-04T05:06:07.089Z,12345.678,inlet,degC,100,90,3,5,2,-1.5,20.0625,21.123457,"
            "0.1,20,12.3,250.0,synced,timeout:1;crc:2");
}

TEST(RowFormatTest, CsvRowWithoutSamplesHasEmptyFieldsNeverZero) {
  EXPECT_EQ(format_csv(empty_row()),
            "1970-01-01T00:00:00.000Z,0.000,roof,degC,4,0,0,4,0,,,,,,,,unsynced,");
}

TEST(RowFormatTest, JsonRowWithEverything) {
  EXPECT_EQ(format_json(full_row()),
            R"({"time":"2026-03-04T05:06:07.089Z","uptime_s":12345.678,"sensor":"inlet",)"
            R"("unit":"degC","scheduled":100,"good":90,"faulty":3,"missed":5,"dropped":2,)"
            R"("min":-1.5,"mean":20.0625,"max":21.123457,"stddev":0.1,"last":20,)"
            R"("late_p99_us":12.3,"late_max_us":250.0,"clock":"synced",)"
            R"("faults":{"timeout":1,"crc":2}})");
}

TEST(RowFormatTest, JsonRowWithoutSamplesHasNulls) {
  EXPECT_EQ(format_json(empty_row()),
            R"({"time":"1970-01-01T00:00:00.000Z","uptime_s":0.000,"sensor":"roof",)"
            R"("unit":"degC","scheduled":4,"good":0,"faulty":0,"missed":4,"dropped":0,)"
            R"("min":null,"mean":null,"max":null,"stddev":null,"last":null,)"
            R"("late_p99_us":null,"late_max_us":null,"clock":"unsynced","faults":{}})");
}

TEST(RowFormatTest, ASingleSampleHasAllStatisticsButTheDeviation) {
  auto row = full_row();
  row.statistics->stddev.reset();
  EXPECT_EQ(csv_field(row, 11), "21.123457");
  EXPECT_EQ(csv_field(row, 12), "");
  EXPECT_EQ(csv_field(row, 13), "20");
  EXPECT_NE(format_json(row).find(R"("stddev":null,"last":20)"), std::string::npos);
}

TEST(RowFormatTest, MergedRowsStandBehindTheFaults) {
  auto row = full_row();
  row.merged_rows = 7;
  EXPECT_TRUE(format_csv(row).ends_with(",timeout:1;crc:2;merged_rows:7"));
  EXPECT_TRUE(format_json(row).ends_with(R"("faults":{"timeout":1,"crc":2,"merged_rows":7}})"));
  row.faults = {};
  EXPECT_TRUE(format_csv(row).ends_with(",synced,merged_rows:7"));
}

TEST(RowFormatTest, ValuesAreTheShortestThatReadBackUpToSixDecimals) {
  EXPECT_EQ(formatted_mean(0.1 + 0.2), "0.3");
  EXPECT_EQ(formatted_mean(1.0 / 3.0), "0.333333");
  EXPECT_EQ(formatted_mean(85.0), "85");
  EXPECT_EQ(formatted_mean(100.0), "100");
  EXPECT_EQ(formatted_mean(20.9999999), "21");
  EXPECT_EQ(formatted_mean(0.000001), "0.000001");
  EXPECT_EQ(formatted_mean(-273.15), "-273.15");
  EXPECT_EQ(formatted_mean(1e21), "1000000000000000000000");
}

TEST(RowFormatTest, WhatRoundsToZeroHasNoSign) {
  EXPECT_EQ(formatted_mean(-0.0), "0");
  EXPECT_EQ(formatted_mean(-0.0000001), "0");
  EXPECT_EQ(formatted_mean(1e-300), "0");
  EXPECT_EQ(formatted_mean(std::numeric_limits<double>::denorm_min()), "0");
}

TEST(RowFormatTest, TheLargestDoubleFits) {
  EXPECT_EQ(formatted_mean(std::numeric_limits<double>::max()).size(), 309U);
  EXPECT_EQ(formatted_mean(std::numeric_limits<double>::lowest()).size(), 310U);
}

TEST(RowFormatTest, WhatIsNoNumberIsEmpty) {
  EXPECT_EQ(formatted_mean(std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_EQ(formatted_mean(-std::numeric_limits<double>::infinity()), "");
}

TEST(RowFormatTest, TimesAreRoundedDownToMilliseconds) {
  auto row = full_row();
  row.time = sys_days{year{1999} / 12 / 31} + hours{23} + minutes{59} + seconds{59} +
             nanoseconds{999'999'999};
  row.uptime = nanoseconds{1'999'999};
  EXPECT_EQ(csv_field(row, 0), "1999-12-31T23:59:59.999Z");
  EXPECT_EQ(csv_field(row, 1), "0.001");
  row.time = sys_days{year{1970} / 1 / 1} - nanoseconds{1};
  EXPECT_EQ(csv_field(row, 0), "1969-12-31T23:59:59.999Z");
  row.uptime = hours{24 * 400} + milliseconds{50};
  EXPECT_EQ(csv_field(row, 1), "34560000.050");
}

TEST(RowFormatTest, LatenessIsRoundedToATenthOfAMicrosecond) {
  auto row = full_row();
  row.lateness = core::WindowLateness{nanoseconds{49}, nanoseconds{3'600'000'000'050}};
  EXPECT_EQ(csv_field(row, 14), "0.0");
  EXPECT_EQ(csv_field(row, 15), "3600000000.1");
}

TEST(RowFormatTest, ClockStatesHaveTheirWords) {
  auto row = full_row();
  row.clock = core::ClockState::Unsynced;
  EXPECT_EQ(csv_field(row, 16), "unsynced");
  row.clock = core::ClockState::Stepped;
  EXPECT_EQ(csv_field(row, 16), "stepped");
}

TEST(RowFormatTest, CsvNamesAreQuotedAsInRfc4180) {
  auto row = full_row();
  row.sensor = R"(kiln "A", top)";
  row.unit = "plain name";
  EXPECT_NE(format_csv(row).find(R"(,"kiln ""A"", top",plain name,100,)"), std::string::npos);
}

TEST(RowFormatTest, ARowIsOneLineWhateverItsSensorIsCalled) {
  auto row = full_row();
  row.sensor = std::string("two\r\nlines\0and a nul", 20);
  for (const auto format : {LogFormat::Csv, LogFormat::JsonLines}) {
    const std::string line = format_row(format, row);
    EXPECT_EQ(line.find_first_of(std::string("\r\n\0", 3)), std::string::npos) << line;
  }
  EXPECT_EQ(csv_field(row, 2), "two  lines and a nul");
}

TEST(RowFormatTest, JsonReadsBackWithAnotherParser) {
  auto row = full_row();
  row.sensor = "k\"i\\l\nn \xc3\xa4";
  const auto json = nlohmann::json::parse(format_json(row));
  EXPECT_EQ(json["sensor"], row.sensor);
  EXPECT_EQ(json["mean"], 20.0625);
  EXPECT_EQ(json["faults"]["crc"], 2);
  EXPECT_EQ(json.size(), 18U);
}

}  // namespace
}  // namespace isotherm::store

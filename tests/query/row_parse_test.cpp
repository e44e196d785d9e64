#include "query/row_parse.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/row_format.hpp"
#include "query/json_line.hpp"
#include "query/row_stream.hpp"

namespace isotherm::query {
namespace {

using Line = CsvRows::Line;

constexpr const char* kLine =
    "2026-01-01T00:00:01.000Z,12.345,kiln,degC,100,97,2,1,0,20.5,21.25,22,0.125,21,3.5,12.0,synced,"
    "timeout:1;crc:1";

core::Row made_row(std::mt19937& random) {
  core::Row row;
  row.time = core::WallTime{std::chrono::milliseconds{1767225600000 + random() % 100'000'000}};
  row.uptime = std::chrono::milliseconds{random() % 1'000'000'000};
  row.sensor = random() % 4 == 0 ? "odd, \"name\" \xc3\xbc" : "kiln";
  row.unit = "degC";
  row.counts.good = random() % 3 == 0 ? 0 : random() % 100;
  row.counts.faulty = random() % 3;
  row.counts.missed = random() % 3;
  row.counts.dropped = random() % 3;
  row.counts.scheduled =
      row.counts.good + row.counts.faulty + row.counts.missed + row.counts.dropped;
  row.faults.at(1 + random() % (core::kFaultCount - 1)) = row.counts.faulty;
  const auto value = [&] { return (static_cast<double>(random() % 200'000'000) - 1e8) / 1e6; };
  if (row.counts.good > 0) {
    row.statistics = core::WindowStatistics{value(), value(), value(), std::nullopt, value()};
    if (row.counts.good > 1) {
      row.statistics->stddev = static_cast<double>(random() % 1000) / 1000;
    }
    row.lateness = core::WindowLateness{core::Nanoseconds{random() % 1'000'000 * 100},
                                        core::Nanoseconds{random() % 1'000'000 * 100}};
  }
  row.clock = static_cast<core::ClockState>(random() % 3);
  row.merged_rows = random() % 5 == 0 ? 3 : 0;
  return row;
}

TEST(RowParse, ARowComesBackAsItWasWritten) {
  std::mt19937 random(3);
  CsvRows csv;
  for (int i = 0; i < 2000; ++i) {
    const core::Row row = made_row(random);
    const std::string line = core::format_csv(row);
    core::Row back;
    ASSERT_EQ(csv.parse(line, back), Line::Row) << line;
    ASSERT_EQ(core::format_csv(back), line);
    ASSERT_TRUE(parse_json_row(core::format_json(row), back)) << core::format_json(row);
    ASSERT_EQ(core::format_json(back), core::format_json(row));
  }
}

TEST(RowParse, TheHeaderIsNoRowWhereverItStands) {
  CsvRows csv;
  core::Row row;
  std::string header(core::kCsvHeader);
  header.pop_back();
  EXPECT_EQ(csv.parse(header, row), Line::Header);
  EXPECT_EQ(csv.parse(kLine, row), Line::Row);
  EXPECT_EQ(csv.parse(header + "\r", row), Line::Header);
  EXPECT_EQ(csv.parse(std::string(kLine) + "\r", row), Line::Row);
}

TEST(RowParse, ColumnsAreFoundByTheirNames) {
  CsvRows csv;
  core::Row row;
  ASSERT_EQ(csv.parse("time,new,dropped,missed,faulty,good,scheduled,unit,sensor,uptime_s,mean,min,"
                      "max,last",
                      row),
            Line::Header);
  ASSERT_EQ(csv.parse("2026-01-01T00:00:01.000Z,x,0,1,2,97,100,degC,kiln,1.5,21,20,22,21.5", row),
            Line::Row);
  EXPECT_EQ(row.counts.good, 97U);
  ASSERT_TRUE(row.statistics);
  EXPECT_EQ(row.statistics->mean, 21);
  EXPECT_EQ(row.statistics->last, 21.5);
  EXPECT_FALSE(row.lateness);
  EXPECT_EQ(csv.parse("time,sensor", row), Line::Nonsense);
}

TEST(RowParse, WhatMakesNoSenseIsNoRow) {
  const std::string line = kLine;
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string other = line;
    return other.replace(other.find(what), what.size(), instead);
  };
  CsvRows csv;
  core::Row row;
  ASSERT_EQ(csv.parse(line, row), Line::Row);
  for (const std::string& bad :
       {std::string("x"), std::string(","), line.substr(0, 60), line + ",x",
        with("2026-01-01T", "2026-13-01T"), with(".000Z", ".000"), with("T00:00:01", "T25:00:01"),
        with(",100,97", ",100,98"), with(",97,", ",-97,"), with(",97,", ",97x,"),
        with("21.25", "warm"), with("21.25", "nan"), with("20.5", "1e999"), with("kiln", ""),
        with("crc:1", "crc"), with("crc:1", "crc:x"), with("kiln", "\"kiln"),
        std::string(40, '\0')}) {
    EXPECT_EQ(csv.parse(bad, row), Line::Nonsense) << bad;
  }
}

TEST(RowParse, AnUnknownReasonIsStillAReason) {
  CsvRows csv;
  core::Row row;
  std::string line = kLine;
  line.replace(line.find("crc"), 3, "gremlin");
  ASSERT_EQ(csv.parse(line, row), Line::Row);
  EXPECT_EQ(row.faults.at(core::index_of(core::Fault::Io)), 1U);
}

TEST(RowParse, JsonThatMakesNoSenseIsNoRow) {
  CsvRows csv;
  core::Row row;
  ASSERT_EQ(csv.parse(kLine, row), Line::Row);
  const std::string json = core::format_json(row);
  ASSERT_TRUE(parse_json_row(json, row));
  for (std::size_t length = 0; length < json.size(); ++length) {
    ASSERT_FALSE(parse_json_row(json.substr(0, length), row)) << json.substr(0, length);
  }
  EXPECT_FALSE(parse_json_row(json + "}", row));
  EXPECT_FALSE(parse_json_row("[]", row));
}

TEST(RowParse, AnEventKeepsItsFieldsInTheirOrder) {
  const auto event =
      parse_event(R"({"time":"2026-01-01T00:00:01.500Z","severity":"warning","event":"worst_slot",)"
                  R"("reader":"fast","late_ns":12,"nested":{"a":[1,"}"]}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, "worst_slot");
  EXPECT_EQ(event->severity, core::Severity::Warning);
  EXPECT_EQ(event->fields, R"({"reader":"fast","late_ns":12,"nested":{"a":[1,"}"]}})");
  EXPECT_FALSE(parse_event(R"({"severity":"info","event":"x"})"));
  EXPECT_FALSE(parse_event(R"({"time":"2026-01-01T00:00:01.500Z"})"));
  EXPECT_FALSE(parse_event("{"));
}

TEST(JsonLine, TextsAreUnescaped) {
  EXPECT_EQ(json_string(R"("a\"\\\/\n\u00fc\ud83d\ude00")"), "a\"\\/\n\xc3\xbc\xf0\x9f\x98\x80");
  EXPECT_EQ(json_string("12"), std::nullopt);
  EXPECT_EQ(json_string(R"("\x")"), std::nullopt);
  EXPECT_EQ(json_string(R"("\u12")"), std::nullopt);
  EXPECT_EQ(json_string("\""), std::nullopt);
}

TEST(JsonLine, AnEmptyObjectIsOne) {
  ASSERT_TRUE(parse_json_object(" { } "));
  EXPECT_TRUE(parse_json_object("{}")->empty());
  EXPECT_FALSE(parse_json_object("{,}"));
  EXPECT_FALSE(parse_json_object(R"({"a":1,})"));
  EXPECT_FALSE(parse_json_object(R"({"a" 1})"));
  EXPECT_FALSE(parse_json_object("}"));
}

TEST(RowStream, RowsComeOutOfPiecesOfAnyLength) {
  std::mt19937 random(5);
  std::string text(core::kCsvHeader);
  for (int i = 0; i < 200; ++i) {
    text += core::format_csv(made_row(random)) + "\n";
  }
  RowStream stream(FileFormat::Csv);
  std::string back(core::kCsvHeader);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = 1 + random() % 300;
    stream.add(std::string_view(text).substr(at, length),
               [&](const core::Row& row) { back += core::format_csv(row) + "\n"; });
    at += length;
  }
  EXPECT_EQ(back, text);
}

TEST(RowStream, HalfALineIsForgottenWithItsFile) {
  RowStream stream(FileFormat::Csv);
  int rows = 0;
  const auto count = [&](const core::Row& /*row*/) { ++rows; };
  stream.add("2026-01-01T00:00", count);
  stream.restart();
  stream.add(std::string(core::kCsvHeader) + kLine, count);
  EXPECT_EQ(rows, 0);
  stream.add("\n", count);
  EXPECT_EQ(rows, 1);
}

}  // namespace
}  // namespace isotherm::query

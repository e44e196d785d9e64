#include "diagnose/trace_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace isotherm::diagnose {
namespace {

using core::TraceKind;

core::TraceRecord plain_record(TraceKind kind, std::int64_t start, std::int64_t duration) {
  core::TraceRecord record{};
  record.start_ns = start;
  record.duration_ns = duration;
  record.kind_code = static_cast<std::uint8_t>(kind);
  return record;
}

const TraceTrack kFast{.thread = "iso-fast", .id = 10, .sensors = {"inlet", "out\"let"}};

std::string text_of(const core::TraceRecord& record, const TraceTrack& track = kFast) {
  std::string text;
  TraceText(77).append_record(text, track, record);
  return text;
}

TEST(TraceTextTest, ASlotIsACompleteEventToTheNanosecond) {
  core::TraceRecord slot = plain_record(TraceKind::Slot, 38'463'190'162'420, 12'005);
  slot.slot = 4711;
  slot.count = 3'210;
  EXPECT_EQ(text_of(slot),
            ",\n{\"name\":\"slot\",\"ph\":\"X\",\"pid\":77,\"tid\":10,\"ts\":38463190162.420,"
            "\"dur\":12.005,\"args\":{\"slot\":4711,\"late_us\":3.210}}");
}

TEST(TraceTextTest, AReadHasItsSensorsNameAndItsFault) {
  core::TraceRecord read = plain_record(TraceKind::Read, 1'000'999, 999);
  read.slot = 5;
  EXPECT_EQ(text_of(read),
            ",\n{\"name\":\"inlet\",\"ph\":\"X\",\"pid\":77,\"tid\":10,\"ts\":1000.999,"
            "\"dur\":0.999,\"args\":{\"slot\":5}}");
  read.sensor = 1;
  read.fault_code = static_cast<std::uint8_t>(core::Fault::OpenCircuit);
  EXPECT_EQ(text_of(read),
            ",\n{\"name\":\"out\\\"let\",\"ph\":\"X\",\"pid\":77,\"tid\":10,\"ts\":1000.999,"
            "\"dur\":0.999,\"args\":{\"slot\":5,\"fault\":\"open_circuit\"}}");
}

TEST(TraceTextTest, MissedSlotsStandOnTheTrackBesideTheReaders) {
  core::TraceRecord missed = plain_record(TraceKind::Missed, 3'000'000, 3'000'000);
  missed.slot = 3;
  missed.count = 3;
  EXPECT_EQ(text_of(missed),
            ",\n{\"name\":\"missed\",\"ph\":\"X\",\"pid\":77,\"tid\":11,\"ts\":3000.000,"
            "\"dur\":3000.000,\"args\":{\"slot\":3,\"slots\":3}}");
}

TEST(TraceTextTest, HousekeepingHasItsOwnWords) {
  const TraceTrack log{.thread = "iso-log", .id = 20, .sensors = {"inlet"}, .reader = false};
  core::TraceRecord record = plain_record(TraceKind::Write, 1'000, 2'000);
  record.count = 247;
  EXPECT_EQ(text_of(record, log),
            ",\n{\"name\":\"write\",\"ph\":\"X\",\"pid\":77,\"tid\":20,\"ts\":1.000,"
            "\"dur\":2.000,\"args\":{\"bytes\":247}}");
  record = plain_record(TraceKind::Window, 1'000, 0);
  record.count = 100;
  EXPECT_EQ(text_of(record, log),
            ",\n{\"name\":\"window closed\",\"ph\":\"i\",\"pid\":77,\"tid\":20,\"ts\":1.000,"
            "\"s\":\"t\",\"args\":{\"sensor\":\"inlet\",\"scheduled\":100}}");
  EXPECT_EQ(text_of(plain_record(TraceKind::Sync, 1'000, 0), log),
            ",\n{\"name\":\"sync\",\"ph\":\"X\",\"pid\":77,\"tid\":20,\"ts\":1.000,"
            "\"dur\":0.000,\"args\":{}}");
}

TEST(TraceTextTest, ASensorThatTheTrackDoesNotKnowIsARead) {
  core::TraceRecord read = plain_record(TraceKind::Read, 0, 0);
  read.sensor = 9;
  EXPECT_NE(text_of(read).find("\"name\":\"read\""), std::string::npos);
}

TEST(TraceTextTest, TheHeadNamesTheProcessAndEachThread) {
  const TraceText text(77);
  std::string out;
  text.append_head(out, "isotherm kiln");
  EXPECT_EQ(out,
            "[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":77,\"tid\":0,"
            "\"args\":{\"name\":\"isotherm kiln\"}}");
  EXPECT_EQ(out.substr(0, kTraceHead.size()), kTraceHead);
  out.clear();
  text.append_track(out, {.thread = "iso-log", .id = 20, .sensors = {}, .reader = false});
  EXPECT_EQ(out,
            ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":77,\"tid\":20,"
            "\"args\":{\"name\":\"iso-log\"}},\n"
            "{\"name\":\"thread_sort_index\",\"ph\":\"M\",\"pid\":77,\"tid\":20,"
            "\"args\":{\"sort_index\":20}}");
  out.clear();
  text.append_track(out, kFast);
  EXPECT_NE(out.find("\"tid\":11,\"args\":{\"name\":\"iso-fast missed\"}"), std::string::npos);
}

TEST(TraceTextTest, NotesAndCountersHaveNumbersAsNumbersAndWordsInQuotes) {
  const TraceText text(77);
  const core::MonotonicTime at{core::Nanoseconds{2'500}};
  std::string out;
  text.append_note(out, "trace ends", at, {{"made", 7U}, {"clock", std::string{"a\nb"}}});
  EXPECT_EQ(out,
            ",\n{\"name\":\"trace ends\",\"ph\":\"i\",\"pid\":77,\"tid\":0,\"ts\":2.500,"
            "\"s\":\"p\",\"args\":{\"made\":7,\"clock\":\"a\\u000ab\"}}");
  out.clear();
  text.append_counter(out, "iso-fast events dropped", at, 12);
  EXPECT_EQ(out,
            ",\n{\"name\":\"iso-fast events dropped\",\"ph\":\"C\",\"pid\":77,\"tid\":0,"
            "\"ts\":2.500,\"args\":{\"events\":12}}");
}

TEST(TraceTextTest, TheLargestAndTheSmallestTimesComeOutWhole) {
  const auto ts = [](std::int64_t ns) {
    const std::string text = text_of(plain_record(TraceKind::Sync, ns, 0));
    const auto from = text.find("\"ts\":") + 5;
    return text.substr(from, text.find(',', from) - from);
  };
  EXPECT_EQ(ts(std::numeric_limits<std::int64_t>::max()), "9223372036854775.807");
  EXPECT_EQ(ts(std::numeric_limits<std::int64_t>::min()), "-9223372036854775.808");
  EXPECT_EQ(ts(0), "0.000");
  EXPECT_EQ(ts(-1), "-0.001");
}

}  // namespace
}  // namespace isotherm::diagnose

#include "diagnose/trace_file.hpp"

#include <gtest/gtest.h>

#include "core/setup_error.hpp"
#include "diagnose/trace_text.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::diagnose {
namespace {

using test::LogOperation;

constexpr std::uint64_t kLimit = 1000;
constexpr std::uint64_t kReserve = 100;
const std::string kHead = std::string{kTraceHead} + "}";

class TraceFileTest : public ::testing::Test {
 protected:
  TraceFile open() { return {directory, "run.json", kLimit, kReserve}; }

  [[nodiscard]] std::string text() const { return directory.text("run.json"); }

  // What opening says where it fails.
  [[nodiscard]] std::string refusal() {
    try {
      open();
    } catch (const core::SetupError& error) {
      EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
      EXPECT_EQ(error.where(), "/log/run.json");
      return error.problem();
    }
    return "";
  }

  test::FakeLogDirectory directory;
};

TEST_F(TraceFileTest, HoldsItsBatchesAndItsEndWithNothingBetween) {
  TraceFile file = open();
  EXPECT_EQ(file.append(kHead), TraceFate::Written);
  EXPECT_EQ(file.append(",\n{}"), TraceFate::Written);
  EXPECT_EQ(text(), kHead + ",\n{}");
  EXPECT_TRUE(file.finish(",\n{1}"));
  EXPECT_EQ(text(), kHead + ",\n{}" + ",\n{1}" + "\n]\n");
  EXPECT_EQ(file.size(), text().size());
}

TEST_F(TraceFileTest, ReplacesAnEarlierTraceAndAnEmptyFile) {
  directory.put("run.json", kHead + " and much more");
  TraceFile file = open();
  EXPECT_EQ(text(), "");
  directory.put("run.json", "");
  EXPECT_EQ(refusal(), "");
}

TEST_F(TraceFileTest, RefusesAFileThatIsNoTraceAndLeavesItAlone) {
  for (const std::string other :
       {"time,uptime_s\n", "[", "[\n{\"name\":\"thread_name\",\"ph\":\"M\""}) {
    directory.put("run.json", other);
    EXPECT_NE(refusal().find("something else than an earlier trace"), std::string::npos);
    EXPECT_EQ(text(), other);
  }
}

TEST_F(TraceFileTest, RefusesWhatCannotBeOpenedReadOrEmptied) {
  for (const LogOperation operation :
       {LogOperation::Open, LogOperation::Read, LogOperation::Truncate}) {
    directory.fail(operation, {core::LogFault::Other, "Permission denied"});
    EXPECT_EQ(refusal(), "the trace cannot be written: Permission denied");
    directory.fail(operation, {});
  }
}

TEST_F(TraceFileTest, KeepsItsLimitToTheByteAndTheReserveForItsEnd) {
  TraceFile file = open();
  EXPECT_EQ(file.append(std::string(kLimit - kReserve, 'a')), TraceFate::Written);
  EXPECT_EQ(file.append("b"), TraceFate::OverLimit);
  // What would fit again is not taken either: a trace has no holes.
  EXPECT_EQ(file.append(""), TraceFate::OverLimit);
  EXPECT_EQ(file.size(), kLimit - kReserve);
  EXPECT_TRUE(file.finish(std::string(kReserve - kTraceTail.size(), 'c')));
  EXPECT_EQ(text().size(), kLimit);
}

TEST_F(TraceFileTest, CutsOffWhatAFullDiskHasTornAndStopsForGood) {
  directory.set_can_reserve(false);
  TraceFile file = open();
  EXPECT_EQ(file.append(kHead), TraceFate::Written);
  directory.tear_next_append(3, {core::LogFault::NoSpace, "No space left on device"});
  EXPECT_EQ(file.append(",\n{\"name\":\"slot\"}"), TraceFate::Failed);
  EXPECT_EQ(text(), kHead);
  EXPECT_EQ(file.error(), "No space left on device");
  // The disk has room again, which belongs to the temperature log.
  EXPECT_EQ(file.append(",\n{}"), TraceFate::Failed);
  EXPECT_EQ(text(), kHead);
  EXPECT_TRUE(file.finish(",\n{1}"));
  EXPECT_EQ(text(), kHead + ",\n{1}\n]\n");
}

TEST_F(TraceFileTest, AnEndForWhichThereIsNoRoomLeavesTheFileAsItWas) {
  TraceFile file = open();
  EXPECT_EQ(file.append(kHead), TraceFate::Written);
  directory.set_capacity(directory.used() + 2);
  EXPECT_FALSE(file.finish(",\n{1}"));
  EXPECT_EQ(text(), kHead);
  EXPECT_EQ(file.error(), "No space left on device");
}

TEST_F(TraceFileTest, AfterATearThatCannotBeCutOffNothingMoreIsWritten) {
  TraceFile file = open();
  EXPECT_EQ(file.append(kHead), TraceFate::Written);
  directory.tear_next_append(3, {core::LogFault::Gone, "Input/output error"});
  directory.fail(LogOperation::Truncate, {core::LogFault::Gone, "Input/output error"});
  EXPECT_EQ(file.append(",\n{\"name\":\"slot\"}"), TraceFate::Failed);
  EXPECT_FALSE(file.finish(",\n{1}"));
  EXPECT_EQ(text(), kHead + ",\n{");
}

TEST_F(TraceFileTest, WhereNotEvenTheHeadWasWrittenTheFileStaysEmpty) {
  TraceFile file = open();
  directory.set_capacity(0);
  EXPECT_EQ(file.append(kHead), TraceFate::Failed);
  directory.set_capacity(1'000'000);
  EXPECT_FALSE(file.finish(",\n{1}"));
  EXPECT_EQ(text(), "");
}

}  // namespace
}  // namespace isotherm::diagnose

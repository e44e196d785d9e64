#include "app/direct_sinks.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::app {
namespace {

class DirectLogTest : public testing::Test {
 protected:
  void write(std::uint64_t rows) {
    for (; rows > 0; --rows) {
      core::Row row;
      row.time = test::kNewYear;
      row.sensor = "inlet";
      row.unit = "degC";
      log_.write(std::move(row));
    }
  }

  settings::Configuration configuration_;
  test::FakeLogDirectory directory_;
  test::FakeClock clock_;
  DirectLog log_{configuration_, directory_, 1, [](const std::string&) {}, clock_};
};

TEST_F(DirectLogTest, ADiskThatIsAwayForALittleIsWaitedFor) {
  directory_.fail(test::LogOperation::Append, {core::LogFault::NoSpace, "No space left"});
  clock_.after_sleep = [this] {
    directory_.fail(test::LogOperation::Append, {});
    return true;
  };
  write(600);
  EXPECT_FALSE(log_.gave_up());
  EXPECT_EQ(log_.finish().rows_written, 600U);
}

TEST_F(DirectLogTest, AtTheEndOfItsPatienceItGivesUpAndKeepsTheRowsForTheEnd) {
  directory_.fail(test::LogOperation::Append, {core::LogFault::NoSpace, "No space left"});
  const core::MonotonicTime begin = clock_.now();
  write(2'000);
  EXPECT_TRUE(log_.gave_up());
  EXPECT_LT(clock_.now() - begin, 2 * DirectLog::kPatience);
  directory_.fail(test::LogOperation::Append, {});
  const store::LogOutcome outcome = log_.finish();
  EXPECT_EQ(outcome.rows_written, 2'000U);
  EXPECT_EQ(outcome.rows_lost, 0U);
}

}  // namespace
}  // namespace isotherm::app

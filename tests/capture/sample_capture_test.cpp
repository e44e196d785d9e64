#include "capture/sample_capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "capture/memory_source.hpp"
#include "capture/samples.hpp"
#include "core/setup_error.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_helper_threads.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::capture {
namespace {

using test::sample_at;

// The thread's body is run by the test, once, with a stop that has been asked for.
class SampleCaptureTest : public testing::Test {
 protected:
  SampleCapture& capture() {
    if (capture_ == nullptr) {
      capture_ = std::make_unique<SampleCapture>(
          settings_,
          std::vector<std::vector<Origin>>{{test::origin_of("a"), test::origin_of("b")},
                                           {test::origin_of("c")}},
          CapturePlace{directory_, "run.isocap"}, clock_, threads_, [](const std::string&) {});
    }
    return *capture_;
  }

  CaptureOutcome run_to_the_end() {
    std::stop_source stop;
    stop.request_stop();
    threads_.run(0, stop.get_token());
    return capture_->finish();
  }

  static std::vector<core::Sample> batch(std::uint16_t sensor, std::uint64_t first,
                                         std::uint64_t count) {
    std::vector<core::Sample> samples;
    for (std::uint64_t i = 0; i < count; ++i) {
      samples.push_back(sample_at(first + i, 20.0));
      samples.back().sensor = sensor;
    }
    return samples;
  }

  CaptureSettings settings_;
  test::FakeLogDirectory directory_;
  test::FakeClock clock_;
  test::FakeHelperThreads threads_;
  std::unique_ptr<SampleCapture> capture_;
};

TEST_F(SampleCaptureTest, SamplesOfEachReaderGoToTheirSensors) {
  capture().begin(core::MonotonicTime{std::chrono::seconds{7}});
  capture().take(0, batch(1, 0, 10));
  capture().take(1, batch(0, 0, 3));
  const CaptureOutcome outcome = run_to_the_end();
  EXPECT_EQ(outcome.counts.taken, 13U);
  EXPECT_EQ(outcome.counts.written, 13U);
  EXPECT_EQ(outcome.path, "/log/run.isocap");
  const auto reader = test::reader_of({directory_.text("run.isocap")});
  ASSERT_EQ(reader.index().chunks.size(), 2U);
  EXPECT_EQ(reader.index().chunks[0].header.origin.name, "b");
  EXPECT_EQ(reader.index().chunks[0].header.samples, 10U);
  EXPECT_EQ(reader.index().chunks[1].header.origin.name, "c");
  EXPECT_EQ(reader.index().chunks[1].header.origin.start,
            core::MonotonicTime{std::chrono::seconds{7}});
  EXPECT_EQ(threads_.names(), std::vector<std::string>{"iso-capture"});
}

TEST_F(SampleCaptureTest, WhatDoesNotFitIsDroppedAndCounted) {
  settings_.buffer = 100 * sizeof(core::Sample);  // half of it is for samples
  capture().begin({});
  capture().take(0, batch(0, 0, 40));
  capture().take(0, batch(1, 0, 40));
  const CaptureOutcome outcome = run_to_the_end();
  EXPECT_EQ(outcome.counts.taken, 80U);
  EXPECT_EQ(outcome.counts.written, 50U);
  EXPECT_EQ(outcome.counts.dropped, 30U);
}

TEST_F(SampleCaptureTest, AFileOfSomebodyElseIsRefusedAtTheStart) {
  directory_.put("run.isocap", "timestamp,value\n");
  EXPECT_THROW(capture(), core::SetupError);
  EXPECT_EQ(directory_.text("run.isocap"), "timestamp,value\n");
}

TEST_F(SampleCaptureTest, ADirectoryThatCannotBeWrittenIsRefusedAtTheStart) {
  directory_.fail(test::LogOperation::Open, {core::LogFault::Other, "Permission denied"});
  try {
    capture();
    FAIL() << "not refused";
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
    EXPECT_THAT(error.what(), testing::HasSubstr("Permission denied"));
  }
}

TEST_F(SampleCaptureTest, ACaptureThatNeverBeganEndsQuietly) {
  capture();
  EXPECT_EQ(capture_->finish().counts.taken, 0U);
}

}  // namespace
}  // namespace isotherm::capture

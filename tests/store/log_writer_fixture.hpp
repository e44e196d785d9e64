// What the tests of LogWriter share: a writer on a disk in memory, with a clock moved by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "store/log_writer.hpp"
#include "store/rows.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::test {

inline const core::LogStatus kNoSpace{core::LogFault::NoSpace, "No space left on device"};
inline const core::LogStatus kIoError{core::LogFault::Other, "Input/output error"};

// Without the space taken far ahead, in which a disk that is full does not show.
inline store::LogSettings without_space_ahead() {
  store::LogSettings settings;
  settings.space_ahead = 0;
  return settings;
}

class LogWriterFixture : public testing::Test {
 protected:
  void start() {
    writer = std::make_unique<store::LogWriter>(
        settings, directory, sensor_count,
        [this](std::string notice) { notices.push_back(std::move(notice)); }, clock);
  }
  void give(std::vector<core::Row> rows) {
    given += rows.size();
    writer->accept(std::move(rows));
    writer->work();
  }
  // Lets time pass and does what is due then.
  void wait(core::Nanoseconds duration) {
    clock.advance(duration);
    writer->work();
  }
  store::LogOutcome finish(std::vector<core::Row> rest = {}) {
    given += rest.size();
    auto outcome = writer->finish(std::move(rest));
    EXPECT_EQ(given, outcome.rows_written + outcome.rows_merged + outcome.rows_lost);
    return outcome;
  }
  // Fills the disk up to its last byte.
  void fill_disk() { directory.set_capacity(directory.used()); }
  void empty_disk() { directory.set_capacity(UINT64_MAX); }

  [[nodiscard]] ReadLog log(const std::string& name = "temperature.csv") const {
    return read_log(directory.text(name));
  }
  [[nodiscard]] long count_calls(const std::string& call) const {
    const auto calls = directory.calls();
    return std::count(calls.begin(), calls.end(), call);
  }

  FakeLogDirectory directory;
  FakeClock clock;
  store::LogSettings settings = without_space_ahead();
  std::size_t sensor_count = 2;
  std::vector<std::string> notices;
  std::uint64_t given = 0;
  std::unique_ptr<store::LogWriter> writer;
};

}  // namespace isotherm::test

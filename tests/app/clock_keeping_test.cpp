#include "app/clock_keeping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "history/history_reader.hpp"
#include "support/fake_helper_threads.hpp"

namespace isotherm::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Kind = aggregate::ClockChange::Kind;

TEST(ClockKeepingTest, StepsAndLeapSecondsAreKeptAndSuspendsAreNone) {
  std::string directory = ::testing::TempDir() + "isotherm-clock-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/history.db";
  const history::HistorySettings settings;
  test::FakeHelperThreads threads{test::FakeHelperThreads::Mode::Thread};
  const core::WallTime now{hours{500'000}};
  {
    history::HistoryWriter writer(
        [&] { return std::make_unique<history::HistoryFile>(path, settings, "boot"); }, settings,
        threads, nullptr);
    const core::ClockReading reading{core::MonotonicTime{hours{1}}, now, true};
    keep_in_history({Kind::Stepped, reading, seconds{3}}, writer);
    keep_in_history({Kind::Suspended, reading, hours{8}}, writer);
    keep_in_history({Kind::Leap, reading, seconds{-1}}, writer);
    keep_in_history({Kind::Unsynchronised, reading, {}}, writer);
    writer.finish();
  }
  std::vector<core::Nanoseconds> sizes;
  for (const auto& step : history::HistoryReader(path).clock_steps({now, now + seconds{1}})) {
    sizes.push_back(step.size);
  }
  EXPECT_THAT(sizes, ::testing::ElementsAre(seconds{3}, seconds{-1}));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace isotherm::app

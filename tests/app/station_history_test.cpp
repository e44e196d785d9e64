#include "app/station_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/fake_clock.hpp"
#include "support/fake_helper_threads.hpp"

namespace isotherm::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StationHistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "isotherm-history-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    settings_.file = "elsewhere/history.db";
    settings_.flush_interval = milliseconds{1};
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string elsewhere() const { return directory_ + "/elsewhere"; }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  // Looks until so many sentences were said.
  void look_until(StationHistory& history, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + seconds{60};
    while (said().size() < count) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      history.look();
      std::this_thread::yield();
    }
  }

  history::HistorySettings settings_;
  std::string directory_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  test::FakeClock clock_;  // of iso-events, which moves it by looking at it
  test::FakeClock wall_clock_;
  test::FakeHelperThreads threads_{test::FakeHelperThreads::Mode::Thread};
};

TEST_F(StationHistoryTest, EachTroubleOfItsDiskIsToldAndThatItIsOver) {
  StationEvents events(directory_, threads_, clock_, wall_clock_, [this](const std::string& words) {
    const std::lock_guard lock(mutex_);
    said_.push_back(words);
  });
  {
    StationHistory first(settings_, directory_, threads_, events);
    look_until(first, 1);
    std::filesystem::create_directory(elsewhere());
    look_until(first, 2);
    const HistoryReport report = first.finish();
    EXPECT_THAT(report.outcome.last_error, HasSubstr("cannot be opened"));
  }
  EXPECT_THAT(said(), ElementsAre(HasSubstr("the log goes on without it"),
                                  HasSubstr("it is written again")));
}

}  // namespace
}  // namespace isotherm::app

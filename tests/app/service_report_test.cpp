#include "app/service_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace isotherm::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr core::MonotonicTime kStart{hours{1}};
constexpr core::Nanoseconds kPoll = milliseconds{50};
constexpr core::Nanoseconds kWatchdog = seconds{10};

LiveReader live(std::uint64_t slots,
                std::vector<std::pair<std::string, std::optional<double>>> temperatures) {
  LiveReader reader;
  reader.slots = slots;
  reader.temperatures = std::move(temperatures);
  return reader;
}

// A station of two readers, 10 Hz and once an hour, whose readers do what their grids say unless a
// test stops them; looked at as the main thread does, every 50 ms.
class ServiceReportTest : public testing::Test {
 protected:
  void make(std::optional<core::Nanoseconds> watchdog) {
    report_.emplace(
        [this](const std::string& lines) {
          if (manager_listens_) {
            sent_.emplace_back(now_ - kStart, lines);
          }
          return manager_listens_;
        },
        [this](const std::string& text) { said_.push_back(text); }, watchdog);
  }

  void run_for(core::Nanoseconds duration) {
    for (const auto end = now_ + duration; now_ < end; now_ += kPoll) {
      if (report_->due(now_)) {
        report_->look(now_, progress());
        ++looks_;
      }
    }
  }

  void hang() {
    advance();
    fast_hangs_ = true;
  }

  void advance() {
    if (!fast_hangs_) {
      fast_done_ = static_cast<std::uint64_t>((now_ - kStart) / milliseconds{100}) + 1;
    }
  }

  [[nodiscard]] StationProgress progress() {
    advance();
    StationProgress progress;
    progress.watched = {{.name = "reader \"fast\"",
                         .done = fast_done_,
                         .due = kStart + milliseconds{100} * static_cast<std::int64_t>(fast_done_),
                         .grace = seconds{3},
                         .finished = false},
                        {.name = "reader \"slow\"",
                         .done = 1,
                         .due = kStart + hours{1},
                         .grace = seconds{3},
                         .finished = false}};
    progress.working = working_;
    progress.reopenings = reopenings_;
    progress.readers = readers_;
    return progress;
  }

  // What was sent and begins with `key`, since the last call; with the seconds since the start.
  std::vector<std::pair<double, std::string>> take(const std::string& key) {
    std::vector<std::pair<double, std::string>> taken;
    std::erase_if(sent_, [&](const auto& one) {
      if (!one.second.starts_with(key)) {
        return false;
      }
      taken.emplace_back(std::chrono::duration<double>(one.first).count(), one.second);
      return true;
    });
    return taken;
  }

  core::MonotonicTime now_ = kStart;
  bool manager_listens_ = true;
  bool fast_hangs_ = false;
  bool working_ = false;
  std::uint64_t fast_done_ = 0;
  std::uint64_t reopenings_ = 0;
  std::vector<LiveReader> readers_;
  std::optional<ServiceReport> report_;
  std::vector<std::pair<core::Nanoseconds, std::string>> sent_;
  std::vector<std::string> said_;
  int looks_ = 0;
};

TEST_F(ServiceReportTest, ReadyIsSaidOnceAndNotBeforeTheStationWorks) {
  make(kWatchdog);
  run_for(seconds{7});
  EXPECT_THAT(take("READY"), IsEmpty());
  working_ = true;
  run_for(seconds{30});
  EXPECT_THAT(take("READY"), ElementsAre(std::pair{7.0, std::string{"READY=1"}}));
}

TEST_F(ServiceReportTest, WhileItStartsItAsksForTimeLongBeforeThatIsOver) {
  make(kWatchdog);
  run_for(seconds{20});
  const std::string words = "EXTEND_TIMEOUT_USEC=30000000";
  EXPECT_THAT(take("EXTEND"), ElementsAre(std::pair{0.0, words}, std::pair{5.0, words},
                                          std::pair{10.0, words}, std::pair{15.0, words}));
  working_ = true;
  run_for(seconds{30});
  EXPECT_THAT(take("EXTEND"), IsEmpty());
}

TEST_F(ServiceReportTest, AStuckReaderGetsNeitherReadyNorMoreTime) {
  make(kWatchdog);
  run_for(milliseconds{200});
  hang();
  run_for(seconds{8});  // to a feed, and its grace
  take("");
  working_ = true;
  run_for(seconds{60});
  EXPECT_THAT(take("READY"), IsEmpty());
  EXPECT_THAT(take("EXTEND"), IsEmpty());
}

TEST_F(ServiceReportTest, TheWatchdogIsFedAtHalfItsInterval) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{21});
  std::vector<double> fed;
  for (const auto& [at, lines] : take("WATCHDOG")) {
    EXPECT_EQ(lines, "WATCHDOG=1");
    fed.push_back(at);
  }
  EXPECT_THAT(fed, ElementsAre(0.0, 5.0, 10.0, 15.0, 20.0));
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(ServiceReportTest, AnIntervalBelowASecondIsKeptToo) {
  make(milliseconds{400});
  working_ = true;
  run_for(seconds{1});
  EXPECT_EQ(take("WATCHDOG").size(), 5U);
}

TEST_F(ServiceReportTest, WithoutAWatchdogNothingIsFedButAStuckReaderIsTold) {
  make(std::nullopt);
  working_ = true;
  run_for(seconds{11});
  hang();
  run_for(seconds{20});
  EXPECT_THAT(take("WATCHDOG"), IsEmpty());
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_THAT(said_[0], StartsWith("reader \"fast\" does not advance"));
  EXPECT_THAT(said_[0], Not(HasSubstr("watchdog")));
}

TEST_F(ServiceReportTest, AReaderThatHangsEndsTheFeedingAndIsNamedOnce) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{11});
  take("");
  hang();
  run_for(seconds{60});
  // One more is right: at 15 s it had advanced since the one at 10 s.
  EXPECT_THAT(take("WATCHDOG"), ElementsAre(std::pair{15.0, std::string{"WATCHDOG=1"}}));
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_THAT(said_[0], StartsWith("reader \"fast\" does not advance: what it has to do was due"));
  EXPECT_THAT(said_[0], HasSubstr("the watchdog is not fed until it goes on"));
  const auto told = take("STATUS");
  EXPECT_THAT(told.back().second, StartsWith("STATUS=reader \"fast\" does not advance; "));
}

TEST_F(ServiceReportTest, OneThatGoesOnIsFedForAtOnceAndMayBeNamedAgain) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{11});
  hang();
  run_for(seconds{30});
  take("");
  fast_hangs_ = false;
  run_for(kPoll);
  EXPECT_EQ(take("WATCHDOG").size(), 1U);
  ASSERT_EQ(said_.size(), 2U);
  EXPECT_EQ(said_[1], "reader \"fast\" advances again");
  hang();
  run_for(seconds{30});
  EXPECT_EQ(said_.size(), 3U);
}

TEST_F(ServiceReportTest, AReaderWhoseNextSlotIsAnHourAwayIsNotStuckUntilThenAndItsGrace) {
  make(kWatchdog);
  working_ = true;
  run_for(hours{1});
  EXPECT_THAT(said_, IsEmpty());
  EXPECT_EQ(take("WATCHDOG").size(), 720U);
  run_for(seconds{30});  // it does nothing at its slot either
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_THAT(said_[0], StartsWith("reader \"slow\" does not advance"));
}

TEST_F(ServiceReportTest, AFeedThatDoesNotGoOutIsTriedAgainAtTheNextLook) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{4});
  take("");
  manager_listens_ = false;
  run_for(seconds{4});
  manager_listens_ = true;
  run_for(seconds{1});
  EXPECT_THAT(take("WATCHDOG"), ElementsAre(std::pair{8.0, std::string{"WATCHDOG=1"}}));
}

TEST_F(ServiceReportTest, AReadyThatDoesNotGoOutIsTriedAgain) {
  make(kWatchdog);
  working_ = true;
  manager_listens_ = false;
  run_for(seconds{2});
  manager_listens_ = true;
  run_for(seconds{2});
  EXPECT_THAT(take("READY"), ElementsAre(std::pair{2.0, std::string{"READY=1"}}));
}

TEST_F(ServiceReportTest, AReloadIsOverWhenTheFileHasBeenReopened) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{3});
  take("");
  report_->reloading(now_, reopenings_);
  EXPECT_THAT(take("RELOADING"),
              ElementsAre(std::pair{3.0, std::string{"RELOADING=1\nMONOTONIC_USEC=3603000000"}}));
  run_for(seconds{2});  // the disk is slow
  EXPECT_THAT(take("READY"), IsEmpty());
  reopenings_ = 1;
  run_for(seconds{5});
  EXPECT_THAT(take("READY"), ElementsAre(std::pair{5.0, std::string{"READY=1"}}));
}

TEST_F(ServiceReportTest, AReloadBeforeReadinessIsNotToldBecauseItsEndWouldCountAsReadiness) {
  make(kWatchdog);
  run_for(seconds{1});
  report_->reloading(now_, reopenings_);
  reopenings_ = 1;
  run_for(seconds{5});
  EXPECT_THAT(take("RELOADING"), IsEmpty());
  EXPECT_THAT(take("READY"), IsEmpty());
}

TEST_F(ServiceReportTest, TheStatusComesEveryFiveSecondsAndSaysWhatIsWaitedFor) {
  make(std::nullopt);
  readers_ = {live(12, {{"inlet", 21.0625}})};
  run_for(seconds{10});
  const std::string line = "1 reader, 12 slots, 0 missed, 0 dropped; inlet 21.06";
  const std::string starting = "STATUS=starting, the first window is still to be written; " + line;
  EXPECT_THAT(take("STATUS"), ElementsAre(std::pair{0.0, starting}, std::pair{5.0, starting}));
  working_ = true;
  run_for(seconds{10});
  EXPECT_THAT(take("STATUS"),
              ElementsAre(std::pair{10.0, "STATUS=" + line}, std::pair{15.0, "STATUS=" + line}));
}

TEST_F(ServiceReportTest, WhileAllIsWellItLooksOnceASecond) {
  make(kWatchdog);
  working_ = true;
  run_for(seconds{1});
  looks_ = 0;
  run_for(seconds{100});
  EXPECT_LE(looks_, 120);
}

TEST_F(ServiceReportTest, TheEndIsTold) {
  make(kWatchdog);
  report_->stopping();
  EXPECT_EQ(take("STOPPING=1\nSTATUS=stopping").size(), 1U);
}

TEST(StatusLineTest, ReadersAreAddedUpAndSensorsWithoutAReadingShown) {
  std::vector<LiveReader> readers = {live(1000, {{"inlet", 21.5}, {"outlet", std::nullopt}}),
                                     live(10, {{"room", -3.25}})};
  readers[0].missed = 2;
  readers[0].dropped = 1;
  readers[1].missed = 1;
  EXPECT_EQ(status_line(readers),
            "2 readers, 1010 slots, 3 missed, 1 dropped; inlet 21.50, outlet --, room -3.25");
}

TEST(StatusLineTest, ManySensorsAreCounted) {
  LiveReader reader;
  for (int i = 0; i < 64; ++i) {
    reader.temperatures.emplace_back("s" + std::to_string(i), 20.0);
  }
  EXPECT_THAT(status_line({reader}), HasSubstr("s7 20.00 and 56 more"));
}

}  // namespace
}  // namespace isotherm::app

// A history whose windows, and then its minutes, have expired: no answer is short without a word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "history/history_fixture.hpp"
#include "query/history_source.hpp"

namespace isotherm::query {
namespace {

using history::Bucket;
using history::kNow;
using history::TimeRange;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Thirty hours, of the last two of which all windows are there, and of the last five all minutes.
// They are made once, and each test has a copy.
class Expired : public history::HistoryTest {
 protected:
  static void TearDownTestSuite() { made.reset(); }
  void SetUp() override {
    HistoryTest::SetUp();
    if (!made) {
      make();
    }
    std::ofstream(path, std::ios::binary) << made->file;
    all = made->rows;
    source.emplace(path);
  }
  core::SlotCounts counted(const TimeRange& range) {
    const auto sensors = source->sensors(range);
    return source->totals(sensors, range)[0].value_or(Bucket{}).counts;
  }
  core::SlotCounts written(const TimeRange& range) const {
    core::SlotCounts counts;
    for (const Bucket& bucket : expected("sensor0", range, core::Nanoseconds{0})) {
      counts += bucket.counts;
    }
    return counts;
  }
  core::SlotCounts not_good(const TimeRange& range) {
    core::SlotCounts counts;
    source->each_with_faults(source->sensors(range), range, [&](std::size_t, const Bucket& bucket) {
      if (has_faults(bucket)) {
        counts.faulty += bucket.counts.faulty;
        counts.missed += bucket.counts.missed;
      }
      return true;
    });
    return counts;
  }
  std::size_t rows(const TimeRange& range, const Steps& steps) {
    std::size_t count = 0;
    source->each(source->sensors(range), range, steps, [&](std::size_t, const Bucket&) {
      ++count;
      return true;
    });
    return count;
  }

  std::optional<HistorySource> source;

 private:
  struct Made {
    std::string file;
    std::vector<core::Row> rows;
  };
  void make() {
    settings.retention = {hours{2}, hours{5}, core::Nanoseconds{0}};
    {
      history::HistoryFile file(path, settings, "boot");
      write(file, 1, 3600 * 30, 600);
    }
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    made = {bytes.str(), all};
    std::filesystem::remove(path);
  }

  inline static std::optional<Made> made;
};

TEST_F(Expired, ARangeWithinWindowsThatAreKeptIsAsItWasAskedFor) {
  const TimeRange range{kNow + hours{29} + seconds{7}, kNow + hours{29} + seconds{99}};
  EXPECT_EQ(source->whole(range).from, range.from);
  EXPECT_EQ(source->whole(range).to, range.to);
  EXPECT_THAT(source->notices(), IsEmpty());
}

TEST_F(Expired, OfMinutesARangeIsMovedOutToWholeOnes) {
  const core::WallTime at = kNow + hours{26};
  const TimeRange whole = source->whole({at + seconds{10}, at + seconds{130}});
  EXPECT_EQ(whole.from, at);
  EXPECT_EQ(whole.to, at + minutes{3});
  EXPECT_EQ(counted(whole), written(whole));
  EXPECT_EQ(not_good(whole).faulty, written(whole).faulty);
  EXPECT_EQ(not_good(whole).missed, written(whole).missed);
  EXPECT_THAT(source->notices(), ElementsAre(HasSubstr("kept by the minute only")));
}

TEST_F(Expired, OfHoursARangeIsMovedOutToWholeOnes) {
  const core::WallTime at = kNow + hours{3};
  const TimeRange whole = source->whole({at + minutes{10}, at + minutes{50}});
  EXPECT_EQ(whole.from, at);
  EXPECT_EQ(whole.to, at + hours{1});
  EXPECT_EQ(counted(whole), written(whole));
  EXPECT_EQ(not_good(whole).faulty, written(whole).faulty);
  EXPECT_THAT(source->notices(), ElementsAre(HasSubstr("kept by the hour only")));
}

TEST_F(Expired, ARangeFromWhatHasExpiredToWhatHasNotIsMovedAtItsBeginningOnly) {
  const TimeRange range{kNow + hours{3} + minutes{10}, kNow + hours{29} + seconds{7}};
  const TimeRange whole = source->whole(range);
  EXPECT_EQ(whole.from, kNow + hours{3});
  EXPECT_EQ(whole.to, range.to);
  EXPECT_EQ(counted(whole), written(whole));
  EXPECT_EQ(not_good(whole).faulty, written(whole).faulty);
  EXPECT_EQ(not_good(whole).missed, written(whole).missed);
}

TEST_F(Expired, AskedForWindowsItSaysFromWhenOnThereAreAny) {
  EXPECT_EQ(rows({kNow + hours{26}, kNow + hours{26} + minutes{1}}, {}), 0U);
  EXPECT_THAT(source->notices(),
              ElementsAre(::testing::AllOf(HasSubstr("single windows are kept from "),
                                           HasSubstr("--every 1m"))));
}

TEST_F(Expired, AskedForMinutesItSaysFromWhenOnThereAreAny) {
  EXPECT_EQ(rows({kNow + hours{3}, kNow + hours{4}}, Steps(minutes{1}, true)), 0U);
  EXPECT_THAT(source->notices(), ElementsAre(::testing::AllOf(HasSubstr("minutes are kept from "),
                                                              HasSubstr("--every 1h"))));
}

TEST_F(Expired, AskedForHoursThereIsNothingToSay) {
  EXPECT_EQ(rows({kNow, kNow + hours{30}}, Steps(hours{1}, true)), 30U);
  EXPECT_THAT(source->notices(), IsEmpty());
}

TEST_F(Expired, ADamagedBatchIsLeftOutAndSaid) {
  history::Database(path, history::Database::Mode::Existing)
      .run(
          "UPDATE window_batch SET data = zeroblob(length(data)) "
          "WHERE key = (SELECT max(key) FROM window_batch)");
  const TimeRange range{kNow + hours{29}, kNow + hours{30}};
  EXPECT_EQ(rows(range, {}), 3000U);
  EXPECT_THAT(source->notices(), ElementsAre(HasSubstr("the history is damaged")));
}

}  // namespace
}  // namespace isotherm::query

#include "app/progress_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace isotherm::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr core::MonotonicTime kStart{hours{1}};

std::vector<std::string> names(const std::vector<const Watched*>& stuck) {
  std::vector<std::string> names;
  std::transform(stuck.begin(), stuck.end(), std::back_inserter(names),
                 [](const Watched* one) { return one->name; });
  return names;
}

Watched one(const std::string& name, std::uint64_t done, core::MonotonicTime due) {
  return {.name = name, .done = done, .due = due, .grace = seconds{3}, .finished = false};
}

TEST(ProgressWatchTest, WhoHasAdvancedIsNotStuckHoweverLateItIs) {
  ProgressWatch watch;
  watch.remember({one("fast", 10, kStart)});
  EXPECT_THAT(names(watch.stuck({one("fast", 11, kStart)}, kStart + hours{1})), IsEmpty());
}

TEST(ProgressWatchTest, WhoseNextSlotIsStillToComeIsNotStuckHoweverLongThatTakes) {
  ProgressWatch watch;
  const std::vector<Watched> all = {one("glacier", 1, kStart + hours{24})};
  watch.remember(all);
  EXPECT_THAT(names(watch.stuck(all, kStart + hours{23})), IsEmpty());
}

TEST(ProgressWatchTest, WhoIsAtItsSlotIsStuckOnceItsGraceIsOver) {
  ProgressWatch watch;
  const std::vector<Watched> all = {one("fast", 10, kStart)};
  watch.remember(all);
  EXPECT_THAT(names(watch.stuck(all, kStart + seconds{3})), IsEmpty());
  EXPECT_THAT(names(watch.stuck(all, kStart + seconds{3} + core::Nanoseconds{1})),
              ElementsAre("fast"));
}

TEST(ProgressWatchTest, WhoNeverBeginsIsStuckTooBeforeAnythingWasRemembered) {
  const ProgressWatch watch;
  EXPECT_THAT(names(watch.stuck({one("fast", 0, kStart)}, kStart + seconds{4})),
              ElementsAre("fast"));
}

TEST(ProgressWatchTest, OnlyThoseThatAreStuckAreNamed) {
  ProgressWatch watch;
  watch.remember({one("a", 10, kStart), one("b", 10, kStart), one("c", 1, kStart + hours{1})});
  const std::vector<Watched> later = {one("a", 10, kStart), one("b", 20, kStart + seconds{5}),
                                      one("c", 1, kStart + hours{1})};
  EXPECT_THAT(names(watch.stuck(later, kStart + seconds{5})), ElementsAre("a"));
}

TEST(ProgressWatchTest, WhoHasFinishedHasNothingToAdvanceTo) {
  const ProgressWatch watch;
  Watched done = one("fast", 100, kStart);
  done.finished = true;
  EXPECT_THAT(names(watch.stuck({done}, kStart + hours{1})), IsEmpty());
}

}  // namespace
}  // namespace isotherm::app

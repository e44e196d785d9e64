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

constexpr core::MonotonicTime kBegan{hours{1}};

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
  watch.remember({one("fast", 10, kBegan)});
  EXPECT_THAT(names(watch.stuck({one("fast", 11, kBegan)}, kBegan + hours{1})), IsEmpty());
}

TEST(ProgressWatchTest, WhoseNextSlotIsStillToComeIsNotStuckHoweverLongThatTakes) {
  ProgressWatch watch;
  const std::vector<Watched> all = {one("glacier", 1, kBegan + hours{24})};
  watch.remember(all);
  EXPECT_THAT(names(watch.stuck(all, kBegan + hours{23})), IsEmpty());
}

TEST(ProgressWatchTest, WhoIsAtItsSlotIsStuckOnceItsGraceIsOver) {
  ProgressWatch watch;
  const std::vector<Watched> all = {one("fast", 10, kBegan)};
  watch.remember(all);
  EXPECT_THAT(names(watch.stuck(all, kBegan + seconds{3})), IsEmpty());
  EXPECT_THAT(names(watch.stuck(all, kBegan + seconds{3} + core::Nanoseconds{1})),
              ElementsAre("fast"));
}

TEST(ProgressWatchTest, WhoNeverBeginsIsStuckTooBeforeAnythingWasRemembered) {
  const ProgressWatch watch;
  EXPECT_THAT(names(watch.stuck({one("fast", 0, kBegan)}, kBegan + seconds{4})),
              ElementsAre("fast"));
}

TEST(ProgressWatchTest, OnlyThoseThatAreStuckAreNamed) {
  ProgressWatch watch;
  watch.remember({one("a", 10, kBegan), one("b", 10, kBegan), one("c", 1, kBegan + hours{1})});
  const std::vector<Watched> later = {one("a", 10, kBegan), one("b", 20, kBegan + seconds{5}),
                                      one("c", 1, kBegan + hours{1})};
  EXPECT_THAT(names(watch.stuck(later, kBegan + seconds{5})), ElementsAre("a"));
}

TEST(ProgressWatchTest, WhoHasFinishedHasNothingToAdvanceTo) {
  const ProgressWatch watch;
  Watched done = one("fast", 100, kBegan);
  done.finished = true;
  EXPECT_THAT(names(watch.stuck({done}, kBegan + hours{1})), IsEmpty());
}

}  // namespace
}  // namespace isotherm::app

#include "diagnose/competitors.hpp"

#include <gtest/gtest.h>

#include "diagnose/proc_tree.hpp"

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;
using test::FakeThread;

constexpr int kFifo = 1;
constexpr int kDeadline = 6;

const Contender kReader{.thread = 100, .realtime = true, .priority = 80, .cores = {1}};
const Contender kPlainReader{.thread = 100, .realtime = false, .priority = 0, .cores = {1}};

core::MonotonicTime at(core::Nanoseconds time) { return core::MonotonicTime{time}; }

class CompetitorsTest : public ::testing::Test {
 protected:
  // Runs for so long between two searches; whom the reader blames.
  std::optional<Competitor> blamed(FakeThread thread, const Contender& reader = kReader) {
    Competitors competitors(tree, {reader});
    test::put_thread(tree, thread);
    competitors.search();
    thread.cpu_time += 30ms;
    test::put_thread(tree, thread);
    competitors.search();
    return competitors.worst_for(0, at(0s));
  }

  test::FakeFileTree tree;
  FakeThread hog{.process = 7,
                 .thread = 8,
                 .name = "a (hog) 1",
                 .core = 1,
                 .policy = kFifo,
                 .priority = 90,
                 .cpu_time = 5s};
};

TEST_F(CompetitorsTest, AThreadOfHigherPriorityThatRanOnTheCoreIsNamed) {
  const auto worst = blamed(hog);
  ASSERT_TRUE(worst);
  EXPECT_EQ(worst->name, "a (hog) 1");
  EXPECT_EQ(worst->thread, 8);
  EXPECT_EQ(worst->policy, "fifo");
  EXPECT_EQ(worst->priority, 90);
  EXPECT_EQ(worst->ran, 30ms);
}

TEST_F(CompetitorsTest, OneOfTheSamePriorityRunsToItsEndAndOneOfALowerGivesWay) {
  hog.priority = 80;
  EXPECT_TRUE(blamed(hog));
  hog.priority = 79;
  EXPECT_FALSE(blamed(hog));
}

TEST_F(CompetitorsTest, ADeadlineThreadComesBeforeEveryPriority) {
  hog.policy = kDeadline;
  hog.priority = 0;
  EXPECT_TRUE(blamed(hog));
}

TEST_F(CompetitorsTest, AnOrdinaryThreadTakesTurnsOnlyWithAnOrdinaryReader) {
  hog.policy = 0;
  hog.priority = 0;
  EXPECT_FALSE(blamed(hog));
  EXPECT_TRUE(blamed(hog, kPlainReader));
}

TEST_F(CompetitorsTest, OneOnAnotherCoreAndTheReaderItselfAreNotBlamed) {
  hog.core = 0;
  EXPECT_FALSE(blamed(hog));
  hog.core = 1;
  hog.thread = kReader.thread;
  EXPECT_FALSE(blamed(hog));
}

TEST_F(CompetitorsTest, OneThatDidNotRunSinceTheSearchBeforeIsNotBlamed) {
  Competitors competitors(tree, {kReader});
  test::put_thread(tree, hog);
  competitors.search();
  competitors.search();
  EXPECT_FALSE(competitors.worst_for(0, at(0s)));
}

TEST_F(CompetitorsTest, OneThatIsNewIsBlamedForAllThatItRan) {
  Competitors competitors(tree, {kReader});
  competitors.search();
  hog.cpu_time = 40ms;
  test::put_thread(tree, hog);
  competitors.search();
  ASSERT_TRUE(competitors.worst_for(0, at(0s)));
  EXPECT_EQ(competitors.worst_for(0, at(0s))->ran, 40ms);
}

TEST_F(CompetitorsTest, OfSeveralTheOneThatRanTheLongestIsNamed) {
  Competitors competitors(tree, {kReader});
  competitors.search();
  hog.cpu_time = 10ms;
  test::put_thread(tree, hog);
  hog.thread = 9;
  hog.name = "longer";
  hog.cpu_time = 20ms;
  test::put_thread(tree, hog);
  competitors.search();
  EXPECT_EQ(competitors.worst_for(0, at(0s))->name, "longer");
}

TEST_F(CompetitorsTest, AThreadToBeFearedIsFollowedCloselySoThatWhatItRanLongAgoDoesNotCount) {
  Competitors competitors(tree, {kReader});
  test::put_thread(tree, hog);
  competitors.search();
  hog.cpu_time += 500ms;  // long before the slot
  test::put_thread(tree, hog);
  competitors.refresh(at(10s));
  hog.cpu_time += 2ms;
  test::put_thread(tree, hog);
  competitors.search();
  EXPECT_EQ(competitors.worst_for(0, at(10s))->ran, 2ms);
  // Of a slot before that, the search before is all there is.
  EXPECT_EQ(competitors.worst_for(0, at(9s))->ran, 502ms);
}

TEST_F(CompetitorsTest, AMachineWhoseProcessesAreHiddenHasNoneToBlame) {
  Competitors competitors(tree, {kReader});
  competitors.search();
  EXPECT_FALSE(competitors.worst_for(0, at(0s)));
}

}  // namespace
}  // namespace isotherm::diagnose

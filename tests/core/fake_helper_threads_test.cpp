#include "support/fake_helper_threads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/setup_error.hpp"

namespace isotherm::test {
namespace {

TEST(FakeHelperThreadsTest, RecordedBodiesRunWhenTheTestSaysSo) {
  FakeHelperThreads threads;
  int runs = 0;
  const auto handle = threads.start(
      "iso-a", [&runs](const std::stop_token& stop) { runs += stop.stop_requested() ? 10 : 1; });
  EXPECT_EQ(runs, 0);
  std::stop_source stop;
  threads.run(0, stop.get_token());
  EXPECT_EQ(runs, 1);
  stop.request_stop();
  threads.run(0, stop.get_token());
  EXPECT_EQ(runs, 11);
  EXPECT_THAT(threads.names(), ::testing::ElementsAre("iso-a"));
}

TEST(FakeHelperThreadsTest, ARealThreadIsStoppedAndJoinedWithItsHandle) {
  FakeHelperThreads threads(FakeHelperThreads::Mode::Thread);
  std::atomic<bool> ended{false};
  auto handle = threads.start("iso-b", [&ended](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::yield();
    }
    ended = true;
  });
  handle = nullptr;
  EXPECT_TRUE(ended);
}

TEST(FakeHelperThreadsTest, RefusesWhenToldAndNamesThatAreTooLong) {
  FakeHelperThreads threads;
  EXPECT_THROW((void)threads.start("iso-0123456789ab", {}), core::SetupError);
  threads.refuse = true;
  EXPECT_THROW((void)threads.start("iso-a", {}), core::SetupError);
}

}  // namespace
}  // namespace isotherm::test

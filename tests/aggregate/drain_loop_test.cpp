#include "aggregate/drain_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace isotherm::aggregate {
namespace {

using core::Nanoseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr TimePoint kDue{seconds{100}};

TEST(DrainLoopTest, TicksUntilStopped) {
  int ticks = 0;
  DrainLoop* self = nullptr;
  DrainLoop loop{[&ticks, &self] {
                   if (++ticks == 3) {
                     self->stop();
                   }
                 },
                 milliseconds{1}};
  self = &loop;
  loop.run();
  EXPECT_GE(ticks, 3);
}

TEST(DrainLoopTest, APostedTaskRunsOnTheLoopsThread) {
  DrainLoop loop{[] {}, milliseconds{1}};
  std::thread::id task_thread;
  loop.post([&loop, &task_thread] {
    task_thread = std::this_thread::get_id();
    loop.stop();
  });
  std::thread::id loop_thread;
  std::thread thread{[&loop, &loop_thread] {
    loop_thread = std::this_thread::get_id();
    loop.run();
  }};
  thread.join();
  EXPECT_EQ(task_thread, loop_thread);
}

TEST(DrainLoopTest, WhatWasPostedBeforeTheStopStillRunsInOrder) {
  DrainLoop loop{[] {}, milliseconds{1}};
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) {
    loop.post([&order, i] { order.push_back(i); });
  }
  loop.stop();
  loop.run();
  ASSERT_EQ(order.size(), 100U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(DrainLoopTest, StopFromAnotherThreadEndsALoopWithALongInterval) {
  std::atomic<bool> ticked{false};
  DrainLoop loop{[&ticked] {
                   ticked = true;
                   ticked.notify_one();
                 },
                 std::chrono::hours{1}};
  std::thread thread{[&loop] { loop.run(); }};
  ticked.wait(false);
  loop.stop();
  thread.join();
}

TEST(DrainLoopTest, WhatATickThrowsComesOutOfRun) {
  DrainLoop loop{[] { throw std::runtime_error("tick"); }, milliseconds{1}};
  EXPECT_THROW(loop.run(), std::runtime_error);
}

TEST(DrainLoopTest, TheNextTickIsOneIntervalLater) {
  EXPECT_EQ(next_tick(kDue, kDue + milliseconds{3}, milliseconds{50}), kDue + milliseconds{50});
}

TEST(DrainLoopTest, ALateTickStaysOnTheGridAndSkipsWhatHasPassed) {
  EXPECT_EQ(next_tick(kDue, kDue + milliseconds{50}, milliseconds{50}), kDue + milliseconds{100});
  EXPECT_EQ(next_tick(kDue, kDue + milliseconds{4321}, milliseconds{50}),
            kDue + milliseconds{4350});
}

TEST(DrainLoopTest, TheIntervalFollowsWindowAndRing) {
  EXPECT_EQ(drain_interval(std::chrono::hours{24}, seconds{5}), milliseconds{50});
  EXPECT_EQ(drain_interval(milliseconds{100}, seconds{5}), milliseconds{25});
  EXPECT_EQ(drain_interval(seconds{1}, milliseconds{80}), milliseconds{10});
  EXPECT_EQ(drain_interval(seconds{1}, Nanoseconds{1}), milliseconds{1});
}

}  // namespace
}  // namespace isotherm::aggregate

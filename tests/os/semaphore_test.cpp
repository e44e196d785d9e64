#include "os/semaphore.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace isotherm::os {
namespace {

TEST(SemaphoreTest, EachPostLetsOneWaitSucceed) {
  Semaphore semaphore;
  semaphore.post();
  semaphore.post();
  EXPECT_TRUE(semaphore.wait_for(core::Nanoseconds{0}));
  EXPECT_TRUE(semaphore.wait_for(core::Nanoseconds{0}));
  EXPECT_FALSE(semaphore.wait_for(core::Nanoseconds{0}));
}

TEST(SemaphoreTest, WaitEndsWithoutAPost) {
  Semaphore semaphore;
  EXPECT_FALSE(semaphore.wait_for(std::chrono::milliseconds{1}));
}

TEST(SemaphoreTest, PostOfAnotherThreadEndsAWait) {
  Semaphore semaphore;
  const std::jthread poster([&] { semaphore.post(); });
  EXPECT_TRUE(semaphore.wait_for(std::chrono::minutes{1}));
}

}  // namespace
}  // namespace isotherm::os

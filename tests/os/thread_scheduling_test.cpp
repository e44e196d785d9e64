#include "os/thread_scheduling.hpp"

#include <gtest/gtest.h>

namespace isotherm::os {
namespace {

using core::SchedulingPolicy;

// The numbers are those of the kernel's include/uapi/linux/sched.h.
TEST(ThreadSchedulingTest, PoliciesHaveTheKernelsNumbers) {
  EXPECT_EQ(kernel_policy(SchedulingPolicy::Other), 0);
  EXPECT_EQ(kernel_policy(SchedulingPolicy::Fifo), 1);
  EXPECT_EQ(kernel_policy(SchedulingPolicy::RoundRobin), 2);
  EXPECT_EQ(kernel_policy(SchedulingPolicy::Deadline), 6);
}

TEST(ThreadSchedulingTest, NumbersHaveTheirPolicies) {
  EXPECT_EQ(policy_of_kernel(0), SchedulingPolicy::Other);
  EXPECT_EQ(policy_of_kernel(1), SchedulingPolicy::Fifo);
  EXPECT_EQ(policy_of_kernel(2), SchedulingPolicy::RoundRobin);
  EXPECT_EQ(policy_of_kernel(6), SchedulingPolicy::Deadline);
}

TEST(ThreadSchedulingTest, PoliciesThatAreNotRealTimeAreOther) {
  EXPECT_EQ(policy_of_kernel(3), SchedulingPolicy::Other);
  EXPECT_EQ(policy_of_kernel(5), SchedulingPolicy::Other);
  EXPECT_EQ(policy_of_kernel(99), SchedulingPolicy::Other);
}

TEST(ThreadSchedulingTest, EveryNumberHasAWord) {
  EXPECT_EQ(kernel_policy_word(0), "other");
  EXPECT_EQ(kernel_policy_word(1), "fifo");
  EXPECT_EQ(kernel_policy_word(2), "rr");
  EXPECT_EQ(kernel_policy_word(3), "batch");
  EXPECT_EQ(kernel_policy_word(5), "idle");
  EXPECT_EQ(kernel_policy_word(6), "deadline");
  EXPECT_EQ(kernel_policy_word(7), "ext");
  EXPECT_EQ(kernel_policy_word(4), "unknown");
  EXPECT_EQ(kernel_policy_word(-1), "unknown");
}

TEST(ThreadSchedulingTest, OrdinaryThreadHasNoPriorityAndNoDeadline) {
  const ThreadScheduling scheduling = this_thread_scheduling();
  EXPECT_EQ(scheduling.kernel_policy, 0);
  EXPECT_EQ(scheduling.priority, 0);
  EXPECT_EQ(scheduling.deadline, DeadlineParameters{});
}

}  // namespace
}  // namespace isotherm::os

#include "os/process_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "os/probes.hpp"

namespace isotherm::os {
namespace {

constexpr const char* kStatus =
    "Name:\tisotherm\nUmask:\t0022\nVmPeak:\t   99999 kB\nVmSize:\t   88888 kB\n"
    "VmLck:\t    4096 kB\nVmPin:\t       0 kB\nVmHWM:\t    6000 kB\nVmRSS:\t    5120 kB\n"
    "RssAnon:\t     100 kB\n";

TEST(ProcessMemoryTest, StatusGivesResidentLockedAndAddressSpaceBytes) {
  const auto use = parse_memory_use(kStatus);
  ASSERT_TRUE(use.has_value());
  EXPECT_EQ(use->resident_bytes, 5'242'880U);
  EXPECT_EQ(use->locked_bytes, 4'194'304U);
  EXPECT_EQ(use->address_space_bytes, 91'021'312U);
}

TEST(ProcessMemoryTest, StatusOfAnotherFormGivesNothing) {
  EXPECT_FALSE(parse_memory_use("").has_value());
  EXPECT_FALSE(parse_memory_use("VmLck:\t5 kB\nVmRSS:\t5 kB\n").has_value());
  EXPECT_FALSE(parse_memory_use("VmSize:\t5 kB\nVmRSS:\t5 kB\n").has_value());
  EXPECT_FALSE(parse_memory_use("VmSize:\t5 kB\nVmLck:\t5 kB\n").has_value());
  EXPECT_FALSE(parse_memory_use("VmSize:\t5 kB\nVmLck:\t5 MB\nVmRSS:\t5 kB\n").has_value());
  EXPECT_FALSE(parse_memory_use("VmSize:\t5 kB\nVmLck:\tmuch kB\nVmRSS:\t5 kB\n").has_value());
}

TEST(ProcessMemoryTest, ThisProcessHasResidentMemoryWithinItsAddressSpace) {
  const MemoryUse use = memory_use();
  EXPECT_GT(use.resident_bytes, 100'000U);
  EXPECT_GT(use.address_space_bytes, use.resident_bytes);
}

// The three below run in processes of their own, because what they do is for all of a process.

[[noreturn]] void lock_and_look() {
  if (const auto failure = lock_memory()) {
    // An ordinary user with a small RLIMIT_MEMLOCK.
    ::_exit(failure->error == ENOMEM || failure->error == EPERM ? 0 : 1);
  }
  ::_exit(memory_use().locked_bytes > 0 ? 0 : 2);
}

TEST(ProcessMemoryDeathTest, LockedMemoryShowsAsLocked) {
  if (test::kSanitized) {
    GTEST_SKIP() << "sanitizers turn mlockall off";
  }
  EXPECT_EXIT(lock_and_look(), testing::ExitedWithCode(0), "");
}

[[noreturn]] void print_the_refusal_to_lock_without_rights() {
  if (!test::give_up_rights()) {
    ::_exit(1);
  }
  const auto failure = lock_memory();
  if (!failure) {
    ::_exit(2);
  }
  std::cerr << failure->error << "; " << failure->problem << "; " << failure->mend;
  ::_exit(0);
}

TEST(ProcessMemoryDeathTest, RefusedLockSaysWhyAndHowToMendIt) {
  if (test::kSanitized) {
    GTEST_SKIP() << "sanitizers turn mlockall off";
  }
  EXPECT_EXIT(print_the_refusal_to_lock_without_rights(), testing::ExitedWithCode(0),
              "1; mlockall failed: Operation not permitted.*CAP_IPC_LOCK.*LimitMEMLOCK");
}

[[noreturn]] void free_a_large_block_of_tuned_malloc() {
  constexpr std::size_t kBytes = std::size_t{32} << 20U;
  if (!tune_malloc()) {
    ::_exit(1);
  }
  { const std::vector<char> large(kBytes, 'x'); }
  ::_exit(memory_use().resident_bytes >= kBytes ? 0 : 2);
}

TEST(ProcessMemoryDeathTest, TunedMallocKeepsLargeBlocksThatAreFreed) {
  if (test::kSanitized) {
    GTEST_SKIP() << "sanitizers bring their own malloc";
  }
  EXPECT_EXIT(free_a_large_block_of_tuned_malloc(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace isotherm::os

#include "os/thread_usage.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "os/probes.hpp"
#include "os/this_thread.hpp"

namespace isotherm::os {
namespace {

constexpr long kTicksPerSecond = 100;

// Fields as proc_pid_stat(5) numbers them: 10 minor faults, 12 major faults, 14 and 15 CPU time in
// ticks, 39 core, 40 priority, 41 policy.
std::string stat_text(const std::string& name) {
  return "4711 (" + name +
         ") S 4700 4711 2910 0 -1 4194368 123 0 4 0 250 50 0 0 -81 0 7 0 145793 73400320 2048 "
         "18446744073709551615 94067440275456 94067440295337 140720309395104 0 0 2147220187 0 0 0 "
         "0 0 0 -1 3 80 1 0 0 0 94067440311344 94067440312960 94068491898880 140720309402221 "
         "140720309402241 140720309402241 140720309403627 0\n";
}

void expect_the_text_above(const std::optional<ThreadUsage>& usage) {
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->minor_faults, 123U);
  EXPECT_EQ(usage->major_faults, 4U);
  EXPECT_EQ(usage->cpu_time, std::chrono::seconds{3});
  EXPECT_EQ(usage->core, 3);
  EXPECT_EQ(usage->priority, 80);
  EXPECT_EQ(usage->kernel_policy, 1);
  EXPECT_EQ(usage->policy_word(), "fifo");
}

TEST(ThreadUsageTest, StatGivesFaultsTimeCoreAndScheduling) {
  expect_the_text_above(parse_thread_stat(stat_text("iso-fast"), kTicksPerSecond));
}

TEST(ThreadUsageTest, NamesWithBlanksAndParenthesesDoNotShiftTheFields) {
  for (const char* name : {"a b c", "(", ")", ") S 1 2 3", "x) R (y", "", "line\nbreak"}) {
    SCOPED_TRACE(name);
    expect_the_text_above(parse_thread_stat(stat_text(name), kTicksPerSecond));
  }
}

TEST(ThreadUsageTest, StatThatIsCutOffAnywhereGivesNothing) {
  const std::string whole = stat_text("iso-fast");
  // The policy is the last field that is needed: up to and with its one digit the text matters.
  const std::size_t end_of_policy = whole.find(" 3 80 1 ") + std::string{" 3 80 1"}.size();
  for (std::size_t length = 0; length < end_of_policy; ++length) {
    EXPECT_FALSE(parse_thread_stat(whole.substr(0, length), kTicksPerSecond).has_value())
        << "length " << length;
  }
  expect_the_text_above(parse_thread_stat(whole.substr(0, end_of_policy), kTicksPerSecond));
}

TEST(ThreadUsageTest, StatWithWordsInPlaceOfNumbersGivesNothing) {
  std::string text = stat_text("iso-fast");
  text.replace(text.find(" 123 "), 5, " 12x ");
  EXPECT_FALSE(parse_thread_stat(text, kTicksPerSecond).has_value());
  EXPECT_FALSE(parse_thread_stat(stat_text("iso-fast"), 0).has_value());
  EXPECT_FALSE(parse_thread_stat("no such file", kTicksPerSecond).has_value());
}

TEST(ThreadUsageTest, StatusGivesContextSwitches) {
  const auto switches = parse_context_switches(
      "Name:\tiso-fast\nState:\tS (sleeping)\nMems_allowed_list:\t0\n"
      "voluntary_ctxt_switches:\t10001\nnonvoluntary_ctxt_switches:\t7\n");
  ASSERT_TRUE(switches.has_value());
  EXPECT_EQ(switches->voluntary, 10001U);
  EXPECT_EQ(switches->involuntary, 7U);
}

TEST(ThreadUsageTest, StatusWithoutOneOfTheSwitchesGivesNothing) {
  EXPECT_FALSE(parse_context_switches("voluntary_ctxt_switches:\t1\n").has_value());
  EXPECT_FALSE(parse_context_switches("nonvoluntary_ctxt_switches:\t1\n").has_value());
  EXPECT_FALSE(
      parse_context_switches("voluntary_ctxt_switches:\t\nnonvoluntary_ctxt_switches:\t1\n")
          .has_value());
  EXPECT_FALSE(parse_context_switches("").has_value());
}

TEST(ThreadUsageTest, SchedGivesMigrations) {
  EXPECT_EQ(parse_migrations("iso-fast (4711, #threads: 7)\n"
                             "------------------------------------------\n"
                             "se.exec_start                 :   1174940.420999\n"
                             "se.nr_migrations              :                    2\n"
                             "nr_switches                   :                10008\n"),
            2U);
}

TEST(ThreadUsageTest, SchedWithoutMigrationsGivesNothing) {
  EXPECT_FALSE(parse_migrations("nr_switches : 2\n").has_value());
  EXPECT_FALSE(parse_migrations("se.nr_migrations : many\n").has_value());
  EXPECT_FALSE(parse_migrations("").has_value());
}

TEST(ThreadUsageTest, SchedstatGivesTimeOnACpu) {
  EXPECT_EQ(parse_cpu_time("754933 63847 12\n"), core::Nanoseconds{754933});
  EXPECT_FALSE(parse_cpu_time("").has_value());
  EXPECT_FALSE(parse_cpu_time("754933").has_value());
  EXPECT_FALSE(parse_cpu_time("fast 1 2").has_value());
}

TEST(ThreadUsageTest, SchedstatGivesTheTimeThatItWaitedForACpu) {
  EXPECT_EQ(parse_queue_time("754933 63847 12\n"), core::Nanoseconds{63847});
  EXPECT_FALSE(parse_queue_time("754933").has_value());
  EXPECT_FALSE(parse_queue_time("754933 63847").has_value());
  EXPECT_FALSE(parse_queue_time("").has_value());
}

TEST(ThreadUsageTest, ThreadOfThisProcessIsFoundAsItIs) {
  const unsigned core = test::allowed_core();
  std::thread([core] {
    pin_this_thread(core::CpuSet{core});
    const auto usage = thread_usage(this_thread_id());
    ASSERT_TRUE(usage.has_value());
    EXPECT_EQ(usage->core, static_cast<int>(core));
    EXPECT_EQ(usage->policy_word(), "other");
    EXPECT_EQ(usage->priority, 0);
  }).join();
}

TEST(ThreadUsageTest, EveryFreshPageIsAMinorFault) {
  if (test::kSanitized) {
    GTEST_SKIP() << "a sanitizer's shadow memory takes page faults too";
  }
  constexpr std::size_t kPages = 64;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const fresh =
      ::mmap(nullptr, kPages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(fresh, MAP_FAILED);
  ::madvise(fresh, kPages * page, MADV_NOHUGEPAGE);  // else one fault may bring many pages
  const auto before = thread_usage(this_thread_id());
  auto* const bytes = static_cast<volatile char*>(fresh);
  for (std::size_t i = 0; i < kPages; ++i) {
    bytes[i * page] = 1;
  }
  const auto after = thread_usage(this_thread_id());
  ::munmap(fresh, kPages * page);
  ASSERT_TRUE(before.has_value() && after.has_value());
  EXPECT_GE(after->minor_faults - before->minor_faults, kPages);
}

TEST(ThreadUsageTest, EverySleepIsAVoluntarySwitchThatBringsTheCpuTimeUpToDate) {
  constexpr int kSleeps = 5;
  const auto before = thread_usage(this_thread_id());
  for (int i = 0; i < kSleeps; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});  // what is counted, not a wait
  }
  const auto after = thread_usage(this_thread_id());
  ASSERT_TRUE(before.has_value() && after.has_value());
  EXPECT_GE(after->voluntary_switches - before->voluntary_switches, std::uint64_t{kSleeps});
  if (std::filesystem::exists("/proc/self/schedstat")) {
    EXPECT_GT(after->cpu_time, before->cpu_time);
  }
}

TEST(ThreadUsageTest, ThreadThatHasEndedGivesNothing) {
  pid_t tid = 0;
  std::thread([&tid] { tid = this_thread_id(); }).join();
  // join() returns when the thread no longer runs code; a moment later the kernel has let go of it.
  while (std::filesystem::exists("/proc/self/task/" + std::to_string(tid))) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(thread_usage(tid).has_value());
  EXPECT_FALSE(thread_usage(-1).has_value());
}

}  // namespace
}  // namespace isotherm::os

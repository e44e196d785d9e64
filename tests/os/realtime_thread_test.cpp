#include "os/realtime_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <latch>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "os/monotonic_clock.hpp"
#include "os/probes.hpp"
#include "os/start_gate.hpp"
#include "os/this_thread.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;
using core::ExitCode;
using core::SchedulingPolicy;
using core::SetupError;
using testing::AllOf;
using testing::HasSubstr;

constexpr auto kThreadWatchdog = std::chrono::seconds{30};

ThreadSpec ordinary_spec() {
  ThreadSpec spec;
  spec.name = "iso-test";
  spec.policy = SchedulingPolicy::Other;
  spec.cores = CpuSet{test::allowed_core()};
  return spec;
}

ThreadSpec realtime_spec(SchedulingPolicy policy, int priority) {
  ThreadSpec spec = ordinary_spec();
  spec.policy = policy;
  spec.priority = priority;
  return spec;
}

using ThreadIds = std::set<std::string>;

ThreadIds thread_ids() {
  ThreadIds ids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    ids.insert(entry.path().filename());
  }
  return ids;
}

// The threads that are there before one is refused. ThreadSanitizer starts one of its own beside
// the first that a program starts.
ThreadIds threads_before() {
  std::thread([] {}).join();
  return thread_ids();
}

// A thread that has ended stands in /proc for a moment longer; one that is left stands there for
// good.
bool no_thread_is_left(const ThreadIds& before) {
  const auto nothing_new = [&before] {
    const ThreadIds now = thread_ids();
    return std::includes(before.begin(), before.end(), now.begin(), now.end());
  };
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!nothing_new() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  return nothing_new();
}

// Constructs a thread that must be refused; the error, and that the body never ran.
SetupError refusal_of(const ThreadSpec& spec) {
  std::atomic<bool> ran{false};
  try {
    RealtimeThread thread(spec, [&] { ran = true; });
    thread.join();
  } catch (const SetupError& error) {
    EXPECT_FALSE(ran.load());
    return error;
  }
  return {ExitCode::Ok, "nothing was thrown", "", ""};
}

TEST(RealtimeThreadTest, ReadbackIsWhatTheThreadItselfSees) {
  CpuSet cores;
  std::string name;
  pid_t tid = 0;
  RealtimeThread thread(ordinary_spec(), [&] {
    cores = this_thread_cores();
    name = this_thread_name();
    tid = this_thread_id();
  });
  thread.join();
  EXPECT_EQ(thread.readback().affinity, cores);
  EXPECT_EQ(thread.readback().affinity, CpuSet{test::allowed_core()});
  EXPECT_EQ(thread.readback().name, name);
  EXPECT_EQ(thread.readback().name, "iso-test");
  EXPECT_EQ(thread.readback().tid, tid);
  EXPECT_EQ(thread.readback().policy, SchedulingPolicy::Other);
  EXPECT_EQ(thread.readback().priority, 0);
}

class RealtimePolicyTest : public testing::TestWithParam<SchedulingPolicy> {};

TEST_P(RealtimePolicyTest, PolicyAndPriorityAreTheKernels) {
  if (!test::realtime_granted(42)) {
    GTEST_SKIP() << test::kNoRealtimeRight;
  }
  int policy = -1;
  sched_param parameters{};
  RealtimeThread thread(realtime_spec(GetParam(), 42),
                        [&] { ::pthread_getschedparam(::pthread_self(), &policy, &parameters); });
  thread.join();
  EXPECT_EQ(policy, GetParam() == SchedulingPolicy::Fifo ? SCHED_FIFO : SCHED_RR);
  EXPECT_EQ(parameters.sched_priority, 42);
  EXPECT_EQ(thread.readback().policy, GetParam());
  EXPECT_EQ(thread.readback().priority, 42);
  ASSERT_TRUE(thread.final_usage().has_value());
  EXPECT_EQ(thread.final_usage()->policy_word(), core::policy_word(GetParam()));
  EXPECT_EQ(thread.final_usage()->priority, 42);
}

INSTANTIATE_TEST_SUITE_P(FifoAndRoundRobin, RealtimePolicyTest,
                         testing::Values(SchedulingPolicy::Fifo, SchedulingPolicy::RoundRobin));

TEST(RealtimeThreadTest, CreatorKeepsItsOwnScheduling) {
  if (!test::realtime_granted(1)) {
    GTEST_SKIP() << test::kNoRealtimeRight;
  }
  const CpuSet before = this_thread_cores();
  RealtimeThread thread(realtime_spec(SchedulingPolicy::Fifo, 1), [] {});
  thread.join();
  EXPECT_EQ(this_thread_scheduling().kernel_policy, SCHED_OTHER);
  EXPECT_EQ(this_thread_cores(), before);
}

TEST(RealtimeThreadTest, InterruptEndsASleepOfAnHour) {
  const MonotonicClock clock;
  std::atomic<bool> stop{false};
  RealtimeThread thread(ordinary_spec(), [&] {
    while (!stop) {
      static_cast<void>(clock.sleep_until(clock.now() + std::chrono::hours{1}));
    }
  });
  stop = true;
  const auto watchdog = clock.now() + kThreadWatchdog;
  do {
    thread.interrupt();
  } while (!thread.join_for(std::chrono::milliseconds{5}) && clock.now() < watchdog);
  EXPECT_TRUE(thread.join_for(core::Nanoseconds{0}));
}

TEST(RealtimeThreadTest, InterruptedSleepSaysSo) {
  const MonotonicClock clock;
  std::atomic<bool> interrupted{false};
  {
    const RealtimeThread thread(ordinary_spec(), [&] {
      interrupted = !clock.sleep_until(clock.now() + std::chrono::hours{1});
    });
    // The destructor interrupts until the thread has ended.
  }
  EXPECT_TRUE(interrupted.load());
}

TEST(RealtimeThreadTest, JoinForGivesUpWhileTheBodyRuns) {
  StartGate gate;
  RealtimeThread thread(ordinary_spec(), [&] { static_cast<void>(gate.wait()); });
  EXPECT_FALSE(thread.join_for(std::chrono::milliseconds{1}));
  EXPECT_FALSE(thread.final_usage().has_value());
  gate.cancel();
  thread.join();
  EXPECT_TRUE(thread.join_for(core::Nanoseconds{0}));
  EXPECT_TRUE(thread.final_usage().has_value());
}

TEST(RealtimeThreadTest, InterruptAndJoinOfAJoinedThreadDoNothing) {
  RealtimeThread thread(ordinary_spec(), [] {});
  thread.join();
  thread.interrupt();
  thread.join();
}

TEST(RealtimeThreadTest, OnlyTheInterruptSignalAndFaultsReachIt) {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  RealtimeThread thread(ordinary_spec(), [&] { ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked); });
  thread.join();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR2, SIGALRM, SIGPIPE, SIGCHLD}) {
    EXPECT_EQ(::sigismember(&blocked, signal), 1) << "signal " << signal;
  }
  for (const int signal : {kInterruptSignal, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    EXPECT_EQ(::sigismember(&blocked, signal), 0) << "signal " << signal;
  }
}

TEST(RealtimeThreadTest, EveryPageOfTheStackIsResidentBeforeTheBodyRuns) {
  constexpr std::size_t kStackBytes = std::size_t{256} * 1024;
  ThreadSpec spec = ordinary_spec();
  spec.stack_bytes = kStackBytes;
  std::size_t absent = 0;
  std::size_t checked = 0;
  RealtimeThread thread(spec, [&] {
    pthread_attr_t attributes;
    void* lowest = nullptr;
    std::size_t bytes = 0;
    ::pthread_getattr_np(::pthread_self(), &attributes);
    ::pthread_attr_getstack(&attributes, &lowest, &bytes);
    ::pthread_attr_destroy(&attributes);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    for (std::size_t offset = 0; offset < bytes; offset += page) {
      unsigned char resident = 0;
      ::mincore(static_cast<char*>(lowest) + offset, page, &resident);
      absent += (resident & 1U) == 0 ? 1 : 0;
      ++checked;
    }
  });
  thread.join();
  EXPECT_EQ(absent, 0U);
  EXPECT_GE(checked * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), kStackBytes);
}

TEST(RealtimeThreadTest, StackTooSmallForTheSystemIsEnlarged) {
  ThreadSpec spec = ordinary_spec();
  spec.stack_bytes = 1;
  bool ran = false;
  RealtimeThread thread(spec, [&] { ran = true; });
  thread.join();
  EXPECT_TRUE(ran);
}

TEST(RealtimeThreadTest, FinalUsageCountsTheBodysSleeps) {
  const MonotonicClock clock;
  constexpr int kSleeps = 10;
  RealtimeThread thread(ordinary_spec(), [&] {
    for (int i = 0; i < kSleeps; ++i) {
      static_cast<void>(clock.sleep_until(clock.now() + std::chrono::milliseconds{1}));
    }
  });
  thread.join();
  ASSERT_TRUE(thread.final_usage().has_value());
  EXPECT_GE(thread.final_usage()->voluntary_switches, std::uint64_t{kSleeps});
  EXPECT_EQ(thread.final_usage()->core, static_cast<int>(test::allowed_core()));
}

TEST(RealtimeThreadTest, NameThatIsTooLongIsRefused) {
  ThreadSpec spec = ordinary_spec();
  spec.name = "iso-temperatures";
  const SetupError error = refusal_of(spec);
  EXPECT_EQ(error.exit_code(), ExitCode::Config);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("iso-temperatures"), HasSubstr("15")));
}

TEST(RealtimeThreadTest, ThreadWithoutACoreIsRefused) {
  ThreadSpec spec = ordinary_spec();
  spec.cores = CpuSet{};
  EXPECT_EQ(refusal_of(spec).problem(), "no core is given to it");
}

TEST(RealtimeThreadTest, PriorityOutsideThePolicysRangeIsRefused) {
  for (const int priority : {-1, 0, 100}) {
    const SetupError error = refusal_of(realtime_spec(SchedulingPolicy::Fifo, priority));
    EXPECT_EQ(error.exit_code(), ExitCode::Config);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(std::to_string(priority)), HasSubstr("1 to 99")));
  }
}

TEST(RealtimeThreadTest, CoreThatDoesNotExistIsRefusedAndLeavesNoThread) {
  if (!test::absent_core_is_absent()) {
    GTEST_SKIP() << "this machine has more than 1023 cores";
  }
  const ThreadIds before = threads_before();
  ThreadSpec spec = ordinary_spec();
  spec.cores = CpuSet{test::kAbsentCore};
  const SetupError error = refusal_of(spec);
  EXPECT_EQ(error.exit_code(), ExitCode::Unavailable);
  EXPECT_THAT(error.where(), AllOf(HasSubstr("iso-test"), HasSubstr("1023")));
  EXPECT_THAT(error.mend(), HasSubstr("cpuset"));
  EXPECT_TRUE(no_thread_is_left(before));
}

TEST(RealtimeThreadTest, CoresThatTheKernelDropsSilentlyAreFoundByTheReadback) {
  if (!test::absent_core_is_absent()) {
    GTEST_SKIP() << "this machine has more than 1023 cores";
  }
  const ThreadIds before = threads_before();
  ThreadSpec spec = ordinary_spec();
  spec.cores.insert(test::kAbsentCore);
  const std::string core = std::to_string(test::allowed_core());
  EXPECT_EQ(refusal_of(spec).problem(), "the kernel set it up differently: core set is '" + core +
                                            "', not '" + core + ",1023'");
  EXPECT_TRUE(no_thread_is_left(before));
}

TEST(RealtimeThreadTest, EveryDifferenceOfTheReadbackIsNamed) {
  ThreadSpec spec;
  spec.name = "iso-fast";
  spec.policy = SchedulingPolicy::Fifo;
  spec.priority = 80;
  spec.cores = CpuSet{2, 3};
  ThreadReadback readback{1, "iso-fast", SchedulingPolicy::Fifo, 80, CpuSet{2, 3}, {}};
  EXPECT_EQ(differences(spec, readback), "");

  readback = {1, "isotherm", SchedulingPolicy::Other, 0, CpuSet{0}, {}};
  EXPECT_EQ(differences(spec, readback),
            "name is 'isotherm', not 'iso-fast'; policy is 'other', not 'fifo'; "
            "priority is '0', not '80'; core set is '0', not '2-3'");
}

TEST(RealtimeThreadTest, DeadlineParametersAreComparedToo) {
  using std::chrono::milliseconds;
  ThreadSpec spec;
  spec.name = "iso-fast";
  spec.policy = SchedulingPolicy::Deadline;
  spec.priority = 80;  // means nothing there, and the kernel says 0
  spec.deadline = {milliseconds{1}, milliseconds{2}, milliseconds{10}};
  ThreadReadback readback{1, "iso-fast", SchedulingPolicy::Deadline, 0, CpuSet{}, spec.deadline};
  EXPECT_EQ(differences(spec, readback), "");
  readback.deadline.runtime = milliseconds{3};
  EXPECT_THAT(differences(spec, readback), HasSubstr("runtime/deadline/period"));
}

// Whether the kernel grants SCHED_DEADLINE to a thread that may run everywhere; asked in a process
// of its own, through the bare system call.
bool deadline_granted() {
  const pid_t child = ::fork();
  if (child == 0) {
    const struct {
      std::uint32_t size = 48, policy = 6;
      std::uint64_t flags = 0;
      std::int32_t nice = 0;
      std::uint32_t priority = 0;
      std::uint64_t runtime = 1'000'000, deadline = 10'000'000, period = 10'000'000;
    } attributes;
    ::_exit(::syscall(SYS_sched_setattr, 0, &attributes, 0U) == 0 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

ThreadSpec deadline_spec(const CpuSet& cores) {
  ThreadSpec spec = ordinary_spec();
  spec.policy = SchedulingPolicy::Deadline;
  spec.cores = cores;
  spec.deadline = {std::chrono::milliseconds{1}, std::chrono::milliseconds{10},
                   std::chrono::milliseconds{10}};
  return spec;
}

TEST(RealtimeThreadTest, DeadlineThreadHasItsParametersFromTheKernel) {
  if (!deadline_granted()) {
    GTEST_SKIP() << "the kernel refuses SCHED_DEADLINE here";
  }
  const ThreadSpec spec = deadline_spec(this_thread_cores());
  RealtimeThread thread(spec, [] {});
  thread.join();
  EXPECT_EQ(thread.readback().policy, SchedulingPolicy::Deadline);
  EXPECT_EQ(thread.readback().deadline, spec.deadline);
}

TEST(RealtimeThreadTest, DeadlineThreadOnAPartOfTheCoresIsRefusedWithTheReason) {
  if (!deadline_granted()) {
    GTEST_SKIP() << "the kernel refuses SCHED_DEADLINE here";
  }
  if (this_thread_cores().size() < 2) {
    GTEST_SKIP() << "with one core, a part of the cores is all of them";
  }
  const ThreadIds before = threads_before();
  const SetupError error = refusal_of(deadline_spec(CpuSet{test::allowed_core()}));
  EXPECT_EQ(error.exit_code(), ExitCode::Unavailable);
  EXPECT_THAT(error.problem(), AllOf(HasSubstr("SCHED_DEADLINE"), HasSubstr("not permitted")));
  EXPECT_THAT(error.mend(), HasSubstr("every core of its scheduling domain"));
  EXPECT_TRUE(no_thread_is_left(before));
}

TEST(RealtimeThreadTest, DeadlineParametersOutOfOrderAreRefusedWithTheRule) {
  ThreadSpec spec = deadline_spec(this_thread_cores());
  spec.deadline.runtime = spec.deadline.deadline * 2;
  const SetupError error = refusal_of(spec);
  EXPECT_THAT(error.mend(), HasSubstr("runtime <= deadline <= period"));
}

[[noreturn]] void print_the_refusal_to_a_process_without_rights() {
  if (!test::give_up_rights()) {
    ::_exit(1);
  }
  const SetupError error = refusal_of(realtime_spec(SchedulingPolicy::Fifo, 80));
  std::cerr << static_cast<int>(error.exit_code()) << " " << error.what();
  ::_exit(0);
}

TEST(RealtimeThreadDeathTest, WithoutTheRightTheRefusalSaysHowToGetIt) {
  EXPECT_EXIT(print_the_refusal_to_a_process_without_rights(), testing::ExitedWithCode(0),
              "69 thread iso-test.*pthread_create failed: Operation not permitted.*\n"
              ".*CAP_SYS_NICE.*RLIMIT_RTPRIO.*cpu.rt_runtime_us");
}

TEST(RealtimeThreadDeathTest, ExceptionThatLeavesTheBodyEndsTheProcess) {
  EXPECT_DEATH(
      {
        RealtimeThread thread(ordinary_spec(),
                              [] { throw std::runtime_error("reader is broken"); });
        thread.join();
      },
      "reader is broken");
}

}  // namespace
}  // namespace isotherm::os

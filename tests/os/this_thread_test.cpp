#include "os/this_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>

#include "core/setup_error.hpp"
#include "os/native_cpu_set.hpp"
#include "os/probes.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;
using core::ExitCode;
using core::SetupError;
using testing::HasSubstr;

// Each test changes a thread of its own, never the test program's.
template <typename Body>
void on_new_thread(Body&& body) {
  std::thread(std::forward<Body>(body)).join();
}

TEST(ThisThreadTest, NameIsWhatTheKernelShows) {
  on_new_thread([] {
    name_this_thread("iso-aggregate");
    EXPECT_EQ(this_thread_name(), "iso-aggregate");
    std::ifstream comm("/proc/thread-self/comm");
    std::string shown;
    std::getline(comm, shown);
    EXPECT_EQ(shown, "iso-aggregate");
  });
}

TEST(ThisThreadTest, ComputingTimeGrowsWithWorkAndIsTheThreadsOwn) {
  on_new_thread([] {
    const core::Nanoseconds before = this_thread_cpu_time();
    while (this_thread_cpu_time() - before < std::chrono::milliseconds{20}) {
    }
    core::Nanoseconds of_another{0};
    std::thread([&of_another] { of_another = this_thread_cpu_time(); }).join();
    EXPECT_LT(of_another, this_thread_cpu_time());
  });
}

TEST(ThisThreadTest, LongestNameHasFifteenCharacters) {
  on_new_thread([] {
    name_this_thread("iso-56789012345");
    EXPECT_EQ(this_thread_name(), "iso-56789012345");
  });
  EXPECT_THROW(check_thread_name("iso-567890123456"), SetupError);
}

TEST(ThisThreadTest, NameThatIsTooLongSaysHowLongItMayBe) {
  try {
    name_this_thread("iso-temperature-inlet");
    FAIL() << "nothing was thrown";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::Config);
    EXPECT_THAT(error.what(), HasSubstr("iso-temperature-inlet"));
    EXPECT_THAT(error.mend(), HasSubstr("1 to 15"));
  }
}

TEST(ThisThreadTest, EmptyNameAndNameWithAZeroByteAreRefused) {
  EXPECT_THROW(check_thread_name(""), SetupError);
  EXPECT_THROW(check_thread_name(std::string("a\0b", 3)), SetupError);
}

TEST(ThisThreadTest, IdIsTheKernels) { EXPECT_EQ(this_thread_id(), ::syscall(SYS_gettid)); }

TEST(ThisThreadTest, PinnedThreadRunsOnItsCoreAndItsChildrenInheritIt) {
  const unsigned core = test::allowed_core();
  on_new_thread([core] {
    pin_this_thread(CpuSet{core});
    EXPECT_EQ(::sched_getcpu(), static_cast<int>(core));
    EXPECT_EQ(this_thread_cores(), CpuSet{core});
    on_new_thread([core] { EXPECT_EQ(this_thread_cores(), CpuSet{core}); });
  });
}

TEST(ThisThreadTest, CoreThatDoesNotExistIsRefused) {
  if (!test::absent_core_is_absent()) {
    GTEST_SKIP() << "this machine has more than 1023 cores";
  }
  on_new_thread([] {
    const CpuSet before = this_thread_cores();
    EXPECT_THROW(pin_this_thread(CpuSet{test::kAbsentCore}), SetupError);
    EXPECT_EQ(this_thread_cores(), before);
  });
}

// sched_setaffinity(2) succeeds here, which is why the set is read back.
TEST(ThisThreadTest, SetThatTheKernelTakesOnlyInPartIsRefused) {
  if (!test::absent_core_is_absent()) {
    GTEST_SKIP() << "this machine has more than 1023 cores";
  }
  const unsigned core = test::allowed_core();
  on_new_thread([core] {
    try {
      pin_this_thread(CpuSet{core, test::kAbsentCore});
      FAIL() << "nothing was thrown";
    } catch (const SetupError& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::Unavailable);
      EXPECT_EQ(error.problem(), "the kernel granted only the cores " + std::to_string(core));
      EXPECT_THAT(error.where(), HasSubstr("1023"));
    }
  });
}

TEST(ThisThreadTest, EmptySetIsRefused) {
  on_new_thread([] { EXPECT_THROW(pin_this_thread(CpuSet{}), SetupError); });
}

TEST(NativeCpuSetTest, SetsSurviveTheWayToTheKernelsFormAndBack) {
  const cpu_set_t native = to_native(CpuSet{0, 5, 63, 64, 1023});
  EXPECT_EQ(CPU_COUNT(&native), 5);
  EXPECT_TRUE(CPU_ISSET(64, &native));
  EXPECT_TRUE(CPU_ISSET(1023, &native));
  EXPECT_FALSE(CPU_ISSET(1, &native));
  EXPECT_EQ(from_native(native), (CpuSet{0, 5, 63, 64, 1023}));
}

}  // namespace
}  // namespace isotherm::os

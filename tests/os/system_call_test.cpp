#include "os/system_call.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <string>

namespace isotherm::os {
namespace {

using core::ExitCode;
using core::SetupError;
using testing::HasSubstr;

template <typename Action>
SetupError failure_of(Action&& action) {
  try {
    action();
  } catch (const SetupError& error) {
    return error;
  }
  return {ExitCode::Ok, "nothing was thrown", "", ""};
}

// The convention of pthread_*: this is why errno must not be looked at after such a call.
TEST(SystemCallTest, PthreadCallsReturnTheErrorAndLeaveErrnoAlone) {
  cpu_set_t nothing;
  CPU_ZERO(&nothing);
  errno = 0;
  const int returned = ::pthread_setaffinity_np(::pthread_self(), sizeof(nothing), &nothing);
  EXPECT_EQ(returned, 22);
  EXPECT_EQ(errno, 0);
}

TEST(SystemCallTest, ReturnedErrorIsReportedWhateverErrnoSays) {
  errno = ENOENT;
  const SetupError error = failure_of([] {
    check_returned(EINVAL, {"pthread_setaffinity_np", "thread iso-fast", "use core 1"});
  });
  EXPECT_EQ(error.exit_code(), ExitCode::Unavailable);
  EXPECT_EQ(error.problem(), "pthread_setaffinity_np failed: Invalid argument (error 22)");
  EXPECT_EQ(error.where(), "thread iso-fast");
  EXPECT_EQ(error.mend(), "use core 1");
}

TEST(SystemCallTest, ReturnedZeroIsSuccess) {
  errno = EIO;
  EXPECT_NO_THROW(check_returned(0, {"pthread_join", "", ""}));
}

TEST(SystemCallTest, MinusOneIsReportedWithErrno) {
  const SetupError error = failure_of([] {
    check_errno([] { return ::open("/nonexistent/file", O_RDONLY); },
                {"open", "/nonexistent/file", "create it", ExitCode::Io});
  });
  EXPECT_EQ(error.exit_code(), ExitCode::Io);
  EXPECT_EQ(error.problem(), "open failed: No such file or directory (error 2)");
  EXPECT_EQ(error.where(), "/nonexistent/file");
}

TEST(SystemCallTest, ResultOfASuccessfulCallIsPassedOn) {
  errno = EIO;
  EXPECT_EQ(check_errno([] { return 7L; }, {"read", "", ""}), 7L);
}

TEST(SystemCallTest, UnknownErrorNumbersAreShownAsNumbers) {
  EXPECT_THAT(error_text(4242), HasSubstr("(error 4242)"));
}

}  // namespace
}  // namespace isotherm::os

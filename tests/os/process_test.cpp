#include "os/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

namespace isotherm::os {
namespace {

// A terminal of this test's own: pty(7).
class PseudoTerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    terminal_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal_ == -1) {
      GTEST_SKIP() << "no pseudo terminals here";
    }
  }
  void TearDown() override { ::close(terminal_); }

  void set_columns(unsigned short columns) const {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    ASSERT_EQ(::ioctl(terminal_, TIOCSWINSZ, &size), 0);
  }

  int terminal_ = -1;
};

TEST_F(PseudoTerminalTest, TerminalIsOneAndHasItsWidth) {
  set_columns(132);
  EXPECT_TRUE(is_terminal(terminal_));
  EXPECT_EQ(terminal_width(terminal_, 80), 132U);
}

TEST_F(PseudoTerminalTest, TerminalThatDoesNotKnowItsSizeHasTheFallbacksWidth) {
  set_columns(0);
  EXPECT_EQ(terminal_width(terminal_, 80), 80U);
}

TEST(ProcessTest, PipeTakesOutputUntilItIsFull) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  EXPECT_TRUE(takes_output(ends[1]));
  const std::string page(4096, 'x');
  while (::write(ends[1], page.data(), page.size()) > 0) {
  }
  EXPECT_FALSE(takes_output(ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(PseudoTerminalTest, StoppedTerminalTakesNoOutputUntilItIsContinued) {
  ASSERT_EQ(::grantpt(terminal_), 0);
  ASSERT_EQ(::unlockpt(terminal_), 0);
  const int screen = ::open(::ptsname(terminal_), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_NE(screen, -1);
  EXPECT_TRUE(takes_output(screen));
  ASSERT_EQ(::tcflow(screen, TCOOFF), 0);
  EXPECT_FALSE(takes_output(screen));
  ASSERT_EQ(::tcflow(screen, TCOON), 0);
  EXPECT_TRUE(takes_output(screen));
  ::close(screen);
}

TEST(ProcessTest, ClosedDescriptorTakesNoOutput) { EXPECT_FALSE(takes_output(-1)); }

TEST(ProcessTest, LoginNameIsTheUserDatabases) {
  const bool root = ::geteuid() == 0;
  if (!root) {
    GTEST_SKIP() << "only root's name is known everywhere";
  }
  EXPECT_EQ(login_name(), "root");
}

TEST(ProcessTest, FileIsNoTerminal) {
  const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ASSERT_NE(file, -1);
  EXPECT_FALSE(is_terminal(file));
  EXPECT_EQ(terminal_width(file, 72), 72U);
  ::close(file);
}

TEST(ProcessTest, ClosedDescriptorIsNoTerminal) {
  EXPECT_FALSE(is_terminal(-1));
  EXPECT_EQ(terminal_width(-1, 72), 72U);
}

TEST(ProcessTest, ExecutablePathIsThisTestProgram) {
  const std::string path = executable_path();
  EXPECT_EQ(std::filesystem::path(path).filename(), "isotherm_os_tests");
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace isotherm::os

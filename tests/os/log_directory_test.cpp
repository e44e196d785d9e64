// The port core::LogDirectory, as the kernel keeps it and as the fake does: the same tests on both,
// so that what is tested on the fake holds on a disk.
#include "os/log_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "support/fake_log_directory.hpp"

namespace isotherm::os {
namespace {

namespace fs = std::filesystem;

using core::LogFault;
using testing::ElementsAre;
using testing::IsEmpty;

// An empty directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "isotherm-log-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) != nullptr ? name : std::string();
  }
  ~TemporaryDirectory() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  TemporaryDirectory(TemporaryDirectory&&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;

  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::string path_;
};

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Blocks of 512 bytes that the file takes on the disk, whatever its size.
std::int64_t blocks_of(const fs::path& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0);
  return facts.st_blocks;
}

enum class Kind { Posix, Fake };

class LogDirectoryContractTest : public testing::TestWithParam<Kind> {
 protected:
  LogDirectoryContractTest() {
    if (GetParam() == Kind::Posix) {
      directory = std::make_unique<PosixLogDirectory>(temporary.path());
    } else {
      directory = std::make_unique<test::FakeLogDirectory>();
    }
  }
  [[nodiscard]] std::unique_ptr<core::LogFile> open(const std::string& name) const {
    auto opened = directory->open(name);
    EXPECT_TRUE(opened.status.ok()) << opened.status.text;
    return std::move(opened.file);
  }

  TemporaryDirectory temporary;
  std::unique_ptr<core::LogDirectory> directory;
};

INSTANTIATE_TEST_SUITE_P(Kinds, LogDirectoryContractTest, testing::Values(Kind::Posix, Kind::Fake),
                         [](const testing::TestParamInfo<Kind>& kind) {
                           return kind.param == Kind::Posix ? "Posix" : "Fake";
                         });

TEST_P(LogDirectoryContractTest, WhatIsAppendedIsReadBack) {
  const auto file = open("log");
  EXPECT_EQ(file->append("one\n").bytes, 4U);
  EXPECT_EQ(file->append("two\n").bytes, 4U);
  EXPECT_EQ(file->append("").bytes, 0U);
  EXPECT_EQ(file->size().bytes, 8U);
  EXPECT_EQ(file->read(0, 100).text, "one\ntwo\n");
  EXPECT_EQ(file->read(2, 4).text, "e\ntw");
  EXPECT_EQ(file->read(8, 4).text, "");
  EXPECT_EQ(file->read(0, 0).text, "");
  EXPECT_TRUE(file->sync().ok());
  EXPECT_TRUE(directory->sync().ok());
}

TEST_P(LogDirectoryContractTest, AnExistingFileIsContinuedAtItsEnd) {
  EXPECT_TRUE(open("log")->append("one\n").status.ok());
  EXPECT_TRUE(open("log")->append("two\n").status.ok());
  EXPECT_EQ(open("log")->read(0, 100).text, "one\ntwo\n");
}

TEST_P(LogDirectoryContractTest, AppendingGoesOnWhereTheFileWasCut) {
  const auto file = open("log");
  EXPECT_TRUE(file->append("one\ntwo\n").status.ok());
  EXPECT_TRUE(file->truncate(4).ok());
  EXPECT_TRUE(file->append("three\n").status.ok());
  EXPECT_EQ(file->read(0, 100).text, "one\nthree\n");
}

TEST_P(LogDirectoryContractTest, AReserveDoesNotChangeTheFile) {
  const auto file = open("log");
  EXPECT_TRUE(file->append("one\n").status.ok());
  const auto reserved = file->reserve(100'000);
  EXPECT_TRUE(reserved.ok() || reserved.fault == LogFault::Unsupported) << reserved.text;
  EXPECT_EQ(file->size().bytes, 4U);
  EXPECT_TRUE(file->reserve(2).ok());
  EXPECT_TRUE(file->append("two\n").status.ok());
  EXPECT_EQ(file->read(0, 100).text, "one\ntwo\n");
}

TEST_P(LogDirectoryContractTest, RenamingReplacesAndRemovingMindsNothing) {
  EXPECT_TRUE(open("a")->append("of a").status.ok());
  EXPECT_TRUE(open("b")->append("of b").status.ok());
  EXPECT_THAT(directory->list(), ElementsAre("a", "b"));
  EXPECT_TRUE(directory->rename("a", "b").ok());
  EXPECT_THAT(directory->list(), ElementsAre("b"));
  EXPECT_EQ(open("b")->read(0, 10).text, "of a");
  EXPECT_EQ(directory->rename("a", "c").fault, LogFault::Gone);
  EXPECT_TRUE(directory->remove("b").ok());
  EXPECT_TRUE(directory->remove("b").ok());
  EXPECT_THAT(directory->list(), IsEmpty());
}

TEST_P(LogDirectoryContractTest, AFileKnowsWhetherItsNameStillLeadsToIt) {
  const auto file = open("log");
  EXPECT_TRUE(file->linked());
  EXPECT_TRUE(directory->rename("log", "log.1").ok());
  EXPECT_FALSE(file->linked());
  const auto next = open("log");
  EXPECT_FALSE(file->linked());
  EXPECT_TRUE(next->linked());
  EXPECT_TRUE(directory->remove("log").ok());
  EXPECT_FALSE(next->linked());
  EXPECT_TRUE(next->append("into nowhere").status.ok());
}

TEST_P(LogDirectoryContractTest, ClaimingTwiceIsOnce) {
  EXPECT_TRUE(directory->claim().ok());
  EXPECT_TRUE(directory->claim().ok());
}

TEST(LogDirectoryTest, DirectoriesAreMadeWithThoseAboveThem) {
  const TemporaryDirectory temporary;
  PosixLogDirectory directory(temporary.path() + "/a/b");
  EXPECT_EQ(directory.claim().fault, LogFault::Gone);
  EXPECT_EQ(directory.open("log").status.fault, LogFault::Gone);
  EXPECT_EQ(directory.sync().fault, LogFault::Gone);
  EXPECT_THAT(directory.list(), IsEmpty());
  EXPECT_TRUE(directory.create().ok());
  EXPECT_TRUE(directory.create().ok());
  EXPECT_TRUE(directory.claim().ok());
  EXPECT_TRUE(directory.open("log").status.ok());
}

TEST(LogDirectoryTest, AFileWhereTheDirectoryShouldBeIsAFault) {
  const TemporaryDirectory temporary;
  std::ofstream(temporary.path() + "/log") << "a file";
  PosixLogDirectory directory(temporary.path() + "/log/deeper");
  const auto status = directory.create();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.text, testing::HasSubstr("Not a directory"));
}

TEST(LogDirectoryTest, ASecondStationFindsTheDirectoryBusyUntilTheFirstEnds) {
  const TemporaryDirectory temporary;
  auto first = std::make_unique<PosixLogDirectory>(temporary.path());
  PosixLogDirectory second(temporary.path());
  EXPECT_TRUE(first->claim().ok());
  EXPECT_EQ(second.claim().fault, LogFault::Busy);
  EXPECT_EQ(second.claim().fault, LogFault::Busy);
  EXPECT_THAT(second.list(), IsEmpty());
  first.reset();
  EXPECT_TRUE(second.claim().ok());
}

TEST(LogDirectoryTest, AFileThatIsLockedIsBusyUntilItIsClosed) {
  const TemporaryDirectory directory;
  PosixLogDirectory first(directory.path());
  PosixLogDirectory second(directory.path());
  auto ours = first.open("run.isocap");
  auto theirs = second.open("run.isocap");
  EXPECT_TRUE(ours.file->lock().ok());
  EXPECT_TRUE(ours.file->lock().ok());
  EXPECT_EQ(theirs.file->lock().fault, LogFault::Busy);
  ours.file.reset();
  EXPECT_TRUE(theirs.file->lock().ok());
}

TEST(LogDirectoryTest, ADirectoryMadeAgainIsClaimedAgain) {
  const TemporaryDirectory temporary;
  const std::string path = temporary.path() + "/log";
  PosixLogDirectory directory(path);
  EXPECT_TRUE(directory.create().ok());
  EXPECT_TRUE(directory.claim().ok());
  const auto file = std::move(directory.open("log").file);
  fs::remove_all(path);
  EXPECT_FALSE(file->linked());
  EXPECT_EQ(directory.claim().fault, LogFault::Gone);
  EXPECT_EQ(directory.open("log").status.fault, LogFault::Gone);
  fs::create_directory(path);
  PosixLogDirectory other(path);
  EXPECT_TRUE(other.claim().ok());
  EXPECT_EQ(directory.claim().fault, LogFault::Busy);
}

TEST(LogDirectoryTest, TruncatingGivesTheReserveBack) {
  const TemporaryDirectory temporary;
  PosixLogDirectory directory(temporary.path());
  const auto file = std::move(directory.open("log").file);
  EXPECT_TRUE(file->append("one\n").status.ok());
  const auto reserved = file->reserve(std::uint64_t{1} << 20U);
  if (reserved.fault == LogFault::Unsupported) {
    GTEST_SKIP() << "this file system cannot reserve space";
  }
  EXPECT_GE(blocks_of(temporary.path() + "/log"), 2048);
  EXPECT_TRUE(file->truncate(4).ok());
  EXPECT_LE(blocks_of(temporary.path() + "/log"), 64);
  EXPECT_EQ(text_of(temporary.path() + "/log"), "one\n");
}

// /dev/full refuses every write for want of space: full(4).
TEST(LogDirectoryTest, ADeviceIsNoLogFile) {
  const TemporaryDirectory temporary;
  fs::create_symlink("/dev/full", temporary.path() + "/log");
  PosixLogDirectory directory(temporary.path());
  const auto opened = directory.open("log");
  EXPECT_EQ(opened.status.fault, LogFault::Other);
  EXPECT_EQ(opened.status.text, "log is not a regular file");
  EXPECT_EQ(opened.file, nullptr);
}

TEST(LogDirectoryTest, AFifoIsRefusedWithoutWaitingForAReader) {
  const TemporaryDirectory temporary;
  ASSERT_EQ(::mkfifo((temporary.path() + "/log").c_str(), 0600), 0);
  PosixLogDirectory directory(temporary.path());
  EXPECT_EQ(directory.open("log").status.fault, LogFault::Other);
}

TEST(LogDirectoryTest, WhatAnOrdinaryUserMayNotWriteIsAFault) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write anywhere";
  }
  const TemporaryDirectory temporary;
  fs::permissions(temporary.path(), fs::perms::owner_read | fs::perms::owner_exec);
  PosixLogDirectory directory(temporary.path());
  const auto opened = directory.open("log");
  fs::permissions(temporary.path(), fs::perms::owner_all);
  EXPECT_EQ(opened.status.fault, LogFault::Other);
  EXPECT_THAT(opened.status.text, testing::HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace isotherm::os

// The port core::WholeFiles, as the kernel keeps it and as the fake does: the same tests on both.
#include "os/whole_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "os/temporary_tree.hpp"
#include "support/fake_whole_files.hpp"

namespace isotherm::os {
namespace {

namespace fs = std::filesystem;

using State = core::WholeFile::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

enum class Kind { Posix, Fake };

class WholeFilesContractTest : public ::testing::TestWithParam<Kind> {
 protected:
  WholeFilesContractTest() {
    if (GetParam() == Kind::Posix) {
      files = std::make_unique<PosixWholeFiles>();
    } else {
      files = std::make_unique<test::FakeWholeFiles>();
    }
  }
  [[nodiscard]] std::string path(const std::string& name) const { return tree.root() + name; }

  test::TemporaryTree tree;
  std::unique_ptr<core::WholeFiles> files;
};

INSTANTIATE_TEST_SUITE_P(Kinds, WholeFilesContractTest, ::testing::Values(Kind::Posix, Kind::Fake),
                         [](const ::testing::TestParamInfo<Kind>& kind) {
                           return kind.param == Kind::Posix ? "Posix" : "Fake";
                         });

TEST_P(WholeFilesContractTest, WhatIsWrittenIsReadBackToTheByte) {
  const std::string text("a\0b\r\n\xff no line feed", 19);
  EXPECT_EQ(files->replace(path("/a"), text), "");
  const core::WholeFile read = files->read(path("/a"));
  EXPECT_EQ(read.state, State::Present);
  EXPECT_EQ(read.text, text);
}

TEST_P(WholeFilesContractTest, AnOldTextIsReplacedAndNothingElseIsLeftBehind) {
  EXPECT_EQ(files->replace(path("/a"), "a long old text"), "");
  EXPECT_EQ(files->replace(path("/a"), "new"), "");
  EXPECT_EQ(files->read(path("/a")).text, "new");
  EXPECT_THAT(files->list(tree.root()), ElementsAre("a"));
}

TEST_P(WholeFilesContractTest, AFileThatIsNotThereIsAbsentAndRemovingItIsNoFault) {
  EXPECT_EQ(files->read(path("/a")).state, State::Absent);
  EXPECT_EQ(files->remove(path("/a")), "");
  EXPECT_EQ(files->replace(path("/a"), "x"), "");
  EXPECT_EQ(files->remove(path("/a")), "");
  EXPECT_EQ(files->read(path("/a")).state, State::Absent);
  EXPECT_EQ(files->read(path("/a/b")).state, State::Absent);
  EXPECT_EQ(files->write_problem(tree.root()), "");
}

TEST(PosixWholeFilesTest, ALinkAndADirectoryAreNotRead) {
  const test::TemporaryTree tree;
  tree.file("/real", "x");
  tree.link("/link", "real");
  PosixWholeFiles files;
  EXPECT_EQ(files.read(tree.root() + "/link").state, State::Unreadable);
  EXPECT_THAT(files.read(tree.root() + "/link").problem, HasSubstr("symbolic link"));
  EXPECT_THAT(files.read(tree.root()).problem, HasSubstr("not a regular file"));
  EXPECT_THAT(files.replace(tree.root() + "/link", "y"), HasSubstr("not a regular file"));
  EXPECT_EQ(files.read(tree.root() + "/real").text, "x\n");
}

TEST(PosixWholeFilesTest, AFileOfMoreThanTheLimitIsNotRead) {
  const test::TemporaryTree tree;
  tree.file("/large", std::string(core::kWholeFileLimit, 'x'));
  EXPECT_THAT(PosixWholeFiles().read(tree.root() + "/large").problem, HasSubstr("1 MiB"));
}

TEST(PosixWholeFilesTest, TheModeOfTheOldFileStays) {
  const test::TemporaryTree tree;
  const std::string path = tree.root() + "/a";
  tree.file("/a", "x");
  fs::permissions(path, fs::perms{0640});
  EXPECT_EQ(PosixWholeFiles().replace(path, "y"), "");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms{0640});
}

TEST(PosixWholeFilesTest, AHalfWrittenFileOfAnEarlierAttemptIsNotInTheWay) {
  const test::TemporaryTree tree;
  tree.file("/a", "old");
  tree.file("/a.isotherm-new", "ha");
  PosixWholeFiles files;
  EXPECT_EQ(files.replace(tree.root() + "/a", "new"), "");
  EXPECT_EQ(files.read(tree.root() + "/a").text, "new");
  EXPECT_THAT(files.list(tree.root()), ElementsAre("a"));
}

TEST(PosixWholeFilesTest, WhereNothingCanBeWrittenTheOldFileStays) {
  PosixWholeFiles files;
  EXPECT_THAT(files.replace("/nonexistent/a", "x"), HasSubstr("No such file"));
  EXPECT_NE(files.write_problem("/nonexistent"), "");
  // /proc takes no new file, whoever asks.
  EXPECT_NE(files.replace("/proc/version", "x"), "");
  EXPECT_THAT(files.read("/proc/version").text, HasSubstr("Linux"));
}

TEST(FakeWholeFilesTest, FailsWhereATestWantsIt) {
  test::FakeWholeFiles files;
  files.files["/a"] = "old";
  files.unwritable = {"/a"};
  files.unreadable = {"/b"};
  files.forbidden = {"/c"};
  EXPECT_NE(files.replace("/a", "new"), "");
  EXPECT_NE(files.remove("/a"), "");
  EXPECT_EQ(files.read("/a").text, "old");
  EXPECT_EQ(files.read("/b").state, State::Unreadable);
  EXPECT_NE(files.write_problem("/c"), "");
  EXPECT_THAT(files.calls, ElementsAre("replace /a", "remove /a"));
}

}  // namespace
}  // namespace isotherm::os

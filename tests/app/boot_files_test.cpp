#include "app/boot_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/setup_error.hpp"
#include "support/fake_file_tree.hpp"
#include "support/fake_whole_files.hpp"

namespace isotherm::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kLine = "console=tty1 root=PARTUUID=1-2 rootwait quiet\n";
constexpr const char* kConfig = "dtparam=audio=on\n\n[pi4]\narm_boost=1\n";
const BootLines kLines{.parameters = {"isolcpus=managed_irq,domain,2-3", "irqaffinity=0-1"},
                       .settings = {"dtparam=i2c_arm=on", "dtoverlay=w1-gpio"}};
const std::string kLinePath = "/boot/firmware/cmdline.txt";
const std::string kConfigPath = "/boot/firmware/config.txt";

settings::BoardFacts rpi4() {
  settings::BoardFacts board;
  board.name = "rpi4";
  board.models = {"Raspberry Pi 4 "};
  board.boot.layout = settings::BootLayout::RaspberryPi;
  board.boot.device_trees = {"bcm2711-"};
  return board;
}

class BootFilesTest : public ::testing::Test {
 protected:
  BootFilesTest() { files.files = {{kLinePath, kLine}, {kConfigPath, kConfig}}; }

  [[nodiscard]] BootEdit plan(const BootLines& lines = kLines) const {
    return plan_apply("/boot/firmware", rpi4(), lines, files);
  }
  void apply(const BootLines& lines = kLines) {
    const BootEdit edit = plan(lines);
    EXPECT_THAT(edit.problems, IsEmpty());
    write_boot_files(edit, files);
  }
  BootEdit undo() {
    BootEdit edit = plan_undo("/boot/firmware", files);
    EXPECT_THAT(edit.problems, IsEmpty());
    write_boot_files(edit, files);
    return edit;
  }
  // The one problem that keeps apply from doing anything.
  [[nodiscard]] std::string problem() const {
    const BootEdit edit = plan();
    EXPECT_EQ(edit.problems.size(), 1U);
    return edit.problems.empty() ? "" : edit.problems[0].where + ": " + edit.problems[0].what;
  }

  test::FakeWholeFiles files;
  test::FakeFileTree tree;
};

TEST_F(BootFilesTest, PlanningChangesNothing) {
  EXPECT_TRUE(plan().changed());
  EXPECT_THAT(files.calls, IsEmpty());
}

TEST_F(BootFilesTest, ApplyingTwiceIsApplyingOnce) {
  apply();
  EXPECT_THAT(files.files[kLinePath],
              HasSubstr("quiet isolcpus=managed_irq,domain,2-3 irqaffinity=0-1\n"));
  EXPECT_THAT(files.files[kConfigPath], HasSubstr("[all]\ndtparam=i2c_arm=on\n"));
  const auto once = files.files;
  const BootEdit again = plan();
  EXPECT_FALSE(again.changed());
  write_boot_files(again, files);
  EXPECT_EQ(files.files, once);
}

TEST_F(BootFilesTest, UndoGivesBackEveryByteAndLeavesNothing) {
  const auto before = files.files;
  apply();
  EXPECT_EQ(files.files.size(), 6U);
  undo();
  EXPECT_EQ(files.files, before);
}

TEST_F(BootFilesTest, TheBackupIsTheFileAsItWasAlsoAfterAnotherApply) {
  apply();
  apply({.parameters = {"isolcpus=3"}, .settings = {"dtparam=spi=on"}});
  EXPECT_EQ(files.files[kLinePath + ".isotherm-backup"], kLine);
  EXPECT_EQ(files.files[kConfigPath + ".isotherm-backup"], kConfig);
  EXPECT_EQ(files.files[kLinePath], "console=tty1 root=PARTUUID=1-2 rootwait quiet isolcpus=3\n")
      << "a parameter that the board no longer has goes";
  EXPECT_THAT(files.files[kConfigPath], HasSubstr("[all]\ndtparam=spi=on\n# <<<"));
  undo();
  EXPECT_EQ(files.files[kLinePath], kLine);
  EXPECT_EQ(files.files[kConfigPath], kConfig);
}

TEST_F(BootFilesTest, UndoOfAnEditedFileTakesBackItsOwnPartAndSaysSo) {
  apply();
  files.files[kLinePath] = "cgroup_enable=memory " + files.files[kLinePath];
  files.files[kConfigPath] += "dtparam=spi=on\n";
  const BootEdit edit = undo();
  EXPECT_EQ(files.files[kLinePath], "cgroup_enable=memory " + std::string(kLine));
  EXPECT_EQ(files.files[kConfigPath], std::string(kConfig) + "dtparam=spi=on\n");
  EXPECT_EQ(files.files.size(), 2U);
  for (const BootFileEdit& file : edit.files) {
    EXPECT_THAT(file.notes, ElementsAre(HasSubstr("has been edited since")));
  }
}

TEST_F(BootFilesTest, AnEditBesideItsOwnPartIsNoReasonToWriteAgain) {
  apply();
  files.files[kLinePath].insert(files.files[kLinePath].size() - 1, " cgroup_enable=memory");
  files.files[kConfigPath] += "dtparam=spi=on\n";
  EXPECT_FALSE(plan().changed());
}

TEST_F(BootFilesTest, ApplyAfterAnEditThatBrokeItsPartKeepsTheEditInTheBackup) {
  apply();
  files.files[kLinePath] = "console=ttyS0 root=PARTUUID=1-2 irqaffinity=0-1\n";
  apply();
  EXPECT_EQ(files.files[kLinePath],
            "console=ttyS0 root=PARTUUID=1-2 isolcpus=managed_irq,domain,2-3 irqaffinity=0-1\n");
  undo();
  EXPECT_EQ(files.files[kLinePath], "console=ttyS0 root=PARTUUID=1-2\n");
}

TEST_F(BootFilesTest, UndoWithoutABackupTakesOutTheMarkedBlockOnly) {
  apply();
  std::erase_if(files.files, [](const auto& file) { return file.first.ends_with("-backup"); });
  const std::string line = files.files[kLinePath];
  const BootEdit edit = undo();
  EXPECT_EQ(files.files[kLinePath], line);
  EXPECT_EQ(files.files[kConfigPath], kConfig);
  EXPECT_THAT(edit.files[0].notes, ElementsAre(HasSubstr("nothing to take back")));
  EXPECT_THAT(edit.files[1].notes, ElementsAre(HasSubstr("only the marked block")));
}

TEST_F(BootFilesTest, UndoOfNothingChangesNothing) {
  const auto before = files.files;
  EXPECT_FALSE(undo().changed());
  EXPECT_EQ(files.files, before);
}

TEST_F(BootFilesTest, ParametersThatWereThereByHandAreLeftWithoutABackup) {
  files.files[kLinePath] = "root=x irqaffinity=0-1 isolcpus=managed_irq,domain,2-3\n";
  const BootEdit edit = plan();
  EXPECT_FALSE(edit.files[0].changed());
  EXPECT_TRUE(edit.files[1].changed());
}

TEST_F(BootFilesTest, WhatIsNotRecognisedIsAProblemAndNothingIsWritten) {
  files.files[kLinePath] = "a\nb\n";
  EXPECT_THAT(problem(), HasSubstr(kLinePath + ": it has several lines"));
  files.files[kLinePath] = "";
  EXPECT_THAT(problem(), HasSubstr("it is empty"));
  files.files[kLinePath] = "root=x " + std::string(1000, 'y') + "\n";
  EXPECT_THAT(problem(), HasSubstr("longer than 1024 bytes"));
  files.files[kLinePath] = kLine;
  files.files.erase(kConfigPath);
  EXPECT_THAT(problem(), HasSubstr(kConfigPath + ": it is not there"));
  files.unreadable = {kConfigPath};
  EXPECT_THAT(problem(), HasSubstr("cannot be read: Input/output error"));
}

TEST_F(BootFilesTest, ADiskThatFailsHalfWayLeavesWholeFilesThatUndoCanMend) {
  files.unwritable = {kConfigPath};
  try {
    apply();
    FAIL() << "nothing was thrown";
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
    EXPECT_EQ(error.where(), kConfigPath);
    EXPECT_THAT(error.mend(), HasSubstr(kLinePath + " has been written already"));
  }
  EXPECT_EQ(files.files[kConfigPath], kConfig);
  files.unwritable = {};
  undo();
  EXPECT_EQ(files.files[kLinePath], kLine);
  EXPECT_EQ(files.files.size(), 2U);
}

TEST_F(BootFilesTest, WhereNoBackupCanBeWrittenTheBootFileIsNotTouched) {
  files.unwritable = {kLinePath + ".isotherm-backup"};
  EXPECT_THROW(apply(), core::SetupError);
  EXPECT_EQ(files.files.size(), 2U);
  files.unwritable = {kLinePath + ".isotherm-applied"};
  EXPECT_THROW(apply(), core::SetupError);
  EXPECT_EQ(files.files[kLinePath], kLine);
}

// A power cut between the record and the boot file.
TEST_F(BootFilesTest, ARecordOfWhatWasNeverWrittenDoesNoHarm) {
  apply();
  files.files[kLinePath] = kLine;
  EXPECT_TRUE(plan().files[0].changed());
  undo();
  EXPECT_EQ(files.files[kLinePath], kLine);
  EXPECT_EQ(files.files.size(), 2U);
}

TEST_F(BootFilesTest, BackupAndRecordAreWrittenBeforeTheBootFile) {
  apply();
  EXPECT_THAT(
      files.calls,
      ElementsAre("replace " + kLinePath + ".isotherm-backup",
                  "replace " + kLinePath + ".isotherm-applied", "replace " + kLinePath,
                  "replace " + kConfigPath + ".isotherm-backup",
                  "replace " + kConfigPath + ".isotherm-applied", "replace " + kConfigPath));
}

TEST_F(BootFilesTest, ABackupThatCannotBeRemovedIsSaid) {
  apply();
  files.unwritable = {kLinePath + ".isotherm-applied"};
  const BootEdit edit = plan_undo("/boot/firmware", files);
  EXPECT_THROW(write_boot_files(edit, files), core::SetupError);
  EXPECT_EQ(files.files[kLinePath], kLine);
}

TEST_F(BootFilesTest, TheDiffNamesTheFile) {
  EXPECT_THAT(diff_of(plan().files[0]), HasSubstr("--- " + kLinePath + "\n+++ " + kLinePath));
}

TEST_F(BootFilesTest, TheLinesOfABoardAreThoseBesideItsFacts) {
  files.files["/b/x/cmdline.txt"] = "# why\nisolcpus=3\n";
  files.files["/b/x/config.txt"] = "# why\ndtparam=spi=on\n";
  const BootLines lines = read_boot_lines("/b/x/board.toml", files);
  EXPECT_THAT(lines.parameters, ElementsAre("isolcpus=3"));
  EXPECT_THAT(lines.settings, ElementsAre("dtparam=spi=on"));
  EXPECT_THAT(read_boot_lines("/b/y/board.toml", files).parameters, IsEmpty());
}

TEST_F(BootFilesTest, TheNewerOfTheTwoFoldersIsPreferred) {
  tree.set("/boot/firmware/cmdline.txt", kLine);
  tree.set("/boot/cmdline.txt", "DO NOT EDIT THIS FILE");
  files.files["/boot/cmdline.txt"] = "DO NOT EDIT THIS FILE";
  EXPECT_EQ(find_boot_folder("", tree, files).path, "/boot/firmware");
  files.files.erase(kLinePath);
  EXPECT_EQ(find_boot_folder("", tree, files).path, "/boot");
}

TEST_F(BootFilesTest, ABootPartitionThatIsMountedAloneIsFoundUnderARootOnly) {
  files.files = {{"/media/bootfs/cmdline.txt", kLine}, {"/cmdline.txt", kLine}};
  EXPECT_EQ(find_boot_folder("/media/bootfs", tree, files).path, "/media/bootfs");
  const BootFolder none = find_boot_folder("", tree, files);
  ASSERT_TRUE(none.problem.has_value());
  EXPECT_THAT(none.problem->what, HasSubstr("no cmdline.txt in /boot/firmware or /boot"));
}

TEST_F(BootFilesTest, TheRunningMachineMustSayThatItIsThatBoard) {
  ASSERT_TRUE(other_machine(rpi4(), "", tree).has_value());
  EXPECT_THAT(other_machine(rpi4(), "", tree)->what, HasSubstr("no device tree"));
  tree.set("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_THAT(
      other_machine(rpi4(), "", tree)->what,
      HasSubstr("this machine is no rpi4: its model is \"Raspberry Pi 5 Model B Rev 1.0\""));
  tree.set("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4");
  EXPECT_FALSE(other_machine(rpi4(), "", tree).has_value());
}

TEST_F(BootFilesTest, AnImageNeedNotSayItsModelButMayNotSayAnother) {
  EXPECT_FALSE(other_machine(rpi4(), "/mnt", tree).has_value());
  tree.set("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_TRUE(other_machine(rpi4(), "/mnt", tree).has_value());
}

TEST_F(BootFilesTest, AFolderWithDeviceTreesNeedsOneOfTheBoard) {
  EXPECT_FALSE(other_boards_files(rpi4(), "/boot/firmware", files).has_value());
  files.files["/boot/firmware/bcm2712-rpi-5-b.dtb"] = "";
  const auto problem = other_boards_files(rpi4(), "/boot/firmware", files);
  ASSERT_TRUE(problem.has_value());
  EXPECT_THAT(problem->what, HasSubstr("such as bcm2712-rpi-5-b.dtb, and none for rpi4"));
  files.files["/boot/firmware/bcm2711-rpi-4-b.dtb"] = "";
  EXPECT_FALSE(other_boards_files(rpi4(), "/boot/firmware", files).has_value());
}

}  // namespace
}  // namespace isotherm::app

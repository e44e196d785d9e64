#include "app/boot_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "app/raspberry_pi_4.hpp"
#include "boot/firmware_config.hpp"
#include "core/setup_error.hpp"
#include "support/fake_whole_files.hpp"

namespace isotherm::app {
namespace {

using test::kLine;
using test::kLinePath;
using test::rpi4;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kConfig = "dtparam=audio=on\n\n[pi4]\narm_boost=1\n";
const BootLines kLines{.parameters = {"isolcpus=managed_irq,domain,2-3", "irqaffinity=0-1"},
                       .settings = {"dtparam=i2c_arm=on", "dtoverlay=w1-gpio"}};
const BootLines kOthers{.parameters = {"isolcpus=3"}, .settings = {"dtparam=spi=on"}};
const std::string kConfigPath = "/boot/firmware/config.txt";

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
  EXPECT_EQ(files.files[kConfigPath], std::string(kConfig) + "[all]\ndtparam=spi=on\n");
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
  try {
    apply();
    FAIL() << "nothing was thrown";
  } catch (const core::SetupError& error) {
    EXPECT_THAT(error.mend(), HasSubstr("mounted for writing and has room, then try again"));
  }
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

// What a power cut, of a system that writes without care, makes of a file.
TEST_F(BootFilesTest, ADamagedBackupOrRecordIsRefusedByBothAndNothingIsPlanned) {
  for (const std::string& path : {kLinePath, kConfigPath}) {
    for (const auto& [damaged, words] : {std::pair{std::string(), "it is empty"},
                                         std::pair{std::string(40, '\0'), "it holds NUL bytes"}}) {
      for (const char* suffix : {".isotherm-backup", ".isotherm-applied"}) {
        SCOPED_TRACE(path + suffix + ": " + words);
        files.files = {{kLinePath, kLine}, {kConfigPath, kConfig}};
        apply();
        files.files[path + suffix] = damaged;
        for (const BootEdit& edit : {plan(kOthers), plan_undo("/boot/firmware", files)}) {
          ASSERT_EQ(edit.problems.size(), 1U);
          EXPECT_EQ(edit.problems[0].exit_code, core::ExitCode::Config);
          EXPECT_EQ(edit.problems[0].where, path + suffix);
          EXPECT_THAT(edit.problems[0].what, HasSubstr(words));
          EXPECT_THAT(edit.problems[0].mend, HasSubstr("by hand"));
        }
      }
    }
  }
}

TEST_F(BootFilesTest, ABackupThatCannotBeReadIsRefused) {
  apply();
  files.unreadable = {kLinePath + ".isotherm-backup"};
  EXPECT_THAT(problem(), HasSubstr("cannot be read: Input/output error"));
}

TEST_F(BootFilesTest, ALostRecordIsSaidAndTheBackupStays) {
  apply();
  files.files.erase(kLinePath + ".isotherm-applied");
  files.files.erase(kConfigPath + ".isotherm-applied");
  const BootEdit refused = plan(kOthers);
  ASSERT_EQ(refused.problems.size(), 1U)
      << "the block of config.txt has marks, and needs no record";
  EXPECT_EQ(refused.problems[0].where, kLinePath + ".isotherm-applied");
  const BootEdit edit = undo();
  EXPECT_THAT(edit.files[0].notes, ElementsAre("the record " + kLinePath +
                                               ".isotherm-applied is missing; to undo by "
                                               "hand copy " +
                                               kLinePath + ".isotherm-backup over " + kLinePath));
  EXPECT_THAT(edit.files[1].notes, IsEmpty());
  EXPECT_EQ(files.files[kConfigPath], kConfig);
  files.files[kLinePath] = files.files[kLinePath + ".isotherm-backup"];
  EXPECT_THAT(undo().files[0].notes, IsEmpty());
  EXPECT_EQ(files.files,
            (std::map<std::string, std::string>{{kLinePath, kLine}, {kConfigPath, kConfig}}));
}

TEST_F(BootFilesTest, ASettingThatTheFirmwareWouldCutIsRefused) {
  BootLines lines = kLines;
  lines.settings.push_back("dtoverlay=" + std::string(boot::kConfigColumns - 10, 'x'));
  EXPECT_THAT(plan(lines).problems, IsEmpty());
  lines.settings.back() += "y";
  const BootEdit edit = plan(lines);
  ASSERT_EQ(edit.problems.size(), 1U);
  EXPECT_EQ(edit.problems[0].where, kConfigPath);
  EXPECT_THAT(edit.problems[0].what, HasSubstr("longer than 98 bytes"));
}

// A power cut after each write of each of these, and another one in what is done then: every time
// --undo gives back what it would have given without the cuts, and apply goes through.
class PowerCutTest : public BootFilesTest {
 protected:
  using Files = std::map<std::string, std::string>;
  using Action = std::function<void(PowerCutTest&)>;

  static void apply_these(PowerCutTest& test) { test.apply(kLines); }
  static void apply_others(PowerCutTest& test) { test.apply(kOthers); }
  static void take_back(PowerCutTest& test) { test.undo(); }

  // What may be there after `action` was cut at any of its writes.
  std::vector<Files> cuts_of(const Action& action) {
    std::vector<Files> found;
    const Files start = files.files;
    for (std::size_t writes = 0;; ++writes) {
      files.files = start;
      files.writes_left = writes;
      bool whole = true;
      try {
        action(*this);
      } catch (const core::SetupError&) {
        whole = false;
      }
      files.writes_left = std::numeric_limits<std::size_t>::max();
      found.push_back(files.files);
      if (whole) {
        return found;
      }
    }
  }

  void expect_undoable_after_cuts_of(const Action& action, const Files& original) {
    std::size_t count = 0;
    for (const Files& cut : cuts_of(action)) {
      for (const Action& next : {Action(apply_these), Action(apply_others), Action(take_back)}) {
        files.files = cut;
        for (const Files& second : cuts_of(next)) {
          SCOPED_TRACE("state " + std::to_string(count++));
          files.files = second;
          undo();
          EXPECT_EQ(files.files, original);
          files.files = second;
          apply(kOthers);
          EXPECT_FALSE(plan(kOthers).changed());
          EXPECT_THAT(files.files[kLinePath], HasSubstr(" isolcpus=3"));
          EXPECT_THAT(files.files[kLinePath], Not(HasSubstr("irqaffinity")));
          undo();
          EXPECT_EQ(files.files, original);
        }
      }
    }
  }

  void edit_by_hand() {
    files.files[kLinePath] = "cgroup_enable=memory " + files.files[kLinePath];
    files.files[kConfigPath] += "dtparam=watchdog=on\n";
  }
  const Files untouched{{kLinePath, kLine}, {kConfigPath, kConfig}};
  const Files edited{{kLinePath, "cgroup_enable=memory " + std::string(kLine)},
                     {kConfigPath, std::string(kConfig) + "[all]\ndtparam=watchdog=on\n"}};
};

TEST_F(PowerCutTest, OfAFirstApply) { expect_undoable_after_cuts_of(apply_these, untouched); }

TEST_F(PowerCutTest, OfAnApplyWithOtherLines) {
  apply();
  expect_undoable_after_cuts_of(apply_others, untouched);
}

TEST_F(PowerCutTest, OfAnApplyWithOtherLinesToWhatWasEdited) {
  apply();
  edit_by_hand();
  expect_undoable_after_cuts_of(apply_others, edited);
}

TEST_F(PowerCutTest, OfAnUndo) {
  apply();
  expect_undoable_after_cuts_of(take_back, untouched);
}

TEST_F(PowerCutTest, OfAnUndoOfWhatWasEdited) {
  apply();
  edit_by_hand();
  expect_undoable_after_cuts_of(take_back, edited);
}

}  // namespace
}  // namespace isotherm::app

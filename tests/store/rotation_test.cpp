#include "store/rotation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_log_directory.hpp"

namespace isotherm::store {
namespace {

using testing::ElementsAre;

TEST(RotationTest, NamesAreThoseOfTheDesign) {
  EXPECT_EQ(log_file_name(LogFormat::Csv), "temperature.csv");
  EXPECT_EQ(log_file_name(LogFormat::Csv, 1), "temperature.1.csv");
  EXPECT_EQ(log_file_name(LogFormat::JsonLines), "temperature.jsonl");
  EXPECT_EQ(log_file_name(LogFormat::JsonLines, 12), "temperature.12.jsonl");
}

TEST(RotationTest, TheLogsOwnNamesAreKnownAndOthersAreNot) {
  for (const std::uint32_t number : {0U, 1U, 12U}) {
    EXPECT_TRUE(is_log_name(log_file_name(LogFormat::Csv, number)));
    EXPECT_TRUE(is_log_name(log_file_name(LogFormat::JsonLines, number)));
    EXPECT_TRUE(is_log_name(event_file_name(number)));
  }
  for (const char* name :
       {"trace.json", "temperature", "temperatures.csv", "my-events.jsonl", ""}) {
    EXPECT_FALSE(is_log_name(name)) << name;
  }
}

TEST(RotationTest, EveryFileMovesUpAndTheOldestGoes) {
  test::FakeLogDirectory directory;
  for (int i = 0; i < 6; ++i) {
    directory.put("temperature.csv", std::to_string(i));
    EXPECT_TRUE(rotate_files(directory, LogFormat::Csv, 3).ok());
  }
  EXPECT_THAT(directory.list(),
              ElementsAre("temperature.1.csv", "temperature.2.csv", "temperature.3.csv"));
  EXPECT_EQ(directory.text("temperature.1.csv"), "5");
  EXPECT_EQ(directory.text("temperature.2.csv"), "4");
  EXPECT_EQ(directory.text("temperature.3.csv"), "3");
}

TEST(RotationTest, AGapIsFilledBeforeAnythingIsRemoved) {
  test::FakeLogDirectory directory;
  directory.put("temperature.csv", "now");
  directory.put("temperature.1.csv", "one");
  directory.put("temperature.3.csv", "three");
  EXPECT_TRUE(rotate_files(directory, LogFormat::Csv, 3).ok());
  EXPECT_EQ(directory.text("temperature.1.csv"), "now");
  EXPECT_EQ(directory.text("temperature.2.csv"), "one");
  EXPECT_EQ(directory.text("temperature.3.csv"), "three");
}

TEST(RotationTest, ACountOfZeroKeepsNothing) {
  test::FakeLogDirectory directory;
  directory.put("temperature.csv", "now");
  EXPECT_TRUE(rotate_files(directory, LogFormat::Csv, 0).ok());
  EXPECT_TRUE(directory.list().empty());
}

TEST(RotationTest, OtherFilesAreLeftAlone) {
  test::FakeLogDirectory directory;
  directory.put("temperature.jsonl", "now");
  directory.put("temperature.1.csv", "other format");
  directory.put("notes.txt", "mine");
  EXPECT_TRUE(rotate_files(directory, LogFormat::JsonLines, 1).ok());
  EXPECT_THAT(directory.list(),
              ElementsAre("notes.txt", "temperature.1.csv", "temperature.1.jsonl"));
}

TEST(RotationTest, AFailedRenameLosesNoFile) {
  test::FakeLogDirectory directory;
  directory.put("temperature.csv", "now");
  directory.put("temperature.1.csv", "one");
  directory.fail(test::LogOperation::Rename, {core::LogFault::Other, "Permission denied"});
  EXPECT_EQ(rotate_files(directory, LogFormat::Csv, 5).text, "Permission denied");
  EXPECT_EQ(directory.text("temperature.csv"), "now");
  EXPECT_EQ(directory.text("temperature.1.csv"), "one");
}

}  // namespace
}  // namespace isotherm::store

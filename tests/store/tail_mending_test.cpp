#include "store/tail_mending.hpp"

#include <gtest/gtest.h>

#include "support/fake_log_directory.hpp"

namespace isotherm::store {
namespace {

const std::string kNuls(100, '\0');

// Mends a file with this text and returns what is left; checks the number of bytes cut.
std::string mended(const std::string& text) {
  test::FakeLogDirectory directory;
  directory.put("log", text);
  const auto opened = directory.open("log");
  const auto mend = mend_tail(*opened.file);
  EXPECT_TRUE(mend.status.ok());
  EXPECT_EQ(mend.bytes_cut, text.size() - directory.text("log").size());
  return directory.text("log");
}

TEST(TailMendingTest, AGoodFileIsNotTouched) {
  test::FakeLogDirectory directory;
  directory.put("log", "header\nrow 1\nrow 2\n");
  const auto opened = directory.open("log");
  directory.clear_calls();
  EXPECT_EQ(mend_tail(*opened.file).bytes_cut, 0U);
  EXPECT_TRUE(directory.calls().empty());
  EXPECT_EQ(mended(""), "");
}

TEST(TailMendingTest, ATornLastRowIsCutWhereverItWasTorn) {
  const std::string good = "header\nrow 1\n";
  const std::string row = "row 2, with fields\n";
  for (std::size_t length = 1; length < row.size(); ++length) {
    EXPECT_EQ(mended(good + row.substr(0, length)), good) << length;
  }
  EXPECT_EQ(mended(good + row), good + row);
}

TEST(TailMendingTest, ATornHeaderLeavesAnEmptyFile) { EXPECT_EQ(mended("time,upt"), ""); }

TEST(TailMendingTest, NulsOfAPowerCutAreCut) {
  EXPECT_EQ(mended("header\nrow 1\n" + kNuls), "header\nrow 1\n");
  EXPECT_EQ(mended("header\nrow 1\nrow" + kNuls), "header\nrow 1\n");
  EXPECT_EQ(mended("header\nrow 1\n" + kNuls + "\n"), "header\nrow 1\n");
  EXPECT_EQ(mended(kNuls), "");
  EXPECT_EQ(mended(std::string(1, '\0')), "");
}

TEST(TailMendingTest, GoodRowsBehindNulsStay) {
  EXPECT_EQ(mended("header\nrow 1\n" + kNuls + "w 2\nrow 3\n" + kNuls + "\nrow 4\nro"),
            "header\nrow 1\nrow 3\nrow 4\n");
}

TEST(TailMendingTest, DamageLargerThanTheWindowIsCutAsAWhole) {
  const std::string good = "header\nrow 1\n";
  EXPECT_EQ(mended(good + std::string(3 * kMendWindow, '\0')), good);
  EXPECT_EQ(mended(good + std::string(3 * kMendWindow, 'x')), good);
  EXPECT_EQ(mended(good + std::string(2 * kMendWindow, '\0') + "x\nrow 2\n"), good + "row 2\n");
  EXPECT_EQ(mended(std::string(kMendWindow + 1, 'x')), "");
}

TEST(TailMendingTest, ALongGoodFileLosesOnlyItsTornRow) {
  std::string good;
  while (good.size() < 3 * kMendWindow) {
    good += "row " + std::to_string(good.size()) + "\n";
  }
  EXPECT_EQ(mended(good), good);
  EXPECT_EQ(mended(good + "row"), good);
}

TEST(TailMendingTest, FaultsOfTheDiskArePassedOn) {
  using test::LogOperation;
  for (const auto operation : {LogOperation::Read, LogOperation::Truncate, LogOperation::Append}) {
    test::FakeLogDirectory directory;
    directory.put("log", "row 1\n" + kNuls + "\nrow 3\n");
    const auto opened = directory.open("log");
    directory.fail(operation, {core::LogFault::Other, "Input/output error"});
    const auto mend = mend_tail(*opened.file);
    EXPECT_EQ(mend.status.text, "Input/output error");
    EXPECT_EQ(mend.bytes_cut, 0U);
  }
}

}  // namespace
}  // namespace isotherm::store

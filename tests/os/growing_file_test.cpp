#include "os/growing_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace isotherm::os {
namespace {

class GrowingFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "isotherm-growing-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/log";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void append(const std::string& text) const {
    std::ofstream(path_, std::ios::app | std::ios::binary) << text;
  }

  std::string folder_;
  std::string path_;
};

TEST_F(GrowingFileTest, AFileThatIsNotThereYetSaysNothing) {
  GrowingFile file(path_);
  EXPECT_EQ(file.read().text, "");
  append("one");
  const auto growth = file.read();
  EXPECT_EQ(growth.text, "one");
  EXPECT_TRUE(growth.fresh);
}

TEST_F(GrowingFileTest, WhatIsAddedComesOnce) {
  append("one");
  GrowingFile file(path_);
  EXPECT_EQ(file.read().text, "one");
  EXPECT_EQ(file.read().text, "");
  append("two");
  const auto growth = file.read();
  EXPECT_EQ(growth.text, "two");
  EXPECT_FALSE(growth.fresh);
}

TEST_F(GrowingFileTest, TheRestOfARotatedFileComesBeforeTheNextOne) {
  append("one");
  GrowingFile file(path_);
  EXPECT_EQ(file.read().text, "one");
  append("rest");
  std::filesystem::rename(path_, path_ + ".1");
  append("new");
  auto growth = file.read();
  EXPECT_EQ(growth.text, "rest");
  EXPECT_FALSE(growth.fresh);
  growth = file.read();
  EXPECT_EQ(growth.text, "new");
  EXPECT_TRUE(growth.fresh);
}

TEST_F(GrowingFileTest, ARemovedFileIsWaitedFor) {
  append("one");
  GrowingFile file(path_);
  EXPECT_EQ(file.read().text, "one");
  std::filesystem::remove(path_);
  EXPECT_EQ(file.read().text, "");
  append("new");
  const auto growth = file.read();
  EXPECT_EQ(growth.text, "new");
  EXPECT_TRUE(growth.fresh);
}

TEST_F(GrowingFileTest, AFileThatWasCutBeginsAnew) {
  append("a long line");
  GrowingFile file(path_);
  EXPECT_EQ(file.read().text, "a long line");
  std::filesystem::resize_file(path_, 0);
  append("new");
  const auto growth = file.read();
  EXPECT_EQ(growth.text, "new");
  EXPECT_TRUE(growth.fresh);
}

TEST_F(GrowingFileTest, ALongFileComesInParts) {
  const std::string text(3'000'000, 'x');
  append(text);
  GrowingFile file(path_);
  std::string back;
  for (auto growth = file.read(); !growth.text.empty(); growth = file.read()) {
    back += growth.text;
  }
  EXPECT_EQ(back.size(), text.size());
}

}  // namespace
}  // namespace isotherm::os

#include "os/sysfs_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string_view>

#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using core::Fault;
using testing::ElementsAre;
using testing::IsEmpty;

class SysfsTreeTest : public testing::Test {
 protected:
  test::TemporaryTree files_;
  SysfsTree tree_{files_.root()};
};

std::string read_text(core::AttributeFile& file) {
  std::array<char, 64> buffer{};
  const core::AttributeRead got = file.read(buffer);
  EXPECT_EQ(got.fault, Fault::None);
  return {buffer.data(), got.size};
}

TEST_F(SysfsTreeTest, ListsADirectorySortedAndAMissingOneAsEmpty) {
  files_.file("/sys/b", "");
  files_.file("/sys/a", "");
  files_.file("/sys/c/d", "");
  EXPECT_THAT(tree_.list("/sys"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(tree_.list("/nowhere"), IsEmpty());
  EXPECT_THAT(tree_.list("/sys/a"), IsEmpty());
}

TEST_F(SysfsTreeTest, TextComesWithoutTrailingBlanksAndNulBytes) {
  files_.file("/two", "  first\nsecond \t\n");
  files_.file("/empty", "");
  files_.file("/model", std::string{"Raspberry Pi 4 Model B\0", 23});
  EXPECT_EQ(tree_.text("/two"), "  first\nsecond");
  EXPECT_EQ(tree_.text("/empty"), "");
  EXPECT_EQ(tree_.text("/model"), "Raspberry Pi 4 Model B");
}

TEST_F(SysfsTreeTest, TextLongerThanOneReadIsWhole) {
  const std::string line(10'000, 'x');
  files_.file("/long", line);
  EXPECT_EQ(tree_.text("/long"), line);
}

TEST_F(SysfsTreeTest, TextBeyondTheLimitIsRefusedInsteadOfCut) {
  files_.file("/huge", std::string(SysfsTree::kTextLimit, 'x'));
  EXPECT_EQ(tree_.text("/huge"), std::nullopt);
}

TEST_F(SysfsTreeTest, WhatCannotBeReadHasNoTextAndDoesNotOpen) {
  files_.file("/folder/file", "1");
  for (const char* path : {"/nowhere", "/folder", "/folder/file/below"}) {
    EXPECT_EQ(tree_.text(path), std::nullopt) << path;
    EXPECT_EQ(tree_.open(path), nullptr) << path;
    EXPECT_FALSE(tree_.write(path, "1")) << path;
  }
  EXPECT_THAT(tree_.list("/"), ElementsAre("folder"));
}

TEST_F(SysfsTreeTest, RealPathFollowsLinksAndIsGivenBelowTheRoot) {
  files_.file("/sys/devices/i2c-1/1-0048/hwmon/hwmon3/name", "lm75");
  files_.link("/sys/class/hwmon/hwmon3", "../../devices/i2c-1/1-0048/hwmon/hwmon3");
  EXPECT_EQ(tree_.real_path("/sys/class/hwmon/hwmon3"), "/sys/devices/i2c-1/1-0048/hwmon/hwmon3");
  EXPECT_EQ(tree_.real_path("/sys/class/hwmon/hwmon3/../.."), "/sys/devices/i2c-1/1-0048");
  EXPECT_EQ(tree_.real_path("/"), "/");
}

TEST_F(SysfsTreeTest, RealPathOfAMissingFileAndOfAWayOutOfTheRootIsNothing) {
  files_.link("/dangling", "nowhere");
  files_.link("/out", "/");
  EXPECT_EQ(tree_.real_path("/nowhere"), std::nullopt);
  EXPECT_EQ(tree_.real_path("/dangling"), std::nullopt);
  EXPECT_EQ(tree_.real_path("/out"), std::nullopt);
}

TEST_F(SysfsTreeTest, KeptOpenAttributeIsReadFromItsBeginningEachTime) {
  files_.file("/temp1_input", "21500");
  const auto file = tree_.open("/temp1_input");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(read_text(*file), "21500\n");
  EXPECT_EQ(read_text(*file), "21500\n");
  files_.file("/temp1_input", "-250");
  EXPECT_EQ(read_text(*file), "-250\n");
}

TEST_F(SysfsTreeTest, ReadFillsNoMoreThanTheBuffer) {
  files_.file("/temp1_input", "21500");
  const auto file = tree_.open("/temp1_input");
  ASSERT_NE(file, nullptr);
  std::array<char, 3> buffer{};
  EXPECT_EQ(file->read(buffer).size, 3U);
  EXPECT_EQ((std::string_view{buffer.data(), buffer.size()}), "215");
}

TEST_F(SysfsTreeTest, WriteReplacesTheTextOfAnExistingFileOnly) {
  files_.file("/resolution", "12 bits of it");
  EXPECT_TRUE(tree_.write("/resolution", "9"));
  EXPECT_EQ(tree_.text("/resolution"), "9");
  EXPECT_FALSE(tree_.write("/new", "9"));
  EXPECT_EQ(tree_.text("/new"), std::nullopt);
}

TEST_F(SysfsTreeTest, TrailingSlashesOfTheRootDoNotMatter) {
  files_.file("/a/b", "1");
  const SysfsTree tree{files_.root() + "//"};
  EXPECT_EQ(tree.text("/a/b"), "1");
  EXPECT_EQ(tree.real_path("/a/b"), "/a/b");
}

// Nothing is mapped at address 0, so the kernel answers EIO: an error of a read that every user can
// have.
TEST(SysfsTreeOfThisMachineTest, AFailedReadOfTheKernelIsAFaultAndNoText) {
  const SysfsTree tree;
  const auto file = tree.open("/proc/self/mem");
  ASSERT_NE(file, nullptr);
  std::array<char, 8> buffer{};
  const core::AttributeRead got = file->read(buffer);
  EXPECT_EQ(got.fault, Fault::Io);
  EXPECT_EQ(got.size, 0U);
}

TEST(SysfsTreeOfThisMachineTest, ReadsTheKernelsOwnFiles) {
  const SysfsTree tree;
  EXPECT_NE(tree.text("/proc/self/status"), std::nullopt);
  EXPECT_EQ(tree.real_path("/proc/../proc"), "/proc");
  std::ifstream expected{"/proc/sys/kernel/ostype"};
  std::stringstream text;
  text << expected.rdbuf();
  const auto file = tree.open("/proc/sys/kernel/ostype");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(read_text(*file), text.str());
  EXPECT_EQ(read_text(*file), text.str());
}

// The mapping as src/core/attribute.hpp writes it.
TEST(FaultOfErrnoTest, EachErrorIsTheFaultThatItMeans) {
  for (const int error : {ENODEV, ENXIO, ENOENT}) {
    EXPECT_EQ(fault_of_errno(error), Fault::Absent) << error;
  }
  EXPECT_EQ(fault_of_errno(ETIMEDOUT), Fault::Timeout);
  EXPECT_EQ(fault_of_errno(EREMOTEIO), Fault::Nack);
  for (const int error : {EIO, EINVAL, EINTR, EAGAIN, EBADF, EACCES, 0, 9999}) {
    EXPECT_EQ(fault_of_errno(error), Fault::Io) << error;
  }
}

}  // namespace
}  // namespace isotherm::os

#include "support/fake_file_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace isotherm::test {
namespace {

using core::Fault;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string read_text(core::AttributeFile& file) {
  std::array<char, 64> buffer{};
  const core::AttributeRead got = file.read(buffer);
  return got.fault == Fault::None ? std::string{buffer.data(), got.size} : "fault";
}

TEST(FakeFileTreeTest, DirectoriesAreImplied) {
  FakeFileTree files;
  files.set("/sys/class/b/name", "x\n");
  files.set("/sys/class/a/name", "y");
  EXPECT_THAT(files.list("/sys/class"), ElementsAre("a", "b"));
  EXPECT_THAT(files.list("/sys/class/a"), ElementsAre("name"));
  EXPECT_THAT(files.list("/"), ElementsAre("sys"));
  EXPECT_THAT(files.list("/proc"), IsEmpty());
  EXPECT_EQ(files.text("/sys/class/b/name"), "x");
  EXPECT_EQ(files.text("/sys/class/b"), std::nullopt);
}

TEST(FakeFileTreeTest, AnOpenFileSeesChangesAndNeedsNoReopening) {
  FakeFileTree files;
  files.set("/a", "1\n");
  const auto file = files.open("/a");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(read_text(*file), "1\n");
  files.set("/a", "22");
  EXPECT_EQ(read_text(*file), "22");
  EXPECT_EQ(files.reads("/a"), 2U);
  EXPECT_EQ(files.opens("/a"), 1U);
}

TEST(FakeFileTreeTest, AShortBufferTakesWhatFits) {
  FakeFileTree files;
  files.set("/a", "12345");
  std::array<char, 3> buffer{};
  EXPECT_EQ(files.open("/a")->read(buffer).size, 3U);
}

TEST(FakeFileTreeTest, AnOpenFileOfARemovedNodeIsAbsentForEver) {
  FakeFileTree files;
  files.set("/dev/a", "1");
  const auto file = files.open("/dev/a");
  files.remove("/dev");
  std::array<char, 8> buffer{};
  EXPECT_EQ(file->read(buffer).fault, Fault::Absent);
  EXPECT_EQ(files.open("/dev/a"), nullptr);
  files.set("/dev/a", "2");
  EXPECT_EQ(file->read(buffer).fault, Fault::Absent);
  EXPECT_EQ(read_text(*files.open("/dev/a")), "2");
}

TEST(FakeFileTreeTest, LinksLeadOn) {
  FakeFileTree files;
  files.set("/sys/devices/i2c-1/1-0048/hwmon/hwmon3/temp1_input", "1");
  files.link("/sys/class/hwmon/hwmon3", "/sys/devices/i2c-1/1-0048/hwmon/hwmon3");
  files.link("/sys/devices/i2c-1/1-0048/hwmon/hwmon3/device", "../..");
  EXPECT_EQ(files.text("/sys/class/hwmon/hwmon3/temp1_input"), "1");
  EXPECT_EQ(files.real_path("/sys/class/hwmon/hwmon3/device"), "/sys/devices/i2c-1/1-0048");
  EXPECT_THAT(files.list("/sys/class/hwmon"), ElementsAre("hwmon3"));
  EXPECT_THAT(files.list("/sys/class/hwmon/hwmon3"), ElementsAre("device", "temp1_input"));
  EXPECT_EQ(files.real_path("/sys/class/hwmon/hwmon4"), std::nullopt);
  files.remove("/sys/class/hwmon/hwmon3");
  EXPECT_THAT(files.list("/sys/class/hwmon"), IsEmpty());
  EXPECT_EQ(files.text("/sys/devices/i2c-1/1-0048/hwmon/hwmon3/temp1_input"), "1");
}

TEST(FakeFileTreeTest, ALoopOfLinksLeadsNowhere) {
  FakeFileTree files;
  files.link("/a", "/b");
  files.link("/b", "/a");
  EXPECT_EQ(files.real_path("/a/c"), std::nullopt);
}

TEST(FakeFileTreeTest, FaultsAreInjectedAndMended) {
  FakeFileTree files;
  files.set("/a", "1");
  const auto file = files.open("/a");
  files.set_fault("/a", Fault::Timeout);
  std::array<char, 8> buffer{};
  EXPECT_EQ(file->read(buffer).fault, Fault::Timeout);
  EXPECT_EQ(files.text("/a"), std::nullopt);
  EXPECT_FALSE(files.write("/a", "2"));
  files.set_fault("/a", Fault::None);
  EXPECT_EQ(read_text(*file), "1");
}

TEST(FakeFileTreeTest, WhatIsForbiddenIsListedButNotOpened) {
  FakeFileTree files;
  files.set("/d/a", "1");
  files.forbid("/d/a");
  EXPECT_THAT(files.list("/d"), ElementsAre("a"));
  EXPECT_EQ(files.open("/d/a"), nullptr);
  EXPECT_EQ(files.text("/d/a"), std::nullopt);
}

TEST(FakeFileTreeTest, OnlyExistingFilesCanBeWritten) {
  FakeFileTree files;
  files.set("/a", "1");
  EXPECT_TRUE(files.write("/a", "2"));
  EXPECT_EQ(files.text("/a"), "2");
  EXPECT_FALSE(files.write("/b", "2"));
}

TEST(FakeFileTreeTest, CountsWhatIsOpen) {
  FakeFileTree files;
  files.set("/a", "1");
  auto first = files.open("/a");
  const auto second = files.open("/a");
  EXPECT_EQ(files.open_files(), 2U);
  first = nullptr;
  EXPECT_EQ(files.open_files(), 1U);
}

TEST(FakeFileTreeTest, ReadsAreAnnounced) {
  FakeFileTree files;
  files.set("/a", "1");
  files.before_read = [&files](const std::string& path) { files.set(path, "2"); };
  EXPECT_EQ(read_text(*files.open("/a")), "2");
}

}  // namespace
}  // namespace isotherm::test

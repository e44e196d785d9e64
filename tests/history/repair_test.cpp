#include "history/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "history/history_fixture.hpp"

namespace isotherm::history {
namespace {

using ::testing::HasSubstr;

class RepairTest : public HistoryTest {
 protected:
  void SetUp() override {
    HistoryTest::SetUp();
    HistoryFile file(path, settings, "boot");
    write(file, 4, 3600, 10);
  }

  void overwrite(std::uint64_t offset, const std::string& bytes) {
    std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::size_t windows() {
    HistoryReader reader(path);
    return reader.buckets(std::vector<std::int64_t>{0}, {kNow, kNow + hours{2}}, Tier::Windows)[0]
        .size();
  }

  // Opens it as a station does at its start.
  std::string reopened_notice() {
    const HistoryFile file(path, settings, "boot");
    return file.notice();
  }
};

TEST_F(RepairTest, ASoundFileIsLeftAlone) {
  EXPECT_EQ(reopened_notice(), "");
  EXPECT_EQ(windows(), 3600U);
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged"));
}

TEST_F(RepairTest, AFlippedBitInAChunkCostsThatChunk) {
  overwrite(std::filesystem::file_size(path) / 2 / 4096 * 4096 + 4000, "\x55\xAA\x55");
  EXPECT_THAT(reopened_notice(), HasSubstr("set aside as " + path + ".damaged"));
  EXPECT_TRUE(std::filesystem::exists(path + ".damaged"));
  EXPECT_GE(windows(), 3580U);
  EXPECT_EQ(reopened_notice(), "");
}

TEST_F(RepairTest, AnOverwrittenPageCostsItsRows) {
  overwrite(std::filesystem::file_size(path) / 2 / 4096 * 4096, std::string(4096, '\xA5'));
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  EXPECT_GE(windows(), 3400U);
  EXPECT_LT(windows(), 3600U);
}

TEST_F(RepairTest, ATruncatedFileKeepsWhatIsLeft) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2 / 4096 * 4096 + 100);
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  EXPECT_GT(windows(), 1000U);
  EXPECT_LT(windows(), 3600U);
}

TEST_F(RepairTest, WhatIsNoDatabaseIsSetAsideUnderTheNextFreeName) {
  for (const char* aside : {".damaged", ".damaged.2"}) {
    overwrite(0, std::string(4096, 'x'));
    EXPECT_THAT(reopened_notice(), HasSubstr("0 of its chunks"));
    EXPECT_TRUE(std::filesystem::exists(path + aside));
  }
}

}  // namespace
}  // namespace isotherm::history

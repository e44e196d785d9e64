
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "core/setup_error.hpp"
#include "history/history_fixture.hpp"
#include "history/repair.hpp"

namespace isotherm::history {
namespace {

using ::testing::HasSubstr;

class RepairTest : public HistoryTest {
 protected:
  void SetUp() override {
    HistoryTest::SetUp();
    HistoryFile file(path, settings, "boot");
    write(file, 2, 3600, 20);
  }

  void overwrite(std::uint64_t offset, const std::string& bytes) {
    std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::size_t windows() {
    HistoryReader reader(path);
    const auto lists =
        reader.buckets(std::vector<std::int64_t>{0}, {kNow, kNow + hours{2}}, Tier::Windows);
    return lists[0].size();
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
  overwrite(std::filesystem::file_size(path) / 2 / kPageBytes * kPageBytes + 600, "\x55\xAA\x55");
  EXPECT_THAT(reopened_notice(), HasSubstr("set aside as " + path + ".damaged"));
  EXPECT_TRUE(std::filesystem::exists(path + ".damaged"));
  EXPECT_GE(windows(), 3580U);
  EXPECT_EQ(reopened_notice(), "");
}

TEST_F(RepairTest, AnOverwrittenPageCostsItsRows) {
  overwrite(std::filesystem::file_size(path) / 2 / 4096 * kPageBytes,
            std::string(kPageBytes, '\xA5'));
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  EXPECT_GE(windows(), 3400U);
  EXPECT_LT(windows(), 3600U);
}

TEST_F(RepairTest, EveryPageThatIsOverwrittenCostsOnlyWhatWasOnIt) {
  const std::uint64_t pages = std::filesystem::file_size(path) / kPageBytes;
  const std::string sound = directory + "/sound.db";
  std::filesystem::copy_file(path, sound);
  std::size_t found = 0;
  for (std::uint64_t page = 0; page < pages; page += page < 12 ? 1 : pages / 7) {
    std::filesystem::remove(path + "-wal");
    std::filesystem::copy_file(sound, path, std::filesystem::copy_options::overwrite_existing);
    overwrite(page * kPageBytes, std::string(kPageBytes, '\xA5'));
    const std::string notice = reopened_notice();
    EXPECT_EQ(notice.empty(), !std::filesystem::exists(path + ".damaged")) << page;
    found += notice.empty() ? 0U : 1U;
    EXPECT_EQ(reopened_notice(), "") << page;
    Database mended(path, Database::Mode::ReadOnly);
    EXPECT_EQ(mended.text("PRAGMA integrity_check"), "ok") << page;
    EXPECT_GE(windows(), 3480U) << page;
    std::filesystem::remove(path + ".damaged");
  }
  EXPECT_GT(found, 10U);
}

TEST_F(RepairTest, WithoutItsFirstPageAHistoryIsCarriedOverAllTheSame) {
  overwrite(0, std::string(kPageBytes, '\0'));
  overwrite(0, "not SQLite format 3");
  EXPECT_THAT(reopened_notice(), HasSubstr("1 of its pages could not be read"));
  EXPECT_EQ(windows(), 3600U);
}

TEST_F(RepairTest, ATruncatedFileKeepsWhatIsLeft) {
  const std::uint64_t size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size / 2 / kPageBytes * kPageBytes + 100);
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  EXPECT_GT(windows(), 1000U);
  EXPECT_LT(windows(), 3600U);
  EXPECT_EQ(reopened_notice(), "");
}

TEST_F(RepairTest, WhatIsMergedIsNotMergedTwiceAfterAMend) {
  overwrite(std::filesystem::file_size(path) / 2 / kPageBytes * kPageBytes,
            std::string(kPageBytes, '\0'));
  HistoryFile file(path, settings, "boot");
  EXPECT_THAT(file.notice(), HasSubstr("was damaged"));
  ASSERT_TRUE(file.merge_all().ok());
  HistoryReader reader(path);
  const auto lists =
      reader.buckets(std::vector<std::int64_t>{1}, {kNow, kNow + hours{2}}, Tier::Minutes);
  ASSERT_FALSE(lists[0].empty());
  for (const Bucket& minute : lists[0]) {
    EXPECT_LE(minute.windows, 60U);
  }
}

TEST_F(RepairTest, LostNamesAreMadeUpAndNotGivenToOthers) {
  {
    Database database(path, Database::Mode::Existing);
    database.run("DELETE FROM sensor WHERE id = 0; DELETE FROM boot");
  }
  overwrite(std::filesystem::file_size(path) - 100, "\x55\xAA\x55");
  {
    HistoryFile file(path, settings, "another");
    ASSERT_THAT(file.notice(), HasSubstr("was damaged"));
    std::vector<core::Row> rows{maker.row("new", kNow + hours{3}, seconds{1})};
    std::size_t taken = 0;
    ASSERT_TRUE(file.append(rows, taken).ok());
  }
  HistoryReader reader(path);
  std::vector<std::string> names;
  for (const SensorEntry& sensor : reader.sensors()) {
    names.push_back(sensor.name);
  }
  EXPECT_THAT(names, ::testing::ElementsAre("lost-0", "sensor1", "new"));
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_EQ(database.number("SELECT count(*) FROM boot"), 2);
  EXPECT_EQ(database.number("SELECT count(*) FROM segment WHERE boot NOT IN (SELECT id FROM boot)"),
            0);
}

TEST_F(RepairTest, ATruncatedWalCostsItsLastTransactionsAndNoMore) {
  const std::string copy = directory + "/copy.db";
  {
    HistoryFile file(path, settings, "boot");
    write(file, 2, 600, 10, kNow + hours{1}, seconds{3700});
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path + "-wal", copy + "-wal");
  }
  const std::uint64_t size = std::filesystem::file_size(copy + "-wal");
  for (const std::uint64_t left : {size - 1, size / 2, std::uint64_t{40}, std::uint64_t{0}}) {
    std::filesystem::remove(path + "-wal");
    std::filesystem::copy_file(copy, path, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(copy + "-wal", path + "-wal");
    std::filesystem::resize_file(path + "-wal", left);
    EXPECT_EQ(reopened_notice(), "") << left;
    EXPECT_GE(windows(), left == size - 1 ? 4180U : 3600U);
    EXPECT_LE(windows(), 4190U);
  }
}

TEST_F(RepairTest, WhatTheWalOfADamagedFileHoldsIsCarriedOver) {
  const std::string copy = directory + "/copy.db";
  {
    HistoryFile file(path, settings, "boot");
    write(file, 2, 100, 10, kNow + hours{1}, seconds{3700});
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path + "-wal", copy + "-wal");
  }
  std::filesystem::copy_file(copy, path, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(copy + "-wal", path + "-wal");
  overwrite(std::filesystem::file_size(path) / 2 / kPageBytes * kPageBytes,
            std::string(kPageBytes, '\xA5'));
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  HistoryReader reader(path);
  EXPECT_EQ(reader
                .buckets(std::vector<std::int64_t>{0}, {kNow + hours{1}, kNow + hours{2}},
                         Tier::Windows)[0]
                .size(),
            100U);
}

TEST_F(RepairTest, AMendThatWasCutShortIsDoneAtTheNextStart) {
  // Cut while the new file was made ...
  std::ofstream(mending_name(path)) << "half a file";
  EXPECT_EQ(reopened_notice(), "");
  EXPECT_FALSE(std::filesystem::exists(mending_name(path)));
  EXPECT_EQ(windows(), 3600U);
  // ... and between the two moves, with the old file's WAL still there.
  std::filesystem::rename(path, mending_name(path));
  std::ofstream(path + "-wal") << "of the damaged file";
  EXPECT_EQ(reopened_notice(), "");
  EXPECT_EQ(windows(), 3600U);
  EXPECT_TRUE(std::filesystem::exists(path + ".damaged-wal"));
}

// While it lives, no file of this process grows beyond `bytes`, as on a disk that is full.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : before_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  SmallFiles(SmallFiles&&) = delete;
  SmallFiles& operator=(SmallFiles&&) = delete;

 private:
  rlimit before_{};
  void (*before_signal_)(int);
};

TEST_F(RepairTest, WithoutRoomForTheNewFileTheDamagedOneStaysAndIsMendedLater) {
  overwrite(std::filesystem::file_size(path) / 2 / 4096 * kPageBytes,
            std::string(kPageBytes, '\xA5'));
  {
    const SmallFiles full(40'000);
    EXPECT_THROW(HistoryFile(path, settings, "boot"), core::SetupError);
  }
  EXPECT_FALSE(std::filesystem::exists(mending_name(path)));
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged"));
  EXPECT_THAT(reopened_notice(), HasSubstr("was damaged"));
  EXPECT_GE(windows(), 3400U);
}

TEST_F(RepairTest, WhatIsNoDatabaseIsSetAsideAndOnlyTheLastOfThemIsKept) {
  for (const char byte : {'x', 'y'}) {
    std::ofstream(path, std::ios::binary) << std::string(10'000, byte);
    EXPECT_THAT(reopened_notice(), HasSubstr("0 of its batches"));
    std::ifstream aside(path + ".damaged");
    EXPECT_EQ(aside.get(), byte);
    EXPECT_EQ(windows(), 0U);
  }
}

TEST_F(RepairTest, AnEmptyFileIsANewHistory) {
  std::filesystem::remove(path + "-wal");
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(reopened_notice(), "");
  EXPECT_EQ(windows(), 0U);
}

}  // namespace
}  // namespace isotherm::history

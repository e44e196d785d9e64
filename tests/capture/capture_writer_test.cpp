#include "capture/capture_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "capture/capture_reader.hpp"
#include "capture/memory_source.hpp"
#include "capture/samples.hpp"
#include "core/setup_error.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::capture {
namespace {

using test::sample_at;

class CaptureWriterTest : public testing::Test {
 protected:
  CaptureWriter& writer() {
    if (writer_ == nullptr) {
      writer_ = std::make_unique<CaptureWriter>(
          settings_, std::vector{test::origin_of("a"), test::origin_of("b")},
          CapturePlace{directory_, single_file_}, clock_,
          [this](std::string text) { notices_.push_back(std::move(text)); });
    }
    return *writer_;
  }

  // Noise, so that chunks have a size worth speaking of.
  void add(std::size_t sensor, std::uint64_t count) {
    for (; count > 0; --count) {
      writer().add(sensor, sample_at(slots_.at(sensor)++, 20.0, lateness_.next()));
    }
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const std::string& name : directory_.list()) {
      out.push_back(directory_.text(name));
    }
    return out;
  }

  static std::uint64_t samples_in(CaptureReader reader) {
    std::uint64_t samples = 0;
    Columns columns;
    for (std::size_t i = 0; i < reader.index().chunks.size(); ++i) {
      samples += reader.read(i, columns) == ChunkFault::None ? columns.size() : 0;
    }
    return samples;
  }

  CaptureSettings settings_{.enabled = true,
                            .directory = {},
                            .file = {},
                            .total_bytes = 1 << 20,
                            .file_bytes = 1 << 18,
                            .age = {},
                            .chunk_samples = 100,
                            .flush_interval = std::chrono::seconds{10},
                            .buffer = 1 << 16,
                            .lateness = {}};
  test::FakeLogDirectory directory_;
  std::string single_file_;
  test::FakeClock clock_;
  test::PlausibleLateness lateness_;
  std::array<std::uint64_t, 2> slots_{};
  std::vector<std::string> notices_;
  std::unique_ptr<CaptureWriter> writer_;
};

TEST_F(CaptureWriterTest, FullChunksAreWrittenAtTheNextTick) {
  add(0, 250);
  EXPECT_TRUE(directory_.list().empty());
  writer().tick();
  auto reader = test::reader_of(texts());
  ASSERT_EQ(reader.index().chunks.size(), 2U);
  EXPECT_EQ(reader.index().chunks[1].header.samples_before, 100U);
  EXPECT_EQ(reader.index().chunks[1].header.origin, test::origin_of("a"));
  EXPECT_EQ(writer().counts().written, 200U);
}

TEST_F(CaptureWriterTest, FlushIntervalWritesAndSyncsWhatThereIs) {
  add(0, 7);
  add(1, 5);
  clock_.advance(std::chrono::seconds{9});
  writer().tick();
  EXPECT_TRUE(directory_.list().empty());
  clock_.advance(std::chrono::seconds{1});
  writer().tick();
  EXPECT_EQ(samples_in(test::reader_of(texts())), 12U);
  const auto inode = directory_.inode("capture-000001.isocap");
  EXPECT_EQ(inode.synced_bytes, inode.data.size());
}

TEST_F(CaptureWriterTest, ChunksSayWhenSlotZeroWas) {
  add(0, 1);
  EXPECT_EQ(writer().finish().written, 1U);
  const ChunkHeader header = test::reader_of(texts()).index().chunks.at(0).header;
  const core::ClockReading now = clock_.read();
  EXPECT_EQ(header.wall_start - now.wall, test::origin_of().start - now.monotonic);
  EXPECT_TRUE(header.synced);
}

TEST_F(CaptureWriterTest, CapHoldsByDeletingTheOldest) {
  settings_.total_bytes = 40'000;
  settings_.file_bytes = 10'000;
  for (int round = 0; round < 600; ++round) {
    add(0, 100);
    writer().tick();
    ASSERT_LE(directory_.used(), settings_.total_bytes);
  }
  EXPECT_GT(directory_.used(), settings_.total_bytes / 2);
  EXPECT_GT(writer().files().files_deleted(), 3U);
  EXPECT_EQ(writer().counts().dropped, 0U);
  EXPECT_TRUE(test::reader_of(texts()).index().missing.empty());
}

TEST_F(CaptureWriterTest, CapOfOneFileStopsItAndCounts) {
  single_file_ = "run.isocap";
  settings_.total_bytes = 5'000;
  settings_.buffer = 2'000;
  for (int round = 0; round < 100; ++round) {
    add(0, 100);
    writer().tick();
  }
  const CaptureCounts counts = writer().finish();
  EXPECT_LE(directory_.used(), 5'000U);
  EXPECT_EQ(counts.taken, 10'000U);
  EXPECT_EQ(counts.taken, counts.written + counts.dropped);
  EXPECT_EQ(samples_in(test::reader_of(texts())), counts.written);
  EXPECT_THAT(notices_, testing::ElementsAre(testing::HasSubstr("cap")));
}

TEST_F(CaptureWriterTest, OldFilesGoOnlyByASynchronisedClock) {
  settings_.age = std::chrono::hours{1};
  settings_.file_bytes = 3'000;
  for (int round = 0; round < 60; ++round) {
    add(0, 100);
    writer().tick();
  }
  const std::size_t before = directory_.list().size();
  ASSERT_GT(before, 2U);
  clock_.set_synced(false);
  clock_.advance(std::chrono::hours{2});
  writer().tick();
  EXPECT_EQ(directory_.list().size(), before);
  clock_.set_synced(true);
  clock_.advance(std::chrono::seconds{10});
  writer().tick();
  EXPECT_EQ(directory_.list().size(), 1U);
}

TEST_F(CaptureWriterTest, FullDiskCostsMemoryThenSamplesNeverTheirCount) {
  settings_.buffer = 1'000;
  add(0, 100);
  writer().tick();
  directory_.fail(test::LogOperation::Append, {core::LogFault::NoSpace, "No space left"});
  add(0, 2'000);
  writer().tick();
  EXPECT_LE(writer().memory(), 1'000U + 2 * 100 * sizeof(core::Sample));
  EXPECT_GT(writer().counts().dropped, 0U);
  directory_.fail(test::LogOperation::Append, {});
  add(0, 100);
  writer().tick();
  add(0, 100);
  const CaptureCounts counts = writer().finish();
  EXPECT_EQ(counts.taken, counts.written + counts.dropped);
  auto reader = test::reader_of(texts());
  EXPECT_EQ(reader.index().chunks.back().header.dropped_before, counts.dropped);
  EXPECT_EQ(samples_in(std::move(reader)), counts.written);
  EXPECT_EQ(notices_.size(), 1U);
}

TEST_F(CaptureWriterTest, TroubleThatIsOverIsStillToldAtTheEnd) {
  add(0, 100);
  directory_.fail(test::LogOperation::Append, {core::LogFault::NoSpace, "No space left"});
  writer().tick();
  directory_.fail(test::LogOperation::Append, {});
  writer().tick();
  const CaptureCounts counts = writer().finish();
  EXPECT_EQ(counts.written, 100U);
  EXPECT_TRUE(counts.was_away);
  EXPECT_EQ(counts.last_status.text, "No space left");
}

TEST_F(CaptureWriterTest, SyncsThatFailAreCountedAndSaidOnce) {
  directory_.fail(test::LogOperation::Sync, {core::LogFault::Other, "Input/output error"});
  for (int round = 0; round < 3; ++round) {
    add(0, 10);
    clock_.advance(settings_.flush_interval);
    writer().tick();
  }
  EXPECT_THAT(notices_, testing::ElementsAre(testing::HasSubstr("Input/output error")));
  directory_.fail(test::LogOperation::Sync, {});
  add(0, 10);
  const CaptureCounts counts = writer().finish();
  EXPECT_EQ(counts.syncs_failed, 3U);
  EXPECT_FALSE(counts.was_away);
  EXPECT_EQ(counts.last_status.text, "Input/output error");
}

TEST_F(CaptureWriterTest, TornWriteIsTakenBackAndDoneAgain) {
  add(0, 100);
  writer().tick();
  directory_.tear_next_append(50, {core::LogFault::Other, "Input/output error"});
  add(0, 100);
  writer().tick();
  EXPECT_TRUE(test::reader_of(texts()).index().damage.empty());
  writer().tick();
  EXPECT_EQ(samples_in(test::reader_of(texts())), 200U);
}

TEST_F(CaptureWriterTest, SlotsThatDoNotAscendAreDroppedAndCounted) {
  writer().add(0, sample_at(5, 1.0));
  writer().add(0, sample_at(5, 1.0));
  EXPECT_EQ(writer().finish().dropped, 1U);
}

// Whatever a power cut leaves of a file, the next run goes on behind its last whole chunk.
TEST_F(CaptureWriterTest, NextRunCutsATornTailAtEveryByte) {
  add(0, 100);
  add(1, 3);
  static_cast<void>(writer().finish());
  const std::string whole = directory_.text("capture-000001.isocap");
  const auto index = test::reader_of({whole}).index();
  ASSERT_EQ(index.chunks.size(), 2U);
  const auto second = static_cast<std::size_t>(index.chunks[1].offset);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    for (const std::size_t zeros : {std::size_t{0}, whole.size() - size}) {
      directory_.put("capture-000001.isocap", whole.substr(0, size) + std::string(zeros, '\0'));
      // A chunk may end with zeros of its own.
      const std::string left = directory_.text("capture-000001.isocap");
      if (left == whole) {
        continue;
      }
      const bool first_is_whole = left.substr(0, second) == whole.substr(0, second);
      writer_.reset();
      slots_ = {};
      add(0, 1);
      ASSERT_EQ(writer().finish().written, 1U) << size;
      auto reader = test::reader_of(texts());
      ASSERT_TRUE(reader.index().damage.empty()) << size;
      ASSERT_EQ(samples_in(std::move(reader)), first_is_whole ? 101U : 1U) << size;
    }
  }
}

TEST_F(CaptureWriterTest, FileOfSomebodyElseIsLeftAlone) {
  single_file_ = "data.csv";
  directory_.put("data.csv", "timestamp,value\n");
  add(0, 1);
  const CaptureCounts counts = writer().finish();
  EXPECT_EQ(counts.dropped, 1U);
  EXPECT_THAT(counts.last_status.text, testing::HasSubstr("no capture"));
  EXPECT_EQ(directory_.text("data.csv"), "timestamp,value\n");
}

TEST_F(CaptureWriterTest, SamplesThatDidNotComeStandBetweenTheirChunks) {
  add(0, 10);
  writer().drop(0, 5);
  slots_[0] += 5;
  add(0, 10);
  const CaptureCounts counts = writer().finish();
  EXPECT_EQ(counts.taken, 25U);
  EXPECT_EQ(counts.written, 20U);
  EXPECT_EQ(counts.dropped, 5U);
  const auto index = test::reader_of(texts()).index();
  ASSERT_EQ(index.chunks.size(), 2U);
  EXPECT_EQ(index.chunks[0].header.dropped_before, 0U);
  EXPECT_EQ(index.chunks[1].header.dropped_before, 5U);
  EXPECT_EQ(index.chunks[1].header.first_slot, 15U);
}

TEST_F(CaptureWriterTest, MemoryGoesWithTheRateOfASensor) {
  settings_.chunk_samples = 8192;
  settings_.flush_interval = std::chrono::seconds{1};
  EXPECT_LT(writer().memory(), 2 * 1300 * sizeof(core::Sample));
}

TEST_F(CaptureWriterTest, ADirectoryOfAnotherStationIsRefusedAndOneOfOursIsNot) {
  directory_.set_busy(true);
  EXPECT_EQ(writer().open().fault, core::LogFault::Busy);
  CaptureWriter ours(settings_, {test::origin_of("a")}, CapturePlace{directory_, "", true}, clock_,
                     [](const std::string&) {});
  EXPECT_TRUE(ours.open().ok());
}

TEST_F(CaptureWriterTest, ImpossibleSettingsAreRefused) {
  settings_.chunk_samples = 0;
  EXPECT_THROW(writer(), core::SetupError);
  settings_.chunk_samples = 100;
  settings_.lateness.step_ns = 0;
  EXPECT_THROW(writer(), core::SetupError);
  settings_.lateness.step_ns = 1;
  Origin rare = test::origin_of("rare");
  rare.period = std::chrono::seconds{100};
  rare.every = UINT32_MAX;
  EXPECT_THROW(CaptureWriter(settings_, {rare}, CapturePlace{directory_, ""}, clock_, {}),
               core::SetupError);
}

// The reader, on what the writer wrote.

TEST_F(CaptureWriterTest, DamagedHeaderCostsItsChunkAndTheNextOneSaysHowMany) {
  add(0, 100);
  add(1, 100);
  add(0, 100);
  add(0, 100);
  static_cast<void>(writer().finish());
  std::string bytes = texts().at(0);
  const auto whole = test::reader_of({bytes}).index();
  char& hit = bytes[static_cast<std::size_t>(whole.chunks.at(2).offset) + 30];
  hit = static_cast<char>(hit ^ 1);
  auto reader = test::reader_of({bytes});
  ASSERT_EQ(reader.index().chunks.size(), 3U);
  ASSERT_EQ(reader.index().damage.size(), 1U);
  EXPECT_EQ(reader.index().damage[0].offset, whole.chunks[2].offset);
  EXPECT_EQ(reader.index().damage[0].bytes, whole.chunks[2].header.bytes());
  EXPECT_EQ(reader.index().damage[0].fault, ChunkFault::HeaderCrc);
  EXPECT_FALSE(reader.index().damage[0].at_end);
  ASSERT_EQ(reader.index().missing.size(), 1U);
  EXPECT_EQ(reader.index().missing[0].before, 2U);
  EXPECT_EQ(reader.index().missing[0].samples, 100U);
}

TEST_F(CaptureWriterTest, DamagedSamplesCostTheirChunkAlone) {
  add(0, 300);
  static_cast<void>(writer().finish());
  std::string bytes = texts().at(0);
  const ChunkEntry second = test::reader_of({bytes}).index().chunks.at(1);
  const auto at = static_cast<std::size_t>(second.offset) + second.header.header_bytes;
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  auto reader = test::reader_of({bytes});
  Columns columns;
  EXPECT_EQ(reader.read(2, columns), ChunkFault::None);
  EXPECT_EQ(columns.slots.front(), 200U);
  EXPECT_EQ(reader.read(1, columns), ChunkFault::PayloadCrc);
  EXPECT_EQ(reader.read(0, columns), ChunkFault::None);
}

TEST_F(CaptureWriterTest, ReaderFindsTheTornTail) {
  add(0, 200);
  static_cast<void>(writer().finish());
  const std::string bytes = texts().at(0);
  auto reader = test::reader_of({bytes.substr(0, bytes.size() - 1)});
  EXPECT_EQ(reader.index().chunks.size(), 1U);
  ASSERT_EQ(reader.index().damage.size(), 1U);
  EXPECT_EQ(reader.index().damage[0].fault, ChunkFault::Torn);
  EXPECT_TRUE(reader.index().damage[0].at_end);
}

TEST_F(CaptureWriterTest, FolderIsReadFileByFile) {
  settings_.file_bytes = 1'000;
  for (int round = 0; round < 30; ++round) {
    add(0, 100);
    writer().tick();
  }
  const auto folder = std::filesystem::path(testing::TempDir()) / "isotherm_capture_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  for (const std::string& name : directory_.list()) {
    std::ofstream(folder / name, std::ios::binary) << directory_.text(name);
  }
  std::ofstream(folder / "README") << "not a capture";
  EXPECT_GT(capture_files(folder.string()).size(), 2U);
  EXPECT_EQ(samples_in(open_capture(folder.string())), 3'000U);
  EXPECT_GT(samples_in(open_capture((folder / "capture-000002.isocap").string())), 0U);
  std::filesystem::remove_all(folder);
}

TEST(CaptureFiles, NothingThereIsSaid) {
  EXPECT_THROW(static_cast<void>(open_capture("/nowhere/at/all")), core::SetupError);
}

}  // namespace
}  // namespace isotherm::capture

#include "capture/captured_recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "capture/memory_source.hpp"
#include "capture/samples.hpp"

namespace isotherm::capture {
namespace {

using Kind = core::RecordedSlot::Kind;
using test::sample_at;

std::string chunk_of(const std::vector<core::Sample>& samples, std::uint64_t before = 0,
                     const Origin& origin = test::origin_of()) {
  return ChunkCoder().encode(origin, {before, 0, {}, true}, samples, kExactLateness);
}

class CapturedRecordingTest : public testing::Test {
 protected:
  StreamedRecording& play(const std::string& bytes, std::uint64_t base = 0) {
    reader_ = std::make_unique<CaptureReader>(test::reader_of({bytes}));
    runs_ = runs_of(reader_->index());
    recording_ = std::make_unique<StreamedRecording>(*reader_, runs_.at(0).sensors.at(0), base);
    return *recording_;
  }

  static std::string kinds(core::Recording& recording, std::uint64_t count) {
    std::string out;
    for (std::uint64_t ordinal = 0; ordinal < count; ++ordinal) {
      out += "RMDE"[static_cast<std::size_t>(recording.at(ordinal).kind)];
    }
    return out;
  }

  std::unique_ptr<CaptureReader> reader_;
  std::vector<CapturedRun> runs_;
  std::unique_ptr<StreamedRecording> recording_;
};

TEST_F(CapturedRecordingTest, SlotsComeBackWithValueFaultAndLateness) {
  StreamedRecording& recording =
      play(chunk_of({sample_at(0, 20.5, 111), sample_at(1, 0.0, 222, core::Fault::Crc)}));
  EXPECT_EQ(recording.slots(), 2U);
  const core::RecordedSlot good = recording.at(0);
  EXPECT_EQ(good.reading.value, 20.5);
  EXPECT_EQ(good.lateness, core::Nanoseconds{111});
  const core::RecordedSlot bad = recording.at(1);
  EXPECT_EQ(bad.kind, Kind::Read);
  EXPECT_EQ(bad.reading.fault, core::Fault::Crc);
  EXPECT_EQ(recording.at(2).kind, Kind::End);
}

TEST_F(CapturedRecordingTest, GapsAreDroppedFirstAndMissedThen) {
  const std::string bytes = chunk_of({sample_at(0, 1.0), sample_at(4, 1.0, 0, core::Fault::None, 2),
                                      sample_at(7, 1.0, 0, core::Fault::None, 2)});
  EXPECT_EQ(kinds(play(bytes), 9), "RDDMRMMRE");
}

TEST_F(CapturedRecordingTest, MoreDropsThanTheGapHasSlotsAreNotBelieved) {
  const std::string bytes =
      chunk_of({sample_at(0, 1.0), sample_at(2, 1.0, 0, core::Fault::None, 900)});
  EXPECT_EQ(kinds(play(bytes), 4), "RDRE");
}

TEST_F(CapturedRecordingTest, DropsBeforeABeginningThatIsLostAreNotPlayed) {
  const std::string bytes = chunk_of(
      {sample_at(12, 1.0, 0, core::Fault::None, 7), sample_at(13, 2.0, 0, core::Fault::None, 7)});
  EXPECT_EQ(kinds(play(bytes, 10), 5), "MMRRE");
}

TEST_F(CapturedRecordingTest, ChunksFollowOneAnotherAndADamagedOneIsMissed) {
  std::string bytes = chunk_of({sample_at(0, 1.0), sample_at(1, 1.0)});
  const std::size_t second = bytes.size();
  bytes += chunk_of({sample_at(2, 2.0), sample_at(3, 2.0)}, 2);
  const std::size_t third = bytes.size();
  bytes += chunk_of({sample_at(4, 3.0)}, 4);
  EXPECT_EQ(kinds(play(bytes), 6), "RRRRRE");
  char& hit = bytes[third - 1];  // of the second chunk's samples
  hit = static_cast<char>(hit ^ 1);
  ASSERT_LT(second, third);
  EXPECT_EQ(kinds(play(bytes), 6), "RRMMRE");
}

TEST_F(CapturedRecordingTest, ADivisorCountsItsOwnReadings) {
  Origin origin = test::origin_of();
  origin.every = 10;
  const std::string bytes = chunk_of({sample_at(0, 1.0), sample_at(20, 2.0)}, 0, origin);
  StreamedRecording& recording = play(bytes);
  EXPECT_EQ(kinds(recording, 4), "RMRE");
}

TEST_F(CapturedRecordingTest, GoingBackBeginsAgain) {
  StreamedRecording& recording = play(chunk_of({sample_at(0, 1.0), sample_at(1, 2.0)}));
  EXPECT_EQ(recording.at(1).reading.value, 2.0);
  EXPECT_EQ(recording.at(0).reading.value, 1.0);
}

TEST_F(CapturedRecordingTest, LoadedItIsTheSame) {
  const std::string bytes = chunk_of({sample_at(0, 1.0), sample_at(2, 0.0, 0, core::Fault::Nack),
                                      sample_at(5, 3.0, 0, core::Fault::None, 1)});
  LoadedRecording loaded(play(bytes));
  EXPECT_EQ(kinds(loaded, 7), "RMRDMRE");
  EXPECT_EQ(loaded.at(2).reading.fault, core::Fault::Nack);
  EXPECT_EQ(loaded.at(5).reading.value, 3.0);
}

TEST(CapturedRun, RunsAreToldApartByTheirStart) {
  Origin later = test::origin_of();
  later.start += std::chrono::hours{1};
  const auto reader =
      test::reader_of({chunk_of({sample_at(0, 1.0)}) + chunk_of({sample_at(0, 2.0)}, 0, later) +
                       chunk_of({sample_at(9, 1.0)}, 1)});
  const std::vector<CapturedRun> runs = runs_of(reader.index());
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].sensors.at(0).samples, 2U);
  EXPECT_EQ(runs[0].sensors.at(0).scheduled(), 10U);
  EXPECT_EQ(runs[0].end(), std::chrono::milliseconds{10});
  EXPECT_EQ(runs[1].sensors.at(0).samples, 1U);
}

}  // namespace
}  // namespace isotherm::capture

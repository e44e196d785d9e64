#include "capture/capture_reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/memory_source.hpp"
#include "capture/samples.hpp"

namespace isotherm::capture {
namespace {

constexpr std::size_t kMediumPage = 4096;

// So many chunks of one sample each, about as many to a page as it takes.
std::string chunks_of_one(std::uint64_t count) {
  std::string bytes;
  ChunkCoder coder;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::vector one{test::sample_at(i, 20.0)};
    bytes += coder.encode(test::origin_of(), {i, 0, {}, true}, one, kNoLateness);
  }
  return bytes;
}

CaptureReader reader_with_bad(const std::string& bytes, std::uint64_t from, std::uint64_t to) {
  std::vector<std::unique_ptr<ByteSource>> sources;
  sources.push_back(std::make_unique<test::MemorySource>(bytes, from, to));
  return CaptureReader(std::move(sources));
}

TEST(CaptureReader, ABadPageCostsTheChunksThatItTouchesAndNoOther) {
  const std::string bytes = chunks_of_one(1'000);
  const auto whole = test::reader_of({bytes});
  for (const std::uint64_t page : {0U, 1U, 20U, 33U}) {
    const std::uint64_t from = page * kMediumPage;
    const std::uint64_t to = from + kMediumPage;
    ASSERT_GT(bytes.size(), to);
    std::vector<std::uint64_t> untouched;
    for (const ChunkEntry& entry : whole.index().chunks) {
      if (entry.offset >= to || entry.offset + entry.header.bytes() <= from) {
        untouched.push_back(entry.header.first_slot);
      }
    }
    auto reader = reader_with_bad(bytes, from, to);
    std::vector<std::uint64_t> read;
    Columns columns;
    for (std::size_t i = 0; i < reader.index().chunks.size(); ++i) {
      if (reader.read(i, columns) == ChunkFault::None) {
        read.push_back(columns.slots.front());
      }
    }
    EXPECT_EQ(read, untouched) << page;
    ASSERT_EQ(reader.index().damage.size(), 1U);
    EXPECT_EQ(reader.index().damage[0].fault, ChunkFault::Unreadable);
    EXPECT_FALSE(reader.index().damage[0].at_end);
  }
}

TEST(CaptureReader, AChunkWhoseSamplesCannotBeReadSaysSo) {
  std::vector<core::Sample> samples;
  test::PlausibleLateness lateness;
  for (std::uint64_t i = 0; i < 8'192; ++i) {
    samples.push_back(test::sample_at(i, 20.0, lateness.next()));
  }
  const std::string large = ChunkCoder().encode(test::origin_of(), {}, samples, kExactLateness);
  ASSERT_GT(large.size(), 2 * kMediumPage);
  auto reader = reader_with_bad(large + chunks_of_one(1), kMediumPage, 2 * kMediumPage);
  Columns columns;
  EXPECT_EQ(reader.read(0, columns), ChunkFault::Unreadable);
  EXPECT_EQ(reader.read(1, columns), ChunkFault::None);
}

TEST(CaptureReader, TheLastHeaderIsFoundFromTheEnd) {
  const std::string bytes = chunks_of_one(100);
  test::MemorySource torn(bytes + std::string(200'000, '\0'));
  EXPECT_EQ(last_header(torn)->first_slot, 99U);
  // Wherever the edges of the blocks fall.
  for (std::size_t zeros = 65'536 - 200; zeros <= 65'536; ++zeros) {
    test::MemorySource across(bytes + std::string(zeros, '\0'));
    ASSERT_EQ(last_header(across)->first_slot, 99U) << zeros;
  }
  test::MemorySource none(std::string(100'000, '\0'));
  EXPECT_FALSE(last_header(none));
  test::MemorySource unreadable(bytes, bytes.size() - 1, bytes.size());
  EXPECT_FALSE(last_header(unreadable));
}

TEST(CaptureReader, AnUnreadableEndIsNotWhatAPowerCutLeaves) {
  const std::string bytes = chunks_of_one(100);
  const auto reader = reader_with_bad(bytes, 2 * kMediumPage, bytes.size());
  ASSERT_EQ(reader.index().damage.size(), 1U);
  EXPECT_FALSE(reader.index().damage[0].at_end);
}

TEST(FileSource, OnlyBytesThatShouldBeThereAreTrouble) {
  const auto path = std::filesystem::path(testing::TempDir()) / "isotherm_file_source_test";
  std::ofstream(path, std::ios::binary) << std::string(10'000, 'x');
  FileSource source(path.string());
  EXPECT_EQ(source.read(9'990, 100).size(), 10U);
  EXPECT_TRUE(source.trouble().ok());
  std::filesystem::resize_file(path, 5'000);
  EXPECT_LE(source.read(4'990, 100).size(), 100U);
  EXPECT_TRUE(source.read(6'000, 100).empty());
  EXPECT_FALSE(source.trouble().ok());
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace isotherm::capture

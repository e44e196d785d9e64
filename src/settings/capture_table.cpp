// [capture].
#include <array>
#include <chrono>

#include "settings/quantity.hpp"
#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

// Four files at least, each of some chunks; 1 TiB is beyond every card and disk here.
constexpr Limits<std::uint64_t> kTotalSize{std::uint64_t{1} << 16U, std::uint64_t{1} << 40U};
constexpr Limits<std::uint64_t> kFileSize{std::uint64_t{1} << 14U, std::uint64_t{1} << 40U};
constexpr Limits<core::Nanoseconds> kAge{0ns, 24h * 36'500};
// Below a second a chunk is hardly more than its header; beyond an hour a power cut costs too much.
constexpr Limits<core::Nanoseconds> kCaptureFlush{1s, 1h};
constexpr Limits<std::uint64_t> kCaptureBuffer{std::uint64_t{1} << 16U, std::uint64_t{1} << 30U};

constexpr std::array kLateness = {
    Choice<capture::LatenessKeeping>{"rounded", capture::LatenessKeeping{}},
    Choice<capture::LatenessKeeping>{"exact", capture::kExactLateness},
    Choice<capture::LatenessKeeping>{"none", capture::kNoLateness}};

}  // namespace

void read_capture(const Node& table, Findings& findings, capture::CaptureSettings& capture) {
  const Section section(table, kCaptureTable, findings);
  section.boolean("enabled", capture.enabled);
  section.text("directory", capture.directory);
  const bool total = section.size("total_size", kTotalSize, capture.total_bytes);
  const bool file = section.size("file_size", kFileSize, capture.file_bytes);
  section.duration("age", kAge, capture.age);
  section.choice<capture::LatenessKeeping>("lateness", kLateness, capture.lateness);
  section.duration("flush", kCaptureFlush, capture.flush_interval);
  section.size("buffer", kCaptureBuffer, capture.buffer);
  // Beside a total_size that is wrong in itself there is nothing to compare with. A file_size that
  // was left out fits itself to any total_size.
  const bool comparable = file && (total || !section.has("total_size"));
  const std::uint64_t most = capture.total_bytes / capture::kFilesAtLeast;
  if (comparable && capture.file_bytes > most) {
    section.mistake(
        "file_size",
        in_quotes(size_text(capture.file_bytes)) + " is more than a quarter of total_size, " +
            in_quotes(size_text(capture.total_bytes)),
        "use at most " + in_quotes(size_text(most)) + ", so that the oldest file can go");
  }
}

}  // namespace isotherm::settings

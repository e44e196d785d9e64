// Going through captures: an index by the headers alone, then any chunk in any order.
//
// Damage costs the chunk that it hit and nothing else: behind it, and behind what the medium does
// not give, the next header with a matching checksum is looked for. How many samples that cost is
// known from the damaged chunk's own header, or, where that is what was hit, from the next chunk of
// the sensor, which counts those before it. Only of a sensor's last chunk nobody knows; its bytes
// are told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/byte_source.hpp"
#include "capture/chunk.hpp"

namespace isotherm::capture {

inline constexpr std::string_view kCaptureSuffix = ".isocap";

struct ChunkEntry {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  ChunkHeader header{};
};

// A stretch of bytes that is no chunk.
struct Damage {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  ChunkFault fault = ChunkFault::None;
  // Nothing follows in its file, all of which could be read: what a power cut leaves.
  bool at_end = false;
};

// Samples that were in chunks and are in none of the index.
struct Missing {
  std::size_t before = 0;  // the entry of the same sensor and run that follows
  std::uint64_t samples = 0;
};

struct CaptureIndex {
  std::vector<ChunkEntry> chunks;  // in the files' order
  std::vector<Damage> damage;
  std::vector<Missing> missing;
};

// What is found in one file, in its order.
struct FileVisitor {
  std::function<void(ChunkEntry)> chunk;
  std::function<void(const Damage&)> damage;
};

// From the file's beginning to its end. Reads its headers only, and keeps none.
void visit_file(ByteSource& source, std::size_t file, const FileVisitor& visitor);
// The header of a file's last chunk, found from its end; none where there is none, or where that
// cannot be known because the medium cannot be read.
[[nodiscard]] std::optional<ChunkHeader> last_header(ByteSource& source);
// Adds the chunks and the damage of one file.
void scan_file(ByteSource& source, std::size_t file, CaptureIndex& index);
// Fills `missing`, once all files are scanned. What was deleted before a sensor's first chunk is
// not missing.
void find_missing(CaptureIndex& index);

// The capture files of a path: itself, or those of a folder, sorted. Throws SetupError with
// ExitCode::Io if there are none.
[[nodiscard]] std::vector<std::string> capture_files(const std::string& path);

// Those files, each opened anew. Throws SetupError with ExitCode::Io.
[[nodiscard]] std::vector<std::unique_ptr<ByteSource>> open_sources(
    const std::vector<std::string>& files);

class CaptureReader {
 public:
  // Scans. `sources` are the files in order.
  explicit CaptureReader(std::vector<std::unique_ptr<ByteSource>> sources);
  // For one more worker: the same files, opened again, and the index of a reader that has scanned.
  CaptureReader(std::vector<std::unique_ptr<ByteSource>> sources, CaptureIndex index);

  [[nodiscard]] const CaptureIndex& index() const noexcept { return index_; }

  // Any chunk of the index, in any order. With a fault the chunk's header.samples are lost.
  [[nodiscard]] ChunkFault read(std::size_t chunk, Columns& columns);

 private:
  std::vector<std::unique_ptr<ByteSource>> sources_;
  CaptureIndex index_;
  ChunkCoder coder_;
};

// Opens and scans all files of a path. Throws SetupError as capture_files does.
[[nodiscard]] CaptureReader open_capture(const std::string& path);

}  // namespace isotherm::capture

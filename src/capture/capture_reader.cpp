#include "capture/capture_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "core/setup_error.hpp"

namespace isotherm::capture {
namespace {

constexpr std::size_t kSearchBlock = std::size_t{64} << 10U;

// A chunk at `offset` that is all there, as far as its header says.
ChunkFault look_at(ByteSource& source, std::uint64_t offset, ChunkHeader& header) {
  const ChunkFault fault = parse_header(source.read(offset, kHeaderLimit), header);
  if (fault == ChunkFault::None && header.bytes() > source.size() - offset) {
    return ChunkFault::Torn;
  }
  return fault;
}

// Where the next chunk begins, from `from` on; the file's size if there is none.
std::uint64_t next_chunk(ByteSource& source, std::uint64_t from) {
  while (from < source.size()) {
    const std::string block = source.read(from, kSearchBlock);
    if (block.size() < kMagic.size()) {
      break;
    }
    for (std::size_t at = block.find(kMagic); at != std::string::npos;
         at = block.find(kMagic, at + 1)) {
      ChunkHeader header;
      if (look_at(source, from + at, header) == ChunkFault::None) {
        return from + at;
      }
    }
    // The magic may lie across the edge.
    from += block.size() - (kMagic.size() - 1);
  }
  return source.size();
}

std::vector<std::unique_ptr<ByteSource>> opened(const std::vector<std::string>& paths) {
  std::vector<std::unique_ptr<ByteSource>> sources;
  for (const std::string& path : paths) {
    sources.push_back(std::make_unique<FileSource>(path));
  }
  return sources;
}

}  // namespace

void scan_file(ByteSource& source, std::size_t file, CaptureIndex& index) {
  std::uint64_t at = 0;
  while (at < source.size()) {
    ChunkEntry entry{file, at, {}};
    const ChunkFault fault = look_at(source, at, entry.header);
    if (fault == ChunkFault::None) {
      at += entry.header.bytes();
      index.chunks.push_back(std::move(entry));
      continue;
    }
    const std::uint64_t next = next_chunk(source, at + 1);
    index.damage.push_back({file, at, next - at, fault, next == source.size()});
    at = next;
  }
}

void find_missing(CaptureIndex& index) {
  using Run = std::tuple<BootId, core::MonotonicTime, std::uint16_t, std::uint16_t, std::string>;
  std::map<Run, std::uint64_t> seen;
  for (std::size_t i = 0; i < index.chunks.size(); ++i) {
    const ChunkHeader& header = index.chunks[i].header;
    const Origin& origin = header.origin;
    const auto [run, is_first] = seen.try_emplace(
        Run{origin.boot_id, origin.start, origin.reader, origin.sensor, origin.name},
        header.samples_before);
    if (header.samples_before > run->second) {
      index.missing.push_back({i, header.samples_before - run->second});
    }
    run->second = header.samples_before + header.samples;
  }
}

std::vector<std::string> capture_files(const std::string& path) {
  std::error_code error;
  std::vector<std::string> out;
  if (std::filesystem::is_directory(path, error)) {
    for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == kCaptureSuffix) {
        out.push_back(at->path().string());
      }
    }
    std::sort(out.begin(), out.end());
  } else if (std::filesystem::exists(path, error)) {
    out.push_back(path);
  }
  if (out.empty()) {
    throw core::SetupError(core::ExitCode::Io, "there is no capture", path,
                           "give a capture file, or a folder that has some");
  }
  return out;
}

CaptureReader::CaptureReader(std::vector<std::unique_ptr<ByteSource>> sources)
    : sources_(std::move(sources)) {
  for (std::size_t file = 0; file < sources_.size(); ++file) {
    scan_file(*sources_[file], file, index_);
  }
  find_missing(index_);
}

CaptureReader::CaptureReader(std::vector<std::unique_ptr<ByteSource>> sources, CaptureIndex index)
    : sources_(std::move(sources)), index_(std::move(index)) {}

ChunkFault CaptureReader::read(std::size_t chunk, Columns& columns) {
  const ChunkEntry& entry = index_.chunks.at(chunk);
  const std::string payload =
      sources_.at(entry.file)
          ->read(entry.offset + entry.header.header_bytes, entry.header.payload_bytes);
  return coder_.decode(entry.header, payload, columns);
}

CaptureReader open_capture(const std::string& path) {
  return CaptureReader(opened(capture_files(path)));
}

}  // namespace isotherm::capture

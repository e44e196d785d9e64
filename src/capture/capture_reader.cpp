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
// A read fails for all of its bytes where one of their pages cannot be had from the medium.
constexpr std::size_t kPage = 4096;
static_assert(kSearchBlock % kPage == 0 && kHeaderLimit < kPage);

std::size_t to_page_end(std::uint64_t offset) noexcept {
  return static_cast<std::size_t>(kPage - offset % kPage);
}

// A chunk at `offset` that is all there, as far as its header says.
ChunkFault look_at(ByteSource& source, std::uint64_t offset, ChunkHeader& header) {
  std::string bytes = source.read(offset, kHeaderLimit);
  const bool unreadable =
      bytes.size() < std::min<std::uint64_t>(kHeaderLimit, source.size() - offset);
  if (unreadable) {
    bytes = source.read(offset, to_page_end(offset));
  }
  const ChunkFault fault = parse_header(bytes, header);
  if (fault == ChunkFault::None && header.bytes() > source.size() - offset) {
    return ChunkFault::Torn;
  }
  return fault == ChunkFault::Torn && unreadable ? ChunkFault::Unreadable : fault;
}

// Where the next chunk begins, from `from` on; the file's size if there is none. Passes over pages
// that cannot be read.
std::uint64_t next_chunk(ByteSource& source, std::uint64_t from) {
  std::string seen;  // up to `from`
  std::size_t length = kSearchBlock;
  while (from < source.size()) {
    const std::string block = source.read(from, length - from % kPage);
    if (block.empty()) {
      seen.clear();
      from += length == kPage ? to_page_end(from) : 0;
      length = kPage;
      continue;
    }
    // The magic may lie across the edge.
    seen.erase(0, seen.size() - std::min(seen.size(), kMagic.size() - 1));
    seen += block;
    from += block.size();
    length = std::min(2 * length, kSearchBlock);
    for (std::size_t at = seen.find(kMagic); at != std::string::npos;
         at = seen.find(kMagic, at + 1)) {
      const std::uint64_t begin = from - seen.size() + at;
      ChunkHeader header;
      if (look_at(source, begin, header) == ChunkFault::None) {
        return begin;
      }
    }
  }
  return source.size();
}

}  // namespace

void visit_file(ByteSource& source, std::size_t file, const FileVisitor& visitor) {
  std::uint64_t at = 0;
  while (at < source.size()) {
    ChunkEntry entry{file, at, {}};
    const ChunkFault fault = look_at(source, at, entry.header);
    if (fault == ChunkFault::None) {
      at += entry.header.bytes();
      visitor.chunk(std::move(entry));
      continue;
    }
    const std::uint64_t next = next_chunk(source, at + 1);
    const bool at_end = next == source.size() && source.trouble().ok();
    visitor.damage({file, at, next - at, fault, at_end});
    at = next;
  }
}

std::optional<ChunkHeader> last_header(ByteSource& source) {
  for (std::uint64_t end = source.size(); end > 0;) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end, kSearchBlock);
    // The magic may lie across the edge.
    const std::string block =
        source.read(begin, static_cast<std::size_t>(end - begin) + kMagic.size() - 1);
    for (std::size_t at = block.rfind(kMagic); at != std::string::npos;
         at = at == 0 ? std::string::npos : block.rfind(kMagic, at - 1)) {
      ChunkHeader header;
      if (look_at(source, begin + at, header) == ChunkFault::None) {
        return source.trouble().ok() ? std::optional(std::move(header)) : std::nullopt;
      }
    }
    end = begin;
  }
  return std::nullopt;
}

void scan_file(ByteSource& source, std::size_t file, CaptureIndex& index) {
  visit_file(source, file,
             {[&index](ChunkEntry entry) { index.chunks.push_back(std::move(entry)); },
              [&index](const Damage& damage) { index.damage.push_back(damage); }});
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

std::vector<std::unique_ptr<ByteSource>> open_sources(const std::vector<std::string>& files) {
  std::vector<std::unique_ptr<ByteSource>> sources;
  sources.reserve(files.size());
  for (const std::string& file : files) {
    sources.push_back(std::make_unique<FileSource>(file));
  }
  return sources;
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
  if (payload.size() < entry.header.payload_bytes) {
    return ChunkFault::Unreadable;  // it was there when the file was scanned
  }
  return coder_.decode(entry.header, payload, columns);
}

CaptureReader open_capture(const std::string& path) {
  return CaptureReader(open_sources(capture_files(path)));
}

}  // namespace isotherm::capture

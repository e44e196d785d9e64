#include "capture/file_series.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "capture/capture_reader.hpp"
#include "capture/crc32c.hpp"

namespace isotherm::capture {
namespace {

constexpr std::string_view kPrefix = "capture-";
constexpr std::size_t kDigits = 6;  // ls sorts a million files; then they sort by length, too

std::string series_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
  return std::string(kPrefix) + digits + std::string(kCaptureSuffix);
}

std::optional<std::uint64_t> series_number(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kCaptureSuffix) ||
      name.size() < kPrefix.size() + kDigits + kCaptureSuffix.size()) {
    return std::nullopt;
  }
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kCaptureSuffix.size());
  std::uint64_t number = 0;
  const auto result = std::from_chars(name.data(), name.data() + name.size(), number);
  return result.ec == std::errc{} && result.ptr == name.data() + name.size() ? std::optional(number)
                                                                             : std::nullopt;
}

// Whether we began the file, so that its end is ours to cut: a chunk, or what a power cut left of
// the first.
bool is_ours(const std::string& begin) {
  const std::string_view magic = kMagic;
  const std::string_view written = std::string_view(begin).substr(0, begin.find('\0'));
  return begin.starts_with(magic) ||
         (magic.starts_with(written) &&
          begin.find_first_not_of('\0', written.size()) == std::string::npos);
}

// So many are looked at together; a file of slow sensors has hundreds of thousands.
constexpr std::size_t kChunksAtOnce = 4096;

struct PayloadPlace {
  std::uint64_t chunk = 0;  // where it begins
  std::uint64_t at = 0;
  std::uint32_t bytes = 0;
  std::uint32_t crc = 0;
};

// The last chunks that begin before `before`. Says whether a later version's are at the end.
std::deque<PayloadPlace> last_payloads(ByteSource& source, std::uint64_t before,
                                       bool& later_version) {
  std::deque<PayloadPlace> last;
  const auto keep = [&](const ChunkEntry& entry) {
    if (entry.offset < before) {
      const ChunkHeader& header = entry.header;
      last.push_back({entry.offset, entry.offset + header.header_bytes, header.payload_bytes,
                      header.payload_crc});
    }
    if (last.size() > kChunksAtOnce) {
      last.pop_front();
    }
  };
  visit_file(source, 0, {keep, [&later_version](const Damage& damage) {
                           later_version = damage.at_end && damage.fault == ChunkFault::Version;
                         }});
  return last;
}

// Where the last chunk ends that is all there. After a power cut a chunk may have its size and its
// header on the disk, but not its samples.
std::uint64_t good_end(ByteSource& source) {
  for (std::uint64_t before = source.size();;) {
    bool later_version = false;
    const auto last = last_payloads(source, before, later_version);
    if (later_version) {
      return source.size();  // not ours to cut
    }
    for (auto payload = last.rbegin(); payload != last.rend(); ++payload) {
      if (crc32c(source.read(payload->at, payload->bytes)) == payload->crc) {
        return payload->at + payload->bytes;
      }
    }
    if (last.size() < kChunksAtOnce) {
      return 0;
    }
    before = last.front().chunk;
  }
}

}  // namespace

FileSeries::FileSeries(const CaptureSettings& settings, CapturePlace place, Notices notify)
    : settings_(settings),
      directory_(place.directory),
      single_file_(std::move(place.single_file)),
      claimed_(place.claimed),
      notify_(std::move(notify)) {
  settings_.file_bytes = std::min(settings_.file_bytes, settings_.total_bytes / kFilesAtLeast);
}

std::uint64_t FileSeries::bytes() const noexcept {
  std::uint64_t total = 0;
  for (const Known& known : known_) {
    total += known.bytes;
  }
  return total;
}

core::LogStatus FileSeries::find_series() {
  if (!claimed_) {
    if (auto claimed = directory_.claim(); !claimed.ok()) {
      return claimed;
    }
  }
  std::vector<std::pair<std::uint64_t, std::string>> numbered;
  for (std::string& name : directory_.list()) {
    if (const auto number = series_number(name)) {
      numbered.emplace_back(*number, std::move(name));
    }
  }
  std::sort(numbered.begin(), numbered.end());
  for (auto& [number, name] : numbered) {
    known_.push_back({std::move(name)});
  }
  return {};
}

// Their sizes only: to read what is in them would take a minute before the station is ready.
core::LogStatus FileSeries::learn_files() {
  if (!single_file_.empty()) {
    known_.push_back({single_file_});
  } else if (auto found = find_series(); !found.ok()) {
    return found;
  }
  for (Known& known : known_) {
    const auto opened = directory_.open(known.name);
    auto size = opened.file ? opened.file->size() : core::LogSize{0, opened.status};
    if (!size.status.ok()) {
      known_.clear();
      return std::move(size.status);
    }
    known.bytes = size.bytes;
  }
  learned_ = true;
  return known_.empty() ? begin_next() : core::LogStatus{};
}

core::LogStatus FileSeries::begin_next() {
  const std::uint64_t number =
      known_.empty() ? 1 : series_number(known_.back().name).value_or(0) + 1;
  auto opened = directory_.open(series_name(number));
  if (!opened.status.ok()) {
    return opened.status;
  }
  if (file_ != nullptr) {
    if (auto synced = file_->sync(); !synced.ok()) {
      return synced;
    }
  }
  file_ = std::move(opened.file);
  known_.push_back({series_name(number)});
  return directory_.sync();
}

core::LogStatus FileSeries::open_last() {
  Known& known = known_.back();
  auto opened = directory_.open(known.name);
  if (!opened.status.ok()) {
    return opened.status;
  }
  if (!single_file_.empty()) {  // a series is in a directory that is claimed
    if (auto locked = opened.file->lock(); !locked.ok()) {
      return locked;
    }
  }
  LogFileSource source(*opened.file);
  const std::string begin = source.read(0, kMagic.size());
  if (source.trouble().ok() && !is_ours(begin)) {
    return {core::LogFault::Other, known.name + " is there and is no capture"};
  }
  known.bytes = source.size();
  if (const std::uint64_t end = good_end(source); end < known.bytes) {
    if (!source.trouble().ok()) {
      return leave_last(source.trouble());
    }
    if (auto cut = opened.file->truncate(end); !cut.ok()) {
      return cut;
    }
    notify_("capture: cut " + std::to_string(known.bytes - end) + " bytes off " +
            directory_.path() + "/" + known.name +
            ", a chunk that a crash or a power cut had left unfinished");
    bytes_cut_ += known.bytes - end;
    known.bytes = end;
  }
  file_ = std::move(opened.file);
  return directory_.sync();
}

// What cannot be read may be whole, and readable again tomorrow: nothing is cut off, and nothing
// written behind what may be a torn chunk.
core::LogStatus FileSeries::leave_last(const core::LogStatus& trouble) {
  core::LogStatus status{trouble.fault, known_.back().name + " cannot be read: " + trouble.text};
  if (!single_file_.empty()) {
    return status;
  }
  notify_("capture: " + directory_.path() + "/" + status.text +
          "; it is left as it is, and another is begun");
  return begin_next();
}

core::LogStatus FileSeries::prepare() {
  if (file_ != nullptr) {
    const auto size = file_->size();
    // Removed, renamed or truncated by somebody: what there is must be learned again.
    if (file_->linked() && size.status.ok() && size.bytes == known_.back().bytes) {
      return {};
    }
    file_.reset();
    known_.clear();
    learned_ = false;
  }
  if (!learned_) {
    if (auto learned = learn_files(); !learned.ok()) {
      return learned;
    }
  }
  return file_ == nullptr ? open_last() : core::LogStatus{};
}

core::LogStatus FileSeries::delete_oldest() {
  if (auto removed = directory_.remove(known_.front().name); !removed.ok()) {
    return removed;
  }
  known_.pop_front();
  ++files_deleted_;
  return {};
}

core::LogStatus FileSeries::make_room(std::uint64_t bytes) {
  if (single_file_.empty() && known_.back().bytes > 0 &&
      known_.back().bytes + bytes > settings_.file_bytes) {
    if (auto begun = begin_next(); !begun.ok()) {
      return begun;
    }
  }
  while (known_.size() > 1 && this->bytes() + bytes > settings_.total_bytes) {
    if (auto deleted = delete_oldest(); !deleted.ok()) {
      return deleted;
    }
  }
  if (this->bytes() + bytes > settings_.total_bytes) {
    return {core::LogFault::NoSpace, "the capture has reached its cap"};
  }
  return {};
}

core::LogStatus FileSeries::append(std::string_view chunk, Dated last_sample) {
  auto status = prepare();
  if (status.ok()) {
    status = make_room(chunk.size());
  }
  if (!status.ok()) {
    return status;
  }
  auto taken = file_->append(chunk);
  Known& known = known_.back();
  if (taken.bytes == chunk.size()) {
    known.bytes += chunk.size();
    known.last = last_sample;
    return {};
  }
  if (taken.bytes > 0 && !file_->truncate(known.bytes).ok()) {
    file_.reset();  // opening it again cuts the torn tail, before anything else is written
  }
  return taken.status.ok() ? core::LogStatus{core::LogFault::Other, "a write was cut short"}
                           : taken.status;
}

core::LogStatus FileSeries::sync() { return file_ != nullptr ? file_->sync() : core::LogStatus{}; }

Dated FileSeries::last_sample_of(Known& known) {
  if (!known.last) {
    known.last.emplace();
    if (const auto opened = directory_.open(known.name); opened.file) {
      LogFileSource source(*opened.file);
      if (const auto header = last_header(source)) {
        known.last = {header->wall_at(header->last_slot), header->synced};
      }
    }
  }
  return *known.last;
}

void FileSeries::delete_older(Dated now) {
  if (settings_.age.count() <= 0 || !now.synced || !single_file_.empty()) {
    return;
  }
  // Files are in the order of their samples, whatever a clock said that was not synchronised.
  std::size_t too_old = 0;
  for (std::size_t i = 0; i + 1 < known_.size(); ++i) {
    const Dated last = last_sample_of(known_[i]);
    if (last.synced && now.time - last.time <= settings_.age) {
      break;
    }
    too_old = last.synced ? i + 1 : too_old;
  }
  for (; too_old > 0; --too_old) {
    if (!delete_oldest().ok()) {
      return;
    }
  }
}

}  // namespace isotherm::capture

#include "store/current_file.hpp"

#include <algorithm>
#include <utility>

#include "store/rotation.hpp"
#include "store/row_format.hpp"
#include "store/tail_mending.hpp"

namespace isotherm::store {
namespace {

// Of the usual file systems.
constexpr std::uint64_t kBlock = 4096;

constexpr std::uint64_t kAheadOfFile = 8;

constexpr std::uint64_t whole_blocks(std::uint64_t bytes) noexcept {
  return (bytes + kBlock - 1) / kBlock * kBlock;
}

// Worst case: cut a torn tail, find a file without header, rotate it away, find an empty one.
constexpr int kLooks = 4;

// Whether a file that begins with `text` was begun by us and torn: by a crash within the header, or
// by a power cut that left NUL bytes behind what was written of it. Anything else with NUL bytes is
// somebody else's, a spreadsheet's UTF-16 for one, and not ours to cut.
bool is_torn_header(std::string_view text, std::string_view header) {
  const std::string_view written = text.substr(0, text.find('\0'));
  return header.starts_with(written) &&
         text.find_first_not_of('\0', written.size()) == std::string_view::npos;
}

}  // namespace

CurrentFile::CurrentFile(const LogSettings& settings, core::LogDirectory& directory,
                         std::uint64_t reserve_bytes, Notices notify)
    : directory_(directory),
      format_(settings.format),
      rotate_count_(settings.rotate_count),
      reserve_bytes_(reserve_bytes),
      ahead_bytes_(std::min(settings.rotate_size / kAheadOfFile, settings.space_ahead)),
      notify_(std::move(notify)),
      name_(log_file_name(settings.format)),
      header_(header_line(settings.format)) {}

CurrentFile::~CurrentFile() { close(); }

core::LogStatus CurrentFile::prepare() {
  if (file_ != nullptr && !file_->linked()) {
    close();
  }
  if (file_ != nullptr) {
    const auto size = file_->size();
    // Smaller than we left it: logrotate's copytruncate, or an operator's `: > temperature.csv`.
    if (!size.status.ok() || size.bytes < size_) {
      file_.reset();
    } else {
      size_ = size.bytes;
    }
  }
  return file_ != nullptr ? core::LogStatus{} : open();
}

core::LogStatus CurrentFile::open() {
  auto claimed = directory_.claim();
  if (!claimed.ok()) {
    return claimed;
  }
  auto opened = directory_.open(name_);
  if (!opened.status.ok()) {
    return opened.status;
  }
  file_ = std::move(opened.file);
  auto status = mend();
  if (status.ok() && size_ == 0) {
    status = write_header();
  }
  if (!status.ok()) {
    file_.reset();
    return status;
  }
  // On a full disk the file is open all the same: append() is what minds, and last words may fit.
  static_cast<void>(keep_reserve(0));
  return {};
}

core::LogStatus CurrentFile::mend() {
  for (int look = 0; look < kLooks; ++look) {
    const auto size = file_->size();
    if (!size.status.ok()) {
      return size.status;
    }
    size_ = size.bytes;
    // Whoever wrote beyond our knowledge may have given the reserve back, so it is taken anew.
    reserved_end_ = 0;
    const auto begin = file_->read(0, header_.size());
    if (!begin.status.ok()) {
      return begin.status;
    }
    const bool has_header = begin.text == header_;
    TailMend mended;
    if (has_header || is_torn_header(begin.text, header_)) {
      mended = mend_tail(*file_);
    }
    if (!mended.status.ok()) {
      return mended.status;
    }
    if (mended.bytes_cut == 0) {
      if (has_header || size_ == 0) {
        return {};
      }
      auto rotated = rotate_other_header();
      if (!rotated.ok()) {
        return rotated;
      }
      continue;
    }
    notify_("temperature log: cut " + std::to_string(mended.bytes_cut) + " bytes off " +
            directory_.path() + "/" + name_ +
            ", a row that a crash or a power cut had left unfinished");
  }
  return {core::LogFault::Other, "the file changes while it is being mended"};
}

core::LogStatus CurrentFile::rotate_other_header() {
  // A reserve from its earlier life goes back; should that fail, it costs only space.
  static_cast<void>(file_->truncate(size_));
  // At least one file is kept: these rows are not ours to delete.
  auto rotated = rotate_files(directory_, format_, std::max(rotate_count_, 1U));
  if (!rotated.ok()) {
    return rotated;
  }
  notify_("temperature log: " + directory_.path() + "/" + name_ +
          " has other columns than this version writes; it was kept as " +
          log_file_name(format_, 1));
  auto opened = directory_.open(name_);
  if (!opened.status.ok()) {
    return opened.status;
  }
  file_ = std::move(opened.file);
  return {};
}

core::LogStatus CurrentFile::write_header() {
  if (!header_.empty()) {
    const auto written = append_lines(header_);
    if (!written.status.ok()) {
      return written.status;
    }
  }
  return directory_.sync();
}

core::LogStatus CurrentFile::keep_reserve(std::uint64_t lines_bytes) {
  const std::uint64_t end = size_ + lines_bytes + reserve_bytes_;
  if (end <= reserved_end_) {
    return {};
  }
  std::uint64_t wanted = whole_blocks(end + ahead_bytes_);
  auto status = file_->reserve(wanted);
  if (status.fault == core::LogFault::NoSpace) {
    wanted = whole_blocks(end);
    status = file_->reserve(wanted);
  }
  if (status.fault == core::LogFault::Unsupported) {
    // Then a full disk shows itself by a write that is cut short, and there are no last words.
    return {};
  }
  if (status.ok()) {
    reserved_end_ = wanted;
  }
  return status;
}

LinesWritten CurrentFile::append(std::string_view lines) {
  auto status = keep_reserve(lines.size());
  if (!status.ok()) {
    return {0, std::move(status)};
  }
  auto written = append_lines(lines);
  if (!written.status.ok() && file_ != nullptr) {
    // Cutting a torn line off has given the reserve back: take it before somebody else does.
    static_cast<void>(keep_reserve(0));
  }
  return written;
}

LinesWritten CurrentFile::append_last_words(std::string_view lines) { return append_lines(lines); }

LinesWritten CurrentFile::append_lines(std::string_view lines) {
  auto taken = file_->append(lines);
  const std::string_view written = lines.substr(0, static_cast<std::size_t>(taken.bytes));
  const std::size_t last_end = written.rfind('\n');
  const std::string_view whole =
      written.substr(0, last_end == std::string_view::npos ? 0 : last_end + 1);
  size_ += whole.size();
  if (whole.size() < written.size()) {
    reserved_end_ = 0;
    if (!file_->truncate(size_).ok()) {
      // Opening it again mends its tail, before anything else is written.
      file_.reset();
    }
  }
  return {static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n')),
          std::move(taken.status)};
}

core::LogStatus CurrentFile::rotate() {
  // The next file needs a header and a reserve. If there is no room for them, the full disk must
  // show itself here, where the old file still has its own reserve.
  auto room = keep_reserve(whole_blocks(header_.size()) + kBlock);
  if (!room.ok()) {
    return room;
  }
  auto closed = close();
  if (!closed.ok()) {
    return closed;
  }
  auto rotated = rotate_files(directory_, format_, rotate_count_);
  if (!rotated.ok()) {
    return rotated;
  }
  return open();
}

core::LogStatus CurrentFile::sync() { return file_ != nullptr ? file_->sync() : core::LogStatus{}; }

core::LogStatus CurrentFile::close() {
  if (file_ == nullptr) {
    return {};
  }
  auto truncated = reserved_end_ > 0 ? file_->truncate(size_) : core::LogStatus{};
  auto synced = file_->sync();
  file_.reset();
  reserved_end_ = 0;
  return synced.ok() ? truncated : synced;
}

}  // namespace isotherm::store

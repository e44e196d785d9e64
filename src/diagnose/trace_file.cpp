#include "diagnose/trace_file.hpp"

#include <utility>

#include "core/setup_error.hpp"
#include "diagnose/trace_text.hpp"

namespace isotherm::diagnose {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw core::SetupError(core::ExitCode::Io, "the trace cannot be written: " + why, path,
                         "name another file with --trace");
}

}  // namespace

TraceFile::TraceFile(core::LogDirectory& directory, const std::string& name, std::uint64_t limit,
                     std::uint64_t reserve)
    : limit_(limit), reserve_(reserve) {
  const std::string path = (directory.path() == "/" ? "" : directory.path()) + "/" + name;
  core::LogOpen opened = directory.open(name);
  if (!opened.status.ok()) {
    refuse(path, opened.status.text);
  }
  file_ = std::move(opened.file);
  const core::LogText head = file_->read(0, kTraceHead.size());
  if (!head.status.ok()) {
    refuse(path, head.status.text);
  }
  // --trace temperature.csv must not cost anybody a log.
  if (!head.text.empty() && head.text != kTraceHead) {
    refuse(path, "the file holds something else than an earlier trace");
  }
  const core::LogStatus emptied = file_->truncate(0);
  if (!emptied.ok()) {
    refuse(path, emptied.text);
  }
}

TraceFate TraceFile::append(std::string_view events) {
  if (state_ == TraceFate::Written && size_ + events.size() + reserve_ > limit_) {
    state_ = TraceFate::OverLimit;
  }
  if (state_ == TraceFate::Written && !write(events)) {
    state_ = TraceFate::Failed;
  }
  return state_;
}

bool TraceFile::finish(std::string_view events) {
  std::string last{events};
  last.append(kTraceTail);
  // Nothing can follow where not even the head was written.
  const bool written = size_ > 0 && !torn_ && write(last);
  file_.reset();
  return written;
}

bool TraceFile::write(std::string_view text) {
  const core::LogAppend taken = file_->append(text);
  if (taken.status.ok()) {
    size_ += taken.bytes;
    return true;
  }
  error_ = taken.status.text;
  torn_ = taken.bytes > 0 && !file_->truncate(size_).ok();
  return false;
}

}  // namespace isotherm::diagnose

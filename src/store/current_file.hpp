// The file that rows are being appended to: opening it in a fit state, keeping its lines whole, and
// changing it for the next one. Knows lines, not rows, and keeps no policy about when to try again.
//
// The reserve: disk space that is allocated behind the end of the file and kept free of ordinary
// lines, so that even a full disk can take the last words of a station. Until the file is closed in
// good order `du` and `df` show it; `ls -l` does not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/log_directory.hpp"
#include "store/log_settings.hpp"

namespace isotherm::store {

// Takes one sentence about the log for the operator.
using Notices = std::function<void(std::string)>;

struct LinesWritten {
  std::size_t lines = 0;  // complete, from the first on
  core::LogStatus status{};
};

class CurrentFile {
 public:
  CurrentFile(const LogSettings& settings, core::LogDirectory& directory,
              std::uint64_t reserve_bytes, Notices notify);
  ~CurrentFile();
  CurrentFile(const CurrentFile&) = delete;
  CurrentFile& operator=(const CurrentFile&) = delete;
  CurrentFile(CurrentFile&&) = delete;
  CurrentFile& operator=(CurrentFile&&) = delete;

  // Makes sure that lines can be appended: claims the directory, opens the file or opens it anew if
  // it was removed, renamed or truncated by somebody else; mends its tail, rotates a file with
  // another header away, and writes the header where there is none.
  [[nodiscard]] core::LogStatus prepare();

  // Appends whole lines. What a full disk took of a line is cut off again. NoSpace also where the
  // lines would fit, but the reserve behind them would not; with no lines it only
  // looks whether there is room.
  [[nodiscard]] LinesWritten append(std::string_view lines);
  // The same, at the cost of the reserve.
  [[nodiscard]] LinesWritten append_last_words(std::string_view lines);

  // Closes the file, renames the files and opens the next one.
  [[nodiscard]] core::LogStatus rotate();
  [[nodiscard]] core::LogStatus sync();
  // Gives the reserve back, syncs and closes.
  core::LogStatus close();

  // Whether the file has no rows but perhaps a header, so that it makes no sense to rotate it.
  [[nodiscard]] bool has_rows() const noexcept { return size_ > header_.size(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  [[nodiscard]] core::LogStatus open();
  [[nodiscard]] core::LogStatus mend();
  [[nodiscard]] core::LogStatus write_header();
  [[nodiscard]] core::LogStatus keep_reserve(std::uint64_t lines_bytes);
  [[nodiscard]] LinesWritten append_lines(std::string_view lines);
  [[nodiscard]] core::LogStatus rotate_other_header();

  core::LogDirectory& directory_;
  LogFormat format_;
  std::uint32_t rotate_count_;
  std::uint64_t reserve_bytes_;
  std::uint64_t ahead_bytes_;  // taken beyond it, where there is room
  Notices notify_;
  std::string name_;
  std::string_view header_;

  std::unique_ptr<core::LogFile> file_;
  std::uint64_t size_ = 0;          // of file_, as far as written by us
  std::uint64_t reserved_end_ = 0;  // disk space is allocated up to here
};

}  // namespace isotherm::store

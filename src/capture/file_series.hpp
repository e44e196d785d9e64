// The files that chunks are appended to: capture-000001.isocap and on, or one by name. Whole chunks
// only; a torn tail of an earlier run is cut off, the oldest files are deleted when all together
// would exceed their cap.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "capture/capture_settings.hpp"
#include "core/log_directory.hpp"

namespace isotherm::capture {

// Takes one sentence about the capture for the operator.
using Notices = std::function<void(std::string)>;

// When something was taken, by a wall clock that was synchronised or not.
struct Dated {
  core::WallTime time{};
  bool synced = false;
};

// Where chunks go.
struct CapturePlace {
  core::LogDirectory& directory;
  // The name of one file, for `--capture FILE`: never deleted, and no other begun. Empty: a series.
  std::string single_file{};
  bool claimed = false;  // whoever writes the temperature log has claimed the directory
};

class FileSeries {
 public:
  // The place's directory outlives this.
  FileSeries(const CaptureSettings& settings, CapturePlace place, Notices notify);

  // Finds the files that are there and opens the one to go on with, or begins the first.
  // append() does it, too, if nobody has.
  [[nodiscard]] core::LogStatus open() { return prepare(); }
  // Appends all of `chunk` or, with a fault, nothing. NoSpace also where the cap does not let it.
  [[nodiscard]] core::LogStatus append(std::string_view chunk, Dated last_sample);
  [[nodiscard]] core::LogStatus sync();
  // Deletes files of a series that are older than the settings' age. Only where the clock now is
  // synchronised, and that of the file was, or that of a later file that is too old, too: a clock
  // that wakes up in 1970 deletes nothing.
  void delete_older(Dated now);

  [[nodiscard]] std::uint64_t bytes() const noexcept;  // of all files
  [[nodiscard]] std::uint64_t files_deleted() const noexcept { return files_deleted_; }
  [[nodiscard]] std::uint64_t bytes_cut() const noexcept { return bytes_cut_; }

 private:
  struct Known {
    std::string name;
    std::uint64_t bytes = 0;
    std::optional<Dated> last{};  // sample; of an earlier run's file, once somebody has asked
  };

  [[nodiscard]] core::LogStatus prepare();
  [[nodiscard]] core::LogStatus learn_files();
  [[nodiscard]] core::LogStatus find_series();
  [[nodiscard]] Dated last_sample_of(Known& known);
  [[nodiscard]] core::LogStatus open_last();
  [[nodiscard]] core::LogStatus leave_last(const core::LogStatus& trouble);
  [[nodiscard]] core::LogStatus begin_next();
  [[nodiscard]] core::LogStatus make_room(std::uint64_t bytes);
  [[nodiscard]] core::LogStatus delete_oldest();

  CaptureSettings settings_;
  core::LogDirectory& directory_;
  std::string single_file_;
  bool claimed_;
  Notices notify_;
  std::unique_ptr<core::LogFile> file_;  // known_'s last
  std::deque<Known> known_;              // ascending numbers
  bool learned_ = false;
  std::uint64_t files_deleted_ = 0;
  std::uint64_t bytes_cut_ = 0;
};

}  // namespace isotherm::capture

// The file of a trace: takes whole events in batches, up to a limit, and stops for good at the
// first one that cannot be written: a full disk costs the trace, not the run. What it holds is a
// trace that opens, at every moment: a batch that was torn by a full disk is cut off again.
//
// Housekeeping, one thread. Any call may block for as long as the disk does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/log_directory.hpp"

namespace isotherm::diagnose {

enum class TraceFate : std::uint8_t {
  Written,
  OverLimit,  // it would have made the file larger than its limit, or an earlier one would have
  Failed,     // the disk would not take it, or an earlier one
};

class TraceFile {
 public:
  // The least limit that holds a useful trace.
  static constexpr std::uint64_t kLimitLeast = std::uint64_t{256} << 10U;

  // Opens `name` in `directory`, or makes it; replaces a trace that is there, and nothing else.
  // Throws SetupError with ExitCode::Io. `reserve` bytes of the limit are kept for finish().
  TraceFile(core::LogDirectory& directory, const std::string& name, std::uint64_t limit,
            std::uint64_t reserve);

  // A batch of whole events.
  [[nodiscard]] TraceFate append(std::string_view events);
  // The last events, for which the reserve is there, and the closing bracket; closes the file.
  // Tried also where the disk was full: by now it may have room. False: it still has none.
  bool finish(std::string_view events);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  [[nodiscard]] TraceFate state() const noexcept { return state_; }
  // The kernel's words, where state() is Failed or finish() was false.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  [[nodiscard]] bool write(std::string_view text);

  std::unique_ptr<core::LogFile> file_;
  std::uint64_t limit_;
  std::uint64_t reserve_;
  std::uint64_t size_ = 0;
  TraceFate state_ = TraceFate::Written;
  bool torn_ = false;  // what could not be written could not be cut off again either
  std::string error_;
};

}  // namespace isotherm::diagnose

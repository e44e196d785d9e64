// What a running station tells the service manager (systemd), and when: sd_notify(3).
//
//   EXTEND_TIMEOUT_USEC  while the first complete window of the log is waited for
//   READY=1              once that window has been written
//   STATUS=              every few seconds, for `systemctl status`
//   WATCHDOG=1           at half the watchdog's interval, and only if nothing is stuck
//   RELOADING=1, READY=1 before and after SIGHUP has the log's file reopened
//   STOPPING=1           at the beginning of the end
//
// Pure logic on a clock that is handed in; it is looked at by the main thread between two polls.
// Housekeeping; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/live_view.hpp"
#include "app/progress_watch.hpp"
#include "core/time.hpp"

namespace isotherm::app {

// How the station is doing.
struct StationProgress {
  std::vector<Watched> watched;
  bool working = false;          // what readiness waits for: see Station::progress()
  std::uint64_t reopenings = 0;  // how often the log's file has been reopened
  std::vector<LiveReader> readers;
};

class ServiceReport {
 public:
  // How often all is well is looked at; oftener while something is waited for.
  static constexpr core::Nanoseconds kLookInterval = std::chrono::seconds{1};
  static constexpr core::Nanoseconds kStatusInterval = std::chrono::seconds{5};
  // While it starts, the station asks for so much more time, so often.
  static constexpr core::Nanoseconds kExtendInterval = std::chrono::seconds{5};
  static constexpr core::Nanoseconds kExtension = std::chrono::seconds{30};

  // `send` gives lines to the service manager; false if they did not go out. `say` tells the
  // operator (the journal). `watchdog` is the interval that the manager wants to be fed in, if any.
  ServiceReport(std::function<bool(const std::string&)> send,
                std::function<void(const std::string&)> say,
                std::optional<core::Nanoseconds> watchdog);

  // Whether look() has something to do.
  [[nodiscard]] bool due(core::MonotonicTime now) const noexcept;
  void look(core::MonotonicTime now, const StationProgress& progress);

  // The log's file is about to be reopened; it is when StationProgress::reopenings is above
  // `reopenings`.
  void reloading(core::MonotonicTime now, std::uint64_t reopenings);
  void stopping();

 private:
  [[nodiscard]] bool is_waiting() const noexcept;
  void tell(const std::vector<const Watched*>& stuck, core::MonotonicTime now);
  void start_up(core::MonotonicTime now, const StationProgress& progress, bool well);
  void feed(core::MonotonicTime now, const StationProgress& progress);
  void status(core::MonotonicTime now, const StationProgress& progress);

  std::function<bool(const std::string&)> send_;
  std::function<void(const std::string&)> say_;
  std::optional<core::Nanoseconds> watchdog_;
  ProgressWatch watch_;
  bool ready_ = false;
  std::optional<std::uint64_t> reload_over_at_;  // reopenings, while a reload is under way
  std::vector<std::string> stuck_;               // the names that have been told
  // In the past, so that all of it happens at the first look.
  core::MonotonicTime look_at_ = core::MonotonicTime::min();
  core::MonotonicTime feed_at_ = core::MonotonicTime::min();
  core::MonotonicTime extend_at_ = core::MonotonicTime::min();
  core::MonotonicTime status_at_ = core::MonotonicTime::min();
};

// The line of `systemctl status`: "2 readers, 12000 slots, 0 missed, 0 dropped; inlet 21.06".
[[nodiscard]] std::string status_line(const std::vector<LiveReader>& readers);

}  // namespace isotherm::app

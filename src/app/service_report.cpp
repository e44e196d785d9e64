#include "app/service_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "app/words.hpp"

namespace isotherm::app {
namespace {

// More would not fit the line; the log has them all.
constexpr std::size_t kTemperaturesShown = 8;

std::int64_t microsecond_count(core::Nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ServiceReport::ServiceReport(std::function<bool(const std::string&)> send,
                             std::function<void(const std::string&)> say,
                             std::optional<core::Nanoseconds> watchdog)
    : send_(std::move(send)), say_(std::move(say)), watchdog_(watchdog) {}

bool ServiceReport::is_waiting() const noexcept {
  return !ready_ || reload_over_at_ || !stuck_.empty();
}

bool ServiceReport::due(core::MonotonicTime now) const noexcept {
  return is_waiting() || now >= std::min(look_at_, feed_at_);
}

void ServiceReport::look(core::MonotonicTime now, const StationProgress& progress) {
  look_at_ = now + kLookInterval;
  const auto stuck = watch_.stuck(progress.watched, now);
  tell(stuck, now);
  if (!ready_) {
    start_up(now, progress, stuck.empty());
  }
  if (reload_over_at_ && progress.reopenings >= *reload_over_at_ && send_("READY=1")) {
    reload_over_at_.reset();
  }
  if (stuck.empty()) {
    feed(now, progress);
  }
  status(now, progress);
}

// Each one once when it gets stuck, and once when it goes on.
void ServiceReport::tell(const std::vector<const Watched*>& stuck, core::MonotonicTime now) {
  std::vector<std::string> names;
  for (const Watched* one : stuck) {
    names.push_back(one->name);
    if (!holds(stuck_, one->name)) {
      say_(one->name + " does not advance: what it has to do was due " +
           duration_words(now - one->due) + " ago" +
           (watchdog_ ? "; the watchdog is not fed until it goes on" : ""));
    }
  }
  for (const std::string& name : stuck_) {
    if (!holds(names, name)) {
      say_(name + " advances again");
    }
  }
  if (names != stuck_) {
    status_at_ = now;
    stuck_ = std::move(names);
  }
}

void ServiceReport::start_up(core::MonotonicTime now, const StationProgress& progress, bool well) {
  if (!well) {
    return;
  }
  if (progress.working) {
    ready_ = send_("READY=1");
    status_at_ = now;
  } else if (now >= extend_at_ &&
             send_(fmt::format("EXTEND_TIMEOUT_USEC={}", microsecond_count(kExtension)))) {
    extend_at_ = now + kExtendInterval;
  }
}

// Without a watchdog too, the beginning of "since" moves on: what is stuck is told all the same.
void ServiceReport::feed(core::MonotonicTime now, const StationProgress& progress) {
  if (now < feed_at_ || (watchdog_ && !send_("WATCHDOG=1"))) {
    return;
  }
  watch_.remember(progress.watched);
  // Half of it, as sd_watchdog_enabled(3) recommends.
  feed_at_ = now + (watchdog_ ? *watchdog_ / 2 : kStatusInterval);
}

void ServiceReport::status(core::MonotonicTime now, const StationProgress& progress) {
  if (now < status_at_) {
    return;
  }
  std::string text;
  for (const std::string& name : stuck_) {
    text += name + " does not advance; ";
  }
  if (!ready_) {
    text += "starting, the first window is still to be written; ";
  }
  if (send_("STATUS=" + text + status_line(progress.readers))) {
    status_at_ = now + kStatusInterval;
  }
}

void ServiceReport::reloading(core::MonotonicTime now, std::uint64_t reopenings) {
  // READY=1 at the end of it would be taken for the end of the start.
  if (!ready_) {
    return;
  }
  // MONOTONIC_USEC: what Type=notify-reload asks for (systemd 253); others do not mind it.
  if (send_(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                        microsecond_count(now.time_since_epoch())))) {
    reload_over_at_ = reopenings + 1;
  }
}

void ServiceReport::stopping() {
  static_cast<void>(send_("STOPPING=1\nSTATUS=stopping, the last rows are written"));
}

std::string status_line(const std::vector<LiveReader>& readers) {
  std::uint64_t slots = 0;
  std::uint64_t missed = 0;
  std::uint64_t dropped = 0;
  std::size_t sensors = 0;
  std::string temperatures;
  for (const LiveReader& reader : readers) {
    slots += reader.slots;
    missed += reader.missed;
    dropped += reader.dropped;
    for (const auto& [sensor, celsius] : reader.temperatures) {
      if (++sensors <= kTemperaturesShown) {
        temperatures += (sensors == 1 ? "; " : ", ") + sensor +
                        (celsius ? fmt::format(" {:.2f}", *celsius) : " --");
      }
    }
  }
  if (sensors > kTemperaturesShown) {
    temperatures += fmt::format(" and {} more", sensors - kTemperaturesShown);
  }
  return fmt::format("{} reader{}, {} slots, {} missed, {} dropped{}", readers.size(),
                     readers.size() == 1 ? "" : "s", slots, missed, dropped, temperatures);
}

}  // namespace isotherm::app

#include "app/station_events.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace isotherm::app {
namespace {

// Up to eight a minute and reader, of half a kilobyte: the summary and the event log have them. In
// the history they would take more room than the rows.
constexpr std::string_view kOnlyForTheLog = "worst_slot";

const std::string* words_of(const core::Event& event) {
  const auto found = std::find_if(event.fields.begin(), event.fields.end(),
                                  [](const auto& field) { return field.first == "words"; });
  return found == event.fields.end() ? nullptr : std::get_if<std::string>(&found->second);
}

}  // namespace

StationEvents::StationEvents(const std::string& directory, core::HelperThreads& threads,
                             const core::Clock& clock, const core::WallClock& wall_clock,
                             store::Notices say)
    : wall_clock_(wall_clock),
      say_(std::move(say)),
      directory_(directory),
      log_(directory_, threads, clock) {}

void StationEvents::write(const core::Event& event) {
  log_.write(event);
  if (event.kind == kOnlyForTheLog) {
    return;
  }
  if (history::HistoryWriter* const history = history_.load()) {
    history->write(event);
  }
  const std::string* const words = words_of(event);
  if (say_ && words != nullptr) {
    say_(*words);
  }
}

void StationEvents::write_now(core::Severity severity, const char* kind,
                              std::vector<std::pair<std::string, core::Event::Value>> fields) {
  const core::ClockReading now = wall_clock_.read();
  core::Event event;
  event.time = now.wall;
  event.uptime = now.monotonic.time_since_epoch();
  event.severity = severity;
  event.kind = kind;
  event.fields = std::move(fields);
  write(event);
}

}  // namespace isotherm::app

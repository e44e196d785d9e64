#include "app/station_history.hpp"

#include <utility>

#include "os/boot_id.hpp"

namespace isotherm::app {

std::string history_path(const history::HistorySettings& settings,
                         const std::string& log_directory) {
  return settings.file.starts_with('/') ? settings.file : log_directory + "/" + settings.file;
}

StationHistory::StationHistory(const history::HistorySettings& settings,
                               const std::string& log_directory, core::HelperThreads& threads,
                               StationEvents& events)
    : events_(events), path_(history_path(settings, log_directory)) {
  const auto open = [path = path_, settings, boot = os::boot_id()] {
    return std::make_unique<history::HistoryFile>(path, settings, boot);
  };
  writer_ = std::make_unique<history::HistoryWriter>(
      open, settings, threads, [this](const std::string& text) {
        events_.write_now(core::Severity::Warning, "history", {{"words", text}});
      });
}

void StationHistory::look() {
  if (std::string trouble = writer_->outcome().trouble; trouble != told_) {
    told_ = std::move(trouble);
    const bool over = told_.empty();
    events_.write_now(over ? core::Severity::Info : core::Severity::Warning, "disk",
                      {{"words", over ? "history: it is written again"
                                      : "history: " + told_ + "; the log goes on without it"}});
  }
}

HistoryReport StationHistory::finish() { return {path_, writer_->finish()}; }

}  // namespace isotherm::app

#include "app/station_history.hpp"

#include <spdlog/fmt/fmt.h>

#include <utility>

#include "app/words.hpp"
#include "os/boot_id.hpp"

namespace isotherm::app {

std::string history_path(const history::HistorySettings& settings,
                         const std::string& log_directory) {
  return settings.file.starts_with('/') ? settings.file : log_directory + "/" + settings.file;
}

StationHistory::StationHistory(const history::HistorySettings& settings,
                               const std::string& log_directory, core::HelperThreads& threads,
                               StationEvents& events)
    : events_(events),
      path_(history_path(settings, log_directory)),
      budget_bytes_(settings.write_budget) {
  const auto open = [path = path_, settings, boot = os::boot_id()] {
    return std::make_unique<history::HistoryFile>(path, settings, boot);
  };
  writer_ = std::make_unique<history::HistoryWriter>(
      open, settings, threads, [this](const std::string& text) {
        events_.write_now(core::Severity::Warning, "history", {{"words", text}});
      });
  if (settings.write_budget > 0) {
    budget_.emplace(settings.write_budget, settings.flush_interval);
  }
}

void StationHistory::look(core::MonotonicTime now, std::uint64_t others) {
  const history::HistoryOutcome outcome = writer_->outcome();
  if (outcome.last_error != told_error_) {
    told_error_ = outcome.last_error;
    events_.write_now(core::Severity::Warning, "disk",
                      {{"words", "history: " + told_error_ + "; the log goes on without it"}});
  }
  if (!budget_) {
    return;
  }
  if (const auto step = budget_->observe(now, others + outcome.usage.written_bytes)) {
    keep_budget(*step);
  }
}

void StationHistory::keep_budget(const BudgetStep& step) {
  writer_->set_flush_interval(step.flush_interval);
  const std::string pace = fmt::format("{} a day are written, and write_budget is {}",
                                       size_words(step.bytes_a_day), size_words(budget_bytes_));
  events_.write_now(
      step.beyond ? core::Severity::Error : core::Severity::Warning, "write_budget",
      {{"bytes_a_day", static_cast<std::int64_t>(step.bytes_a_day)},
       {"budget", static_cast<std::int64_t>(budget_bytes_)},
       {"flush_s", std::chrono::duration<double>(step.flush_interval).count()},
       {"words", step.beyond ? pace + ": longer windows, or fewer sensors, write less"
                             : pace + ": the history is flushed every " +
                                   duration_words(step.flush_interval) + " from now on"}});
}

HistoryReport StationHistory::finish() { return {path_, writer_->finish()}; }

}  // namespace isotherm::app

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
                               const store::Notices& say)
    : path_(history_path(settings, log_directory)), budget_bytes_(settings.write_budget) {
  auto file = std::make_unique<history::HistoryFile>(path_, settings, os::boot_id());
  if (!file->notice().empty()) {
    say(file->notice());
  }
  writer_ = std::make_unique<history::HistoryWriter>(std::move(file), settings, threads);
  if (settings.write_budget > 0) {
    budget_.emplace(settings.write_budget, settings.flush_interval);
  }
}

void StationHistory::look(core::MonotonicTime now, std::uint64_t others, StationEvents& events) {
  const history::HistoryOutcome outcome = writer_->outcome();
  if (outcome.last_error != told_error_) {
    told_error_ = outcome.last_error;
    events.write_now(core::Severity::Warning, "disk",
                     {{"words", "history: cannot write " + told_error_ +
                                    "; rows wait in memory, the log goes on"}});
  }
  if (!budget_) {
    return;
  }
  if (const auto step = budget_->observe(now, others + outcome.usage.written_bytes)) {
    keep_budget(*step, events);
  }
}

void StationHistory::keep_budget(const BudgetStep& step, StationEvents& events) {
  writer_->set_flush_interval(step.flush_interval);
  const std::string pace = fmt::format("{} a day are written, and write_budget is {}",
                                       size_words(step.bytes_a_day), size_words(budget_bytes_));
  events.write_now(
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

#include "app/station_budget.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>

#include "app/words.hpp"

namespace isotherm::app {

StationBudget::StationBudget(const history::HistorySettings& settings, double rows_a_second,
                             StationEvents& events, history::HistoryWriter* history)
    : events_(events),
      history_(history),
      bytes_a_day_(settings.write_budget),
      budget_(settings.write_budget, settings.flush_interval,
              history == nullptr ? settings.flush_interval
                                 : history::widest_flush_interval(settings, rows_a_second)) {}

void StationBudget::look(core::MonotonicTime now, std::uint64_t written) {
  const auto step = budget_.observe(now, written);
  if (!step) {
    return;
  }
  const std::string pace = fmt::format("{} a day are written, and write_budget is {}",
                                       size_words(step->bytes_a_day), size_words(bytes_a_day_));
  decltype(core::Event::fields) fields{
      {"bytes_a_day", static_cast<std::int64_t>(step->bytes_a_day)},
      {"budget", static_cast<std::int64_t>(bytes_a_day_)}};
  if (history_ != nullptr) {
    history_->set_flush_interval(step->flush_interval);
    fields.emplace_back("flush_s", std::chrono::duration<double>(step->flush_interval).count());
  }
  fields.emplace_back("words", step->beyond
                                   ? pace + ": longer windows, or fewer sensors, write less"
                                   : pace + ": the history is flushed every " +
                                         duration_words(step->flush_interval) + " from now on");
  events_.write_now(step->beyond ? core::Severity::Error : core::Severity::Warning, "write_budget",
                    std::move(fields));
}

}  // namespace isotherm::app

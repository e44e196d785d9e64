// `isotherm log --faults`: every stretch of windows with slots that have no good value, and why.
#include "app/log_question.hpp"
#include "app/log_records.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "query/fault_stretches.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;
using query::FaultStretch;

ordered_json stretch_json(const LogQuestion& question, const FaultStretch& stretch) {
  ordered_json faults = ordered_json::object();
  for (std::size_t i = 1; i < core::kFaultCount; ++i) {
    if (stretch.faults.at(i) > 0) {
      faults[std::string(core::fault_word(static_cast<core::Fault>(i)))] = stretch.faults.at(i);
    }
  }
  return {{"from", time_words(stretch.from)},
          {"to", time_words(stretch.to)},
          {"duration_s", std::chrono::duration<double>(stretch.to - stretch.from).count()},
          {"sensor", question.sensors[stretch.sensor].name},
          {"windows", stretch.windows},
          {"scheduled", stretch.counts.scheduled},
          {"good", stretch.counts.good},
          {"faulty", stretch.counts.faulty},
          {"missed", stretch.counts.missed},
          {"dropped", stretch.counts.dropped},
          {"faults", std::move(faults)}};
}

std::string stretches_table(const LogQuestion& question,
                            const std::vector<FaultStretch>& stretches) {
  TextTable table({{"from", Align::Left},
                   {"to", Align::Left},
                   {"lasted"},
                   {"sensor", Align::Left},
                   {"windows"},
                   {"not good"},
                   {"of"},
                   {"why", Align::Left}});
  for (const FaultStretch& stretch : stretches) {
    table.add_row(
        {exact_when_words(question.options, stretch.from),
         exact_when_words(question.options, stretch.to), span_words(stretch.to - stretch.from),
         question.sensors[stretch.sensor].name, std::to_string(stretch.windows),
         std::to_string(stretch.counts.scheduled - stretch.counts.good),
         std::to_string(stretch.counts.scheduled), not_good_words(stretch.counts, stretch.faults)});
  }
  return table.text();
}

}  // namespace

void print_log_faults(const LogQuestion& question) {
  query::FaultStretchFinder finder;
  bool is_known = false;
  question.source.each_with_faults(question.sensors, question.range,
                                   [&](std::size_t sensor, const history::Bucket& bucket) {
                                     is_known = true;
                                     finder.add(sensor, bucket);
                                     return true;
                                   });
  const std::vector<FaultStretch> stretches = finder.finish();
  if (question.options.form == LogForm::Table) {
    const std::string span = "from " + when_words(question.options, question.range.from) + " to " +
                             when_words(question.options, question.range.to);
    question.output.put(!stretches.empty() ? stretches_table(question, stretches)
                        : is_known         ? "every slot that was logged " + span + " was good\n"
                                           : "nothing was logged " + span + "\n");
    return;
  }
  std::vector<ordered_json> records;
  records.reserve(stretches.size());
  for (const FaultStretch& stretch : stretches) {
    records.push_back(stretch_json(question, stretch));
  }
  question.output.put(records_text(question.options.form,
                                   {"from", "to", "duration_s", "sensor", "windows", "scheduled",
                                    "good", "faulty", "missed", "dropped", "faults"},
                                   records));
}

}  // namespace isotherm::app

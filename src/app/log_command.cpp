// `isotherm log`: what a station has logged, by its history or by the files of its log.
#include <cstdio>

#include "app/commands.hpp"
#include "app/log_files.hpp"
#include "app/log_follow.hpp"
#include "app/log_question.hpp"
#include "app/log_statistics.hpp"
#include "app/output_place.hpp"
#include "core/local_time.hpp"
#include "os/process.hpp"
#include "os/system_wall_clock.hpp"
#include "query/glob.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::SetupError;

void refuse_contradictions(const LogOptions& options) {
  const auto refuse = [](const char* what, const char* where, const char* mend) {
    throw SetupError(ExitCode::Usage, what, where, mend);
  };
  const int kinds = (options.follow ? 1 : 0) + (options.faults ? 1 : 0) + (options.events ? 1 : 0) +
                    (options.stats ? 1 : 0) + (options.plot || !options.html.empty() ? 1 : 0);
  if (kinds > 1) {
    refuse("these are several questions", "--follow, --faults, --events, --stats, --plot/--html",
           "ask one of them at a time");
  }
  if (options.follow && (options.to || options.every)) {
    refuse("rows that are followed come one by one, without an end", "--follow",
           "leave --to and --every out");
  }
  if (options.follow && options.form == LogForm::Json) {
    refuse("a JSON document needs an end", "--follow", "take --format jsonl");
  }
  if (options.every && (options.faults || options.events || options.stats || options.plot ||
                        !options.html.empty())) {
    refuse("only rows have a step", "--every", "leave it out");
  }
  if (options.form != LogForm::Table && (options.plot || !options.html.empty())) {
    refuse("charts have no format", "--format", "leave it out, or --plot and --html");
  }
}

bool wants_rows(const LogOptions& options) {
  return options.every || options.form == LogForm::Csv || options.form == LogForm::JsonLines;
}

// One answer about all of the range, rather than rows of it.
bool is_of_the_whole(const LogOptions& options) {
  const bool is_other = options.follow || options.stats || options.events || options.plot ||
                        !options.html.empty() || wants_rows(options);
  return options.faults || !is_other;
}

// The range has rows, or it is said where the log has some.
void note_emptiness(const LogQuestion& question) {
  if (!question.extent) {
    std::fprintf(stderr, "isotherm: the log is empty\n");
    return;
  }
  if (question.range.to <= question.extent->from || question.range.from > question.extent->to) {
    std::fprintf(stderr, "isotherm: nothing lies in this range: the log has rows from %s to %s\n",
                 when_words(question.options, question.extent->from).c_str(),
                 when_words(question.options, question.extent->to).c_str());
  }
}

void answer(const LogPlace& place, const LogQuestion& question) {
  const LogOptions& options = question.options;
  if (options.follow) {
    follow_log(place, question);
  } else if (options.stats) {
    print_log_statistics(place, question);
  } else if (options.events) {
    print_log_events(question);
  } else if (options.faults) {
    print_log_faults(question);
  } else if (options.plot || !options.html.empty()) {
    draw_log(question);
  } else if (wants_rows(options)) {
    print_log_rows(question);
  } else {
    print_log_summary(question);
  }
}

void say(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    std::fprintf(stderr, "isotherm: %s\n", note.c_str());
  }
}

}  // namespace

ExitCode log_command(const LogOptions& options) {
  refuse_contradictions(options);
  // A pipe whose reader has gone is an error of a write.
  os::ignore_deadly_signals();
  if (!options.html.empty()) {
    require_output_place(options.html);
  }
  const LogPlace place = find_log(options);
  const OpenLog log = open_log(place);
  say(log.notes);
  LogOutput output;
  LogQuestion question{
      *log.source,          options, output, log.is_history, os::SystemWallClock().read().wall,
      log.source->extent(), {},      {}};
  question.range = range_asked_for(options, question.extent, question.now);
  if (is_of_the_whole(options)) {
    question.range = log.source->whole(question.range);
  }
  static_cast<void>(steps_asked_for(options));
  const auto sensors = log.source->sensors(question.range);
  question.sensors = query::select_sensors(sensors, options.sensors);
  note_emptiness(question);
  answer(place, question);
  output.flush();
  say(log.source->notices());
  return ExitCode::Ok;
}

}  // namespace isotherm::app

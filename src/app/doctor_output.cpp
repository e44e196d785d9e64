#include "app/doctor_output.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "app/json.hpp"

namespace isotherm::app {
namespace {

using diagnose::Finding;
using diagnose::Severity;
using nlohmann::ordered_json;

std::size_t count_of(const diagnose::Findings& findings, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [severity](const Finding& finding) { return finding.severity == severity; }));
}

// `last_mend` is the line that was printed last: several findings are often mended by one.
std::string finding_text(const Finding& finding, std::string& last_mend) {
  std::string word = diagnose::severity_word(finding.severity);
  if (finding.severity != Severity::Pass) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char letter) { return static_cast<char>(letter - 'a' + 'A'); });
  }
  std::string text = fmt::format("  {:<8} {}: {}\n", word, finding.check, finding.seen);
  if (!finding.why.empty()) {
    text += fmt::format("{:11}why: {}\n", "", finding.why);
  }
  if (!finding.mend.empty()) {
    text += fmt::format("{:11}mend: {}\n", "",
                        finding.mend == last_mend ? "the same" : finding.mend.c_str());
    last_mend = finding.mend;
  }
  return text;
}

std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string doctor_text(const DoctorReport& report) {
  std::string text = fmt::format("station {}, board {}; readers: {}\n", report.station,
                                 report.board, report.readers);
  std::string group;
  std::string last_mend;
  for (const Finding& finding : report.findings) {
    if (finding.group != group) {
      group = finding.group;
      text += "\n" + group + "\n";
    }
    text += finding_text(finding, last_mend);
  }
  return text + fmt::format("\n{}, {}, {} passed\n",
                            plural(count_of(report.findings, Severity::Failure), "failure"),
                            plural(count_of(report.findings, Severity::Warning), "warning"),
                            count_of(report.findings, Severity::Pass));
}

std::string doctor_json(const DoctorReport& report) {
  ordered_json json = {{"station", report.station},
                       {"board", report.board},
                       {"readers", report.readers},
                       {"verdict", diagnose::severity_word(diagnose::worst_of(report.findings))},
                       {"failures", count_of(report.findings, Severity::Failure)},
                       {"warnings", count_of(report.findings, Severity::Warning)},
                       {"passed", count_of(report.findings, Severity::Pass)}};
  json["findings"] = ordered_json::array();
  for (const Finding& finding : report.findings) {
    json["findings"].push_back({{"group", finding.group},
                                {"check", finding.check},
                                {"severity", diagnose::severity_word(finding.severity)},
                                {"seen", finding.seen},
                                {"why", finding.why},
                                {"mend", finding.mend}});
  }
  if (!report.fixes.empty()) {
    json["fixes"] = report.fixes;
  }
  return json_text(json);
}

core::ExitCode doctor_exit_code(const diagnose::Findings& findings) {
  switch (diagnose::worst_of(findings)) {
    case Severity::Pass:
      return core::ExitCode::Ok;
    case Severity::Warning:
      return core::ExitCode::Warnings;
    case Severity::Failure:
      break;
  }
  return core::ExitCode::Failures;
}

}  // namespace isotherm::app

#include "settings/diagnostic.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::settings {

namespace {

std::string place(const std::string& file, unsigned line) {
  return line == 0 ? file : file + ":" + std::to_string(line);
}

std::vector<Diagnostic> sorted(std::vector<Diagnostic> list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return list;
}

}  // namespace

std::string Diagnostic::text() const {
  const std::string said = place(file, line) + ": " + message;
  return mend.empty() ? said : said + "; " + mend;
}

void Findings::mistake(unsigned line, std::string message, std::string mend) {
  mistakes_.push_back({file_, line, std::move(message), std::move(mend)});
}

void Findings::note(unsigned line, std::string message) {
  notes_.push_back({file_, line, std::move(message), ""});
}

std::string Findings::where(unsigned line) const { return place(file_, line); }

std::vector<Diagnostic> Findings::take_mistakes() { return sorted(std::exchange(mistakes_, {})); }

std::vector<Diagnostic> Findings::take_notes() { return sorted(std::exchange(notes_, {})); }

}  // namespace isotherm::settings

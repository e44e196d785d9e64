// What is wrong in a file that a person wrote: each mistake with its line, and what would be right.
// All of them are collected and told at once, so that a file is mended in one go.
#pragma once

#include <string>
#include <vector>

namespace isotherm::settings {

struct Diagnostic {
  std::string file;
  unsigned line = 0;    // from 1; 0 where the file as a whole is meant
  std::string message;  // what is wrong, one line
  std::string mend;     // what would be right; may be empty

  // "file:line: message; mend", the form that editors and CI systems jump to.
  [[nodiscard]] std::string text() const;
};

// Collects the findings of one file.
class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}

  // A mistake: the file is refused.
  void mistake(unsigned line, std::string message, std::string mend);
  // Worth knowing, and no mistake.
  void note(unsigned line, std::string message);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  // "file:line", as it stands in settings and messages.
  [[nodiscard]] std::string where(unsigned line) const;

  // Sorted by line; those of one line in the order in which they were found.
  [[nodiscard]] std::vector<Diagnostic> take_mistakes();
  [[nodiscard]] std::vector<Diagnostic> take_notes();

 private:
  std::string file_;
  std::vector<Diagnostic> mistakes_;
  std::vector<Diagnostic> notes_;
};

}  // namespace isotherm::settings

// The terminal of `isotherm run`: messages go to stderr, and the live view is drawn over itself on
// stdout. Both may be the same screen, so one object keeps them from writing over each other.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/live_view.hpp"

namespace isotherm::app {

class Console {
 public:
  // Any housekeeping thread. One line for the operator, on stderr: "isotherm: <text>".
  void say(const std::string& text);

  // Draws over what was drawn before.
  void draw(const std::vector<LiveReader>& readers);

  // What is drawn stays; whatever comes next goes below it.
  void leave();

  // Whether a live view makes sense: stdout is a terminal.
  [[nodiscard]] static bool has_terminal();

 private:
  void erase();

  std::mutex mutex_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace isotherm::app

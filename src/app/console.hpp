// The terminal of `isotherm run`: messages go to stderr, and the live view is drawn over itself on
// stdout. Both may be the same screen, so one object keeps them from writing over each other. While
// the screen is stopped (Ctrl-S) nothing waits for it: a signal has to find the main thread free.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/live_view.hpp"

namespace isotherm::app {

class Console {
 public:
  // Any housekeeping thread. One line for the operator, on stderr: "isotherm: <text>". Between
  // enter() and leave() kept for later while stderr takes nothing, kWaitingLines of them.
  void say(const std::string& text);

  // From here until leave() nothing waits for the terminal.
  void enter();

  // Draws over what was drawn before. Draws nothing while stdout takes nothing.
  void draw(const std::vector<LiveReader>& readers);

  // What is drawn stays; whatever comes next goes below it.
  void leave();

  // Whether a live view makes sense: stdout is a terminal.
  [[nodiscard]] static bool has_terminal();

  static constexpr std::size_t kWaitingLines = 100;

 private:
  void erase();
  void print_waiting();

  std::mutex mutex_;
  std::size_t lines_drawn_ = 0;
  bool may_wait_ = true;
  std::vector<std::string> waiting_;
};

}  // namespace isotherm::app

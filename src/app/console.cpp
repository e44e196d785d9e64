#include "app/console.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>

#include "os/process.hpp"

namespace isotherm::app {
namespace {

constexpr unsigned kUsualWidth = 80;

}  // namespace

void Console::say(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() < kWaitingLines) {
    waiting_.push_back(text);
  }
  print_waiting();
}

void Console::enter() {
  const std::scoped_lock lock(mutex_);
  may_wait_ = false;
}

void Console::draw(const std::vector<LiveReader>& readers) {
  const std::string text = live_text(readers, os::terminal_width(os::kStandardOutput, kUsualWidth));
  const std::scoped_lock lock(mutex_);
  if (!os::takes_output(os::kStandardOutput)) {
    return;
  }
  print_waiting();
  erase();
  lines_drawn_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void Console::leave() {
  const std::scoped_lock lock(mutex_);
  may_wait_ = true;
  print_waiting();
  lines_drawn_ = 0;
}

bool Console::has_terminal() { return os::is_terminal(os::kStandardOutput); }

void Console::erase() {
  if (lines_drawn_ > 0) {
    // ECMA-48: cursor up that many lines, then erase from there to the end of the screen.
    fmt::print("\x1b[{}A\x1b[J", lines_drawn_);
    std::fflush(stdout);
    lines_drawn_ = 0;
  }
}

void Console::print_waiting() {
  const bool free = os::takes_output(os::kStandardError) &&
                    (lines_drawn_ == 0 || os::takes_output(os::kStandardOutput));
  if (waiting_.empty() || !(may_wait_ || free)) {
    return;
  }
  erase();
  for (const std::string& text : waiting_) {
    std::fprintf(stderr, "isotherm: %s\n", text.c_str());
  }
  waiting_.clear();
}

}  // namespace isotherm::app

// Housekeeping threads for tests: real ones that are joined, or none at all, with the bodies kept
// for the test to run on its own thread.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/helper_threads.hpp"

namespace isotherm::test {

class FakeHelperThreads : public core::HelperThreads {
 public:
  enum class Mode {
    Record,  // start() keeps the body; run() runs it
    Thread,  // start() runs the body on a thread of its own until its handle is destroyed
  };

  explicit FakeHelperThreads(Mode mode = Mode::Record) : mode_(mode) {}

  // Throws SetupError while `refuse` is set, and for a name of more than 15 characters.
  [[nodiscard]] std::unique_ptr<core::HelperThread> start(
      const std::string& name, std::function<void(std::stop_token)> body) override;

  // Runs a recorded body on the calling thread; `stop` is its token. The object that started it
  // must still be there.
  void run(std::size_t index, std::stop_token stop) const { bodies_.at(index)(std::move(stop)); }

  // In the order of start().
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  bool refuse = false;

 private:
  Mode mode_;
  std::vector<std::string> names_;
  std::vector<std::function<void(std::stop_token)>> bodies_;
};

}  // namespace isotherm::test

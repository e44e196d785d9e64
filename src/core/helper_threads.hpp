// A port for housekeeping threads, so that folders that may not know os/ can have one: named, with
// a small stack, on the housekeeping cores, never real-time.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace isotherm::core {

// A running housekeeping thread. The destructor asks it to stop and joins it.
class HelperThread {
 public:
  virtual ~HelperThread() = default;
};

class HelperThreads {
 public:
  virtual ~HelperThreads() = default;

  // Starts `body` on a thread named `name` (at most 15 characters). Throws SetupError if the kernel
  // refuses. `body` returns soon after its token is asked to stop.
  [[nodiscard]] virtual std::unique_ptr<HelperThread> start(
      const std::string& name, std::function<void(std::stop_token)> body) = 0;
};

}  // namespace isotherm::core

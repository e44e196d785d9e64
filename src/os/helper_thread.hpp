// Housekeeping threads, behind the port by which folders that may not know os/ get them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/cpu_set.hpp"
#include "core/helper_threads.hpp"

namespace isotherm::os {

// More than a reader's, as these threads format text; less than the usual 8 MiB, as locked memory
// holds all of it.
inline constexpr std::size_t kHelperStackBytes = std::size_t{128} * 1024;

// Starts threads under SCHED_OTHER, on the housekeeping cores whatever core their creator runs on,
// with every signal blocked but those of their own faults: SIGINT and the like stay with the
// thread that waits for them.
class PosixHelperThreads : public core::HelperThreads {
 public:
  explicit PosixHelperThreads(core::CpuSet cores, std::size_t stack_bytes = kHelperStackBytes);

  // Throws SetupError. An exception that leaves `body` is std::terminate, as with std::thread.
  [[nodiscard]] std::unique_ptr<core::HelperThread> start(
      const std::string& name, std::function<void(std::stop_token)> body) override;

 private:
  core::CpuSet cores_;
  std::size_t stack_bytes_;
};

}  // namespace isotherm::os

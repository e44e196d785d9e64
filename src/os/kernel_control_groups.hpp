// The port core::ControlGroups on Linux. Housekeeping only.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/control_groups.hpp"

namespace isotherm::os {

class KernelControlGroups final : public core::ControlGroups {
 public:
  [[nodiscard]] int make(const std::string& directory) override;
  // pthread_join(3) returns a moment before the kernel takes the thread out of its group, and a
  // killed process leaves its own some time after the signal: EBUSY is tried again for a second.
  [[nodiscard]] int remove(const std::string& directory) override;
  [[nodiscard]] int write(const std::string& file, const std::string& text) override;
  [[nodiscard]] int write_problem(const std::string& path) const override;
  // flock(2) of the directory itself, which needs no file that could be left behind.
  [[nodiscard]] std::unique_ptr<core::GroupLock> lock(const std::string& directory,
                                                      std::chrono::milliseconds patience) override;
};

}  // namespace isotherm::os

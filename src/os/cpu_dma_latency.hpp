// A bound on how long any core may take to wake up from idling: /dev/cpu_dma_latency, the CPU
// latency QoS of kernel Documentation/power/pm_qos_interface.rst.
//
// An idle state that saves more takes longer to leave (cpuidle.rst), and a reader that sleeps until
// its slot pays for that. While the file is open with a bound written into it, the kernel takes no
// state that is slower to leave, on any core; the least bound of all who ask counts. Closing it, at
// the end or by a crash, takes the bound back. Housekeeping only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "os/descriptor.hpp"

namespace isotherm::os {

class CpuDmaLatency {
 public:
  static constexpr const char* kPath = "/dev/cpu_dma_latency";
  // The kernel's number is a signed one of 32 bits; its own "no bound" is 2000 s.
  static constexpr std::chrono::microseconds kBoundMax = std::chrono::seconds{2000};

  // Why the bound is not held, and what would help: two texts without a full stop.
  struct Refusal {
    std::string what;
    std::string mend;
  };

  // Asks for `bound`, from 0 us (never idle deeper than the shallowest state) to kBoundMax. Throws
  // nothing: how it went is in refusal(), for the caller knows what that is worth.
  explicit CpuDmaLatency(std::chrono::microseconds bound, const std::string& path = kPath);

  // What would refuse it, found by opening the file, which asks for nothing by itself.
  [[nodiscard]] static std::optional<Refusal> obstacle(const std::string& path = kPath);

  [[nodiscard]] bool held() const noexcept { return !refusal_; }
  [[nodiscard]] const std::optional<Refusal>& refusal() const noexcept { return refusal_; }
  // What the kernel keeps to now: the least bound of all programs that ask for one. Nothing where
  // none is held, or where it does not say.
  [[nodiscard]] std::optional<std::chrono::microseconds> in_force() const;

 private:
  Descriptor file_;
  std::optional<Refusal> refusal_;
};

}  // namespace isotherm::os

// An attribute that outlives its device: the reader reads the open file, and when the device has
// gone, housekeeping looks for it again, opens it and hands the new file over.
//
// After a driver was unbound, a file that was opened before gives ENODEV for ever, even if the same
// device comes back, and it comes back under another hwmonN. So it has to be found by what it is
// and opened anew, and a reader may do neither.
//
// There are two places for a source. The reader uses one; the other belongs to housekeeping, which
// closes what is in it, puts a fresh source there and offers it. Taking the offer swaps the two.
// Each variable has one writer at a time, passed on by `offered_`; nobody ever waits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>

#include "core/sensor.hpp"
#include "sensor/located.hpp"

namespace isotherm::sensor {

// Looks for the device by its stable identity. Housekeeping only.
using Locator = std::function<Located()>;

class AttributeChannel {
 public:
  AttributeChannel(AttributeSource source, Locator locator);

  // Real-time; the reader only. The temperature in degC, or the fault. One system call; two for a
  // channel that has a fault attribute.
  [[nodiscard]] core::Reading read() noexcept;

  // Housekeeping, at the same time as read(). Closes what the reader has given back; looks for the
  // device if the reader has found it absent.
  void maintain() noexcept;

 private:
  std::array<AttributeSource, 2> sources_;
  Locator locator_;

  std::size_t active_ = 0;  // the reader's
  bool waiting_ = false;    // the reader's: it has asked for a new source

  std::size_t spare_ = 1;  // housekeeping's
  bool pending_ = false;   // housekeeping's: it has made an offer

  std::atomic<bool> lost_{false};     // the reader asks; cleared when it has got a source
  std::atomic<bool> offered_{false};  // true: sources_[spare_] is the reader's to take
};

}  // namespace isotherm::sensor

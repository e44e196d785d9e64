#include "sensor/attribute_channel.hpp"

#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "sensor/number_text.hpp"

namespace isotherm::sensor {
namespace {

// A sign, 19 digits, a point and six decimals fit with room to spare.
constexpr std::size_t kNumberBytes = 48;
constexpr double kMilli = 1000.0;

// Kernel Documentation/hwmon/sysfs-interface.rst, "Alarms": while tempN_fault is 1 (open diode and
// the like) "the measurement for that channel should not be trusted".
bool says_fault(core::AttributeFile& file) noexcept {
  std::array<char, kNumberBytes> text{};
  const core::AttributeRead got = file.read(text);
  return got.fault == core::Fault::None && got.size > 0 && text[0] == '1';
}

core::Reading read_source(const AttributeSource& source) noexcept {
  std::array<char, kNumberBytes> text;  // NOLINT(cppcoreguidelines-pro-type-member-init): read()
                                        // fills what is looked at, and clearing it costs a tenth
                                        // of the work that this function has to do
  const core::AttributeRead got = source.value->read(text);
  if (got.fault == core::Fault::Absent) {
    return core::Reading::faulty(core::Fault::Absent);
  }
  if (source.fault != nullptr && says_fault(*source.fault)) {
    return core::Reading::faulty(core::Fault::OpenCircuit);
  }
  if (got.fault != core::Fault::None) {
    return core::Reading::faulty(got.fault);
  }
  const std::optional<double> number = parse_decimal(std::string_view{text.data(), got.size});
  if (!number) {
    return core::Reading::faulty(core::Fault::Io);
  }
  return core::Reading::good((*number + source.offset) * source.scale / kMilli);
}

}  // namespace

AttributeChannel::AttributeChannel(AttributeSource source, Locator locator)
    : locator_(std::move(locator)) {
  sources_[active_] = std::move(source);
}

core::Reading AttributeChannel::read() noexcept {
  if (waiting_ && offered_.load(std::memory_order_acquire)) {
    active_ = 1 - active_;
    waiting_ = false;
    // Cleared before the offer is: housekeeping, once it sees the offer taken, must not see the
    // old request as well.
    lost_.store(false, std::memory_order_relaxed);
    offered_.store(false, std::memory_order_release);
  }
  const core::Reading reading = read_source(sources_[active_]);
  if (reading.fault == core::Fault::Absent && !waiting_) {
    // The old source is read on until a new one is there: some buses report one lost
    // acknowledgement as ENXIO (kernel Documentation/i2c/fault-codes.rst), and then the next slot
    // is good again.
    waiting_ = true;
    lost_.store(true, std::memory_order_relaxed);
  }
  return reading;
}

void AttributeChannel::maintain() noexcept {
  if (offered_.load(std::memory_order_acquire)) {
    return;
  }
  if (pending_) {
    pending_ = false;
    spare_ = 1 - spare_;
    sources_[spare_] = {};
  }
  if (!lost_.load(std::memory_order_relaxed)) {
    return;
  }
  try {
    Located located = locator_();
    if (located.found()) {
      sources_[spare_] = std::move(located.source);
      pending_ = true;
      offered_.store(true, std::memory_order_release);
    }
  } catch (const std::exception&) {
    // Out of memory or of descriptors; the next call, a second from now, tries again. The sensor's
    // absent faults say meanwhile that it is not back.
    sources_[spare_] = {};
  }
}

}  // namespace isotherm::sensor

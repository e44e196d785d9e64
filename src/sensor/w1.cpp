#include "sensor/w1.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>

#include "core/realtime_section.hpp"
#include "sensor/number_text.hpp"

namespace isotherm::sensor {
namespace {

constexpr const char* kW1Devices = "/sys/bus/w1/devices";
constexpr std::size_t kThreadNameLimit = 15;
// Two lines of nine bytes in hexadecimal, verdict and temperature are about 75 characters.
constexpr std::size_t kTextBytes = 160;
constexpr std::uint32_t kSequenceMask = 0xFF'FFFF;

// Two resets of 1 ms, twice 72 bits to address the slave, two commands and 72 bits of scratchpad,
// each bit about 70 us (DS18B20 data sheet, "1-Wire Signaling"): 18 ms, and a little to be woken.
constexpr std::chrono::milliseconds kTransfers{25};

// One exchange between two atomics, and the system call that wakes the helper.
constexpr core::Nanoseconds kExchange = std::chrono::microseconds{50};

std::string thread_name(const std::string& slave) {
  constexpr std::string_view kPrefix = "iso-w1-";
  const std::size_t room = kThreadNameLimit - kPrefix.size();
  const std::size_t from = slave.size() > room ? slave.size() - room : 0;
  return std::string{kPrefix} + slave.substr(from);
}

std::optional<std::int64_t> number_in(const core::FileTree& files, const std::string& path) {
  const auto text = files.text(path);
  return text ? parse_integer(*text) : std::nullopt;
}

std::chrono::milliseconds conversion_time(const core::FileTree& files, const std::string& slave) {
  constexpr std::int64_t kLongest = 10'000;
  // What the kernel waits, where it says so (since 5.10), which an operator may have changed.
  const auto waits = number_in(files, w1_directory(slave) + "/conv_time");
  if (waits && *waits > 1 && *waits <= kLongest) {
    return std::chrono::milliseconds{*waits};
  }
  // DS18B20 data sheet, tCONV: 93.75 ms at 9 bits, and twice that for each further bit.
  switch (number_in(files, w1_directory(slave) + "/resolution").value_or(0)) {
    case 9:
      return std::chrono::milliseconds{94};
    case 10:
      return std::chrono::milliseconds{188};
    case 11:
      return std::chrono::milliseconds{375};
    default:
      return std::chrono::milliseconds{750};
  }
}

}  // namespace

std::vector<std::string> w1_thermometers(const core::FileTree& files) {
  std::vector<std::string> slaves = files.list(kW1Devices);
  slaves.erase(std::remove_if(slaves.begin(), slaves.end(),
                              [&files](const std::string& slave) {
                                if (w1_family(slave) == 0) {
                                  return true;
                                }
                                const auto entries = files.list(w1_directory(slave));
                                return std::find(entries.begin(), entries.end(), "w1_slave") ==
                                       entries.end();
                              }),
               slaves.end());
  return slaves;
}

std::string w1_directory(const std::string& slave) { return std::string{kW1Devices} + "/" + slave; }

core::Nanoseconds w1_shortest_period(const core::FileTree& files, const std::string& slave) {
  return conversion_time(files, slave) + kTransfers;
}

W1Thermometer::W1Thermometer(const core::FileTree& files, const std::string& slave,
                             bool accept_power_on)
    : files_(files),
      path_(w1_directory(slave) + "/w1_slave"),
      family_(w1_family(slave)),
      accept_power_on_(accept_power_on) {}

bool W1Thermometer::open() noexcept {
  try {
    file_ = files_.open(path_);
  } catch (const std::exception&) {
    file_ = nullptr;  // out of memory or of descriptors: the next conversion tries again
  }
  return file_ != nullptr;
}

W1Reading W1Thermometer::read_once() noexcept {
  // A slave that was unplugged and comes back is a new directory: the old file stays dead.
  if (file_ == nullptr && !open()) {
    return {0, core::Fault::Absent};
  }
  std::array<char, kTextBytes> text{};
  const core::AttributeRead got = file_->read(text);
  if (got.fault != core::Fault::None) {
    if (got.fault == core::Fault::Absent) {
      file_ = nullptr;
    }
    return {0, got.fault};
  }
  return parse_w1_slave(std::string_view{text.data(), got.size}, family_);
}

W1Reading W1Thermometer::convert() noexcept {
  const W1Reading reading = read_once();
  if (since_good_ < kRecentConversions) {
    ++since_good_;
  } else {
    have_good_ = false;
  }
  if (reading.fault != core::Fault::None) {
    return reading;
  }
  if (reading.milli == kW1PowerOnMilli && !accept_power_on_) {
    const bool came_there =
        have_good_ && std::abs(last_good_milli_ - kW1PowerOnMilli) <= kPowerOnNearMilli;
    if (!came_there) {
      return {0, core::Fault::PowerOn};
    }
  }
  have_good_ = true;
  last_good_milli_ = reading.milli;
  since_good_ = 0;
  return reading;
}

W1Sensor::W1Sensor(const SensorSettings& settings, const core::FileTree& files,
                   core::HelperThreads& helpers)
    : thermometer_(files, settings.device, settings.accept_power_on_value),
      conditioning_(settings) {
  helper_ = helpers.start(thread_name(settings.device),
                          [this](const std::stop_token& stop) { convert_on_request(stop); });
}

std::uint64_t W1Sensor::packed(const W1Reading& reading, std::uint32_t sequence) noexcept {
  return std::uint64_t{static_cast<std::uint32_t>(reading.milli)} |
         (std::uint64_t{core::index_of(reading.fault)} << kFaultShift) |
         (std::uint64_t{sequence} << kSequenceShift);
}

void W1Sensor::convert_on_request(const std::stop_token& stop) noexcept {
  // Being asked to stop has to look like a request, or the wait below would not see it.
  const std::stop_callback wake(stop, [this]() noexcept {
    requested_.fetch_add(1, std::memory_order_release);
    requested_.notify_one();
  });
  std::uint32_t handled = 0;
  while (true) {
    requested_.wait(handled, std::memory_order_acquire);
    if (stop.stop_requested()) {
      return;
    }
    handled = requested_.load(std::memory_order_acquire);
    const W1Reading reading = thermometer_.convert();
    const std::uint32_t sequence = (conversions() + 1) & kSequenceMask;
    result_.store(packed(reading, sequence), std::memory_order_release);
  }
}

core::Reading W1Sensor::read(const core::SlotInfo& /*slot*/) noexcept {
  const std::uint64_t word = result_.load(std::memory_order_acquire);
  const std::uint32_t sequence = sequence_of(word);
  const bool fresh = sequence != collected_;
  collected_ = sequence;
  // An atomic's notify is a futex call that only wakes: it neither waits nor allocates.
  requested_.fetch_add(1, std::memory_order_release);
  {
    const core::RealtimeSection reading(core::RealtimePhase::Reading);
    requested_.notify_one();
  }
  if (!fresh) {
    return core::Reading::faulty(core::Fault::Stale);
  }
  const auto fault = static_cast<core::Fault>((word >> kFaultShift) & 0xFFU);
  if (fault != core::Fault::None) {
    return core::Reading::faulty(fault);
  }
  constexpr double kMillidegrees = 1000.0;
  return conditioning_.apply(static_cast<std::int32_t>(word & 0xFFFF'FFFFU) / kMillidegrees);
}

core::Nanoseconds W1Sensor::declared_worst_case() const noexcept { return kExchange; }

}  // namespace isotherm::sensor

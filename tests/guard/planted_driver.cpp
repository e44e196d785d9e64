// A station whose drivers are broken: linked in front of src/sensor/make_sensor.cpp, whose
// one function it takes the place of. Each sensor has the name of a violation, commits it
// in its kViolationAt-th reading, and reads well before.
#include <stdexcept>
#include <string>

#include "guard/violations.hpp"
#include "sensor/make_sensor.hpp"

namespace isotherm::sensor {
namespace {

constexpr std::uint64_t kViolationAt = 100;

class PlantedSensor : public core::Sensor {
 public:
  explicit PlantedSensor(void (*commit)()) : commit_(commit) {}

  [[nodiscard]] core::Reading read(const core::SlotInfo& /*slot*/) noexcept override {
    if (++reads_ == kViolationAt) {
      commit_();
    }
    return core::Reading::good(20.0);
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }

 private:
  void (*commit_)();
  std::uint64_t reads_ = 0;
};

}  // namespace

std::unique_ptr<core::Sensor> make_sensor(const SensorSettings& settings,
                                          const SensorPorts& /*ports*/,
                                          core::Nanoseconds /*reader_period*/) {
  if (settings.name == "well-behaved") {
    return std::make_unique<PlantedSensor>([] {});
  }
  for (const test::Violation& violation : test::violations()) {
    if (violation.name == settings.name) {
      return std::make_unique<PlantedSensor>(violation.commit);
    }
  }
  throw std::runtime_error("there is no violation called " + settings.name);
}

}  // namespace isotherm::sensor

// `isotherm sensors`: the temperature sensors found here, with the configuration lines to paste.
#include <cstdio>

#include "app/commands.hpp"
#include "app/json.hpp"
#include "app/words.hpp"
#include "os/sysfs_tree.hpp"
#include "sensor/discovery.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

void print_json(const std::vector<sensor::FoundSensor>& found) {
  ordered_json sensors = ordered_json::array();
  for (const sensor::FoundSensor& one : found) {
    ordered_json json{{"name", one.suggested_name},
                      {"driver", sensor::driver_word(one.driver)},
                      {"device", one.device},
                      {"input", one.input},
                      {"label", one.label}};
    json["celsius"] = one.celsius ? ordered_json(*one.celsius) : ordered_json(nullptr);
    json["config"] = sensor::config_lines(one);
    sensors.push_back(std::move(json));
  }
  std::fputs(json_text({{"sensors", sensors}}).c_str(), stdout);
}

void print_text(const std::vector<sensor::FoundSensor>& found) {
  if (found.empty()) {
    std::printf(
        "# no temperature sensor found (looked for hwmon, thermal zones, IIO and 1-Wire)\n"
        "# a simulated one, to try things out:\n\n[[reader.sensor]]\nname   = \"trial\"\n"
        "driver = \"sim\"\n");
    return;
  }
  std::printf("# %zu temperature sensors; paste the ones you want below a [[reader]]\n",
              found.size());
  for (const sensor::FoundSensor& one : found) {
    const std::string now = one.celsius ? celsius_words(*one.celsius) + " degC now" : "not read";
    std::printf("\n# %s%s%s\n%s", one.label.c_str(), one.label.empty() ? "" : ": ", now.c_str(),
                sensor::config_lines(one).c_str());
  }
}

}  // namespace

core::ExitCode sensors_command(const SensorsOptions& options) {
  const os::SysfsTree files;
  const std::vector<sensor::FoundSensor> found = sensor::discover(files);
  if (options.json) {
    print_json(found);
  } else {
    print_text(found);
  }
  return core::ExitCode::Ok;
}

}  // namespace isotherm::app

// [[reader.sensor]]: what is read, through which driver.
#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>

#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using sensor::DriverKind;

constexpr auto kDrivers = [] {
  std::array<Choice<DriverKind>, sensor::kDriverWords.size()> choices{};
  for (std::size_t i = 0; i < choices.size(); ++i) {
    choices[i] = {sensor::kDriverWords[i].word, sensor::kDriverWords[i].kind};
  }
  return choices;
}();

constexpr auto kCounter = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
constexpr Limits<std::int64_t> kEvery{1, kCounter};
constexpr Limits<std::int64_t> kStuckAfter{0, kCounter};
// No temperature, scale or offset of this world is beyond.
constexpr Limits<double> kScale{-1e9, 1e9};
constexpr std::size_t kUnitLimit = 16;

// The keys that only some drivers know.
struct DriverKey {
  std::string_view key;
  std::array<bool, kDrivers.size()> known;  // in the order of kDrivers
};

constexpr std::array kDriverKeys = {
    DriverKey{"device", {true, true, true, true, false, false}},
    DriverKey{"input", {true, false, true, false, false, true}},
    DriverKey{"accept_power_on_value", {false, false, false, true, false, false}},
    DriverKey{"sim", {false, false, false, false, true, false}},
    DriverKey{"file", {false, false, false, false, false, true}},
    DriverKey{"loop", {false, false, false, false, false, true}},
};

bool knows(DriverKind driver, const DriverKey& entry) {
  for (std::size_t i = 0; i < kDrivers.size(); ++i) {
    if (kDrivers[i].value == driver) {
      return entry.known[i];
    }
  }
  return false;
}

void refuse_keys_of_other_drivers(const Section& section, DriverKind driver) {
  for (const DriverKey& entry : kDriverKeys) {
    if (knows(driver, entry) || !section.has(entry.key)) {
      continue;
    }
    std::vector<std::string_view> owners;
    for (std::size_t i = 0; i < kDrivers.size(); ++i) {
      if (entry.known[i]) {
        owners.push_back(kDrivers[i].word);
      }
    }
    // `driver` left out means sim, which a person who wrote `device` did not think of.
    const std::string unsaid = section.has("driver") ? "" : ", which is the default";
    section.mistake(entry.key, "is no key of the driver " + in_quotes(driver_word(driver)) + unsaid,
                    "leave it out, or use the driver " + alternatives(owners));
  }
}

void read_device(const Section& section, DriverKind driver, sensor::SensorSettings& sensor) {
  section.text("device", sensor.device);
  // W1 refuses any input: where the key is refused already, that would say it twice.
  std::string input;
  if (section.text("input", input) &&
      (driver == DriverKind::Hwmon || driver == DriverKind::Iio || driver == DriverKind::Replay)) {
    sensor.input = input;
  }
  section.boolean("accept_power_on_value", sensor.accept_power_on_value);
  if (driver == DriverKind::Sim || driver == DriverKind::Replay) {
    return;
  }
  section.require("device", "the driver " + in_quotes(driver_word(driver)) +
                                " needs one, `isotherm sensors` prints those of this machine");
}

void read_replay(const Section& section, DriverKind driver, sensor::ReplaySettings& replay) {
  section.boolean("loop", replay.loop);
  std::string file;
  if (section.text("file", file)) {
    // Relative to the configuration, so that the two can be moved together.
    const auto folder = std::filesystem::path(section.findings().file()).parent_path();
    replay.file = (folder / file).string();
  }
  if (driver == DriverKind::Replay) {
    section.require("file",
                    "the driver \"replay\" needs a CSV file of timestamp,value, or a capture");
  }
}

void read_unit(const Section& section, std::string& target) {
  std::string unit;
  if (!section.text("unit", unit)) {
    return;
  }
  if (unit.size() > kUnitLimit) {
    section.mistake("unit",
                    in_quotes(unit) + " is longer than " + std::to_string(kUnitLimit) + " bytes",
                    "write a short one such as \"degC\"");
  } else if (unit.find_first_of(",;\"") != std::string::npos) {
    section.mistake("unit", in_quotes(unit) + " would break the log's columns",
                    "leave out commas, semicolons and quotes");
  } else {
    target = unit;
  }
}

// What is refused here does not reach its target, or the driver would refuse it a second time.
void read_scale(const Section& section, double& target) {
  double scale = target;
  if (section.number("scale", kScale, scale) && scale == 0.0) {
    section.mistake("scale", "0 makes every reading the same", "use 1.0 for none");
  } else {
    target = scale;
  }
}

void read_stuck_after(const Section& section, std::uint32_t& target) {
  std::uint32_t stuck_after = target;
  if (section.integer("stuck_after", kStuckAfter, stuck_after) && stuck_after == 1) {
    section.mistake("stuck_after", "1 would call every reading stuck",
                    "use 2 or more equal readings, or 0 for off");
  } else {
    target = stuck_after;
  }
}

void read_range(const Section& section, std::optional<sensor::Range>& target) {
  const std::string mend = "write the lowest and the highest good value, range = [-40, 125]";
  const Node* const node = section.find("range");
  if (node == nullptr) {
    return;
  }
  const auto is_number = [](const Node& child) {
    return (child.kind == Node::Kind::Integer || child.kind == Node::Kind::Float) &&
           child.number >= kCelsius.low && child.number <= kCelsius.high;
  };
  if (node->kind != Node::Kind::Array || node->children.size() != 2 ||
      !std::all_of(node->children.begin(), node->children.end(), is_number)) {
    section.mistake("range", "must be two numbers", mend);
    return;
  }
  const sensor::Range range{node->children[0].number, node->children[1].number};
  if (range.low >= range.high) {
    section.mistake("range", "is empty: its first number is not below its second", mend);
    return;
  }
  target = range;
}

}  // namespace

void read_sensor(const Node& table, Findings& findings, TakenNames& taken,
                 sensor::SensorSettings& sensor) {
  const Section section(table, kSensorTable, findings);
  sensor.where = findings.where(section.line());
  if (section.require("name", "each sensor needs one, name = \"inlet\"") &&
      section.name("name", kNameLimit, sensor.name)) {
    take_name(sensor.name, section.line_of("name"), "sensor", findings, taken.sensors);
  }
  const bool driver_is_known =
      section.choice<DriverKind>("driver", kDrivers, sensor.driver) || !section.has("driver");
  // Of an unknown driver nobody can say which keys it needs: its keys' values are looked at only.
  const DriverKind driver = driver_is_known ? sensor.driver : DriverKind::Sim;
  if (driver_is_known) {
    refuse_keys_of_other_drivers(section, driver);
  }
  read_device(section, driver, sensor);
  read_replay(section, driver, sensor.replay);
  read_unit(section, sensor.unit);
  section.integer("every", kEvery, sensor.every);
  section.number("offset", kCelsius, sensor.offset);
  read_scale(section, sensor.scale);
  read_range(section, sensor.range);
  read_stuck_after(section, sensor.stuck_after);
  if (const Node* const sim = section.find("sim")) {
    if (sim->kind == Node::Kind::Table) {
      read_sim(*sim, findings, sensor.sim);
    } else {
      section.mistake("sim", "must be a table", "write sim = { mean = 21.0 }");
    }
  }
}

}  // namespace isotherm::settings

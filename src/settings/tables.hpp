// The tables of the configuration, one function each: from a node of the file into plain settings.
// What is wrong goes into the findings; the settings then keep their defaults there.
#pragma once

#include <map>
#include <string>

#include "settings/configuration.hpp"
#include "settings/diagnostic.hpp"
#include "settings/document.hpp"

namespace isotherm::settings {

// The names that are taken so far, with the line of each.
struct TakenNames {
  std::map<std::string, unsigned> readers;
  std::map<std::string, unsigned> sensors;  // of the whole station: rows are told apart by it
};

void read_station(const Node& table, Findings& findings, StationSettings& station);

void read_log(const Node& table, Findings& findings, store::LogSettings& log,
              aggregate::WindowSettings& window);

void read_history(const Node& table, Findings& findings, history::HistorySettings& history);

void read_capture(const Node& table, Findings& findings, capture::CaptureSettings& capture);

// `housekeeping` are the station's housekeeping cores, on which no reader may run.
void read_reader(const Node& table, const std::vector<unsigned>& housekeeping, Findings& findings,
                 TakenNames& taken, ReaderPlan& plan);

void read_sensor(const Node& table, Findings& findings, TakenNames& taken,
                 sensor::SensorSettings& sensor);

void read_sim(const Node& table, Findings& findings, sensor::SimSettings& sim);

// Reports a name that is taken and remembers it otherwise. `what` is "reader" or "sensor".
void take_name(const std::string& name, unsigned line, std::string_view what, Findings& findings,
               std::map<std::string, unsigned>& taken);

}  // namespace isotherm::settings

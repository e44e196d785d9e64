// `isotherm board list`, `show` and `detect`: the facts of boards, for people and for programs.
#include <cstdio>

#include "app/board_lookup.hpp"
#include "app/boot_files.hpp"
#include "app/commands.hpp"
#include "app/json.hpp"
#include "app/text_table.hpp"
#include "core/cpu_set.hpp"
#include "os/process.hpp"
#include "os/sysfs_tree.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

std::string cores_text(const std::vector<unsigned>& cores) {
  return cores.empty() ? "-" : core::CpuSet{cores}.text();
}

// False, with the mistakes on stderr, if the board's file is not in order.
bool usable(const BoardChoice& choice) {
  for (const settings::Diagnostic& diagnostic : choice.diagnostics) {
    std::fprintf(stderr, "isotherm: %s\n", diagnostic.text().c_str());
  }
  return choice.diagnostics.empty();
}

ordered_json facts_json(const BoardChoice& choice) {
  const settings::BoardFacts& board = choice.board;
  ordered_json json{{"name", board.name},
                    {"description", board.description},
                    {"file", choice.where},
                    {"models", board.models}};
  json["cores"] = board.cores ? ordered_json(*board.cores) : ordered_json(nullptr);
  json["housekeeping"] = board.housekeeping;
  json["isolated"] = board.isolated;
  json["soc_sensor"] = board.soc_sensor;
  json["buses"] = ordered_json::array();
  for (const settings::BoardBus& bus : board.buses) {
    json["buses"].push_back({{"kind", settings::bus_word(bus.kind)},
                             {"controller", bus.controller},
                             {"nodes", bus.nodes},
                             {"setting", bus.setting},
                             {"pins", bus.pins}});
  }
  const bool boots = board.boot.layout == settings::BootLayout::RaspberryPi;
  json["boot"] = {{"layout", boots ? "raspberry-pi" : "none"}, {"reason", board.boot.reason}};
  return json;
}

void print_facts(const BoardChoice& choice) {
  const settings::BoardFacts& board = choice.board;
  std::printf("%s: %s\n", board.name.c_str(), board.description.c_str());
  if (!choice.where.empty()) {
    std::printf("  file          %s\n", choice.where.c_str());
  }
  for (const std::string& model : board.models) {
    std::printf("  model         \"%s...\"\n", model.c_str());
  }
  std::printf("  cores         %s\n",
              board.cores ? std::to_string(*board.cores).c_str() : "as found at start");
  if (!board.housekeeping.empty() || !board.isolated.empty()) {
    std::printf("  housekeeping  %s\n  isolated      %s\n", cores_text(board.housekeeping).c_str(),
                cores_text(board.isolated).c_str());
  }
  if (!board.soc_sensor.empty()) {
    std::printf("  SoC sensor    thermal zone %s\n", board.soc_sensor.c_str());
  }
  for (const settings::BoardBus& bus : board.buses) {
    std::printf("  %-4s bus      %s%s%s%s%s\n", std::string(settings::bus_word(bus.kind)).c_str(),
                bus.controller.c_str(), bus.pins.empty() ? "" : ", pins ", bus.pins.c_str(),
                bus.setting.empty() ? "" : "; ", bus.setting.c_str());
  }
}

void print_boot_lines(const settings::BoardFacts& board, const BootLines& lines) {
  if (board.boot.layout == settings::BootLayout::None) {
    std::printf("no boot lines: %s\n",
                board.boot.reason.empty() ? "the board has none" : board.boot.reason.c_str());
    return;
  }
  std::printf("cmdline.txt gets\n ");
  for (const std::string& parameter : lines.parameters) {
    std::printf(" %s", parameter.c_str());
  }
  std::printf("\nconfig.txt gets, under [all]\n");
  for (const std::string& setting : lines.settings) {
    std::printf("  %s\n", setting.c_str());
  }
}

}  // namespace

core::ExitCode board_list_command(const BoardOptions& options) {
  const os::SysfsTree files;
  const std::string model = machine_model(files);
  ordered_json json{{"boards", ordered_json::array()}};
  TextTable table(
      {{"board", Align::Left}, {"cores"}, {"isolated", Align::Left}, {"what it is", Align::Left}});
  bool in_order = true;
  for (const BoardChoice& choice : all_boards(board_folders(os::executable_path()), files)) {
    if (!usable(choice)) {
      in_order = false;
      continue;
    }
    const settings::BoardFacts& board = choice.board;
    const bool here = board.matches(model);
    table.add_row({board.name, board.cores ? std::to_string(*board.cores) : "-",
                   cores_text(board.isolated),
                   board.description + (here ? "  <- this machine" : "")});
    json["boards"].push_back(facts_json(choice));
    json["boards"].back()["this_machine"] = here;
  }
  std::fputs((options.json ? json_text(json) : table.text()).c_str(), stdout);
  return in_order ? core::ExitCode::Ok : core::ExitCode::Config;
}

core::ExitCode board_show_command(const BoardOptions& options) {
  const os::SysfsTree files;
  const BoardChoice choice =
      choose_board(options.name, board_folders(os::executable_path()), files);
  if (!usable(choice)) {
    return core::ExitCode::Config;
  }
  const BootLines lines = read_boot_lines(choice.where, os::PosixWholeFiles{});
  if (options.json) {
    ordered_json json = facts_json(choice);
    json["boot"]["parameters"] = lines.parameters;
    json["boot"]["settings"] = lines.settings;
    std::fputs(json_text(json).c_str(), stdout);
  } else {
    print_facts(choice);
    print_boot_lines(choice.board, lines);
  }
  return core::ExitCode::Ok;
}

core::ExitCode board_detect_command(const BoardOptions& options) {
  const os::SysfsTree files;
  const std::string model = machine_model(files);
  const BoardChoice choice = board_of_model(model, board_folders(os::executable_path()), files);
  if (!usable(choice)) {
    return core::ExitCode::Config;
  }
  const bool known = choice.board.matches(model);
  if (options.json) {
    std::fputs(json_text({{"name", choice.board.name},
                          {"model", model},
                          {"known", known},
                          {"file", choice.where}})
                   .c_str(),
               stdout);
    return core::ExitCode::Ok;
  }
  std::printf("%s\n", choice.board.name.c_str());
  if (known) {
    std::fprintf(stderr, "by the device tree's model, \"%s\"\n", model.c_str());
  } else if (model.empty()) {
    std::fprintf(stderr, "this machine has no device tree (no /proc/device-tree/model)\n");
  } else {
    std::fprintf(stderr, "no board is known for the device tree's model, \"%s\"\n", model.c_str());
  }
  return core::ExitCode::Ok;
}

}  // namespace isotherm::app

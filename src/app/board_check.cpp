#include "app/board_check.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "app/board_lookup.hpp"
#include "boot/kernel_line.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::app {
namespace {

using core::CpuSet;
using settings::BoardFacts;
using Weight = BoardDifference::Weight;

constexpr const char* kApply = "`sudo isotherm board apply`, and reboot";
constexpr const char* kNohzFile = "/sys/devices/system/cpu/nohz_full";

std::string boot_mend(const BoardFacts& board, const std::string& parameters) {
  if (board.boot.layout == settings::BootLayout::RaspberryPi) {
    return kApply;
  }
  return "add `" + parameters + "` to the kernel command line and reboot";
}

// Two values of a parameter that mean the same to the kernel: "2,3" and "2-3".
bool same_value(const std::string& a, const std::string& b) {
  const auto cores_a = CpuSet::parse(a);
  const auto cores_b = CpuSet::parse(b);
  return cores_a && cores_b ? *cores_a == *cores_b : a == b;
}

// The cores at the end of "managed_irq,domain,2-3", behind the flags.
CpuSet isolcpus_cores(const std::string& value) {
  const std::size_t first = value.find_first_of("0123456789");
  return first == std::string::npos ? CpuSet{}
                                    : CpuSet::parse(value.substr(first)).value_or(CpuSet{});
}

class Comparison {
 public:
  Comparison(const BoardFacts& board, const std::vector<std::string>& parameters,
             const os::Topology& topology, const core::FileTree& files)
      : board_(board), wanted_(parameters), topology_(topology), files_(files) {
    for (const std::string& parameter :
         boot::parameters_of(files.text("/proc/cmdline").value_or(""))) {
      booted_[boot::key_of(parameter)] = boot::value_of(parameter);
    }
  }

  std::vector<BoardDifference> all() {
    model();
    cores();
    isolation();
    tick();
    other_parameters();
    buses();
    soc_sensor();
    std::stable_sort(differences_.begin(), differences_.end(),
                     [](const auto& a, const auto& b) { return a.weight < b.weight; });
    return differences_;
  }

 private:
  void add(Weight weight, std::string what, std::string mend) {
    differences_.push_back({weight, std::move(what), std::move(mend)});
  }

  [[nodiscard]] std::optional<std::string> wanted_value(const std::string& key) const {
    for (const std::string& parameter : wanted_) {
      if (boot::key_of(parameter) == key) {
        return boot::value_of(parameter);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool booted_with(const std::string& key) const { return booted_.count(key) > 0; }

  void model() {
    const std::string model = machine_model(files_);
    if (board_.models.empty() || board_.matches(model)) {
      return;
    }
    add(Weight::Warning,
        model.empty() ? "no device tree says this machine's model, and the board is " + board_.name
                      : "this machine says that it is \"" + model + "\"",
        "board = \"auto\", or the right board; `isotherm board detect` looks");
  }

  void cores() {
    const std::size_t present = topology_.existing().size();
    if (board_.cores && *board_.cores != present) {
      add(Weight::Warning,
          "there are " + std::to_string(present) + " cores, and the board has " +
              std::to_string(*board_.cores),
          "look for maxcpus= or nr_cpus= in /proc/cmdline, or choose the right board");
    }
    const CpuSet offline = topology_.existing().without(topology_.online);
    if (board_.cores && !offline.empty()) {
      add(Weight::Warning,
          cores_words(offline) + (offline.size() == 1 ? " is" : " are") + " offline",
          "echo 1 | sudo tee /sys/devices/system/cpu/cpu" +
              std::to_string(offline.cores().front()) + "/online");
    }
  }

  void isolation() {
    const CpuSet meant{board_.isolated};
    const CpuSet lacking = meant.without(topology_.isolated);
    if (!lacking.empty()) {
      const auto value = wanted_value("isolcpus");
      const auto booted = booted_.find("isolcpus");
      if (booted != booted_.end() && lacking.without(isolcpus_cores(booted->second)).empty()) {
        add(Weight::Warning,
            "the kernel was booted with isolcpus=" + booted->second + " and does not isolate " +
                cores_words(lacking),
            "look into its log: `sudo dmesg | grep -i isol`; it needs CONFIG_CPU_ISOLATION, and "
            "the "
            "flag \"domain\"");
      } else {
        add(Weight::Warning,
            cores_words(lacking) + (lacking.size() == 1 ? " is" : " are") +
                " not isolated, and the board is meant to be booted so",
            boot_mend(board_, "isolcpus=" + value.value_or("managed_irq,domain," + meant.text())));
      }
    }
    const CpuSet more = topology_.isolated.without(meant);
    if (!meant.empty() && !more.empty()) {
      add(Weight::Note,
          cores_words(more) + (more.size() == 1 ? " is" : " are") +
              " isolated too, which the board does not ask for",
          "");
    }
  }

  // nohz_full, by what the kernel shows: it may not know the parameter.
  void tick() {
    const auto wanted = wanted_value("nohz_full");
    const CpuSet lacking =
        CpuSet::parse(wanted.value_or("")).value_or(CpuSet{}).without(topology_.nohz_full);
    if (!wanted || lacking.empty()) {
      return;
    }
    if (!files_.real_path(kNohzFile)) {
      add(Weight::Note,
          "the kernel knows no nohz_full= (it was built without CONFIG_NO_HZ_FULL), so the timer "
          "tick stays on " +
              cores_words(lacking),
          "a kernel that has it, such as Debian's; Raspberry Pi's own have not");
    } else if (booted_with("nohz_full")) {
      add(Weight::Warning,
          "the kernel was booted with nohz_full=" + booted_["nohz_full"] +
              " and keeps the timer tick on " + cores_words(lacking),
          "look into its log: `sudo dmesg | grep -i nohz`");
    } else {
      add(Weight::Warning, "the timer tick stays on " + cores_words(lacking) + " (no nohz_full=)",
          boot_mend(board_, "nohz_full=" + *wanted));
    }
  }

  // Those that only the kernel's command line shows.
  void other_parameters() {
    std::string lacking;
    std::string other;
    for (const std::string& parameter : wanted_) {
      const std::string key = boot::key_of(parameter);
      const auto booted = booted_.find(key);
      if (key == "isolcpus" || key == "nohz_full") {
        continue;  // compared with what the kernel shows of them
      }
      if (booted == booted_.end()) {
        lacking += (lacking.empty() ? "" : " ") + parameter;
      } else if (!same_value(booted->second, boot::value_of(parameter))) {
        other += (other.empty() ? "" : " ") + key + "=" + booted->second;
      }
    }
    if (!lacking.empty()) {
      add(Weight::Warning, "the kernel was booted without " + lacking, boot_mend(board_, lacking));
    }
    if (!other.empty()) {
      add(Weight::Warning,
          "the kernel was booted with " + other + ", which is not the board's value", kApply);
    }
  }

  void buses() {
    for (const settings::BoardBus& bus : board_.buses) {
      const std::string name = std::string(bus_word(bus.kind)) + " bus " + bus.controller;
      if (!files_.real_path(bus.sysfs_path())) {
        const bool ours = board_.boot.layout == settings::BootLayout::RaspberryPi;
        add(Weight::Note, "the " + name + " is not switched on (no " + bus.sysfs_path() + ")",
            bus.setting.empty() ? "see the board's README"
                                : bus.setting + (ours ? std::string(": ") + kApply : ""));
        continue;
      }
      std::string lacking;
      for (const std::string& node : bus.nodes) {
        if (!files_.real_path(node)) {
          lacking += (lacking.empty() ? "" : " ") + node;
        }
      }
      if (!lacking.empty()) {
        add(Weight::Note, "the " + name + " is on, and has no " + lacking,
            bus.kind == settings::BusKind::I2c
                ? "only programs that talk to it directly miss that: `sudo modprobe i2c-dev`"
                : "nothing, if a chip's own driver has taken its place");
      }
    }
  }

  void soc_sensor() {
    if (board_.soc_sensor.empty()) {
      return;
    }
    const std::string zones = "/sys/class/thermal";
    for (const std::string& zone : files_.list(zones)) {
      if (files_.text(zones + "/" + zone + "/type") == board_.soc_sensor) {
        return;
      }
    }
    add(Weight::Note,
        "the processor's own sensor, thermal zone " + board_.soc_sensor + ", is not there",
        "its driver may be a module that is not loaded; see the board's README");
  }

  const BoardFacts& board_;
  const std::vector<std::string>& wanted_;
  const os::Topology& topology_;
  const core::FileTree& files_;
  std::map<std::string, std::string> booted_;  // the kernel's command line, by key
  std::vector<BoardDifference> differences_;
};

}  // namespace

std::string weight_word(BoardDifference::Weight weight) {
  return weight == BoardDifference::Weight::Warning ? "warning" : "note";
}

std::vector<BoardDifference> board_differences(const settings::BoardFacts& board,
                                               const std::vector<std::string>& parameters,
                                               const os::Topology& topology,
                                               const core::FileTree& files) {
  return Comparison(board, parameters, topology, files).all();
}

}  // namespace isotherm::app

#include "diagnose/system_facts.hpp"

#include <algorithm>
#include <string_view>

#include "diagnose/kernel_text.hpp"
#include "os/privileges.hpp"
#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

std::vector<std::string> read_swaps(const core::FileTree& files) {
  std::vector<std::string> swaps;
  for (const std::string& line : lines_of(files.text("/proc/swaps").value_or(""))) {
    const std::vector<std::string> words = words_of(line);
    if (!words.empty() && words[0] != "Filename") {
      swaps.push_back(words[0]);
    }
  }
  return swaps;
}

// The device of the firmware is called after its place in the device tree: soc:firmware, and
// soc@107c000000:firmware on a Pi 5. The attribute is of Raspberry Pi's own kernels.
std::optional<std::uint32_t> read_throttled(const core::FileTree& files) {
  const std::string platform = "/sys/devices/platform";
  for (const std::string& soc : files.list(platform)) {
    if (!soc.starts_with("soc")) {
      continue;
    }
    const std::string folder = std::string{platform}.append("/").append(soc);
    for (const std::string& device : files.list(folder)) {
      if (device.ends_with(":firmware")) {
        const auto text =
            files.text(std::string{folder}.append("/").append(device).append("/get_throttled"));
        if (!text) {
          return std::nullopt;
        }
        const std::string_view digits{*text};
        return os::parse_number<std::uint32_t>(digits.starts_with("0x") ? digits.substr(2) : digits,
                                               16);
      }
    }
  }
  return std::nullopt;
}

std::optional<bool> read_undervoltage(const core::FileTree& files) {
  const std::string folder = "/sys/class/hwmon";
  for (const std::string& name : files.list(folder)) {
    const std::string device = std::string{folder}.append("/").append(name);
    if (files.text(device + "/name") == "rpi_volt") {
      const auto alarm = files.text(device + "/in0_lcrit_alarm");
      return alarm ? std::optional{*alarm != "0"} : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<SystemFacts::Zone> read_hottest(const core::FileTree& files) {
  const std::string folder = "/sys/class/thermal";
  std::optional<SystemFacts::Zone> hottest;
  for (const std::string& name : files.list(folder)) {
    const std::string zone = std::string{folder}.append("/").append(name);
    const auto millidegrees = os::number_in<std::int64_t>(files, zone + "/temp");
    if (!name.starts_with("thermal_zone") || !millidegrees) {
      continue;
    }
    const double celsius = static_cast<double>(*millidegrees) / 1000.0;
    if (!hottest || celsius > hottest->celsius) {
      hottest = {files.text(zone + "/type").value_or(name), celsius};
    }
  }
  return hottest;
}

}  // namespace

SystemFacts read_system_facts(const core::FileTree& files, const std::vector<ThreadSeen>& threads) {
  const std::string kernel = "/proc/sys/kernel/";
  SystemFacts system;
  system.rt_runtime_us = os::number_in<std::int64_t>(files, kernel + "sched_rt_runtime_us");
  const os::Privileges privileges = os::read_privileges(files);
  system.fair_server = privileges.fair_server;
  system.rt_period_us = privileges.rt_period_us;
  system.rt_budget_us = privileges.rt_budget_us;
  system.rt_budget_file = privileges.rt_budget_file;
  system.timer_migration = os::number_in<int>(files, kernel + "timer_migration");
  system.swaps = read_swaps(files);
  system.huge_pages =
      enclosed(files.text("/sys/kernel/mm/transparent_hugepage/enabled").value_or(""), '[', ']');
  system.watchdog = files.text(kernel + "soft_watchdog") == "1" &&
                    files.text(kernel + "watchdog").value_or("1") == "1";
  system.watchdog_cores = os::cores_in(files, kernel + "watchdog_cpumask");
  system.nmi_watchdog = files.text(kernel + "nmi_watchdog") == "1";
  system.irqbalance = std::any_of(threads.begin(), threads.end(), [](const ThreadSeen& thread) {
    return thread.name == "irqbalance";
  });
  system.workqueue_cores =
      cores_of_mask(files.text("/sys/devices/virtual/workqueue/cpumask").value_or(""));
  system.throttled = read_throttled(files);
  system.undervoltage = read_undervoltage(files);
  system.hottest = read_hottest(files);
  return system;
}

}  // namespace isotherm::diagnose

#include "diagnose/boot_line.hpp"

namespace isotherm::diagnose {

std::string boot_line_place(const std::string& model) {
  if (model.starts_with("Raspberry Pi")) {
    return "to the one line of /boot/firmware/cmdline.txt and reboot";
  }
  if (model.empty()) {
    return "to GRUB_CMDLINE_LINUX in /etc/default/grub, run `sudo update-grub` and reboot";
  }
  return "to the kernel command line in the boot loader's settings (extlinux.conf, armbianEnv.txt, "
         "boot.scr or the like) and reboot";
}

std::string isolation_mend(const os::Topology& topology, const std::string& model,
                           const core::CpuSet& housekeeping, const core::CpuSet& wanted) {
  const core::CpuSet rest = topology.online.without(wanted);
  if (rest.empty()) {
    return topology.online.size() == 1
               ? "a machine with one core cannot isolate it; take one with more"
               : "isolating these would leave no core for the rest of the system; put readers "
                 "together on fewer cores";
  }
  const core::CpuSet interrupts = rest.intersection(housekeeping);
  const std::string cores = wanted.text();
  std::string mend = "add `isolcpus=managed_irq,domain," + cores + " nohz_full=" + cores +
                     " rcu_nocbs=" + cores +
                     " irqaffinity=" + (interrupts.empty() ? rest : interrupts).text() + "` " +
                     boot_line_place(model);
  if (wanted.contains(0)) {
    // Kernel Documentation/timers/no_hz.rst: the boot core keeps time for the others.
    mend += "; better give the reader on core 0 another one, the boot core always keeps its tick";
  }
  return mend;
}

}  // namespace isotherm::diagnose

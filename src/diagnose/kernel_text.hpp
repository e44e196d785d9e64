// Small readings of the kernel's text files, shared by what gathers facts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpu_set.hpp"

namespace isotherm::diagnose {

// Separated by blanks.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// Of "always [madvise] never", between '[' and ']', the one that the kernel has chosen: "madvise".
[[nodiscard]] std::string enclosed(std::string_view text, char open, char close);

// A mask of cores as in "ff" or "3,ffffffff"; nothing if it is none.
[[nodiscard]] std::optional<core::CpuSet> cores_of_mask(std::string_view mask);

// "eth0, mmc1 and 3 more": the first few of a list, for people.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names, std::size_t shown = 4);

// The kernel's command line, /proc/cmdline. Parameters may be written with - or _ (kernel
// Documentation/admin-guide/kernel-parameters.rst); of one given twice the last counts.
class KernelLine {
 public:
  KernelLine() = default;
  explicit KernelLine(std::string_view text);

  // "" for a parameter without a value; nothing if it is not there.
  [[nodiscard]] std::optional<std::string> value(std::string_view key) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace isotherm::diagnose

// A set of cores, as the kernel writes them: "0-3,5".
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isotherm::core {

// Cores are numbered below this limit (the kernel's default CONFIG_NR_CPUS on the largest machines
// is 8192; the fixed cpu_set_t of glibc, which isotherm uses, ends at 1024).
inline constexpr unsigned kCoreLimit = 1024;

class CpuSet {
 public:
  CpuSet() = default;
  CpuSet(std::initializer_list<unsigned> cores);
  explicit CpuSet(const std::vector<unsigned>& cores);

  // The kernel's list format, as in /sys/devices/system/cpu/online; "" is the empty set. Nothing if
  // the text is not such a list or names a core of kCoreLimit or above.
  [[nodiscard]] static std::optional<CpuSet> parse(std::string_view text);

  void insert(unsigned core);
  [[nodiscard]] bool contains(unsigned core) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return cores_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return cores_.size(); }
  // Ascending, each once.
  [[nodiscard]] const std::vector<unsigned>& cores() const noexcept { return cores_; }

  [[nodiscard]] CpuSet without(const CpuSet& other) const;
  [[nodiscard]] CpuSet intersection(const CpuSet& other) const;
  [[nodiscard]] CpuSet joined(const CpuSet& other) const;
  // "0-3,5"; "" for the empty set.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const CpuSet&, const CpuSet&) = default;

 private:
  std::vector<unsigned> cores_;
};

// "core 2", "cores 2-3".
[[nodiscard]] std::string cores_words(const CpuSet& cores);

}  // namespace isotherm::core

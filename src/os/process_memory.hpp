// The memory of this process: kept by malloc, locked into RAM, and how much of it there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isotherm::os {

// Housekeeping, first thing in main, before other threads exist. Makes malloc keep what it once
// got from the kernel and use one arena for all threads, so that memory that has been touched stays
// touched. False if the allocator does not take such settings (another one is linked or preloaded,
// or a sanitizer): then the program runs on, and may take page faults where it allocates.
[[nodiscard]] bool tune_malloc() noexcept;

struct LockFailure {
  int error = 0;        // an errno value
  std::string problem;  // "mlockall failed: Cannot allocate memory (error 12)"
  std::string mend;
};

// Housekeeping. Locks all memory, present and future, into RAM: mlockall(2). From then on every
// new mapping is populated at once, stacks too, so threads need small ones. What went wrong, or
// nothing: whether that ends the program is the caller's choice.
[[nodiscard]] std::optional<LockFailure> lock_memory();

struct MemoryUse {
  std::uint64_t resident_bytes = 0;       // VmRSS; the kernel calls it inexact by some pages a core
  std::uint64_t locked_bytes = 0;         // VmLck; of address space, not all of it need be resident
  std::uint64_t address_space_bytes = 0;  // VmSize
};

// Housekeeping. Of this process; zeros if /proc is not mounted.
[[nodiscard]] MemoryUse memory_use();

// The text of /proc/PID/status: proc_pid_status(5). Nothing if it lacks one of the three.
[[nodiscard]] std::optional<MemoryUse> parse_memory_use(std::string_view text);

}  // namespace isotherm::os

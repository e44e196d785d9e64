#include "os/process_memory.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <cerrno>

#include "os/proc_text.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

constexpr std::uint64_t kBytesPerKilobyte = 1024;

std::string lock_mend(int error) {
  switch (error) {
    case EPERM:
    case ENOMEM:
      return "give the process CAP_IPC_LOCK (run as root, or AmbientCapabilities=CAP_IPC_LOCK in "
             "the systemd unit) or a larger RLIMIT_MEMLOCK (LimitMEMLOCK=infinity in the unit; "
             "ulimit -l and limits.d do not reach systemd services)";
    case EAGAIN:
      return "free memory: the kernel could not bring all of the process into RAM";
    default:
      return "";
  }
}

// A line such as "VmRSS:      1234 kB".
std::optional<std::uint64_t> kilobytes(std::string_view text, std::string_view key) {
  auto field = proc_field(text, key);
  if (!field) {
    return std::nullopt;
  }
  const auto number = parse_number<std::uint64_t>(next_word(*field));
  if (!number || *field != "kB") {
    return std::nullopt;
  }
  return *number * kBytesPerKilobyte;
}

}  // namespace

bool tune_malloc() noexcept {
  // What reading the configuration took and gave back would otherwise be locked for good.
  ::malloc_trim(0);
  // All by mallopt(3), which returns 1 for success.
  // M_TRIM_THRESHOLD: the end of the heap is given back to the kernel once this much of it is
  // free, and taking it again is a system call and page faults. -1 turns that off.
  const bool keeps_heap = ::mallopt(M_TRIM_THRESHOLD, -1) == 1;
  // M_MMAP_MAX: large blocks (128 KiB at first) are mappings of their own that go back to the
  // kernel when freed. 0 takes them from the heap too. Setting either of the two also stops glibc
  // from moving its thresholds by itself.
  const bool maps_nothing = ::mallopt(M_MMAP_MAX, 0) == 1;
  // M_ARENA_MAX: each thread would get an arena, which reserves 64 MiB of address space and in
  // locked memory grows in populated steps. Readers do not allocate, so one is enough.
  const bool one_arena = ::mallopt(M_ARENA_MAX, 1) == 1;
  return keeps_heap && maps_nothing && one_arena;
}

std::optional<LockFailure> lock_memory() {
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) == 0) {
    return std::nullopt;
  }
  const int error = errno;
  return LockFailure{error, "mlockall failed: " + error_text(error), lock_mend(error)};
}

MemoryUse memory_use() {
  const auto text = read_proc("/proc/self/status");
  return (text ? parse_memory_use(*text) : std::nullopt).value_or(MemoryUse{});
}

std::optional<MemoryUse> parse_memory_use(std::string_view text) {
  const auto resident = kilobytes(text, "VmRSS");
  const auto locked = kilobytes(text, "VmLck");
  const auto address_space = kilobytes(text, "VmSize");
  if (!resident || !locked || !address_space) {
    return std::nullopt;
  }
  return MemoryUse{*resident, *locked, *address_space};
}

}  // namespace isotherm::os

#include "os/perf_counters.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "os/proc_text.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

std::uint64_t hardware_event(PerfEvent event) noexcept {
  return event == PerfEvent::Instructions ? PERF_COUNT_HW_INSTRUCTIONS : PERF_COUNT_HW_CACHE_MISSES;
}

int open_counter(PerfEvent event, bool user_only) noexcept {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.config = hardware_event(event);
  attributes.disabled = 1;
  attributes.exclude_kernel = user_only ? 1 : 0;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  constexpr pid_t kThisThread = 0;
  constexpr int kAnyCore = -1;
  constexpr int kNoGroup = -1;
  return static_cast<int>(::syscall(SYS_perf_event_open, &attributes, kThisThread, kAnyCore,
                                    kNoGroup, static_cast<unsigned long>(PERF_FLAG_FD_CLOEXEC)));
}

std::optional<int> paranoid_level() {
  const auto text = read_proc("/proc/sys/kernel/perf_event_paranoid");
  if (!text) {
    return std::nullopt;
  }
  std::string_view rest = *text;
  return parse_number<int>(next_word(rest));
}

}  // namespace

PerfCounter::Opened PerfCounter::open(PerfEvent event) noexcept {
  const int whole = open_counter(event, false);
  if (whole >= 0) {
    return {.descriptor = whole};
  }
  if (errno != EACCES && errno != EPERM) {
    return {.error = errno};
  }
  // perf_event_paranoid = 2, the kernel's default, leaves everybody their own part.
  const int user_part = open_counter(event, true);
  return {
      .descriptor = user_part, .error = user_part >= 0 ? 0 : errno, .user_only = user_part >= 0};
}

PerfCounter::PerfCounter(const Opened& opened)
    : descriptor_(opened.descriptor),
      user_only_(opened.user_only),
      problem_(opened.error != 0 ? perf_problem(opened.error, paranoid_level()) : "") {}

void PerfCounter::start() noexcept {
  if (available()) {
    ::ioctl(descriptor_.number(), PERF_EVENT_IOC_ENABLE, 0);
  }
}

void PerfCounter::stop() noexcept {
  if (available()) {
    ::ioctl(descriptor_.number(), PERF_EVENT_IOC_DISABLE, 0);
  }
}

std::optional<std::uint64_t> PerfCounter::count() const noexcept {
  if (!available()) {
    return std::nullopt;
  }
  struct Answer {
    std::uint64_t value = 0;
    std::uint64_t time_enabled = 0;
    std::uint64_t time_running = 0;
  };
  Answer answer;
  if (::read(descriptor_.number(), &answer, sizeof(answer)) != sizeof(answer) ||
      answer.time_running == 0) {
    return std::nullopt;
  }
  const double share =
      static_cast<double>(answer.time_enabled) / static_cast<double>(answer.time_running);
  return static_cast<std::uint64_t>(static_cast<double>(answer.value) * share);
}

// perf_event_open(2), ERRORS, and the kernel's Documentation/admin-guide/perf-security.rst.
std::string perf_problem(int error, std::optional<int> paranoid) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "the kernel forbids it (perf_event_paranoid is " +
             (paranoid ? std::to_string(*paranoid) : std::string{"not known"}) +
             "): run as root or with CAP_PERFMON, or `sysctl kernel.perf_event_paranoid=2`; a "
             "container's seccomp filter may forbid it as well";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "this machine does not count them, as most virtual machines do not";
    case ENOSYS:
      return "the kernel was built without CONFIG_PERF_EVENTS";
    default:
      return "perf_event_open failed: " + error_text(error);
  }
}

}  // namespace isotherm::os

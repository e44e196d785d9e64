// The line to the service manager that started this process, as sd_notify(3) documents it: one
// datagram of "KEY=value" lines to the socket that $NOTIFY_SOCKET names. The protocol is stable and
// a page long, so it is spoken here; libsystemd would lock several MB more of memory.
// All housekeeping.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace isotherm::os {

struct ServiceEnvironment {
  std::string socket;                         // $NOTIFY_SOCKET; "" if no manager listens
  std::optional<core::Nanoseconds> watchdog;  // how often it wants to hear WATCHDOG=1, at least
};

// As `variable` says, which gives a value or null. A watchdog that is meant for another process
// than `own_pid`, or whose time is no number above 0, is none: sd_watchdog_enabled(3).
[[nodiscard]] ServiceEnvironment service_environment(
    const std::function<const char*(const char*)>& variable, pid_t own_pid);

// Of this process.
[[nodiscard]] ServiceEnvironment service_environment();

class ServiceManager {
 public:
  // `address` is a path, or "@" and a name in the abstract namespace: unix(7). Throws SetupError if
  // it is neither, or too long.
  explicit ServiceManager(const std::string& address);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;
  ServiceManager(ServiceManager&&) = delete;
  ServiceManager& operator=(ServiceManager&&) = delete;

  // Sends the lines in one datagram. Never waits: false if it did not go out, because the manager's
  // queue is full or nobody listens any more. To be tried again by whoever it matters to.
  [[nodiscard]] bool send(std::string_view lines) const noexcept;

 private:
  int socket_;
  std::string address_;  // as sockaddr_un::sun_path wants it
};

}  // namespace isotherm::os

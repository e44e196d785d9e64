// What the main thread does while the station runs: it waits for signals and for the end, draws the
// live view, and tells the service manager how it goes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <memory>

#include "app/console.hpp"
#include "app/service_report.hpp"
#include "app/station.hpp"
#include "os/monotonic_clock.hpp"
#include "os/service_manager.hpp"

namespace isotherm::app {

// The service manager that started this, and what it is told.
struct Service {
  Service(const os::ServiceEnvironment& environment, Console& console)
      : manager(environment.socket),
        report([this](const std::string& lines) { return manager.send(lines); },
               [&console](const std::string& text) { console.say(text); }, environment.watchdog) {}

  os::ServiceManager manager;
  ServiceReport report;
};

// Null where no service manager listens. An address that cannot be used is no reason not to
// measure.
[[nodiscard]] std::unique_ptr<Service> find_service(Console& console);

// Runs the main thread until the station has ended or a signal ends it.
class RunLoop {
 public:
  // `service` is null where no service manager listens.
  RunLoop(Station& station, Console& console, bool live, ServiceReport* service)
      : station_(&station), console_(&console), live_(live), service_(service) {}

  void run();

 private:
  void wait_for_signal();
  void wait_for_poll();
  void end();

  Station* station_;
  Console* console_;
  bool live_;
  ServiceReport* service_;
  os::MonotonicClock clock_;
  bool ended_ = false;
  int polls_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
  boost::asio::steady_timer timer_{context_};
};

}  // namespace isotherm::app

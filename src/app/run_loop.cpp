#include "app/run_loop.hpp"

namespace isotherm::app {
namespace {

// How often the main thread looks whether the readers have ended, and redraws the live view.
constexpr auto kPollInterval = std::chrono::milliseconds{50};
constexpr int kPollsPerDraw = 4;

}  // namespace

std::unique_ptr<Service> find_service(Console& console) {
  const os::ServiceEnvironment environment = os::service_environment();
  if (environment.socket.empty()) {
    return nullptr;
  }
  try {
    return std::make_unique<Service>(environment, console);
  } catch (const core::SetupError& error) {
    console.say("warning: the service manager is not told anything: " + error.where() + ": " +
                error.problem() + "; " + error.mend());
    return nullptr;
  }
}

void RunLoop::run() {
  wait_for_signal();
  wait_for_poll();
  context_.run();
}

void RunLoop::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) {
      return;
    }
    if (signal == SIGHUP) {
      if (service_ != nullptr) {
        service_->reloading(clock_.now(), station_->log_reopenings());
      }
      station_->reopen_log();
      wait_for_signal();
      return;
    }
    end();
  });
}

void RunLoop::wait_for_poll() {
  timer_.expires_after(kPollInterval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) {
      return;
    }
    if (ended_ || station_->ended()) {
      end();
      return;
    }
    if (service_ != nullptr && service_->due(clock_.now())) {
      service_->look(clock_.now(), station_->progress());
    }
    if (live_ && ++polls_ % kPollsPerDraw == 0) {
      console_->draw(station_->live());
    }
    wait_for_poll();
  });
}

// From here on a second SIGINT or SIGTERM has its default effect: the program ends at once.
void RunLoop::end() {
  ended_ = true;
  if (service_ != nullptr) {
    service_->stopping();
  }
  // SIGHUP stays taken: a logrotate must not cut off the last rows.
  signals_.remove(SIGINT);
  signals_.remove(SIGTERM);
  signals_.cancel();
  timer_.cancel();
  if (live_) {
    console_->draw(station_->live());
  }
}

}  // namespace isotherm::app

#include "aggregate/drain_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cassert>
#include <utility>

namespace isotherm::aggregate {
namespace {

constexpr std::int64_t kTicksPerWindow = 4;
constexpr std::int64_t kTicksPerRing = 8;

}  // namespace

core::Nanoseconds drain_interval(core::Nanoseconds window_length,
                                 core::Nanoseconds ring_filled_in) noexcept {
  const core::Nanoseconds wanted =
      std::min(window_length / kTicksPerWindow, ring_filled_in / kTicksPerRing);
  return std::clamp(wanted, kDrainIntervalMin, kDrainIntervalMax);
}

std::chrono::steady_clock::time_point next_tick(std::chrono::steady_clock::time_point due,
                                                std::chrono::steady_clock::time_point now,
                                                core::Nanoseconds interval) noexcept {
  if (now < due + interval) {
    return due + interval;
  }
  return due + interval * ((now - due) / interval + 1);
}

DrainLoop::DrainLoop(std::function<void()> tick, core::Nanoseconds interval)
    : tick_(std::move(tick)), interval_(interval) {
  assert(interval >= kDrainIntervalMin);
}

DrainLoop::DrainLoop(Aggregator& aggregator, core::Nanoseconds interval)
    : DrainLoop([&aggregator] { aggregator.tick(); }, interval) {}

void DrainLoop::run() {
  timer_.expires_at(std::chrono::steady_clock::now());
  wait();
  context_.run();
}

void DrainLoop::post(std::function<void()> task) { boost::asio::post(context_, std::move(task)); }

void DrainLoop::stop() {
  boost::asio::post(context_, [this] { context_.stop(); });
}

void DrainLoop::wait() {
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) {
      return;
    }
    const auto due = timer_.expiry();
    tick_();
    timer_.expires_at(next_tick(due, std::chrono::steady_clock::now(), interval_));
    wait();
  });
}

}  // namespace isotherm::aggregate

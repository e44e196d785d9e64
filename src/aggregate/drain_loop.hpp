// The rhythm of the aggregator's thread: a Boost.Asio event loop whose timer ticks at a fixed
// interval, and through which other threads can have something run on that thread.
//
// The timer's instants are absolute on the monotonic clock (std::chrono::steady_clock), so the
// interval does not drift. A tick that comes late is followed by the next instant of the grid that
// is still to come; ticks are never run one after another to catch up.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "aggregate/aggregator.hpp"
#include "core/time.hpp"

namespace isotherm::aggregate {

inline constexpr core::Nanoseconds kDrainIntervalMin = std::chrono::milliseconds{1};
inline constexpr core::Nanoseconds kDrainIntervalMax = std::chrono::milliseconds{50};

// How often to empty the rings: four times a window, so that rows come soon after their window's
// end, and eight times in the time that the reader with the smallest ring takes to fill it; never
// more than kDrainIntervalMax apart, and never less than kDrainIntervalMin.
[[nodiscard]] core::Nanoseconds drain_interval(core::Nanoseconds window_length,
                                               core::Nanoseconds ring_filled_in) noexcept;

// The instant after `due` on its grid, skipping those that `now` has reached.
[[nodiscard]] std::chrono::steady_clock::time_point next_tick(
    std::chrono::steady_clock::time_point due, std::chrono::steady_clock::time_point now,
    core::Nanoseconds interval) noexcept;

class DrainLoop {
 public:
  // `tick` runs on the thread that calls run(), the first time at once. `interval` is at least
  // kDrainIntervalMin.
  DrainLoop(std::function<void()> tick, core::Nanoseconds interval);

  // Ticks `aggregator`, which outlives the loop.
  DrainLoop(Aggregator& aggregator, core::Nanoseconds interval);

  DrainLoop(const DrainLoop&) = delete;
  DrainLoop& operator=(const DrainLoop&) = delete;
  DrainLoop(DrainLoop&&) = delete;
  DrainLoop& operator=(DrainLoop&&) = delete;
  ~DrainLoop() = default;

  // Ticks until stop(), on the calling thread; once in a loop's life. What `tick` or a posted
  // function throws comes out here.
  void run();

  // Any thread, at any time; not from a signal handler. `task` runs on the loop's thread, in order;
  // one that is posted after stop() may never run.
  void post(std::function<void()> task);

  // Any thread, at any time; not from a signal handler. Does not wait: run() returns after what was
  // posted before.
  void stop();

  // For further asynchronous work on the same thread, such as a signal set.
  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }

 private:
  // A steady_timer that knows its executor's type. The usual one hides it behind any_io_executor,
  // which g++ 12 warns of when it optimises (-Wnull-dereference).
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;

  void wait();

  std::function<void()> tick_;
  core::Nanoseconds interval_;
  boost::asio::io_context context_{1};  // one thread runs it
  Timer timer_{context_};
};

}  // namespace isotherm::aggregate

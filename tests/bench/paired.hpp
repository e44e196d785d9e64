// Two ways of doing the same thing, measured so that the ratio means something on a noisy machine.
//
// A shared core's speed drifts by a factor of several within seconds; blocks that follow each other
// within 100 ms see the same speed. So the arms alternate, A B A B, in blocks of about 20 ms, each
// pair gives one ratio, and what counts is the median of the ratios, with their quartiles. Absolute
// times are printed for orientation and decide nothing.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

namespace isotherm::bench {

using SteadyClock = std::chrono::steady_clock;

inline constexpr std::size_t kPairs = 21;
inline constexpr std::chrono::milliseconds kBlock{20};

// What a step cost: the timed part of it, and how many operations that were.
struct Cost {
  std::chrono::nanoseconds time{0};
  std::uint64_t operations = 0;

  Cost& operator+=(const Cost& other) noexcept {
    time += other.time;
    operations += other.operations;
    return *this;
  }
  [[nodiscard]] double ns_each() const noexcept {
    return static_cast<double>(time.count()) / static_cast<double>(operations);
  }
};

struct Quartiles {
  double low = 0.0;
  double median = 0.0;
  double high = 0.0;
};

struct PairedResult {
  Quartiles ratio;          // a / b
  Quartiles difference_ns;  // a - b, of each pair
  double a_ns = 0.0;
  double b_ns = 0.0;
  std::size_t pairs = 0;
};

// The compiler must take it that somebody looks at `value`.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

// Runs `work`, which does `operations` operations, and times it.
template <typename Work>
Cost timed(std::uint64_t operations, Work&& work) {
  const auto start = SteadyClock::now();
  work();
  return {SteadyClock::now() - start, operations};
}

inline Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&values](double fraction) {
    const double place = fraction * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
  };
  return {at(0.25), at(0.5), at(0.75)};
}

// A block of an arm: its step again and again until kBlock has passed, what is not timed included.
template <typename Step>
Cost run_block(Step& step) {
  Cost total;
  const auto end = SteadyClock::now() + kBlock;
  do {
    total += step();
  } while (SteadyClock::now() < end);
  return total;
}

// `a` and `b` do one step each, of well below 20 ms, and return its Cost. A first pair, which warms
// up caches and predictors, is thrown away.
template <typename A, typename B>
PairedResult measure_pairs(A a, B b) {
  std::vector<double> ratios;
  std::vector<double> differences;
  std::vector<double> a_ns;
  std::vector<double> b_ns;
  run_block(a);
  run_block(b);
  for (std::size_t i = 0; i < kPairs; ++i) {
    const double cost_a = run_block(a).ns_each();
    const double cost_b = run_block(b).ns_each();
    ratios.push_back(cost_a / cost_b);
    differences.push_back(cost_a - cost_b);
    a_ns.push_back(cost_a);
    b_ns.push_back(cost_b);
  }
  return {quartiles(ratios), quartiles(differences), quartiles(a_ns).median, quartiles(b_ns).median,
          ratios.size()};
}

// One line of JSON, which tests/bench/run reads.
inline void print(std::string_view name, const PairedResult& result) {
  std::printf(
      "{\"name\": \"%.*s\", \"median\": %.4f, \"low\": %.4f, \"high\": %.4f, \"a_ns\": %.3f, "
      "\"b_ns\": %.3f, \"difference_ns\": %.3f, \"pairs\": %zu}\n",
      static_cast<int>(name.size()), name.data(), result.ratio.median, result.ratio.low,
      result.ratio.high, result.a_ns, result.b_ns, result.difference_ns.median, result.pairs);
  std::fflush(stdout);
}

}  // namespace isotherm::bench

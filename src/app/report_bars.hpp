// The progress of `isotherm report`, on stderr where that is a terminal: a bar a worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyse/plan.hpp"
#include "app/report_pool.hpp"

namespace isotherm::app {

class ReportBars {
 public:
  ReportBars(bool on, const analyse::Plan& plan);

  // Over what was drawn before.
  void draw(const std::vector<WorkerFigures>& workers);
  // Leaves nothing behind.
  void erase();

 private:
  bool on_;
  std::uint64_t samples_ = 0;
  std::size_t lines_ = 0;
};

// A line a worker: its core, and how much of an equal share of all samples it has done.
[[nodiscard]] std::string report_bars(const std::vector<WorkerFigures>& workers,
                                      std::uint64_t samples);

}  // namespace isotherm::app

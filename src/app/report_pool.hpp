// The workers of `isotherm report` as threads of this process, one pinned to each core.
//
// A worker reads the files and takes its memory itself, once it is on its core: pages belong to the
// memory node (NUMA) of the core that touches them first.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyse/dealer.hpp"
#include "analyse/merge.hpp"
#include "analyse/plan.hpp"
#include "capture/capture_reader.hpp"
#include "core/time.hpp"

namespace isotherm::app {

struct ReportJob {
  std::vector<std::string> files;  // in the index's order
  const capture::CaptureIndex* index = nullptr;
  const analyse::Plan* plan = nullptr;
  analyse::AnalysisSettings settings{};
  std::vector<unsigned> cores;  // one a worker; a core may have several
  analyse::Deal deal = analyse::Deal::Free;
};

struct WorkerFigures {
  unsigned core = 0;
  std::uint64_t portions = 0;
  std::uint64_t samples = 0;
  core::Nanoseconds busy{0};  // the time that it computed
  std::uint64_t crashes = 0;  // of its processes
};

struct PoolFigures {
  std::vector<WorkerFigures> workers;
  core::Nanoseconds wall{0};
  std::vector<std::string> troubles;  // a sentence each
};

// Called some times a second with what the workers have done so far.
using ReportProgress = std::function<void(const std::vector<WorkerFigures>&)>;

// Brings all portions of the plan to `merge`. Throws SetupError if a worker cannot begin or cannot
// read a file that is there.
[[nodiscard]] PoolFigures run_worker_threads(const ReportJob& job, analyse::Merge& merge,
                                             const ReportProgress& progress);

// As run_worker_threads(), by processes of this program. If one crashes, the chunk that it had is
// lost and another process goes on, unless one after the other crashes: then it throws SetupError
// with ExitCode::Software. This process must have no other threads.
[[nodiscard]] PoolFigures run_worker_processes(const ReportJob& job, analyse::Merge& merge,
                                               const ReportProgress& progress);

// In such a process: works until its input ends.
void run_report_child();

[[nodiscard]] std::uint64_t samples_of(const analyse::Portion& portion,
                                       const capture::CaptureIndex& index);

}  // namespace isotherm::app

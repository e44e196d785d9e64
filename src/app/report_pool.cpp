#include "app/report_pool.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

#include "analyse/portion_analyser.hpp"
#include "app/report_files.hpp"
#include "os/helper_thread.hpp"
#include "os/monotonic_clock.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {
namespace {

using analyse::Portion;

constexpr core::Nanoseconds kLook = std::chrono::milliseconds{100};
// Beside a chunk's buffers, which are on the heap: what a path through the C++ library takes.
constexpr std::size_t kStack = std::size_t{1} << 20U;

struct Worker {
  std::atomic<std::uint64_t> portions{0};
  std::atomic<std::uint64_t> samples{0};
  core::Nanoseconds busy{0};
  std::exception_ptr trouble;
};

// How many workers are through, and the way to wait for them.
class Through {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool wait_for(std::size_t all, core::Nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [this, all] { return count_ == all; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

void work(const ReportJob& job, std::size_t number, analyse::Dealer& dealer, analyse::Merge& merge,
          Worker& worker, const std::stop_token& stop) {
  analyse::PortionAnalyser analyser(open_sources(job.files), job.settings);
  std::vector<analyse::ChunkTask> tasks;
  while (!stop.stop_requested()) {
    const auto next = dealer.next(number);
    if (!next) {
      break;
    }
    const Portion& portion = job.plan->portions[*next];
    tasks.clear();
    for (const std::size_t chunk : portion.chunks) {
      tasks.push_back({chunk, &job.index->chunks[chunk]});
    }
    std::vector<analyse::Partial> partials;
    partials.push_back(analyser.analyse(tasks, job.plan->series[portion.series].segment_length));
    merge.put(portion, std::move(partials));
    worker.portions.fetch_add(1, std::memory_order_relaxed);
    worker.samples.fetch_add(samples_of(portion, *job.index), std::memory_order_relaxed);
  }
}

std::vector<WorkerFigures> figures_of(const ReportJob& job, const std::deque<Worker>& workers) {
  std::vector<WorkerFigures> out;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    WorkerFigures figures;
    figures.core = job.cores[i];
    figures.portions = workers[i].portions.load(std::memory_order_relaxed);
    figures.samples = workers[i].samples.load(std::memory_order_relaxed);
    out.push_back(figures);
  }
  return out;
}

}  // namespace

std::uint64_t samples_of(const Portion& portion, const capture::CaptureIndex& index) {
  std::uint64_t samples = 0;
  for (const std::size_t chunk : portion.chunks) {
    samples += index.chunks[chunk].header.samples;
  }
  return samples;
}

PoolFigures run_worker_threads(const ReportJob& job, analyse::Merge& merge,
                               const ReportProgress& progress) {
  const os::MonotonicClock clock;
  const core::MonotonicTime begin = clock.now();
  analyse::Dealer dealer(job.deal, job.plan->portions.size(), job.cores.size());
  std::deque<Worker> workers(job.cores.size());
  Through through;
  {
    std::vector<std::unique_ptr<core::HelperThread>> threads;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      const auto body = [&, i](const std::stop_token& stop) {
        try {
          work(job, i, dealer, merge, workers[i], stop);
        } catch (...) {
          workers[i].trouble = std::current_exception();
        }
        workers[i].busy = os::this_thread_cpu_time();
        through.add();
      };
      threads.push_back(os::PosixHelperThreads({job.cores[i]}, kStack)
                            .start("iso-report" + std::to_string(i % 1000), body));
    }
    while (!through.wait_for(workers.size(), kLook)) {
      progress(figures_of(job, workers));
    }
  }
  PoolFigures out;
  out.workers = figures_of(job, workers);
  progress(out.workers);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (workers[i].trouble) {
      std::rethrow_exception(workers[i].trouble);
    }
    out.workers[i].busy = workers[i].busy;
  }
  out.wall = clock.now() - begin;
  return out;
}

}  // namespace isotherm::app

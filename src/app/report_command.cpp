// `isotherm report`: analyses captures on a pool of workers.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "analyse/quantile_search.hpp"
#include "app/capture_report.hpp"
#include "app/commands.hpp"
#include "app/output_place.hpp"
#include "app/report_bars.hpp"
#include "app/report_files.hpp"
#include "app/standard_output.hpp"
#include "capture/capture_reader.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/this_thread.hpp"
#include "os/topology.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::SetupError;

// Each file once, however often it is named.
std::vector<std::string> files_of(const std::vector<std::string>& captures) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  for (const std::string& capture : captures) {
    for (std::string& file : capture::capture_files(capture)) {
      std::error_code error;
      const auto canonical = std::filesystem::canonical(file, error);
      if (seen.insert(error ? file : canonical.string()).second) {
        files.push_back(std::move(file));
      }
    }
  }
  return files;
}

core::CpuSet cores_of(const ReportOptions& options) {
  core::CpuSet usable = os::machine_topology().usable();
  if (options.cores.empty()) {
    return usable;
  }
  auto named = core::CpuSet::parse(options.cores).value_or(core::CpuSet{});
  if (!named.without(usable).empty()) {
    throw SetupError(ExitCode::Usage, "not all of these cores can be used", "--cores",
                     "use some of " + usable.text());
  }
  return named;
}

std::vector<unsigned> workers_on(const core::CpuSet& cores, unsigned jobs) {
  std::vector<unsigned> out;
  const std::size_t count = jobs > 0 ? jobs : cores.size();
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(cores.cores()[i % cores.size()]);
  }
  return out;
}

std::string captures_named(const std::vector<std::string>& files) {
  return files.size() == 1 ? files.front() : "all the captures named";
}

[[noreturn]] void refuse_unreadable(const std::vector<std::string>& files, const std::string& why) {
  throw SetupError(ExitCode::Io, "nothing in it can be read: " + why, captures_named(files),
                   "give a capture of this program, such as one of --capture FILE");
}

void require_chunks(const capture::CaptureIndex& index, const std::vector<std::string>& files) {
  if (!index.chunks.empty()) {
    return;
  }
  if (index.damage.empty()) {
    throw SetupError(ExitCode::Io, "the capture is empty", captures_named(files),
                     "a station writes its first chunk after a flush interval");
  }
  refuse_unreadable(files, std::string(capture::fault_text(index.damage.front().fault)));
}

std::vector<UnreadPlace> unread_places(const capture::CaptureIndex& index,
                                       const std::vector<std::string>& files,
                                       const std::vector<analyse::ChunkLost>& lost) {
  std::vector<UnreadPlace> out;
  for (const capture::Damage& damage : index.damage) {
    out.push_back({.file = files[damage.file],
                   .offset = damage.offset,
                   .samples = std::nullopt,
                   .bytes = damage.bytes,
                   .sensor = "",
                   .why = std::string(capture::fault_text(damage.fault))});
  }
  for (const analyse::ChunkLost& one : lost) {
    const capture::ChunkEntry& entry = index.chunks[one.chunk];
    out.push_back({.file = files[entry.file],
                   .offset = entry.offset,
                   .samples = entry.header.samples,
                   .bytes = std::nullopt,
                   .sensor = entry.header.origin.name,
                   .why = one.fault == capture::ChunkFault::None
                              ? "the worker that had this chunk crashed"
                              : std::string(capture::fault_text(one.fault))});
  }
  return out;
}

// By this thread alone: few sensors need it.
std::array<double, analyse::kFractions.size()> searched_quantiles(
    const ReportJob& job, std::size_t series, const std::vector<analyse::ChunkLost>& lost) {
  capture::CaptureReader reader(open_sources(job.files), *job.index);
  capture::Columns columns;
  std::vector<double> good;
  return analyse::search_quantiles([&](const auto& take) {
    for (const analyse::Portion& portion : job.plan->portions) {
      for (const std::size_t chunk : portion.chunks) {
        const auto is_it = [chunk](const analyse::ChunkLost& one) { return one.chunk == chunk; };
        if (portion.series != series || std::any_of(lost.begin(), lost.end(), is_it) ||
            reader.read(chunk, columns) != capture::ChunkFault::None) {
          continue;
        }
        good.clear();
        for (std::size_t i = 0; i < columns.size(); ++i) {
          if (columns.fault_codes[i] == 0) {
            good.push_back(columns.values[i]);
          }
        }
        take(good);
      }
    }
  });
}

struct Work {
  PoolFigures pool;
  std::vector<analyse::SensorReport> sensors;
  std::vector<analyse::ChunkLost> lost;
};

Work done(const ReportJob& job, bool processes, bool bars) {
  analyse::Merge merge(*job.plan, job.settings, *job.index);
  ReportBars view(bars, *job.plan);
  Work work;
  const auto draw = [&view](const std::vector<WorkerFigures>& workers) { view.draw(workers); };
  work.pool =
      processes ? run_worker_processes(job, merge, draw) : run_worker_threads(job, merge, draw);
  view.erase();
  work.sensors = merge.finish();
  work.lost = merge.lost();
  for (std::size_t i = 0; i < work.sensors.size(); ++i) {
    auto& values = work.sensors[i].values;
    if (values && !values->distinct) {
      values->quantiles = searched_quantiles(job, i, work.lost);
    }
  }
  return work;
}

// What does not stop the report, on stderr, unless nothing is left of it.
void tell_troubles(const CaptureReport& report) {
  for (const std::string& trouble : report.pool.troubles) {
    std::fprintf(stderr, "isotherm: %s\n", trouble.c_str());
  }
  for (const UnreadPlace& place : report.unread) {
    std::fprintf(stderr, "isotherm: %s\n", unread_words(place).c_str());
  }
  if (report.samples == 0 && !report.unread.empty()) {
    refuse_unreadable(report.files, report.unread.front().why);
  }
}

}  // namespace

ExitCode report_command(const ReportOptions& options) {
  if (options.as_child) {
    run_report_child();
    return ExitCode::Ok;
  }
  os::ignore_deadly_signals();
  if (!options.html.empty()) {
    require_output_place(options.html);
  }
  const core::CpuSet cores = cores_of(options);
  // The work that is done here counts as work on those cores, too.
  os::pin_this_thread(cores);
  const os::MonotonicClock clock;
  const core::MonotonicTime begin = clock.now();

  CaptureReport report;
  report.files = files_of(options.captures);
  if (!options.html.empty()) {
    require_no_input(options.html, report.files);
  }
  const capture::CaptureReader reader(open_sources(report.files));
  require_chunks(reader.index(), report.files);
  const analyse::Plan plan = analyse::make_plan(reader.index());
  report.index_time = clock.now() - begin;

  ReportJob job;
  job.files = report.files;
  job.index = &reader.index();
  job.plan = &plan;
  job.settings = {.equal_min = options.stuck, .spike_noises = options.spike};
  job.cores = workers_on(cores, options.jobs);
  job.deal = options.deal == "free" ? analyse::Deal::Free : analyse::Deal::RoundRobin;
  const bool bars = os::is_terminal(os::kStandardError);
  if (options.compare) {
    ReportJob alone = job;
    alone.cores.resize(1);
    report.single = done(alone, options.processes, bars).pool;
  }
  Work work = done(job, options.processes, bars);

  report.version = ISOTHERM_VERSION;
  report.settings = job.settings;
  report.deal = job.deal;
  report.processes = options.processes;
  report.pool = std::move(work.pool);
  report.sensors = std::move(work.sensors);
  report.unread = unread_places(reader.index(), report.files, work.lost);
  for (const analyse::SensorReport& sensor : report.sensors) {
    report.samples += sensor.counts.good + sensor.counts.not_finite + sensor.counts.faulty;
  }
  tell_troubles(report);
  if (!print_whole(options.json ? capture_report_json(report) : capture_report_text(report))) {
    throw SetupError(ExitCode::Io, "cannot be written", "stdout", "make room for it");
  }
  if (!options.html.empty()) {
    const std::string problem =
        os::PosixWholeFiles().replace(options.html, capture_report_html(report));
    if (!problem.empty()) {
      throw SetupError(
          ExitCode::Io, "cannot be written: " + problem, options.html,
          "name a file in a folder that exists and has room; the figures are on stdout");
    }
  }
  return ExitCode::Ok;
}

}  // namespace isotherm::app

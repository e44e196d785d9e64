// The workers of `isotherm report --processes`, and how they talk: the parent writes a task to a
// child's input, the child a result to its output, both as a length of four bytes and so many.
//
//   job     what a child gets first: the parent's process id, the settings, the names of the files
//   task    the length of spectrum segments, then of each chunk its number, file and offset
//   result  the time the child has computed so far, then partial_bytes()
//
// A child reads the headers of its chunks itself; so it needs no index, and a capture that grows
// meanwhile does not shift what it is told.
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "analyse/portion_analyser.hpp"
#include "app/report_files.hpp"
#include "app/report_pool.hpp"
#include "capture/bytes.hpp"
#include "core/setup_error.hpp"
#include "os/child_process.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {
namespace {

using analyse::Partial;
using analyse::Portion;
using capture::append_varint;
using capture::ByteReader;
using core::ExitCode;
using core::SetupError;

constexpr core::Nanoseconds kReportLook = std::chrono::milliseconds{100};
constexpr std::size_t kLengthBytes = 4;
// Of one worker, without a result between them: then it is not this chunk or that one.
constexpr unsigned kCrashesMax = 20;
constexpr const char* kThisReporter = "/proc/self/exe";

std::string framed(const std::string& bytes) {
  std::string out;
  capture::append_fixed(out, static_cast<std::uint32_t>(bytes.size()));
  return out + bytes;
}

// Takes the first frame off `bytes`, once all of it is there.
std::optional<std::string> take_frame(std::string& bytes) {
  ByteReader reader(bytes);
  const auto length = reader.fixed<std::uint32_t>();
  const std::string_view taken = reader.take(length);
  if (!reader.ok()) {
    return std::nullopt;
  }
  std::string frame(taken);
  bytes.erase(0, kLengthBytes + length);
  return frame;
}

std::string read_input(std::size_t length) {
  std::string bytes(length, '\0');
  bytes.resize(std::fread(bytes.data(), 1, length, stdin));
  return bytes;
}

// The next task; nothing at the end of the input.
std::optional<std::string> next_task() {
  const std::string length = read_input(kLengthBytes);
  if (length.size() < kLengthBytes) {
    return std::nullopt;
  }
  return read_input(ByteReader(length).fixed<std::uint32_t>());
}

struct ChildJob {
  std::vector<std::string> files;
  analyse::AnalysisSettings settings{};
  int parent = 0;
};

// No argument of the child: the kernel takes 128 KiB of one at most (execve(2)). And no JSON: names
// may be any bytes.
std::string child_bytes(const ReportJob& job) {
  std::string bytes;
  append_varint(bytes, static_cast<std::uint64_t>(os::process_id()));
  append_varint(bytes, job.settings.equal_min);
  capture::append_double(bytes, job.settings.spike_noises);
  for (const std::string& file : job.files) {
    append_varint(bytes, file.size());
    bytes += file;
  }
  return bytes;
}

ChildJob parse_child(const std::string& bytes) {
  ByteReader reader(bytes);
  ChildJob job;
  job.parent = static_cast<int>(reader.varint());
  job.settings.equal_min = reader.varint();
  job.settings.spike_noises = reader.real();
  while (reader.ok() && !reader.at_end()) {
    job.files.emplace_back(reader.take(static_cast<std::size_t>(reader.varint())));
  }
  if (!reader.ok()) {
    throw SetupError(ExitCode::Usage, "its input is no job of a worker", "--as-child",
                     "leave it out: it is for isotherm itself");
  }
  return job;
}

// The chunks of a task, with their headers.
std::vector<capture::ChunkEntry> entries_of(
    ByteReader& task, const std::vector<std::unique_ptr<capture::ByteSource>>& sources,
    std::vector<std::size_t>& numbers, Partial& partial) {
  std::vector<capture::ChunkEntry> entries;
  numbers.clear();
  while (task.ok() && !task.at_end()) {
    const auto number = static_cast<std::size_t>(task.varint());
    capture::ChunkEntry entry;
    entry.file = static_cast<std::size_t>(task.varint());
    entry.offset = task.varint();
    const capture::ChunkFault fault = capture::parse_header(
        sources.at(entry.file)->read(entry.offset, capture::kHeaderLimit), entry.header);
    if (fault != capture::ChunkFault::None) {
      partial.lost.push_back({number, fault});  // it was readable a moment ago
      continue;
    }
    numbers.push_back(number);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// What a worker process has been given and has not brought yet.
struct Assignment {
  std::size_t portion = 0;
  bool singly = false;  // a process crashed at it: now chunk by chunk
  std::size_t next = 0;
  std::vector<Partial> partials{};
};

class ProcessPool {
 public:
  ProcessPool(const ReportJob& job, analyse::Merge& merge)
      : job_(job),
        merge_(merge),
        dealer_(job.deal, job.plan->portions.size(), job.cores.size()),
        slots_(job.cores.size()),
        child_job_(framed(child_bytes(job))) {}

  PoolFigures run(const ReportProgress& progress) {
    const os::MonotonicClock clock;
    const core::MonotonicTime begin = clock.now();
    core::MonotonicTime drawn = begin;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      slots_[i].figures.core = job_.cores[i];
      give(i);
    }
    while (true) {
      std::vector<os::ChildProcess*> working;
      for (const Slot& slot : slots_) {
        if (slot.now) {
          working.push_back(slot.child.get());
        }
      }
      if (working.empty()) {
        break;
      }
      os::ChildProcess::wait_for_any(working, kReportLook);
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        look_at(i);
      }
      if (clock.now() - drawn >= kReportLook) {
        drawn = clock.now();
        progress(figures());
      }
    }
    progress(figures());
    PoolFigures out;
    out.workers = figures();
    out.troubles = troubles_;
    out.wall = clock.now() - begin;
    return out;
  }

 private:
  struct Slot {
    std::unique_ptr<os::ChildProcess> child;
    std::optional<Assignment> now;
    std::string bytes;          // of a result that is not all there yet
    core::Nanoseconds busy{0};  // of the child that is running
    unsigned crashes = 0;       // since the last result
    WorkerFigures figures;
  };

  [[nodiscard]] const Portion& portion_of(const Slot& slot) const {
    return job_.plan->portions[slot.now->portion];
  }

  [[nodiscard]] std::vector<WorkerFigures> figures() const {
    std::vector<WorkerFigures> out;
    for (const Slot& slot : slots_) {
      out.push_back(slot.figures);
      out.back().busy += slot.busy;
    }
    return out;
  }

  void start(Slot& slot) {
    slot.bytes.clear();
    slot.figures.busy += std::exchange(slot.busy, core::Nanoseconds{0});
    slot.child = std::make_unique<os::ChildProcess>(
        os::ChildSpec{.program = kThisReporter,
                      .arguments = {"isotherm", "report", "--as-child"},
                      .cores = {slot.figures.core},
                      .takes_input = true});
    slot.child->send(child_job_);
  }

  void give(std::size_t worker) {
    Slot& slot = slots_[worker];
    if (!slot.now) {
      const auto portion = dealer_.next(worker);
      if (!portion) {
        return;
      }
      slot.now.emplace().portion = *portion;
    }
    if (!slot.child) {
      start(slot);
    }
    const Portion& portion = portion_of(slot);
    std::string task;
    append_varint(task, job_.plan->series[portion.series].segment_length);
    for (std::size_t i = 0; i < portion.chunks.size(); ++i) {
      if (slot.now->singly && i != slot.now->next) {
        continue;
      }
      const std::size_t chunk = portion.chunks[i];
      append_varint(task, chunk);
      append_varint(task, job_.index->chunks[chunk].file);
      append_varint(task, job_.index->chunks[chunk].offset);
    }
    slot.child->send(framed(task));  // where it is gone, look_at() sees its end
  }

  // The partial result of what the slot had been given last.
  void bring(std::size_t worker, Partial partial) {
    Slot& slot = slots_[worker];
    const Portion& portion = portion_of(slot);
    slot.now->partials.push_back(std::move(partial));
    ++slot.now->next;
    if (!slot.now->singly || slot.now->next == portion.chunks.size()) {
      merge_.put(portion, std::move(slot.now->partials));
      ++slot.figures.portions;
      slot.figures.samples += samples_of(portion, *job_.index);
      slot.now.reset();
    }
    give(worker);
  }

  void look_at(std::size_t worker) {
    Slot& slot = slots_[worker];
    if (!slot.now) {
      return;
    }
    const auto end = slot.child->wait_for(core::Nanoseconds{0});
    slot.bytes += slot.child->take_output();
    while (auto frame = take_frame(slot.bytes)) {
      ByteReader reader(*frame);
      slot.busy = core::Nanoseconds{static_cast<std::int64_t>(reader.varint())};
      Partial partial;
      if (!slot.now || !analyse::parse_partial(reader.rest(), partial)) {
        throw SetupError(ExitCode::Software, "a worker process brought nonsense",
                         "core " + std::to_string(slot.figures.core), "this is a bug");
      }
      slot.crashes = 0;
      bring(worker, std::move(partial));
    }
    if (end && slot.now) {
      take_crash(worker, *end);
    }
  }

  void take_crash(std::size_t worker, const os::ChildEnd& end) {
    Slot& slot = slots_[worker];
    if (end.signal == 0 && end.exit_code != static_cast<int>(ExitCode::Software)) {
      throw SetupError(ExitCode::Io, "a worker process gave up with " + end.words(),
                       "core " + std::to_string(slot.figures.core), slot.child->errors());
    }
    ++slot.figures.crashes;
    if (++slot.crashes == kCrashesMax) {
      throw SetupError(ExitCode::Software,
                       std::to_string(kCrashesMax) +
                           " worker processes, one after the other, ended with " + end.words(),
                       "core " + std::to_string(slot.figures.core),
                       "leave --processes out; if that ends as well, this is a bug");
    }
    troubles_.push_back("the worker process on core " + std::to_string(slot.figures.core) +
                        " ended with " + end.words() + "; another one goes on");
    start(slot);
    const Portion& portion = portion_of(slot);
    if (!slot.now->singly && portion.chunks.size() > 1) {
      slot.now->singly = true;
      give(worker);
      return;
    }
    Partial partial;
    partial.lost.push_back({portion.chunks[slot.now->singly ? slot.now->next : 0], {}});
    bring(worker, std::move(partial));
  }

  const ReportJob& job_;
  analyse::Merge& merge_;
  analyse::Dealer dealer_;
  std::vector<Slot> slots_;
  std::string child_job_;
  std::vector<std::string> troubles_;
};

}  // namespace

PoolFigures run_worker_processes(const ReportJob& job, analyse::Merge& merge,
                                 const ReportProgress& progress) {
  return ProcessPool(job, merge).run(progress);
}

void run_report_child() {
  const auto first = next_task();
  if (!first) {
    return;
  }
  const ChildJob job = parse_child(*first);
  os::end_with_parent(job.parent);
  const auto headers = open_sources(job.files);
  analyse::PortionAnalyser analyser(open_sources(job.files), job.settings);
  std::vector<std::size_t> numbers;
  while (const auto bytes = next_task()) {
    ByteReader reader(*bytes);
    const auto segment_length = static_cast<std::size_t>(reader.varint());
    Partial unread;
    const std::vector<capture::ChunkEntry> entries = entries_of(reader, headers, numbers, unread);
    std::vector<analyse::ChunkTask> tasks;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      tasks.push_back({numbers[i], &entries[i]});
    }
    Partial partial = analyser.analyse(tasks, segment_length);
    partial.lost.insert(partial.lost.end(), unread.lost.begin(), unread.lost.end());
    std::string result;
    append_varint(result, static_cast<std::uint64_t>(os::this_thread_cpu_time().count()));
    result = framed(result + analyse::partial_bytes(partial));
    if (std::fwrite(result.data(), 1, result.size(), stdout) != result.size() ||
        std::fflush(stdout) != 0) {
      return;
    }
  }
}

}  // namespace isotherm::app

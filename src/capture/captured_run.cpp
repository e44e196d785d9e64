#include "capture/captured_run.hpp"

#include <algorithm>

namespace isotherm::capture {
namespace {

CapturedRun& run_of(const ChunkHeader& header, std::vector<CapturedRun>& runs) {
  for (CapturedRun& run : runs) {
    if (run.boot_id == header.origin.boot_id && run.start == header.origin.start) {
      return run;
    }
  }
  return runs.emplace_back(CapturedRun{
      header.origin.boot_id, header.origin.start, header.wall_start, header.synced, {}});
}

void add_chunk(CapturedRun& run, const ChunkHeader& header, std::size_t place) {
  auto sensor =
      std::find_if(run.sensors.begin(), run.sensors.end(),
                   [&header](const CapturedSensor& one) { return one.origin == header.origin; });
  if (sensor == run.sensors.end()) {
    run.sensors.push_back({header.origin, {}, 0, 0, 0, header.first_slot, header.first_slot});
    sensor = run.sensors.end() - 1;
  } else if (header.first_slot <= sensor->last_slot) {
    return;
  }
  sensor->chunks.push_back(place);
  sensor->samples += header.samples;
  sensor->bytes += header.bytes();
  sensor->dropped = header.dropped_before;
  sensor->last_slot = header.last_slot;
}

}  // namespace

core::Nanoseconds CapturedRun::begin() const noexcept {
  core::Nanoseconds first = core::Nanoseconds::max();
  for (const CapturedSensor& sensor : sensors) {
    first = std::min(first, sensor.origin.period * static_cast<std::int64_t>(sensor.first_slot));
  }
  return first;
}

core::Nanoseconds CapturedRun::end() const noexcept {
  core::Nanoseconds last{0};
  for (const CapturedSensor& sensor : sensors) {
    last = std::max(last, sensor.origin.period * static_cast<std::int64_t>(sensor.last_slot + 1));
  }
  return last;
}

std::vector<CapturedRun> runs_of(const CaptureIndex& index) {
  std::vector<CapturedRun> runs;
  for (std::size_t i = 0; i < index.chunks.size(); ++i) {
    const ChunkHeader& header = index.chunks[i].header;
    add_chunk(run_of(header, runs), header, i);
  }
  return runs;
}

}  // namespace isotherm::capture

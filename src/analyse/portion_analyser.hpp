// One worker's way from a portion to its partial result: reads the chunks, and goes over their
// samples while they are in the core's cache.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "analyse/partial.hpp"
#include "analyse/plan.hpp"
#include "capture/capture_reader.hpp"
#include "core/histogram.hpp"

namespace isotherm::analyse {

// A chunk to read: its place in the captures, and its number in their index.
struct ChunkTask {
  std::size_t chunk = 0;
  const capture::ChunkEntry* entry = nullptr;  // outlives the call
};

// One thread's; all of its memory is touched first by the thread that makes it.
class PortionAnalyser {
 public:
  // `sources` are the files in the index's order.
  PortionAnalyser(std::vector<std::unique_ptr<capture::ByteSource>> sources,
                  const AnalysisSettings& settings);

  // `segment_length`: SeriesPlan's.
  [[nodiscard]] Partial analyse(std::span<const ChunkTask> chunks, std::size_t segment_length);

 private:
  void take(const ChunkTask& task, Partial& partial);
  void take_values(const capture::ChunkHeader& header, Partial& partial);
  void take_lateness(Partial& partial);
  void append(std::uint64_t slot, std::span<const double> values);
  void take_spectrum(std::size_t segment_length, Partial& partial);
  void finish(const capture::ChunkHeader& header, std::size_t segment_length, Partial& partial);

  std::vector<std::unique_ptr<capture::ByteSource>> sources_;
  AnalysisSettings settings_;
  capture::ChunkCoder coder_;
  capture::Columns columns_;
  // The good values of the portion and their slots.
  std::vector<double> values_;
  std::vector<SlotRun> runs_;
  ValueCounter counter_;
  std::vector<double> sums_;
  std::vector<double> bridged_;
  std::map<std::size_t, Welch> welch_;  // by length
  SpikeFinder spikes_;
  std::array<std::uint32_t, core::histogram_buckets::kCount> lateness_{};
};

}  // namespace isotherm::analyse

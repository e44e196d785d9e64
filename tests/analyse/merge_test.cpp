#include "analyse/merge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "analyse/portion_analyser.hpp"
#include "capture/memory_source.hpp"
#include "capture/samples.hpp"

namespace isotherm::analyse {
namespace {

// A capture of one sensor in chunks of `chunk_samples`, with a fault, missed and dropped slots.
std::string capture_of(std::size_t samples, std::size_t chunk_samples, std::uint8_t boot = 1) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(20.0, 0.2);
  capture::ChunkCoder coder;
  capture::Origin origin = test::origin_of("inlet");
  origin.boot_id.fill(boot);
  std::string bytes;
  std::vector<core::Sample> chunk;
  std::uint64_t before = 0;
  std::uint64_t slot = 0;
  std::uint32_t dropped = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const bool faulty = i % 997 == 500;
    const double value = std::round(normal(random) * 16.0) / 16.0;
    chunk.push_back(test::sample_at(slot, faulty ? 0.0 : value, 50'000 + i,
                                    faulty ? core::Fault::Crc : core::Fault::None, dropped));
    slot += i % 1500 == 700 ? 4 : 1;  // three missed
    if (i % 2000 == 1234) {
      slot += 2;
      dropped += 2;
    }
    if (chunk.size() == chunk_samples || i + 1 == samples) {
      capture::ChunkPlace place;
      place.samples_before = before;
      bytes += coder.encode(origin, place, chunk, {.step_ns = 1, .bytes_max = 0.0});
      before += chunk.size();
      chunk.clear();
    }
  }
  return bytes;
}

// A capture of good samples in consecutive slots, from `chunks` of values.
std::string capture_of(const std::vector<std::vector<double>>& chunks) {
  capture::ChunkCoder coder;
  capture::ChunkPlace place;
  std::string bytes;
  for (const std::vector<double>& values : chunks) {
    std::vector<core::Sample> chunk;
    for (const double value : values) {
      chunk.push_back(test::sample_at(place.samples_before + chunk.size(), value));
    }
    bytes += coder.encode(test::origin_of(), place, chunk, {.step_ns = 1, .bytes_max = 0.0});
    place.samples_before += chunk.size();
  }
  return bytes;
}

struct Work {
  explicit Work(std::vector<std::string> bytes)
      : files(std::move(bytes)), reader(test::reader_of(files)), plan(make_plan(reader.index())) {}

  std::vector<std::unique_ptr<capture::ByteSource>> sources() const {
    std::vector<std::unique_ptr<capture::ByteSource>> out;
    for (const std::string& file : files) {
      out.push_back(std::make_unique<test::MemorySource>(file));
    }
    return out;
  }

  // Its portions in any order, each by way of the bytes that go through a pipe.
  SensorReport done(unsigned seed, std::size_t lose = SIZE_MAX) {
    Merge merge(plan, settings, reader.index());
    PortionAnalyser analyser(sources(), settings);
    std::vector<std::size_t> order(plan.portions.size());
    std::generate(order.begin(), order.end(), [n = std::size_t{0}]() mutable { return n++; });
    std::shuffle(order.begin(), order.end(), std::mt19937(seed));
    for (const std::size_t number : order) {
      const Portion& portion = plan.portions[number];
      std::vector<ChunkTask> tasks;
      for (const std::size_t chunk : portion.chunks) {
        tasks.push_back({chunk, &reader.index().chunks[chunk]});
      }
      std::vector<Partial> partials(1);
      if (number == lose) {
        partials[0].lost.push_back({portion.chunks[0], capture::ChunkFault::None});
      } else {
        const Partial partial = analyser.analyse(tasks, plan.series[portion.series].segment_length);
        EXPECT_TRUE(parse_partial(partial_bytes(partial), partials[0]));
      }
      merge.put(portion, std::move(partials));
    }
    auto reports = merge.finish();
    lost = merge.lost().size();
    EXPECT_EQ(reports.size(), 1U);
    return reports.front();
  }

  AnalysisSettings settings{};
  std::vector<std::string> files;
  capture::CaptureReader reader;
  Plan plan;
  std::size_t lost = 0;
};

void expect_same(const SensorReport& one, const SensorReport& other) {
  EXPECT_EQ(one.values->mean, other.values->mean);
  EXPECT_EQ(one.values->deviation, other.values->deviation);
  EXPECT_EQ(one.drift_per_hour, other.drift_per_hour);
  ASSERT_EQ(one.allan.size(), other.allan.size());
  for (std::size_t i = 0; i < one.allan.size(); ++i) {
    EXPECT_EQ(one.allan[i].deviation, other.allan[i].deviation);
  }
  ASSERT_TRUE(one.spectrum && other.spectrum);
  EXPECT_EQ(one.spectrum->density, other.spectrum->density);
}

TEST(Merge, TheOrderOfWorkDoesNotMatter) {
  Work work({capture_of(60'000, 8192)});
  const SensorReport first = work.done(1);
  for (unsigned seed = 2; seed < 6; ++seed) {
    expect_same(first, work.done(seed));
  }
}

TEST(Merge, EverySlotIsAccountedForWhateverTheChunks) {
  for (const std::size_t chunk : {50U, 1000U, 8192U, 60'000U}) {
    const SensorReport report = Work({capture_of(30'000, chunk)}).done(1);
    EXPECT_EQ(report.counts.faulty, 30U);
    EXPECT_EQ(report.faults.at(core::index_of(core::Fault::Crc)), 30U);
    EXPECT_EQ(report.counts.good, 30'000U - 30U);
    EXPECT_EQ(report.counts.missed, 60U);
    EXPECT_EQ(report.counts.dropped, 30U);
    EXPECT_EQ(report.counts.lost, 0U);
    EXPECT_EQ(report.counts.scheduled, 30'090U);
    EXPECT_EQ(report.lateness->max, core::Nanoseconds{79'999});
  }
}

TEST(Merge, FiguresDoNotDependOnTheChunks) {
  const SensorReport one = Work({capture_of(30'000, 30'000)}).done(1);
  const SensorReport many = Work({capture_of(30'000, 77)}).done(1);
  EXPECT_NEAR(one.values->mean, many.values->mean, 1e-12);
  EXPECT_NEAR(*one.values->deviation, *many.values->deviation, 1e-12);
  EXPECT_NEAR(*one.drift_per_hour, *many.drift_per_hour, 1e-9);
  EXPECT_EQ(one.values->quantiles, many.values->quantiles);
  ASSERT_EQ(one.allan.size(), many.allan.size());
  for (std::size_t i = 0; i < one.allan.size(); ++i) {
    EXPECT_EQ(one.allan[i].terms, many.allan[i].terms);
    EXPECT_NEAR(one.allan[i].deviation, many.allan[i].deviation, 1e-12);
  }
}

TEST(Merge, ALostPortionCostsItself) {
  Work work({capture_of(50'000, 10'000)});
  const SensorReport whole = work.done(1);
  const SensorReport report = work.done(1, 2);
  EXPECT_EQ(work.lost, 1U);
  EXPECT_EQ(report.counts.lost, 10'000U);
  EXPECT_EQ(report.counts.scheduled, whole.counts.scheduled);
}

TEST(Merge, RunsAreKeptApartAndCopiesCountOnce) {
  const std::string first = capture_of(20'000, 8192, 1);
  Work work({first, capture_of(20'000, 8192, 2), first});
  const SensorReport report = work.done(1);
  EXPECT_EQ(report.runs, 2U);
  EXPECT_EQ(report.repeated, 3U);
  EXPECT_EQ(report.counts.good, 2 * (20'000U - 20U));
  const SensorReport alone = Work({first}).done(1);
  EXPECT_NEAR(*report.drift_per_hour, *alone.drift_per_hour, 1e-9);
  EXPECT_EQ(report.allan.front().terms, 2 * alone.allan.front().terms);
}

TEST(Merge, ASpikeAmongEqualValuesIsFound) {
  // The chunk's own grid is of whole degrees, with the spike as its one exception.
  std::vector<double> values(8192, 21.0);
  values[4000] = 25.5;
  const SensorReport report = Work({capture_of({values})}).done(1);
  EXPECT_EQ(report.spikes.samples, 1U);
  EXPECT_EQ(report.spikes.largest, 4.5);
}

TEST(Merge, AChunkOfOneValueSaysNothingOfTheResolution) {
  std::vector<double> quiet(8192, 21.0);
  for (std::size_t i = 0; i < quiet.size(); i += 20) {
    quiet[i] = 21.0625;
  }
  std::vector<double> spiked = quiet;
  spiked[4010] = 21.0 + 10 * 0.0625;
  const std::vector<double> whole(10, 21.0);
  const std::vector<double> full(8192, 21.0);
  // Together with others in a portion, before them and behind them.
  for (const auto& chunks : {std::vector{whole, spiked}, {full, spiked}, {spiked, full}}) {
    const SensorReport report = Work({capture_of(chunks)}).done(1);
    EXPECT_EQ(report.values->resolution, 0.0625);
    EXPECT_EQ(report.spikes.samples, 1U);
  }
}

TEST(Merge, FewValuesOffEveryUsualGridAreAsFarApartAsTheyAre) {
  constexpr double kStep = 0.0625 * 1.0173;
  std::vector<double> values(8192, 300 * kStep);
  for (std::size_t i = 0; i < values.size(); i += 20) {
    values[i] += kStep;
  }
  const SensorReport report = Work({capture_of({values})}).done(1);
  EXPECT_NEAR(report.values->resolution, kStep, 1e-9);
  EXPECT_EQ(report.spikes.samples, 0U);
}

TEST(PartialBytes, AnythingElseIsRefused) {
  Work work({capture_of(9000, 9000)});
  PortionAnalyser analyser(work.sources(), work.settings);
  const ChunkTask task{0, &work.reader.index().chunks[0]};
  const std::string bytes = partial_bytes(analyser.analyse({&task, 1}, 4096));
  Partial partial;
  ASSERT_TRUE(parse_partial(bytes, partial));
  EXPECT_EQ(partial_bytes(partial), bytes);
  EXPECT_FALSE(parse_partial(bytes + "x", partial));
  for (std::size_t size = 0; size < bytes.size(); size += 101) {
    EXPECT_FALSE(parse_partial(bytes.substr(0, size), partial));
  }
}

}  // namespace
}  // namespace isotherm::analyse

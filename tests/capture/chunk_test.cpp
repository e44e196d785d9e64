#include "capture/chunk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include "capture/bytes.hpp"
#include "capture/crc32c.hpp"
#include "capture/samples.hpp"
#include "sensor/sim.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::capture {
namespace {

using test::sample_at;

constexpr LatenessKeeping kExact{true, 1, 0.0};
constexpr LatenessKeeping kNone{false, 1, 0.0};

struct Decoded {
  ChunkFault fault = ChunkFault::None;
  ChunkHeader header{};
  Columns columns{};
};

Decoded decode(std::string_view bytes) {
  Decoded out;
  out.fault = parse_header(bytes, out.header);
  if (out.fault == ChunkFault::None) {
    ChunkCoder coder;
    out.fault = coder.decode(out.header, bytes.substr(out.header.header_bytes), out.columns);
  }
  return out;
}

void expect_round_trip(const std::vector<core::Sample>& samples) {
  ChunkCoder coder;
  const std::string bytes = coder.encode(test::origin_of(), {}, samples, kExact);
  const Decoded out = decode(bytes);
  ASSERT_EQ(out.fault, ChunkFault::None) << fault_text(out.fault);
  ASSERT_EQ(out.columns.size(), samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ASSERT_EQ(out.columns.slots[i], samples[i].slot) << i;
    ASSERT_EQ(test::bits(out.columns.values[i]), test::bits(samples[i].value)) << i;
    ASSERT_EQ(out.columns.lateness_ns[i], samples[i].lateness_ns) << i;
    ASSERT_EQ(out.columns.fault(i), samples[i].fault()) << i;
    ASSERT_EQ(out.columns.dropped_totals[i], samples[i].dropped_total) << i;
  }
}

std::vector<core::Sample> small_series() {
  return {sample_at(10, 20.0625, 61'000), sample_at(11, 20.125, 58'250),
          sample_at(13, 0.0, 90'000, core::Fault::Crc, 1), sample_at(14, 20.0, 59'999, {}, 1),
          sample_at(15, -0.5, 1, {}, 1)};
}

TEST(Crc32c, IsThatOfRfc3720) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
  // RFC 3720, appendix B.4: 32 bytes of zeros, and of ones.
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
}

TEST(Chunk, HeaderSaysWhatTheSamplesAre) {
  ChunkCoder coder;
  const ChunkPlace place{77, 5, test::kNewYear, true};
  const std::string bytes = coder.encode(test::origin_of(), place, small_series(), kExact);
  const Decoded out = decode(bytes);
  ASSERT_EQ(out.fault, ChunkFault::None);
  EXPECT_EQ(out.header.origin, test::origin_of());
  EXPECT_EQ(out.header.bytes(), bytes.size());
  EXPECT_EQ(out.header.samples, 5U);
  EXPECT_EQ(out.header.samples_before, 77U);
  EXPECT_EQ(out.header.dropped_before, 5U);
  EXPECT_EQ(out.header.first_slot, 10U);
  EXPECT_EQ(out.header.last_slot, 15U);
  EXPECT_TRUE(out.header.synced);
  EXPECT_EQ(out.header.wall_at(1000), test::kNewYear + std::chrono::seconds{1});
  EXPECT_EQ(out.header.lateness_step_ns, 1U);
  EXPECT_EQ(out.header.grid.kind, ValueKind::Multiply);
  EXPECT_EQ(out.header.grid.step, 0.0625);
}

TEST(Chunk, SmallSeriesRoundTrips) { expect_round_trip(small_series()); }

TEST(Chunk, LimitsOfEveryFieldRoundTrip) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  expect_round_trip({sample_at(0, -0.0, 0), sample_at(1, nan, 1, core::Fault::Io, UINT32_MAX),
                     sample_at(2, infinity, static_cast<std::uint64_t>(core::kLatenessLimitNs)),
                     sample_at(3, -infinity), sample_at(4, std::numeric_limits<double>::min()),
                     sample_at(5, std::numeric_limits<double>::denorm_min()),
                     sample_at(9'000'000'000, -std::numeric_limits<double>::max())});
  expect_round_trip({sample_at(7, 21.0)});
}

// Values of every kind that sensors give, with troubles of every kind: what comes back is the same
// to the bit.
TEST(Chunk, RandomColumnsRoundTrip) {
  std::mt19937_64 random(5);
  const auto below = [&random](std::uint64_t limit) { return random() % limit; };
  std::array<int, 4> kinds{};
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t shape = below(7);
    const bool is_long = round % 10 == 0 || shape == 3;  // a table needs many of few
    const auto count = static_cast<std::size_t>(1 + below(is_long ? 3000 : 200));
    const std::uint64_t trouble = below(3);  // none, some, much
    std::uint64_t slot = below(1'000'000);
    std::uint32_t dropped = static_cast<std::uint32_t>(random());
    std::vector<core::Sample> samples;
    for (std::size_t i = 0; i < count; ++i) {
      const auto k = static_cast<double>(static_cast<std::int64_t>(below(40)) - 20);
      double value = 0.0;
      switch (shape) {
        case 0:
          value = k * 0.0625;
          break;
        case 1:
          value = (21'000.0 + k) / 1000.0;
          break;
        case 2:
          value = std::bit_cast<double>(random());
          break;
        case 3:
          value = 20.0 + k * 0.0625 * 1.0173 + 0.3;  // a calibrated one
          break;
        case 4:
          value = 20.0 + static_cast<double>(below(1'000'000)) * 1.234567e-7;
          break;
        case 5:
          value = below(100) == 0 ? -0.0 : k;
          break;
        default:
          value = 85.0;
      }
      slot += trouble > 0 && below(20) == 0 ? 1 + below(1000) : 1;
      dropped += trouble > 1 && below(10) == 0 ? static_cast<std::uint32_t>(below(5)) : 0;
      auto fault = core::Fault::None;
      if (below(20) < trouble * trouble * 3) {
        fault = static_cast<core::Fault>(1 + below(core::kFaultCount - 1));
        value = shape != 3 && below(50) == 0 ? value : 0.0;
      }
      const std::uint64_t lateness = below(50) == 0 ? random() >> (16 + below(40)) : below(99'999);
      samples.push_back(sample_at(slot, value, lateness, fault, dropped));
    }
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(samples)) << "round " << round;
    ChunkCoder coder;
    const auto out = decode(coder.encode(test::origin_of(), {}, samples, kNone));
    ++kinds.at(static_cast<std::size_t>(out.header.grid.kind));
  }
  EXPECT_THAT(kinds, testing::Each(testing::Gt(10))) << "every kind of coding takes part";
}

TEST(Chunk, LatenessIsWithinHalfAStep) {
  ChunkCoder coder;
  test::PlausibleLateness lateness;
  std::vector<core::Sample> samples;
  for (std::uint64_t slot = 0; slot < 2000; ++slot) {
    samples.push_back(sample_at(slot, 1.0, lateness.next()));
  }
  for (const LatenessKeeping keeping :
       {LatenessKeeping{true, 100, 0.0}, LatenessKeeping{true, 1, 0.75}}) {
    const auto out = decode(coder.encode(test::origin_of(), {}, samples, keeping));
    ASSERT_EQ(out.fault, ChunkFault::None);
    const std::uint64_t step = out.header.lateness_step_ns;
    EXPECT_GE(step, 100U);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto error = static_cast<std::int64_t>(out.columns.lateness_ns[i]) -
                         static_cast<std::int64_t>(samples[i].lateness_ns);
      ASSERT_LE(static_cast<std::uint64_t>(std::abs(error)) * 2, step) << i;
    }
  }
}

TEST(Chunk, NoiselessLatenessIsExactWithinTheBudget) {
  ChunkCoder coder;
  std::vector<core::Sample> samples;
  for (std::uint64_t slot = 0; slot < 2000; ++slot) {
    samples.push_back(sample_at(slot, 1.0, 3000 + slot % 7));
  }
  const auto out = decode(coder.encode(test::origin_of(), {}, samples, {true, 1, 0.75}));
  EXPECT_EQ(out.header.lateness_step_ns, 1U);
  EXPECT_EQ(out.columns.lateness_ns[6], 3006U);
}

TEST(Chunk, LatenessThatIsNotKeptIsNotThere) {
  ChunkCoder coder;
  const auto out = decode(coder.encode(test::origin_of(), {}, small_series(), kNone));
  ASSERT_EQ(out.fault, ChunkFault::None);
  EXPECT_EQ(out.header.lateness_step_ns, 0U);
  EXPECT_TRUE(out.columns.lateness_ns.empty());
}

TEST(ChunkDamage, EveryFlippedBitIsFound) {
  ChunkCoder coder;
  const std::string good = coder.encode(test::origin_of(), {}, small_series(), kExact);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ (1U << bit));
      EXPECT_NE(decode(bad).fault, ChunkFault::None) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(ChunkDamage, EveryTruncationIsTorn) {
  ChunkCoder coder;
  const std::string good = coder.encode(test::origin_of(), {}, small_series(), kExact);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(decode(std::string_view(good).substr(0, size)).fault, ChunkFault::Torn) << size;
  }
}

// What would overflow, divide by zero or count backwards in whoever believes it.
TEST(ChunkDamage, HeadersBeyondTheLimitsContradictThemselves) {
  const auto fault_with = [](const auto& change) {
    ChunkCoder coder;
    ChunkHeader header;
    const std::vector samples{sample_at(20, 1.0), sample_at(40, 2.0)};
    const std::string chunk = coder.encode(test::origin_of(), {}, samples, kNone);
    EXPECT_EQ(parse_header(chunk, header), ChunkFault::None);
    header.origin.every = 20;
    change(header);
    ChunkHeader read;
    return parse_header(header_bytes_of(header), read);
  };
  EXPECT_EQ(fault_with([](ChunkHeader&) {}), ChunkFault::None);
  const auto first_slots = [](ChunkHeader& header) {
    header.first_slot = 0;
    header.last_slot = 0;
    header.samples = 1;
  };
  EXPECT_EQ(fault_with(first_slots), ChunkFault::None);
  const auto step_overflows = [&](ChunkHeader& header) {
    first_slots(header);
    header.origin.period = core::Nanoseconds{std::int64_t{1} << 62U};
    header.origin.every = 4;
  };
  EXPECT_EQ(fault_with(step_overflows), ChunkFault::Contradiction);
  const auto end_overflows = [](ChunkHeader& header) {
    header.origin.period = core::Nanoseconds{INT64_MAX / 40};
    header.origin.start = {};
    header.wall_start = {};
  };
  EXPECT_EQ(fault_with(end_overflows), ChunkFault::Contradiction);
  EXPECT_EQ(fault_with([](ChunkHeader& header) { header.first_slot = 19; }),
            ChunkFault::Contradiction);
  EXPECT_EQ(fault_with([](ChunkHeader& header) { header.last_slot = 41; }),
            ChunkFault::Contradiction);
  EXPECT_EQ(fault_with([](ChunkHeader& header) { header.samples = 3; }), ChunkFault::Contradiction);
  for (const double step : {5e-324, 1e-13, 1e13, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(fault_with([&](ChunkHeader& header) {
                header.grid = {ValueKind::Multiply, step};
              }),
              ChunkFault::Contradiction)
        << step;
  }
}

TEST(ChunkDamage, SlotsBetweenThoseOfASensorAreNotBelieved) {
  Origin origin = test::origin_of();
  origin.every = 10;
  ChunkCoder coder;
  const auto fault_of = [&](const std::vector<core::Sample>& samples) {
    return decode(coder.encode(origin, {}, samples, kNone)).fault;
  };
  EXPECT_EQ(fault_of({sample_at(0, 1.0), sample_at(10, 1.0), sample_at(30, 1.0)}),
            ChunkFault::None);
  EXPECT_EQ(fault_of({sample_at(0, 1.0), sample_at(1, 1.0), sample_at(30, 1.0)}),
            ChunkFault::Payload);
}

// With checksums that match, so that the mistakes behind them are reached.
TEST(ChunkDamage, FuzzedBytesNeverCrash) {
  ChunkCoder coder;
  std::mt19937_64 random(11);
  std::vector<core::Sample> samples;
  for (std::uint64_t slot = 0; slot < 300; ++slot) {
    const double value = static_cast<double>(random() % 50) * 0.0625;
    samples.push_back(sample_at(slot, value, random() % 9999));
  }
  std::vector<std::string> seeds;
  seeds.push_back(coder.encode(test::origin_of(), {}, samples, kExact));
  seeds.push_back(coder.encode(test::origin_of(), {}, small_series(), kExact));
  for (auto& sample : samples) {
    sample.value = sample.value * 1.01 + 0.1;
  }
  seeds.push_back(coder.encode(test::origin_of(), {}, samples, kNone));
  int refused = 0;
  const auto below = [&random](std::size_t most) {
    return static_cast<std::size_t>(random() % most);
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = seeds[below(seeds.size())];
    const std::size_t header_bytes =
        ByteReader(std::string_view(bytes).substr(10)).fixed<std::uint16_t>();
    for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
      const std::size_t reach = random() % 2 == 0 ? header_bytes : bytes.size();
      bytes[12 + below(reach - 12)] = static_cast<char>(random());
    }
    std::string crc;
    append_fixed(crc, crc32c(std::string_view(bytes).substr(header_bytes)));
    bytes.replace(16, 4, crc);
    crc.clear();
    append_fixed(crc, crc32c(std::string_view(bytes).substr(0, header_bytes - 4)));
    bytes.replace(header_bytes - 4, 4, crc);
    const Decoded out = decode(bytes);
    refused += out.fault == ChunkFault::None ? 0 : 1;
    ASSERT_LE(out.columns.slots.capacity(), kChunkSamplesLimit);
    ASSERT_LE(out.columns.values.capacity(), kChunkSamplesLimit);
  }
  EXPECT_GT(refused, 5'000);
}

TEST(ChunkDamage, RandomBytesAreNoChunk) {
  std::mt19937_64 random(12);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes(static_cast<std::size_t>(random() % 400), '\0');
    for (char& byte : bytes) {
      byte = static_cast<char>(random());
    }
    bytes.replace(0, std::min(bytes.size(), kMagic.size()), kMagic, 0, bytes.size());
    EXPECT_NE(decode(bytes).fault, ChunkFault::None);
  }
}

// The goals of the issue: the seeded simulation at 1 kHz, a minute of it, in chunks of 8192.
double bytes_a_sample(const LatenessKeeping& keeping, double sigma, std::uint32_t& worst_step) {
  sensor::SensorSettings settings;
  settings.name = "inlet";
  const test::FakeClock clock;
  sensor::SimSensor sim(settings, clock);
  test::PlausibleLateness lateness(sigma);
  ChunkCoder coder;
  std::vector<core::Sample> samples;
  constexpr std::uint64_t kSlots = 8 * 8192;
  std::uint64_t bytes = 0;
  worst_step = 0;
  for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
    const core::Reading reading = sim.read({slot, std::chrono::milliseconds{slot}});
    samples.push_back(sample_at(slot, reading.value, lateness.next(), reading.fault));
    if (samples.size() == 8192) {
      const std::string chunk = coder.encode(test::origin_of(), {}, samples, keeping);
      ChunkHeader header;
      EXPECT_EQ(parse_header(chunk, header), ChunkFault::None);
      worst_step = std::max(worst_step, header.lateness_step_ns);
      bytes += chunk.size();
      samples.clear();
    }
  }
  return static_cast<double>(bytes) / static_cast<double>(kSlots);
}

TEST(ChunkSize, SimulationKeepsToItsGoals) {
  std::uint32_t step = 0;
  const double without = bytes_a_sample(kNone, 0.25, step);
  std::printf("without lateness: %.3f bytes a sample\n", without);
  EXPECT_LE(without, 0.45);
  for (const double sigma : {0.1, 0.25, 0.5, 1.0}) {
    const double with = bytes_a_sample({}, sigma, step);
    std::printf("lateness within %u ns, spread %.2f: %.3f bytes a sample\n", step, sigma, with);
    EXPECT_LE(with, 1.0);
  }
  const double exact = bytes_a_sample(kExact, 0.25, step);
  std::printf("lateness exact: %.3f bytes a sample\n", exact);
}

}  // namespace
}  // namespace isotherm::capture

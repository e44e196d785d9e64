// Two threads, millions of samples, a consumer that is slower than the producer half of the time:
// what was pushed comes out, exactly once, in order and whole; what was refused was counted. Built
// with ThreadSanitizer in the `tsan` preset.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ring/sample_ring.hpp"

namespace isotherm::ring {
namespace {

constexpr std::uint64_t kSamples = 4'000'000;
constexpr std::size_t kCapacity = 1024;

// Spends time on the core. A yield would give it away, on a loaded machine for milliseconds.
void dawdle(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
}

struct Produced {
  std::uint64_t pushed = 0;
  std::uint64_t dropped = 0;
};

core::Sample sample_of(std::uint64_t slot, std::uint64_t dropped) {
  core::Sample sample{};
  sample.slot = slot & (core::kSlotLimit - 1);
  sample.sensor = slot % 7 & 0xFFFFU;
  sample.value = static_cast<double>(slot) * 0.25;
  sample.duration_ns = static_cast<std::uint32_t>(slot * 3);
  sample.dropped_total = static_cast<std::uint32_t>(dropped);
  return sample;
}

Produced produce(SampleWriter& writer) {
  Produced produced;
  for (std::uint64_t slot = 0; slot < kSamples; ++slot) {
    if (writer.push(sample_of(slot, produced.dropped))) {
      ++produced.pushed;
    } else {
      ++produced.dropped;
      dawdle(200);
    }
  }
  return produced;
}

struct Consumed {
  std::uint64_t count = 0;
  std::uint64_t next_slot = 0;
  std::uint64_t gaps = 0;  // slots that did not come, as the slot numbers show
  std::uint64_t dropped_total = 0;
  std::uint64_t broken = 0;
};

void check(Consumed& consumed, const core::Sample& sample) {
  const std::uint64_t slot = sample.slot;
  const bool whole = slot >= consumed.next_slot && sample.sensor == slot % 7 &&
                     sample.value == static_cast<double>(slot) * 0.25 &&
                     sample.duration_ns == static_cast<std::uint32_t>(slot * 3);
  consumed.broken += whole ? 0 : 1;
  consumed.gaps += slot - consumed.next_slot;
  // The running count that the sample carries explains the gap before it, exactly.
  consumed.broken += sample.dropped_total == static_cast<std::uint32_t>(consumed.gaps) ? 0 : 1;
  consumed.next_slot = slot + 1;
  ++consumed.count;
}

TEST(RingStressTest, EverySampleIsEitherDeliveredOnceOrCountedAsDropped) {
  SampleRing ring(kCapacity);
  std::atomic<bool> done{false};
  Produced produced;
  std::thread producer([&] {
    produced = produce(ring.writer());
    done.store(true, std::memory_order_release);
  });

  Consumed consumed;
  std::uint64_t rounds = 0;
  const auto drain = [&] {
    return ring.reader().drain([&](const core::Sample& sample) { check(consumed, sample); });
  };
  while (!done.load(std::memory_order_acquire)) {
    drain();
    // Every other stretch of rounds dawdles, so that the ring is full part of the time and empty
    // the other part.
    dawdle((rounds & 512U) != 0 ? 40'000 : 0);
    ++rounds;
  }
  producer.join();
  drain();

  const std::uint64_t lost_at_the_end = kSamples - consumed.next_slot;
  EXPECT_EQ(produced.pushed + produced.dropped, kSamples);
  EXPECT_EQ(consumed.count, produced.pushed);
  EXPECT_EQ(consumed.gaps + lost_at_the_end, produced.dropped);
  EXPECT_EQ(consumed.broken, 0U);
  EXPECT_GT(produced.dropped, 0U) << "the ring was never full: this run proved too little";
  EXPECT_GT(produced.pushed, kCapacity);
}

}  // namespace
}  // namespace isotherm::ring

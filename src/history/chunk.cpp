#include "history/chunk.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>

#include "history/bytes.hpp"

namespace isotherm::history {
namespace {

enum class Form : std::uint8_t { Each, Differences, Constant, Line };

// The order is that of the bits and of the columns in a chunk; it is a part of the file's format.
struct Column {
  enum Place : std::size_t {
    Time,
    Uptime,
    Flags,
    Windows,
    Scheduled,
    Faulty,
    Missed,
    Dropped,
    Good,
    Min,
    Max,
    Sum,
    Last,
    MinOffset,
    MaxOffset,
    LateP99,
    LateMax,
    Squares,
    FirstFault,
    Columns = FirstFault + core::kFaultCount,
  };
};
static_assert(Column::Columns <= 32);

// In Column::Flags, whose lowest two bits are the clock's state.
constexpr std::int64_t kHasStatistics = 4;
constexpr std::int64_t kHasLateness = 8;
constexpr std::size_t kChecksumBytes = 4;
constexpr int kPowerMax = 15;

using Numbers = std::vector<std::int64_t>;

// Two's complement, so that differences of any two numbers are defined and undone.
std::int64_t minus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t times(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
std::int64_t number(std::uint64_t value) noexcept { return static_cast<std::int64_t>(value); }

std::int64_t power_of_ten(int power) noexcept {
  std::int64_t value = 1;
  for (int i = 0; i < power; ++i) {
    value *= 10;
  }
  return value;
}

int common_power(const Numbers& numbers) noexcept {
  int power = kPowerMax;
  for (std::int64_t value : numbers) {
    int own = 0;
    while (own < power && value != 0 && value % 10 == 0) {
      value /= 10;
      ++own;
    }
    power = value == 0 ? power : own;
  }
  return power;
}

std::string form_of(Form form, const Numbers& numbers, const Numbers& differences) {
  std::string out;
  switch (form) {
    case Form::Constant:
      append_signed(out, numbers.front());
      break;
    case Form::Line:
      append_signed(out, numbers.front());
      append_signed(out, differences[1]);
      break;
    case Form::Each:
      for (const std::int64_t value : numbers) {
        append_signed(out, value);
      }
      break;
    case Form::Differences:
      for (const std::int64_t value : differences) {
        append_signed(out, value);
      }
      break;
  }
  return out;
}

void append_column(std::string& out, Numbers numbers) {
  const int power = common_power(numbers);
  const std::int64_t divisor = power_of_ten(power);
  for (std::int64_t& value : numbers) {
    value /= divisor;
  }
  Numbers differences = numbers;
  for (std::size_t i = numbers.size() - 1; i > 0; --i) {
    differences[i] = minus(numbers[i], numbers[i - 1]);
  }
  const auto all_equal = [](auto first, auto last) {
    return std::adjacent_find(first, last, std::not_equal_to<>{}) == last;
  };
  Form form = Form::Each;
  std::string best;
  if (all_equal(numbers.begin(), numbers.end())) {
    form = Form::Constant;
    best = form_of(form, numbers, differences);
  } else if (all_equal(differences.begin() + 1, differences.end())) {
    form = Form::Line;
    best = form_of(form, numbers, differences);
  } else {
    best = form_of(Form::Each, numbers, differences);
    if (std::string other = form_of(Form::Differences, numbers, differences);
        other.size() < best.size()) {
      form = Form::Differences;
      best = std::move(other);
    }
  }
  out += static_cast<char>(static_cast<int>(form) + 8 * power);
  out += best;
}

Numbers read_column(Input& input, std::size_t count) {
  const std::string_view head = input.take(1);
  if (input.failed()) {
    return {};
  }
  const auto byte = static_cast<std::uint8_t>(head.front());
  if ((byte & 7U) > static_cast<unsigned>(Form::Line) || (byte >> 3U) > kPowerMax) {
    return {};
  }
  const auto form = static_cast<Form>(byte & 7U);
  const std::int64_t factor = power_of_ten(byte >> 3U);
  Numbers numbers(count);
  std::int64_t value = input.signed_number();
  const std::int64_t step = form == Form::Line ? input.signed_number() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = times(value, factor);
    if (form == Form::Line) {
      value = plus(value, step);
    } else if (form != Form::Constant && i + 1 < count) {
      const std::int64_t next = input.signed_number();
      value = form == Form::Each ? next : plus(value, next);
    }
  }
  return numbers;
}

std::int64_t kept_sum(const Bucket& bucket) noexcept {
  constexpr std::int64_t kMostKept = std::numeric_limits<std::int64_t>::max();
  return bucket.sum_carry == 0 ? bucket.sum_nano : bucket.sum_carry > 0 ? kMostKept : -kMostKept;
}

std::array<Numbers, Column::Columns> columns_of(std::span<const Bucket> buckets,
                                                const ChunkOrigin& origin) {
  std::array<Numbers, Column::Columns> columns;
  std::int64_t min_before = 0;
  for (const Bucket& bucket : buckets) {
    const auto put = [&columns](std::size_t column, std::int64_t value) {
      columns.at(column).push_back(value);
    };
    const core::Nanoseconds since = bucket.time - origin.wall;
    const core::SlotCounts& counts = bucket.counts;
    put(Column::Time, since.count());
    // How far the two clocks have drifted apart since the origin: one number for most chunks.
    put(Column::Uptime, (bucket.uptime - origin.uptime - since).count());
    put(Column::Flags, static_cast<std::int64_t>(bucket.clock) |
                           (bucket.has_statistics ? kHasStatistics : 0) |
                           (bucket.lateness ? kHasLateness : 0));
    put(Column::Windows, number(bucket.windows - 1));
    put(Column::Scheduled, number(counts.scheduled));
    put(Column::Faulty, number(counts.faulty));
    put(Column::Missed, number(counts.missed));
    put(Column::Dropped, number(counts.dropped));
    put(Column::Good,
        number(counts.scheduled - counts.faulty - counts.missed - counts.dropped - counts.good));
    // Without statistics: what costs nothing beside its neighbours.
    const bool has = bucket.has_statistics;
    min_before = has ? bucket.min_nano : min_before;
    put(Column::Min, min_before);
    put(Column::Max, has ? minus(bucket.max_nano, bucket.min_nano) : 0);
    put(Column::Sum,
        has ? minus(kept_sum(bucket), times(bucket.min_nano, number(counts.good))) : 0);
    put(Column::Last, has ? minus(bucket.last_nano, bucket.min_nano) : 0);
    put(Column::MinOffset, bucket.min_offset.count());
    put(Column::MaxOffset, bucket.max_offset.count());
    const auto late = bucket.lateness.value_or(core::WindowLateness{});
    put(Column::LateP99, late.p99.count());
    put(Column::LateMax, (late.max - late.p99).count());
    put(Column::Squares, std::bit_cast<std::int32_t>(static_cast<float>(bucket.squares)));
    for (std::size_t i = 0; i < core::kFaultCount; ++i) {
      put(Column::FirstFault + i, number(bucket.faults.at(i)));
    }
  }
  return columns;
}

Bucket bucket_at(const std::array<Numbers, Column::Columns>& columns, std::size_t i,
                 const ChunkOrigin& origin) {
  const auto get = [&](std::size_t column) {
    const Numbers& numbers = columns.at(column);
    return numbers.empty() ? 0 : numbers[i];
  };
  const auto count = [&](std::size_t column) { return static_cast<std::uint64_t>(get(column)); };
  Bucket bucket;
  const core::Nanoseconds since{get(Column::Time)};
  bucket.time = origin.wall + since;
  bucket.uptime = origin.uptime + since + core::Nanoseconds{get(Column::Uptime)};
  bucket.clock = static_cast<core::ClockState>(get(Column::Flags) & 3);
  bucket.has_statistics = (get(Column::Flags) & kHasStatistics) != 0;
  bucket.windows = count(Column::Windows) + 1;
  core::SlotCounts& counts = bucket.counts;
  counts.scheduled = count(Column::Scheduled);
  counts.faulty = count(Column::Faulty);
  counts.missed = count(Column::Missed);
  counts.dropped = count(Column::Dropped);
  counts.good =
      counts.scheduled - counts.faulty - counts.missed - counts.dropped - count(Column::Good);
  if (bucket.has_statistics) {
    bucket.min_nano = get(Column::Min);
    bucket.max_nano = plus(bucket.min_nano, get(Column::Max));
    bucket.sum_nano = plus(get(Column::Sum), times(bucket.min_nano, number(counts.good)));
    bucket.last_nano = plus(bucket.min_nano, get(Column::Last));
    bucket.squares =
        static_cast<double>(std::bit_cast<float>(static_cast<std::int32_t>(get(Column::Squares))));
    bucket.min_offset = core::Nanoseconds{get(Column::MinOffset)};
    bucket.max_offset = core::Nanoseconds{get(Column::MaxOffset)};
  }
  if ((get(Column::Flags) & kHasLateness) != 0) {
    const core::Nanoseconds p99{get(Column::LateP99)};
    bucket.lateness = core::WindowLateness{p99, p99 + core::Nanoseconds{get(Column::LateMax)}};
  }
  for (std::size_t f = 0; f < core::kFaultCount; ++f) {
    bucket.faults.at(f) = count(Column::FirstFault + f);
  }
  return bucket;
}

// Of buckets; nothing where a chunk cannot have so many.
std::optional<std::size_t> take_count(Input& input) {
  const std::uint64_t count = input.varint();
  return count > 0 && count <= kChunkBucketsMax ? std::optional(static_cast<std::size_t>(count))
                                                : std::nullopt;
}

}  // namespace

std::string encode_chunk(std::span<const Bucket> buckets, const ChunkOrigin& origin) {
  const auto columns = columns_of(buckets, origin);
  std::uint64_t present = 0;
  std::string body;
  for (std::size_t i = 0; i < Column::Columns; ++i) {
    const Numbers& numbers = columns.at(i);
    if (std::all_of(numbers.begin(), numbers.end(), [](auto value) { return value == 0; })) {
      continue;
    }
    present |= std::uint64_t{1} << i;
    if (i == Column::Squares) {
      for (const std::int64_t value : numbers) {
        append_little_endian(body, static_cast<std::uint32_t>(value));
      }
    } else {
      append_column(body, numbers);
    }
  }
  std::string rest;
  append_varint(rest, buckets.size());
  append_varint(rest, present);
  rest += body;
  std::string chunk;
  append_little_endian(chunk, crc32(rest));
  return chunk + rest;
}

bool chunk_is_whole(std::string_view bytes) noexcept {
  return bytes.size() > kChecksumBytes &&
         little_endian(bytes) == crc32(bytes.substr(kChecksumBytes));
}

std::optional<ChunkTimes> chunk_times(std::string_view bytes, const ChunkOrigin& origin) {
  if (bytes.size() <= kChecksumBytes) {
    return std::nullopt;
  }
  Input input(bytes.substr(kChecksumBytes));
  const auto count = take_count(input);
  const std::uint64_t present = input.varint();
  // The first column that follows, if the lowest bit says that it does.
  static_assert(Column::Time == 0);
  if (input.failed() || !count || (present & 1U) == 0) {
    return std::nullopt;
  }
  const Numbers times = read_column(input, *count);
  if (input.failed() || times.size() != *count) {
    return std::nullopt;
  }
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  return ChunkTimes{origin.wall + core::Nanoseconds{*first},
                    origin.wall + core::Nanoseconds{*last}};
}

std::optional<std::vector<Bucket>> decode_chunk(std::string_view bytes, const ChunkOrigin& origin) {
  if (!chunk_is_whole(bytes)) {
    return std::nullopt;
  }
  Input input(bytes.substr(kChecksumBytes));
  const auto wanted = take_count(input);
  const std::uint64_t present = input.varint();
  if (input.failed() || !wanted || (present >> Column::Columns) != 0) {
    return std::nullopt;
  }
  const std::size_t count = *wanted;
  std::array<Numbers, Column::Columns> columns;
  for (std::size_t i = 0; i < Column::Columns; ++i) {
    if ((present & (std::uint64_t{1} << i)) == 0) {
      continue;
    }
    Numbers& numbers = columns.at(i);
    if (i == Column::Squares) {
      const std::string_view floats = input.take(4 * count);
      for (std::size_t at = 0; at < floats.size(); at += 4) {
        numbers.push_back(static_cast<std::int32_t>(little_endian(floats.substr(at))));
      }
    } else {
      numbers = read_column(input, count);
    }
    if (input.failed() || numbers.size() != count) {
      return std::nullopt;
    }
  }
  if (!input.at_end()) {
    return std::nullopt;
  }
  std::vector<Bucket> buckets;
  buckets.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    buckets.push_back(bucket_at(columns, i, origin));
  }
  return buckets;
}

}  // namespace isotherm::history

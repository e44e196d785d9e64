// Numbers in the form in which people read them.
#pragma once

#include <cstdint>
#include <string>

#include "core/fault.hpp"
#include "core/time.hpp"

namespace isotherm::app {

// "850 ns", "12.3 us", "4.56 ms", "7.80 s": three significant digits or so.
[[nodiscard]] std::string duration_words(core::Nanoseconds duration);

// "1 kHz", "100 Hz", "0.01 Hz" of a period.
[[nodiscard]] std::string rate_words(core::Nanoseconds period);

// The same to three digits, of a period that was found and not chosen: "5.06 kHz".
[[nodiscard]] std::string round_rate_words(core::Nanoseconds period);

// "512 B", "160 KiB", "1.5 MiB".
[[nodiscard]] std::string size_words(std::uint64_t bytes);

// "0.05 %", "12.5 %", "140 %": of a share, 1.0 being 100 %.
[[nodiscard]] std::string percent_words(double share);

// To the millisecond, in UTC, as in the log: "2026-01-01T00:00:00.000Z".
[[nodiscard]] std::string time_words(core::WallTime time);

// The same to the second, rounded down: "2026-01-01T00:00:00Z".
[[nodiscard]] std::string second_words(core::WallTime time);

// "21.438": three decimals, as no sensor here is better than a thousandth of a degree.
[[nodiscard]] std::string celsius_words(double celsius);

// "crc:2 timeout:1", or "-" where there are none.
[[nodiscard]] std::string fault_words(const core::FaultCounts& faults);

}  // namespace isotherm::app

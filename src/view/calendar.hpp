// Wall times as charts show them: in the time zone of the process or in UTC. Internal to view/.
#pragma once

#include <cstdint>
#include <string>

#include "core/local_time.hpp"
#include "core/time.hpp"

namespace isotherm::view {

enum class Zone : std::uint8_t { Local, Utc };

// With `zone` "UTC" there.
[[nodiscard]] core::LocalTime calendar_time(core::WallTime time, Zone zone);

[[nodiscard]] std::int64_t second_of_day(const core::LocalTime& time) noexcept;

// "2026-03-29 14:05:00"
[[nodiscard]] std::string date_and_time(const core::LocalTime& time);

// "1970-01-01T00:00:00.000Z", whatever the zone.
[[nodiscard]] std::string iso_utc(core::WallTime time);

}  // namespace isotherm::view

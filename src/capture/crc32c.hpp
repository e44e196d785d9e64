// CRC-32C, the checksum of iSCSI, ext4 and SCTP: finds every burst of up to 32 flipped bits. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace isotherm::capture {

// Castagnoli's polynomial 0x1EDC6F41, reflected, as RFC 3720 section 12.1 has it: the CRC of
// "123456789" is 0xE3069283.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

}  // namespace isotherm::capture

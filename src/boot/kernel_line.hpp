// The kernel's command line as boot firmware keeps it in a file, cmdline.txt on a Raspberry Pi: one
// line of parameters with blanks between them. Text in, text out.
//
//   parameter   isolcpus=managed_irq,domain,2-3; blanks inside double quotes belong to it
//   key         what stands before the "="; the kernel takes "-" and "_" in it for the same
//
// Sources: kernel Documentation/admin-guide/kernel-parameters.rst (quotes, "-" and "_", and that
// all behind "--" is for init); Raspberry Pi documentation, "Kernel command line (cmdline.txt)".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boot/objection.hpp"

namespace isotherm::boot {

// Bytes of the line. The kernel cuts what is longer than COMMAND_LINE_SIZE: 1024 on 32-bit ARM,
// 2048 on arm64; and the firmware of a Raspberry Pi puts some parameters of its own before it.
inline constexpr std::size_t kKernelLineLimit = 1024;

// The parameters of a line, or of a board's cmdline.txt: there they stand one a line, and a line
// that begins with "#" is a remark.
[[nodiscard]] std::vector<std::string> parameters_of(std::string_view text);

// "isolcpus" of "isolcpus=2-3", with "_" for "-".
[[nodiscard]] std::string key_of(std::string_view parameter);
// "2-3" of "isolcpus=2-3"; "" where there is no value.
[[nodiscard]] std::string value_of(std::string_view parameter);

// Nothing if the text is a kernel command line that may be edited: one line, with a root=.
[[nodiscard]] std::optional<Objection> objection_to_line(std::string_view text);

// The text with these parameters in it, each once: where the line has the key, in its place, else
// at the end (before a "--"). Everything else stays as it is, to the byte.
[[nodiscard]] std::string with_parameters(std::string_view text,
                                          const std::vector<std::string>& parameters);

// Takes back what made `applied` out of `original`, in a text that somebody has edited since. A
// parameter that is still as `applied` has it becomes what `original` has for its key, if anything;
// one that has another value now, or is gone, is not touched.
[[nodiscard]] std::string without_parameters(std::string_view text, std::string_view original,
                                             std::string_view applied);

}  // namespace isotherm::boot

// The captures that a report reads. There may be more of them than a process may have files open,
// and each worker reads them all: so a file is opened when it is read from, and of each worker's
// only the few stay open that it read from last.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/byte_source.hpp"

namespace isotherm::app {

// For one thread, which may read them in any order. A station that is running deletes its oldest
// capture: of a file that is gone since, there are no bytes to read. Throws SetupError with
// ExitCode::Io, now or at a read, where a file cannot be read for any other reason.
[[nodiscard]] std::vector<std::unique_ptr<capture::ByteSource>> open_sources(
    const std::vector<std::string>& files);

}  // namespace isotherm::app

#include "app/reader_thread.hpp"

#include <utility>

#include "core/setup_error.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {
namespace {

// While one of these lives, threads that this one starts are born in the readers' partition.
class InsidePartition {
 public:
  // Throws SetupError where the kernel does not let it in. `cores` are those of this thread: moving
  // to another group resets its mask.
  InsidePartition(os::CpusetPartition& partition, const core::CpuSet& cores)
      : partition_(&partition), cores_(&cores) {
    partition.enter();
  }
  ~InsidePartition() {
    try {
      partition_->leave();
      os::pin_this_thread(*cores_);
    } catch (const core::SetupError&) {
      // It was let out of there once already, to where it came from. Should that fail all the same,
      // it goes on on the reader's core: late readings, but readings.
      return;
    }
  }
  InsidePartition(const InsidePartition&) = delete;
  InsidePartition& operator=(const InsidePartition&) = delete;
  InsidePartition(InsidePartition&&) = delete;
  InsidePartition& operator=(InsidePartition&&) = delete;

 private:
  os::CpusetPartition* partition_;
  const core::CpuSet* cores_;
};

os::ThreadSpec spec_of(const PlannedReader& reader) {
  os::ThreadSpec spec;
  spec.name = "iso-" + reader.settings.name;
  spec.policy = reader.settings.policy;
  spec.priority = reader.priority;
  spec.cores = reader.cores;
  spec.deadline = {reader.runtime, reader.settings.period, reader.settings.period};
  spec.stack_bytes = kReaderStackBytes;
  return spec;
}

}  // namespace

std::unique_ptr<os::RealtimeThread> start_reader_thread(const PlannedReader& reader,
                                                        const StartingPlace& place,
                                                        std::function<void()> body) {
  const bool isolated =
      place.partition != nullptr && reader.cores.without(place.partition->cores()).empty();
  const auto inside =
      isolated ? std::make_unique<InsidePartition>(*place.partition, place.housekeeping) : nullptr;
  return std::make_unique<os::RealtimeThread>(spec_of(reader), std::move(body));
}

}  // namespace isotherm::app

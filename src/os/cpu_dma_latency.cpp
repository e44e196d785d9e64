#include "os/cpu_dma_latency.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

using std::chrono::microseconds;

CpuDmaLatency::Refusal refused_opening(int error, const std::string& path) {
  const std::string what = "cannot open " + path + ": " + error_text(error);
  switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
      // The node of a container that was not given it, or a kernel that has no idle states to bound
      // (CONFIG_CPU_IDLE, kernel/power/qos.c).
      return {what,
              "it needs a kernel with CONFIG_CPU_IDLE, and in a container the device itself "
              "(--device " +
                  path + ")"};
    case EPERM:
      // The node's permissions would be EACCES. This is the device controller of a control group:
      // DevicePolicy= and DeviceAllow= of a service, the list of devices of a container.
      return {what, "the control group keeps the device away: add \"DeviceAllow=" + path +
                        " rw\" to the service, or --device " + path + " to the container"};
    case EACCES:
      return {what,
              "it belongs to root: let isotherm's group have it by a udev rule, "
              "KERNEL==\"cpu_dma_latency\", GROUP=\"isotherm\", MODE=\"0660\""};
    default:
      return {what, "look at " + path + ", or leave out cpu_dma_latency"};
  }
}

Descriptor open_device(const std::string& path) {
  return Descriptor{uninterrupted([&path] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); })};
}

}  // namespace

std::optional<CpuDmaLatency::Refusal> CpuDmaLatency::obstacle(const std::string& path) {
  const Descriptor file = open_device(path);
  return file.valid() ? std::nullopt : std::optional{refused_opening(errno, path)};
}

CpuDmaLatency::CpuDmaLatency(microseconds bound, const std::string& path)
    : file_(open_device(path)) {
  if (!file_.valid()) {
    refusal_ = refused_opening(errno, path);
    return;
  }
  // Four bytes are taken as the number itself; any other length would be read as text.
  const auto number =
      static_cast<std::int32_t>(std::clamp(bound, microseconds{0}, kBoundMax).count());
  errno = 0;
  const auto written =
      uninterrupted([&] { return ::write(file_.number(), &number, sizeof number); });
  if (written != static_cast<ssize_t>(sizeof number)) {
    refusal_ = Refusal{"cannot write to " + path + ": " + error_text(errno == 0 ? EIO : errno),
                       "look at " + path + ", or leave out cpu_dma_latency"};
    // An open file without a number in it asks for nothing, but its owner should not keep it.
    const Descriptor closed{std::move(file_)};
  }
}

std::optional<microseconds> CpuDmaLatency::in_force() const {
  std::int32_t number = 0;
  if (!file_.valid() || uninterrupted([&] {
                          return ::pread(file_.number(), &number, sizeof number, 0);
                        }) != static_cast<ssize_t>(sizeof number)) {
    return std::nullopt;
  }
  return microseconds{number};
}

}  // namespace isotherm::os

#include "os/kernel_name.hpp"

#include <sys/utsname.h>

#include "os/system_call.hpp"

namespace isotherm::os {

KernelName kernel_name() {
  utsname name{};
  check_errno([&] { return ::uname(&name); }, {"uname", "the kernel's name", ""});
  return {name.release, name.version, name.machine, name.nodename};
}

}  // namespace isotherm::os

#include "os/kernel_name.hpp"

#include <sys/utsname.h>

#include <utility>

#include "os/proc_text.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {

KernelName kernel_name() {
  utsname name{};
  check_errno([&] { return ::uname(&name); }, {"uname", "the kernel's name", ""});
  return {name.release, name.version, name.machine, name.nodename};
}

bool release_at_least(std::string_view release, unsigned major, unsigned minor) {
  const std::size_t dot = release.find('.');
  if (dot == std::string_view::npos) {
    return false;
  }
  const std::string_view after = release.substr(dot + 1);
  const auto own_major = parse_number<unsigned>(release.substr(0, dot));
  const auto own_minor =
      parse_number<unsigned>(after.substr(0, after.find_first_not_of("0123456789")));
  return own_major && own_minor && std::pair{*own_major, *own_minor} >= std::pair{major, minor};
}

}  // namespace isotherm::os

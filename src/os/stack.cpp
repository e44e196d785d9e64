#include "os/stack.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cstddef>

#include "os/system_call.hpp"

namespace isotherm::os {

// Not under AddressSanitizer, which may hold the unused part of the stack for poisoned.
[[gnu::no_sanitize_address]] void prefault_this_stack() {
  pthread_attr_t attributes;
  check_returned(::pthread_getattr_np(::pthread_self(), &attributes),
                 {"pthread_getattr_np", "the calling thread's stack", ""});
  void* lowest = nullptr;
  std::size_t size = 0;
  const int error = ::pthread_attr_getstack(&attributes, &lowest, &size);
  ::pthread_attr_destroy(&attributes);
  check_returned(error, {"pthread_attr_getstack", "the calling thread's stack", ""});

  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto* const bottom = static_cast<volatile char*>(lowest);
  // Up to this frame; the pages above it are in use and so have been touched. The same value is
  // written back, because the last page may be partly in use. The guard page is not in the range.
  auto* const frame = static_cast<volatile char*>(__builtin_frame_address(0));
  for (auto* address = bottom; address < frame; address += page) {
    const char value = *address;
    *address = value;
  }
}

}  // namespace isotherm::os

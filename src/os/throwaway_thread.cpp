#include "os/throwaway_thread.hpp"

#include <pthread.h>

#include "os/helper_thread.hpp"

namespace isotherm::os {
namespace {

void* run_body(void* body) {
  (*static_cast<const std::function<void()>*>(body))();
  return nullptr;
}

}  // namespace

int run_on_throwaway_thread(const std::function<void()>& body) {
  pthread_attr_t attributes{};
  int error = pthread_attr_init(&attributes);
  if (error != 0) {
    return error;
  }
  // Explicit scheduling, whose default is SCHED_OTHER: a thread that inherited SCHED_FIFO would
  // make the kernel's answer about SCHED_FIFO worthless.
  pthread_t thread{};
  error = pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  if (error == 0) {
    // glibc keeps the stack of a thread that has ended, and mlockall() locks it: one that the next
    // helper takes over costs nothing.
    error = pthread_attr_setstacksize(&attributes, kHelperStackBytes);
  }
  if (error == 0) {
    void* const argument = const_cast<std::function<void()>*>(&body);
    error = pthread_create(&thread, &attributes, run_body, argument);
  }
  if (error == 0) {
    error = pthread_join(thread, nullptr);
  }
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace isotherm::os

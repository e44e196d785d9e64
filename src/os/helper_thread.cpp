#include "os/helper_thread.hpp"

#include <pthread.h>
#include <sched.h>

#include <functional>
#include <stop_token>
#include <utility>

#include "os/this_thread.hpp"
#include "os/thread_attributes.hpp"

namespace isotherm::os {
namespace {

class PosixHelperThread : public core::HelperThread {
 public:
  PosixHelperThread(std::string name, std::function<void(std::stop_token)> body,
                    const ThreadAttributes& attributes)
      : name_(std::move(name)), body_(std::move(body)), thread_(attributes.create(&enter, this)) {}

  ~PosixHelperThread() override {
    stop_.request_stop();
    ::pthread_join(thread_, nullptr);
  }
  PosixHelperThread(const PosixHelperThread&) = delete;
  PosixHelperThread& operator=(const PosixHelperThread&) = delete;
  PosixHelperThread(PosixHelperThread&&) = delete;
  PosixHelperThread& operator=(PosixHelperThread&&) = delete;

 private:
  static void* enter(void* self) noexcept {
    auto& thread = *static_cast<PosixHelperThread*>(self);
    name_this_thread(thread.name_);  // cannot fail: the name was checked
    thread.body_(thread.stop_.get_token());
    return nullptr;
  }

  std::string name_;
  std::function<void(std::stop_token)> body_;
  std::stop_source stop_;
  pthread_t thread_;  // last: the thread uses all of the others from its start
};

}  // namespace

PosixHelperThreads::PosixHelperThreads(core::CpuSet cores, std::size_t stack_bytes)
    : cores_(std::move(cores)), stack_bytes_(stack_bytes) {}

std::unique_ptr<core::HelperThread> PosixHelperThreads::start(
    const std::string& name, std::function<void(std::stop_token)> body) {
  check_thread_name(name);
  ThreadAttributes attributes(name);
  attributes.set_scheduling(SCHED_OTHER, 0);
  attributes.set_cores(cores_);
  attributes.set_stack(stack_bytes_);
  attributes.set_blocked_signals(all_but_fault_signals());
  return std::make_unique<PosixHelperThread>(name, std::move(body), attributes);
}

}  // namespace isotherm::os

#include "support/fake_helper_threads.hpp"

#include <memory>
#include <thread>
#include <utility>

#include "core/setup_error.hpp"

namespace isotherm::test {
namespace {

constexpr std::size_t kNameLimit = 15;

class RecordedThread : public core::HelperThread {};

class RealThread : public core::HelperThread {
 public:
  explicit RealThread(std::function<void(std::stop_token)> body) : thread_(std::move(body)) {}

 private:
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<core::HelperThread> FakeHelperThreads::start(
    const std::string& name, std::function<void(std::stop_token)> body) {
  if (refuse || name.size() > kNameLimit) {
    throw core::SetupError(core::ExitCode::Unavailable, "the thread " + name + " was refused",
                           "FakeHelperThreads", "do not ask for it");
  }
  names_.push_back(name);
  if (mode_ == Mode::Thread) {
    return std::make_unique<RealThread>(std::move(body));
  }
  bodies_.push_back(std::move(body));
  return std::make_unique<RecordedThread>();
}

}  // namespace isotherm::test

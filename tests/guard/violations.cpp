#include "guard/violations.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <new>
#include <ostream>
#include <shared_mutex>
#include <string>
#include <thread>

namespace isotherm::test {
namespace {

// The compiler must take it that somebody looks at `value`, and leave no call out.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

// Made before any sampling begins.
struct Prepared {
  std::unique_ptr<int> memory = std::make_unique<int>(1);
  std::mutex mutex;
  std::shared_mutex shared_mutex;
  std::condition_variable condition;
  std::unique_lock<std::mutex> lock{mutex, std::defer_lock};
  sem_t semaphore{};
  std::atomic<int> number{0};
  std::array<char, 64> text{};
  Prepared() { ::sem_init(&semaphore, 0, 1); }
};

Prepared& prepared() {
  static Prepared all;
  return all;
}

int initialised_late() {
  static const int number = ::getppid();  // any call will do
  return number;
}

void wait_for_condition() {
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  ::pthread_cond_wait(&condition, &mutex);
}

constexpr timespec kNoTime{0, 0};

// NOLINTBEGIN(cppcoreguidelines-no-malloc): these are the calls to be found.
constexpr std::array kViolations{
    Violation{"malloc", "malloc", [] { keep(std::malloc(1)); }},
    Violation{"calloc", "calloc", [] { keep(std::calloc(1, 1)); }},
    Violation{"realloc", "realloc", [] { keep(std::realloc(prepared().memory.get(), 1)); }},
    Violation{"free", "free", [] { std::free(prepared().memory.get()); }},
    Violation{"new", "malloc", [] { keep(::operator new(1)); }},
    Violation{"delete", "free", [] { prepared().memory.reset(); }},
    Violation{"aligned-new", "aligned_alloc",
              [] { keep(::operator new (64, std::align_val_t{64})); }},
    Violation{"posix_memalign", "posix_memalign",
              [] {
                void* memory = nullptr;
                keep(::posix_memalign(&memory, 64, 64));
              }},
    Violation{"long-string", "malloc", [] { keep(std::string(100, 'x').size()); }},
    Violation{"mmap", "mmap",
              [] { keep(::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)); }},
    Violation{"mutex", "pthread_mutex_lock", [] { prepared().mutex.lock(); }},
    Violation{"try-lock", "pthread_mutex_trylock", [] { keep(prepared().mutex.try_lock()); }},
    Violation{"shared-lock", "pthread_rwlock_rdlock",
              [] { prepared().shared_mutex.lock_shared(); }},
    Violation{"unique-lock", "pthread_rwlock_wrlock", [] { prepared().shared_mutex.lock(); }},
    Violation{"cond-wait", "pthread_cond_wait", [] { wait_for_condition(); }},
    Violation{"notify", "pthread_cond_signal", [] { prepared().condition.notify_one(); }},
    Violation{"sem-wait", "sem_wait", [] { ::sem_wait(&prepared().semaphore); }},
    // libstdc++ yields some times before it asks the kernel to wait.
    Violation{"atomic-wait", "sched_yield", [] { prepared().number.wait(0); }},
    Violation{"static", "__cxa_guard_acquire", [] { keep(initialised_late()); }},
    Violation{"open", "open", [] { keep(::open("/dev/null", O_RDONLY)); }},
    Violation{"openat", "openat", [] { keep(::openat(AT_FDCWD, "/dev/null", O_RDONLY)); }},
    Violation{"creat", "creat", [] { keep(::creat("/dev/null", 0600)); }},
    Violation{"close", "close", [] { ::close(-1); }},
    Violation{"fopen", "fopen", [] { keep(std::fopen("/dev/null", "r")); }},
    Violation{"opendir", "opendir", [] { keep(::opendir("/")); }},
    Violation{"write", "write", [] { keep(::write(-1, "", 0)); }},
    Violation{"read", "read", [] { keep(::read(-1, prepared().text.data(), 1)); }},
    Violation{"pread", "pread", [] { keep(::pread(-1, prepared().text.data(), 1, 0)); }},
    Violation{"preadv", "preadv",
              [] {
                const iovec part{prepared().text.data(), 1};
                keep(::preadv(-1, &part, 1, 0));
              }},
    Violation{"ioctl", "ioctl", [] { keep(::ioctl(-1, 0UL, prepared().text.data())); }},
    Violation{"fsync", "fsync", [] { keep(::fsync(-1)); }},
    Violation{"snprintf", "snprintf",
              [] { std::snprintf(prepared().text.data(), 64, "%d", prepared().text[1]); }},
    Violation{"to-string", "vsnprintf", [] { keep(std::to_string(1.5 * prepared().text[1])); }},
    Violation{"printf", "printf", [] { std::printf("%d%d\n", 1, prepared().text[1]); }},
    Violation{"puts", "puts", [] { std::puts("x"); }},
    Violation{"strftime", "strftime",
              [] {
                const tm time{};
                keep(std::strftime(prepared().text.data(), 64, "%F", &time));
              }},
    Violation{"nanosleep", "nanosleep", [] { ::nanosleep(&kNoTime, nullptr); }},
    Violation{"sleep-for", "nanosleep",
              [] { std::this_thread::sleep_for(std::chrono::nanoseconds{1}); }},
    Violation{"usleep", "usleep", [] { ::usleep(0); }},
    Violation{"sleep", "sleep", [] { ::sleep(0); }},
    Violation{"absolute-sleep", "clock_nanosleep",
              [] { ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &kNoTime, nullptr); }},
    Violation{"yield", "sched_yield", [] { std::this_thread::yield(); }},
    Violation{"poll", "poll", [] { ::poll(nullptr, 0, 0); }},
    Violation{"select", "select",
              [] {
                timeval time{};
                ::select(0, nullptr, nullptr, nullptr, &time);
              }},
    Violation{"epoll", "epoll_wait",
              [] {
                epoll_event event{};
                ::epoll_wait(-1, &event, 1, 0);
              }},
    Violation{"socket", "socket", [] { keep(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
    Violation{"connect", "connect", [] { keep(::connect(-1, nullptr, 0)); }},
    Violation{"recv", "recv", [] { keep(::recv(-1, prepared().text.data(), 1, 0)); }},
    Violation{"send", "send", [] { keep(::send(-1, prepared().text.data(), 1, 0)); }},
    Violation{"system-call", "syscall", [] { keep(::syscall(SYS_gettid)); }},
};
// NOLINTEND(cppcoreguidelines-no-malloc)

}  // namespace

void PrintTo(const Violation& violation, std::ostream* out) { *out << violation.name; }

std::span<const Violation> violations() {
  static_cast<void>(prepared());
  return kViolations;
}

}  // namespace isotherm::test

// Waiting: for time, for a descriptor, for another process. A reader sleeps in one place only,
// until its next slot, by an absolute time; whatever else it waits for makes that slot late.
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdarg>

#include "guard/guard.hpp"

namespace {

using isotherm::core::realtime_phase;
using isotherm::core::RealtimePhase;

constinit isotherm::guard::Original original_clock_nanosleep("clock_nanosleep");
constinit isotherm::guard::Original original_syscall("syscall");

}  // namespace

int guarded_clock_nanosleep(clockid_t clock, int flags, const timespec* until,
                            timespec* rest) __asm__("clock_nanosleep");
int guarded_clock_nanosleep(clockid_t clock, int flags, const timespec* until, timespec* rest) {
  const bool may_sleep = realtime_phase == RealtimePhase::Waiting && clock == CLOCK_MONOTONIC &&
                         (flags & TIMER_ABSTIME) != 0;
  if (!may_sleep) {
    isotherm::guard::forbid_while_sampling("clock_nanosleep");
  }
  using Function = int (*)(clockid_t, int, const timespec*, timespec*);
  return original_clock_nanosleep.as<Function>()(clock, flags, until, rest);
}

// The waits and wake-ups of std::atomic go through here. Waking somebody waits for nothing.
long guarded_syscall(long number, ...) __asm__("syscall");
long guarded_syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  const long a = va_arg(rest, long);
  const long b = va_arg(rest, long);
  const long c = va_arg(rest, long);
  const long d = va_arg(rest, long);
  const long e = va_arg(rest, long);
  const long f = va_arg(rest, long);
  va_end(rest);
  const bool only_wakes = number == SYS_futex && (b & FUTEX_CMD_MASK) == FUTEX_WAKE;
  if (!only_wakes) {
    isotherm::guard::forbid_while_sampling("syscall");
  }
  return original_syscall.as<long (*)(long, ...)>()(number, a, b, c, d, e, f);
}

ISOTHERM_FORBIDDEN(int, nanosleep, (const timespec* time, timespec* rest), (time, rest))
ISOTHERM_FORBIDDEN(int, usleep, (useconds_t time), (time))
ISOTHERM_FORBIDDEN(unsigned, sleep, (unsigned seconds), (seconds))
ISOTHERM_FORBIDDEN(int, sched_yield, (), ())
ISOTHERM_FORBIDDEN(int, pause, (), ())
ISOTHERM_FORBIDDEN(int, poll, (pollfd * files, nfds_t count, int timeout), (files, count, timeout))
ISOTHERM_FORBIDDEN(int, ppoll,
                   (pollfd * files, nfds_t count, const timespec* timeout, const sigset_t* signals),
                   (files, count, timeout, signals))
ISOTHERM_FORBIDDEN(int, select, (int limit, fd_set* in, fd_set* out, fd_set* other, timeval* time),
                   (limit, in, out, other, time))
ISOTHERM_FORBIDDEN(int, pselect,
                   (int limit, fd_set* in, fd_set* out, fd_set* other, const timespec* time,
                    const sigset_t* signals),
                   (limit, in, out, other, time, signals))
ISOTHERM_FORBIDDEN(int, epoll_wait, (int poll, epoll_event* events, int count, int timeout),
                   (poll, events, count, timeout))
ISOTHERM_FORBIDDEN(int, epoll_pwait,
                   (int poll, epoll_event* events, int count, int timeout, const sigset_t* signals),
                   (poll, events, count, timeout, signals))
ISOTHERM_FORBIDDEN(int, sigwait, (const sigset_t* signals, int* signal), (signals, signal))
ISOTHERM_FORBIDDEN(int, sigsuspend, (const sigset_t* signals), (signals))

ISOTHERM_FORBIDDEN(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
ISOTHERM_FORBIDDEN(int, connect, (int file, const sockaddr* to, socklen_t size), (file, to, size))
ISOTHERM_FORBIDDEN(int, accept, (int file, sockaddr* from, socklen_t* size), (file, from, size))
ISOTHERM_FORBIDDEN(int, accept4, (int file, sockaddr* from, socklen_t* size, int flags),
                   (file, from, size, flags))
ISOTHERM_FORBIDDEN(ssize_t, send, (int file, const void* from, size_t size, int flags),
                   (file, from, size, flags))
ISOTHERM_FORBIDDEN(ssize_t, sendto,
                   (int file, const void* from, size_t size, int flags, const sockaddr* to,
                    socklen_t to_size),
                   (file, from, size, flags, to, to_size))
ISOTHERM_FORBIDDEN(ssize_t, sendmsg, (int file, const msghdr* message, int flags),
                   (file, message, flags))
ISOTHERM_FORBIDDEN(ssize_t, recv, (int file, void* to, size_t size, int flags),
                   (file, to, size, flags))
ISOTHERM_FORBIDDEN(ssize_t, recvfrom,
                   (int file, void* to, size_t size, int flags, sockaddr* from,
                    socklen_t* from_size),
                   (file, to, size, flags, from, from_size))
ISOTHERM_FORBIDDEN(ssize_t, recvmsg, (int file, msghdr* message, int flags), (file, message, flags))

ISOTHERM_FORBIDDEN(pid_t, fork, (), ())
ISOTHERM_FORBIDDEN(int, system, (const char* command), (command))
ISOTHERM_FORBIDDEN(pid_t, waitpid, (pid_t process, int* status, int options),
                   (process, status, options))
ISOTHERM_FORBIDDEN(void*, dlopen, (const char* path, int flags), (path, flags))

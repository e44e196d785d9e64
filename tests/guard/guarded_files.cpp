// Files and folders: a path is looked up with the file system's locks, and may wait for a disk.
// Reading what is open is what a driver is for, and right where it says so
// (RealtimePhase::Reading).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "guard/guard.hpp"

// open(2) and its like have a mode only where they may make a file.
// NOLINTBEGIN(bugprone-macro-parentheses): lists of parameters cannot be put into them.
#define ISOTHERM_FORBIDDEN_OPEN(name, parameters, arguments)          \
  int forbidden_##name parameters __asm__(#name);                     \
  int forbidden_##name parameters {                                   \
    static constinit ::isotherm::guard::Original original(#name);     \
    ::isotherm::guard::forbid_while_sampling(#name);                  \
    mode_t mode = 0;                                                  \
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) { \
      va_list rest;                                                   \
      va_start(rest, flags);                                          \
      mode = va_arg(rest, mode_t);                                    \
      va_end(rest);                                                   \
    }                                                                 \
    return original.as<int(*) parameters>() arguments;                \
  }
// NOLINTEND(bugprone-macro-parentheses)

ISOTHERM_FORBIDDEN_OPEN(open, (const char* path, int flags, ...), (path, flags, mode))
ISOTHERM_FORBIDDEN_OPEN(open64, (const char* path, int flags, ...), (path, flags, mode))
ISOTHERM_FORBIDDEN_OPEN(openat, (int folder, const char* path, int flags, ...),
                        (folder, path, flags, mode))
ISOTHERM_FORBIDDEN_OPEN(openat64, (int folder, const char* path, int flags, ...),
                        (folder, path, flags, mode))
// What -D_FORTIFY_SOURCE makes of them where the flags are not known to be without a mode.
ISOTHERM_FORBIDDEN(int, __open_2, (const char* path, int flags), (path, flags))
ISOTHERM_FORBIDDEN(int, __open64_2, (const char* path, int flags), (path, flags))
ISOTHERM_FORBIDDEN(int, __openat_2, (int folder, const char* path, int flags),
                   (folder, path, flags))
ISOTHERM_FORBIDDEN(int, __openat64_2, (int folder, const char* path, int flags),
                   (folder, path, flags))
ISOTHERM_FORBIDDEN(int, creat, (const char* path, mode_t mode), (path, mode))
ISOTHERM_FORBIDDEN(int, creat64, (const char* path, mode_t mode), (path, mode))
ISOTHERM_FORBIDDEN(int, close, (int file), (file))
ISOTHERM_FORBIDDEN(FILE*, fopen, (const char* path, const char* mode), (path, mode))
ISOTHERM_FORBIDDEN(FILE*, fopen64, (const char* path, const char* mode), (path, mode))
ISOTHERM_FORBIDDEN(FILE*, fdopen, (int file, const char* mode), (file, mode))
ISOTHERM_FORBIDDEN(int, fclose, (FILE * file), (file))
ISOTHERM_FORBIDDEN(DIR*, opendir, (const char* path), (path))
ISOTHERM_FORBIDDEN(DIR*, fdopendir, (int file), (file))
ISOTHERM_FORBIDDEN(int, closedir, (DIR * folder), (folder))
ISOTHERM_FORBIDDEN(int, access, (const char* path, int mode), (path, mode))
ISOTHERM_FORBIDDEN(char*, realpath, (const char* path, char* to), (path, to))
ISOTHERM_FORBIDDEN(ssize_t, readlink, (const char* path, char* to, std::size_t size),
                   (path, to, size))
ISOTHERM_FORBIDDEN(int, rename, (const char* from, const char* to), (from, to))
ISOTHERM_FORBIDDEN(int, unlink, (const char* path), (path))
ISOTHERM_FORBIDDEN(int, mkdir, (const char* path, mode_t mode), (path, mode))

// NOLINTBEGIN(bugprone-macro-parentheses): types and lists of parameters cannot be put into them.
#define ISOTHERM_READING_ONLY(result, name, parameters, arguments)                      \
  result reading_only_##name parameters __asm__(#name);                                 \
  result reading_only_##name parameters {                                               \
    static constinit ::isotherm::guard::Original original(#name);                       \
    if (::isotherm::core::realtime_phase != ::isotherm::core::RealtimePhase::Reading) { \
      ::isotherm::guard::forbid_while_sampling(#name);                                  \
    }                                                                                   \
    return original.as<result(*) parameters>() arguments;                               \
  }
// NOLINTEND(bugprone-macro-parentheses)
ISOTHERM_READING_ONLY(ssize_t, read, (int file, void* to, std::size_t size), (file, to, size))
ISOTHERM_READING_ONLY(ssize_t, pread, (int file, void* to, std::size_t size, off_t offset),
                      (file, to, size, offset))
ISOTHERM_READING_ONLY(ssize_t, pread64, (int file, void* to, std::size_t size, off64_t offset),
                      (file, to, size, offset))
ISOTHERM_READING_ONLY(ssize_t, readv, (int file, const iovec* parts, int count),
                      (file, parts, count))
ISOTHERM_READING_ONLY(ssize_t, preadv, (int file, const iovec* parts, int count, off_t offset),
                      (file, parts, count, offset))
ISOTHERM_READING_ONLY(ssize_t, preadv64, (int file, const iovec* parts, int count, off64_t offset),
                      (file, parts, count, offset))
// What -D_FORTIFY_SOURCE makes of the first three.
ISOTHERM_READING_ONLY(ssize_t, __read_chk, (int file, void* to, std::size_t size, std::size_t room),
                      (file, to, size, room))
ISOTHERM_READING_ONLY(ssize_t, __pread_chk,
                      (int file, void* to, std::size_t size, off_t offset, std::size_t room),
                      (file, to, size, offset, room))
ISOTHERM_READING_ONLY(ssize_t, __pread64_chk,
                      (int file, void* to, std::size_t size, off64_t offset, std::size_t room),
                      (file, to, size, offset, room))

// How a driver of i2c-dev or spidev reads. All requests have one more argument or none, and the
// kernel takes it as a number or an address (ioctl(2)).
int reading_only_ioctl(int file, unsigned long request, ...) __asm__("ioctl");
int reading_only_ioctl(int file, unsigned long request, ...) {
  static constinit isotherm::guard::Original original("ioctl");
  if (isotherm::core::realtime_phase != isotherm::core::RealtimePhase::Reading) {
    isotherm::guard::forbid_while_sampling("ioctl");
  }
  va_list rest;
  va_start(rest, request);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  return original.as<int (*)(int, unsigned long, ...)>()(file, request, argument);
}

ISOTHERM_FORBIDDEN(ssize_t, write, (int file, const void* from, std::size_t size),
                   (file, from, size))
ISOTHERM_FORBIDDEN(ssize_t, writev, (int file, const iovec* parts, int count), (file, parts, count))
ISOTHERM_FORBIDDEN(ssize_t, pwrite, (int file, const void* from, std::size_t size, off_t offset),
                   (file, from, size, offset))
ISOTHERM_FORBIDDEN(ssize_t, pwrite64,
                   (int file, const void* from, std::size_t size, off64_t offset),
                   (file, from, size, offset))
ISOTHERM_FORBIDDEN(int, fsync, (int file), (file))
ISOTHERM_FORBIDDEN(int, fdatasync, (int file), (file))
ISOTHERM_FORBIDDEN(int, ftruncate, (int file, off_t size), (file, size))
ISOTHERM_FORBIDDEN(int, flock, (int file, int operation), (file, operation))

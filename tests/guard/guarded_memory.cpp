// Memory: what takes malloc's lock, or the kernel's for the process's mappings. operator new and
// delete, std::string and the like come here too: they call malloc.
#include <sys/mman.h>
#include <sys/types.h>

#include <cstddef>

#include "guard/guard.hpp"

// glibc's own entrances (GLIBC_2.2.5). dlsym(3) may itself allocate, so these few cannot be looked
// up by it.
// NOLINTBEGIN(readability-identifier-naming): glibc has named them.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}
// NOLINTEND(readability-identifier-naming)

void* guarded_malloc(std::size_t size) __asm__("malloc");
void* guarded_malloc(std::size_t size) {
  isotherm::guard::forbid_while_sampling("malloc");
  return __libc_malloc(size);
}

void* guarded_calloc(std::size_t count, std::size_t size) __asm__("calloc");
void* guarded_calloc(std::size_t count, std::size_t size) {
  isotherm::guard::forbid_while_sampling("calloc");
  return __libc_calloc(count, size);
}

void* guarded_realloc(void* memory, std::size_t size) __asm__("realloc");
void* guarded_realloc(void* memory, std::size_t size) {
  isotherm::guard::forbid_while_sampling("realloc");
  return __libc_realloc(memory, size);
}

void guarded_free(void* memory) __asm__("free");
void guarded_free(void* memory) {
  // free(nullptr) does nothing, by the standard: destructors of empty things may call it.
  if (memory != nullptr) {
    isotherm::guard::forbid_while_sampling("free");
    __libc_free(memory);
  }
}

void* guarded_memalign(std::size_t alignment, std::size_t size) __asm__("memalign");
void* guarded_memalign(std::size_t alignment, std::size_t size) {
  isotherm::guard::forbid_while_sampling("memalign");
  return __libc_memalign(alignment, size);
}

void* guarded_aligned_alloc(std::size_t alignment, std::size_t size) __asm__("aligned_alloc");
void* guarded_aligned_alloc(std::size_t alignment, std::size_t size) {
  isotherm::guard::forbid_while_sampling("aligned_alloc");
  return __libc_memalign(alignment, size);
}

ISOTHERM_FORBIDDEN(int, posix_memalign, (void** to, std::size_t alignment, std::size_t size),
                   (to, alignment, size))
ISOTHERM_FORBIDDEN(void*, reallocarray, (void* memory, std::size_t count, std::size_t size),
                   (memory, count, size))
ISOTHERM_FORBIDDEN(int, malloc_trim, (std::size_t pad), (pad))
ISOTHERM_FORBIDDEN(void*, mmap,
                   (void* at, std::size_t size, int protection, int flags, int file, off_t offset),
                   (at, size, protection, flags, file, offset))
ISOTHERM_FORBIDDEN(void*, mmap64,
                   (void* at, std::size_t size, int protection, int flags, int file,
                    off64_t offset),
                   (at, size, protection, flags, file, offset))
ISOTHERM_FORBIDDEN(int, munmap, (void* at, std::size_t size), (at, size))
ISOTHERM_FORBIDDEN(int, mprotect, (void* at, std::size_t size, int protection),
                   (at, size, protection))
ISOTHERM_FORBIDDEN(int, madvise, (void* at, std::size_t size, int advice), (at, size, advice))
ISOTHERM_FORBIDDEN(int, mlockall, (int flags), (flags))
ISOTHERM_FORBIDDEN(int, mlock, (const void* at, std::size_t size), (at, size))

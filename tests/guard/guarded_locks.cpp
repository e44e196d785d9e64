// Locks, and what waits for another thread. Whoever holds a lock that a reader wants may have been
// taken off its core by somebody of lower priority: the reader would wait for both (priority
// inversion, sched(7) has no cure for std::mutex).
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "guard/guard.hpp"

ISOTHERM_FORBIDDEN(int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_mutex_timedlock, (pthread_mutex_t * lock, const timespec* until),
                   (lock, until))
ISOTHERM_FORBIDDEN(int, pthread_mutex_clocklock,
                   (pthread_mutex_t * lock, clockid_t clock, const timespec* until),
                   (lock, clock, until))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_timedrdlock,
                   (pthread_rwlock_t * lock, const timespec* until), (lock, until))
ISOTHERM_FORBIDDEN(int, pthread_rwlock_timedwrlock,
                   (pthread_rwlock_t * lock, const timespec* until), (lock, until))
ISOTHERM_FORBIDDEN(int, pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
ISOTHERM_FORBIDDEN(int, pthread_barrier_wait, (pthread_barrier_t * barrier), (barrier))

// On x86-64 the condition variables of glibc 2.3.2 are the second kind; elsewhere there is one.
ISOTHERM_FORBIDDEN_OF_VERSION(int, pthread_cond_wait, "GLIBC_2.3.2",
                              (pthread_cond_t * condition, pthread_mutex_t* lock),
                              (condition, lock))
ISOTHERM_FORBIDDEN_OF_VERSION(int, pthread_cond_timedwait, "GLIBC_2.3.2",
                              (pthread_cond_t * condition, pthread_mutex_t* lock,
                               const timespec* until),
                              (condition, lock, until))
ISOTHERM_FORBIDDEN(int, pthread_cond_clockwait,
                   (pthread_cond_t * condition, pthread_mutex_t* lock, clockid_t clock,
                    const timespec* until),
                   (condition, lock, clock, until))
// They take the condition's own lock.
ISOTHERM_FORBIDDEN_OF_VERSION(int, pthread_cond_signal, "GLIBC_2.3.2", (pthread_cond_t * condition),
                              (condition))
ISOTHERM_FORBIDDEN_OF_VERSION(int, pthread_cond_broadcast, "GLIBC_2.3.2",
                              (pthread_cond_t * condition), (condition))

// sem_post() is not here: it wakes, and waits for nothing.
ISOTHERM_FORBIDDEN(int, sem_wait, (sem_t * semaphore), (semaphore))
ISOTHERM_FORBIDDEN(int, sem_timedwait, (sem_t * semaphore, const timespec* until),
                   (semaphore, until))
ISOTHERM_FORBIDDEN(int, sem_clockwait, (sem_t * semaphore, clockid_t clock, const timespec* until),
                   (semaphore, clock, until))

ISOTHERM_FORBIDDEN(int, pthread_once, (pthread_once_t * once, void (*body)()), (once, body))
ISOTHERM_FORBIDDEN(int, pthread_create,
                   (pthread_t * thread, const pthread_attr_t* attributes, void* (*body)(void*),
                    void* argument),
                   (thread, attributes, body, argument))
ISOTHERM_FORBIDDEN(int, pthread_join, (pthread_t thread, void** result), (thread, result))
// The first pass through a function's static variable: whoever comes second waits for the first.
ISOTHERM_FORBIDDEN(int, __cxa_guard_acquire, (void* flag), (flag))

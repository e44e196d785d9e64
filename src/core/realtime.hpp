// ISOTHERM_REALTIME marks a function that a reader thread may call once sampling has begun: it does
// not allocate, lock, log, format, throw or wait for anything but the clock, and every loop in it
// is bounded. Where the compiler knows the attribute (clang 20 and later), it checks that claim.
//
// Words used in all headers of os/, ring/, sensor/ and acquire/:
//   real-time     may be called from a reader thread while it samples
//   housekeeping  must not; this is the default where a function says nothing
#pragma once

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define ISOTHERM_REALTIME [[clang::nonblocking]]
#endif
#endif
#ifndef ISOTHERM_REALTIME
#define ISOTHERM_REALTIME
#endif

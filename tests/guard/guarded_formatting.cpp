// Making text, and printing it. Time without a bound that anybody has measured, a stack of a
// kilobyte and more, locales with their locks; and a stream has a lock of its own.
// std::to_string(double) and a stream's << of a double come here by vsnprintf.
#include <time.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "guard/guard.hpp"

ISOTHERM_FORBIDDEN(int, vsnprintf,
                   (char* to, std::size_t size, const char* format, va_list arguments),
                   (to, size, format, arguments))
ISOTHERM_FORBIDDEN(int, vsprintf, (char* to, const char* format, va_list arguments),
                   (to, format, arguments))
ISOTHERM_FORBIDDEN(int, vfprintf, (FILE * to, const char* format, va_list arguments),
                   (to, format, arguments))
ISOTHERM_FORBIDDEN(int, vprintf, (const char* format, va_list arguments), (format, arguments))
ISOTHERM_FORBIDDEN(int, vdprintf, (int to, const char* format, va_list arguments),
                   (to, format, arguments))
ISOTHERM_FORBIDDEN(int, vasprintf, (char** to, const char* format, va_list arguments),
                   (to, format, arguments))
ISOTHERM_FORBIDDEN(int, vsscanf, (const char* from, const char* format, va_list arguments),
                   (from, format, arguments))
// What -D_FORTIFY_SOURCE makes of the first four.
ISOTHERM_FORBIDDEN(int, __vsnprintf_chk,
                   (char* to, std::size_t size, int flag, std::size_t room, const char* format,
                    va_list arguments),
                   (to, size, flag, room, format, arguments))
ISOTHERM_FORBIDDEN(int, __vsprintf_chk,
                   (char* to, int flag, std::size_t room, const char* format, va_list arguments),
                   (to, flag, room, format, arguments))
ISOTHERM_FORBIDDEN(int, __vfprintf_chk,
                   (FILE * to, int flag, const char* format, va_list arguments),
                   (to, flag, format, arguments))
ISOTHERM_FORBIDDEN(int, __vprintf_chk, (int flag, const char* format, va_list arguments),
                   (flag, format, arguments))

// The same with the arguments one by one: handed on as a list, to the function `listed`.
// NOLINTBEGIN(bugprone-macro-parentheses): types and lists of parameters cannot be put into them.
#define ISOTHERM_FORBIDDEN_LIST(name, listed, parameters, last, ...) \
  int forbidden_##name parameters __asm__(#name);                    \
  int forbidden_##name parameters {                                  \
    ::isotherm::guard::forbid_while_sampling(#name);                 \
    va_list rest;                                                    \
    va_start(rest, last);                                            \
    const int result = forbidden_##listed(__VA_ARGS__, rest);        \
    va_end(rest);                                                    \
    return result;                                                   \
  }
// NOLINTEND(bugprone-macro-parentheses)

ISOTHERM_FORBIDDEN_LIST(snprintf, vsnprintf, (char* to, std::size_t size, const char* format, ...),
                        format, to, size, format)
ISOTHERM_FORBIDDEN_LIST(sprintf, vsprintf, (char* to, const char* format, ...), format, to, format)
ISOTHERM_FORBIDDEN_LIST(fprintf, vfprintf, (FILE * to, const char* format, ...), format, to, format)
ISOTHERM_FORBIDDEN_LIST(printf, vprintf, (const char* format, ...), format, format)
ISOTHERM_FORBIDDEN_LIST(dprintf, vdprintf, (int to, const char* format, ...), format, to, format)
ISOTHERM_FORBIDDEN_LIST(asprintf, vasprintf, (char** to, const char* format, ...), format, to,
                        format)
ISOTHERM_FORBIDDEN_LIST(sscanf, vsscanf, (const char* from, const char* format, ...), format, from,
                        format)
ISOTHERM_FORBIDDEN_LIST(__snprintf_chk, __vsnprintf_chk,
                        (char* to, std::size_t size, int flag, std::size_t room, const char* format,
                         ...),
                        format, to, size, flag, room, format)
ISOTHERM_FORBIDDEN_LIST(__sprintf_chk, __vsprintf_chk,
                        (char* to, int flag, std::size_t room, const char* format, ...), format, to,
                        flag, room, format)
ISOTHERM_FORBIDDEN_LIST(__fprintf_chk, __vfprintf_chk,
                        (FILE * to, int flag, const char* format, ...), format, to, flag, format)
ISOTHERM_FORBIDDEN_LIST(__printf_chk, __vprintf_chk, (int flag, const char* format, ...), format,
                        flag, format)

ISOTHERM_FORBIDDEN(int, puts, (const char* text), (text))
ISOTHERM_FORBIDDEN(int, fputs, (const char* text, FILE* to), (text, to))
ISOTHERM_FORBIDDEN(int, fputc, (int character, FILE* to), (character, to))
ISOTHERM_FORBIDDEN(int, putchar, (int character), (character))
ISOTHERM_FORBIDDEN(std::size_t, fwrite,
                   (const void* from, std::size_t size, std::size_t count, FILE* to),
                   (from, size, count, to))
ISOTHERM_FORBIDDEN(int, fflush, (FILE * file), (file))
ISOTHERM_FORBIDDEN(void, perror, (const char* text), (text))
ISOTHERM_FORBIDDEN(void, vsyslog, (int priority, const char* format, va_list arguments),
                   (priority, format, arguments))
ISOTHERM_FORBIDDEN(std::size_t, strftime,
                   (char* to, std::size_t size, const char* format, const tm* time),
                   (to, size, format, time))
// They read the time zone's file, under a lock.
ISOTHERM_FORBIDDEN(tm*, localtime, (const time_t* time), (time))
ISOTHERM_FORBIDDEN(tm*, localtime_r, (const time_t* time, tm* to), (time, to))
ISOTHERM_FORBIDDEN(double, strtod, (const char* text, char** end), (text, end))
ISOTHERM_FORBIDDEN(char*, setlocale, (int category, const char* name), (category, name))

# What the toolchain files of this folder share: a g++ of Debian that makes programs for another
# architecture, and libraries and headers of one Debian release from a sysroot.
#
# Set before: `triplet`, `debian_arch`, `processor`, `cpu_flags`, `emulator`. May be set by the
# user:
#   DEBIAN_SUITE    the release whose libraries the program shall use, e.g. bookworm
#   CMAKE_SYSROOT   where they are; otherwise tools/sysroot makes one
#
# The compiler may be older than the release, but not newer: libstdc++ and glibc keep what an older
# program needs, and lack what came later (gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html). So
# everything comes from the sysroot but what belongs to the compiler itself: its C++ headers,
# intrinsics, libgcc and crtbegin.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${processor})
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DEBIAN_SUITE)
set(DEBIAN_SUITE bookworm CACHE STRING "Debian release to build for")

if(NOT CMAKE_SYSROOT)
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/../tools/sysroot ${debian_arch} ${DEBIAN_SUITE}
    OUTPUT_VARIABLE made_sysroot OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "tools/sysroot ${debian_arch} ${DEBIAN_SUITE} failed (${status}), see "
            "above. A sysroot of your own: -DCMAKE_SYSROOT=DIRECTORY")
  endif()
  set(CMAKE_SYSROOT ${made_sysroot} CACHE PATH "Root of the libraries and headers to build against")
endif()

# The newest C++ library of the sysroot says which compilers it can serve.
file(GLOB versions RELATIVE ${CMAKE_SYSROOT}/usr/include/c++ ${CMAKE_SYSROOT}/usr/include/c++/*)
list(FILTER versions INCLUDE REGEX "^[0-9]+$")
list(SORT versions COMPARE NATURAL ORDER DESCENDING)
if(NOT versions)
  message(FATAL_ERROR "${CMAKE_SYSROOT}/usr/include/c++ holds no C++ library. Install "
          "libstdc++-N-dev there, or leave CMAKE_SYSROOT out: tools/sysroot then makes one.")
endif()
list(GET versions 0 newest)

if(NOT CMAKE_CXX_COMPILER)
  find_program(DEBIAN_CXX NAMES ${triplet}-g++ ${triplet}-g++-${newest} REQUIRED
               NO_CMAKE_FIND_ROOT_PATH)
  set(CMAKE_CXX_COMPILER ${DEBIAN_CXX})
endif()
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -dumpversion
                OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
if(version VERSION_GREATER newest AND NOT version MATCHES "^${newest}\\.")
  find_program(DEBIAN_CXX_MATCHING NAMES ${triplet}-g++-${newest} NO_CMAKE_FIND_ROOT_PATH)
  if(NOT DEBIAN_CXX_MATCHING)
    message(FATAL_ERROR "${CMAKE_CXX_COMPILER} is of version ${version}, but the C++ library in "
            "${CMAKE_SYSROOT} is of ${newest}: what it builds may not run there. "
            "Install g++-${newest}-${triplet}, or build for a newer release.")
  endif()
  set(CMAKE_CXX_COMPILER ${DEBIAN_CXX_MATCHING})
endif()

# The compiler looks into /usr/TRIPLET/include before the sysroot: headers of the glibc of this
# machine's release. So its own folders are asked for and the sysroot's put behind them.
if(NOT DEFINED CACHE{DEBIAN_COMPILER_INCLUDES})
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -E -v -x c++ /dev/null
                  OUTPUT_QUIET ERROR_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE ".*<\\.\\.\\.> search starts here:\n(.*)End of search list.*" "\\1"
         said "${said}")
  string(REGEX MATCHALL "[^\n ]+" searched "${said}")
  set(own "")
  foreach(folder IN LISTS searched)
    get_filename_component(folder ${folder} REALPATH)
    if(folder MATCHES "/c\\+\\+/[0-9]|/gcc(-cross)?/[^/]+/[0-9.]+/include$")
      list(APPEND own ${folder})
    endif()
  endforeach()
  set(DEBIAN_COMPILER_INCLUDES "${own}" CACHE INTERNAL "Folders of the compiler's own headers")
endif()
set(flags "-nostdinc -nostdinc++")
foreach(folder IN LISTS DEBIAN_COMPILER_INCLUDES
        ITEMS ${CMAKE_SYSROOT}/usr/include/${triplet} ${CMAKE_SYSROOT}/usr/include)
  string(APPEND flags " -isystem ${folder}")
endforeach()
# What Debian builds its own programs with (dpkg-buildflags(1), hardening=+all). Resolving every
# symbol at the start (-z now) also keeps the dynamic linker out of a real-time thread's first call.
string(APPEND flags " -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat -Werror=format-security"
       " -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
set(CMAKE_CXX_FLAGS_INIT "${cpu_flags} ${flags}")

# -B: its crt1.o and libstdc++.so (tools/sysroot) stand before those that this machine has for the
# architecture.
set(libraries ${CMAKE_SYSROOT}/usr/lib/${triplet})
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-B${libraries}/ -Wl,-rpath-link,${libraries} -Wl,-z,relro -Wl,-z,now -Wl,--as-needed")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "${CMAKE_EXE_LINKER_FLAGS_INIT}")

set(CMAKE_FIND_ROOT_PATH ${CMAKE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

if(emulator)
  find_program(DEBIAN_EMULATOR NAMES ${emulator}-static ${emulator} NO_CMAKE_FIND_ROOT_PATH)
  if(DEBIAN_EMULATOR)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${DEBIAN_EMULATOR} -L ${CMAKE_SYSROOT})
  endif()
endif()

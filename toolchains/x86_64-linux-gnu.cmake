# Debian's amd64, for a release that may be another one than this machine's.
set(triplet x86_64-linux-gnu)
set(debian_arch amd64)
set(processor x86_64)
set(emulator "")
set(cpu_flags "")
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

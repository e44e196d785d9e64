# 32-bit ARM, Debian's armhf: ARMv7 with a floating-point unit (BeagleBone Black, i.MX6, and a
# Raspberry Pi 2 or later with Debian's own 32-bit system). Not a Raspberry Pi 1 or Zero: they are
# ARMv6, see docs/cross-compiling.md.
set(triplet arm-linux-gnueabihf)
set(debian_arch armhf)
set(processor armv7l)
set(emulator qemu-arm)
# -Wno-psabi: no notes that calls differ from those of compilers before GCC 7.1.
set(cpu_flags "-march=armv7-a+fp -mfloat-abi=hard -mthumb -Wno-psabi")
if(NOT DEBIAN_SUITE STREQUAL "bookworm" AND DEBIAN_SUITE)
  # From Debian 13 on time_t has 64 bits there, in every library; an older compiler does not know
  # that by itself (https://wiki.debian.org/ReleaseGoals/64bit-time).
  string(APPEND cpu_flags " -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

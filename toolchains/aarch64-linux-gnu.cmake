# 64-bit ARM, Debian's arm64: Raspberry Pi 3, 4, 5 and Zero 2 W with a 64-bit system.
# No CPU flags: Debian's compiler makes ARMv8.0 code, which all of these run, and picks the atomic
# instructions of later ones at run time (-moutline-atomics, gcc's default).
set(triplet aarch64-linux-gnu)
set(debian_arch arm64)
set(processor aarch64)
set(emulator qemu-aarch64)
set(cpu_flags "")
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

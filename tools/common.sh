# shellcheck shell=bash
# What the tools and .ci/run share. To be sourced by bash; sets `root`, the top of the tree, and
# leaves the working directory alone.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# g++ takes up to this much for one of the files that include Asio or toml++ with the sanitizers on.
kib_per_job=1500000

# The opening comment of the script that was called, which says how it is used.
show_usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }

headline() { printf '\n== %s\n' "$*"; }

# The memory that may be used now, in KiB: the machine's, or less where a container sets a limit
# (https://docs.kernel.org/admin-guide/cgroup-v2.html, memory.max).
memory_kib() {
  local available limit
  available=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  if [ "$limit" != max ] && [ $((limit / 1024)) -lt "$available" ]; then
    available=$((limit / 1024))
  fi
  printf '%s\n' "$available"
}

# How many compilers may run side by side: one a core, fewer where memory is short, at least one.
build_jobs() {
  local cores by_memory
  cores=$(nproc)
  by_memory=$(($(memory_kib) / kib_per_job))
  if [ "$by_memory" -lt "$cores" ]; then cores=$by_memory; fi
  if [ "$cores" -lt 1 ]; then cores=1; fi
  printf '%s\n' "$cores"
}

# configure PRESET [CMAKE ARGUMENT...]
configure() {
  local preset=$1
  shift
  (cd "$root" && cmake --preset "$preset" "$@")
}

# build PRESET [TARGET]: all of it, or one target. ninja rebuilds only what has changed, and
# configures anew by itself where a CMakeLists.txt has.
build() {
  cmake --build "$root/build/$1" --parallel "$(build_jobs)" ${2:+--target "$2"}
}

# A build folder that another user made (root, most often) cannot be written to; say so before
# cmake fails with a stack of messages.
require_writable_build() {
  local folder
  for folder in "$root/build/$1" "$root/build" "$root"; do
    [ -e "$folder" ] || continue
    [ -w "$folder" ] && return 0
    printf '%s: you may not write to %s, which belongs to %s.\n' "$0" "$folder" \
      "$(stat -c %U "$folder")" >&2
    printf 'Remove it, or change its owner: chown -R %s %s\n' "$(id -un)" "$folder" >&2
    exit 73 # EX_CANTCREAT
  done
}

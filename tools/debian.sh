# shellcheck shell=bash
# What the tools share that make or use file systems of Debian: its architectures, and this
# machine's way to Debian's mirrors. To be sourced after common.sh.

# Where file systems made from Debian's packages are kept, outside the tree.
# shellcheck disable=SC2034 # for those who source this
cache=${XDG_CACHE_HOME:-$HOME/.cache}/isotherm

# Debian's name of an architecture -> the name of its compilers and of its library folders
# (https://wiki.debian.org/Multiarch/Tuples). Fails with a reason for all others.
triplet_of() {
  case $1 in
    arm64) printf 'aarch64-linux-gnu\n' ;;
    armhf) printf 'arm-linux-gnueabihf\n' ;;
    amd64) printf 'x86_64-linux-gnu\n' ;;
    armv6* | armel | rpi0 | rpi1 | rpi-zero)
      cat >&2 <<'REASON'
ARMv6 (Raspberry Pi 1, Zero and Zero W; the Zero 2 W is ARMv8) is not built here. Debian's armhf is
ARMv7: its libraries and what its compiler makes end on such a board with "Illegal instruction", and
its armel knows no floating-point unit. What it takes is Raspberry Pi OS (32 bit): a root file
system of it as CMAKE_SYSROOT and a compiler made for it, with -march=armv6+fp -mfloat-abi=hard
-marm; or to build on the board itself, with tools/run.
REASON
      return 1
      ;;
    *)
      printf 'unknown architecture "%s": arm64, armhf or amd64\n' "$1" >&2
      return 1
      ;;
  esac
}

known_suite() {
  case $1 in
    bookworm | trixie) ;;
    *)
      printf 'unknown Debian release "%s": bookworm or trixie\n' "$1" >&2
      return 1
      ;;
  esac
}

# Sets `arch`, `triplet` and `suite` from a tool's words ARCH [SUITE]; ends the tool where they are
# others.
# shellcheck disable=SC2034 # for those who source this
take_arch_and_suite() {
  case "${1:-}" in
    -h | --help)
      show_usage
      exit 0
      ;;
  esac
  if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    show_usage >&2
    exit 64
  fi
  arch=$1 suite=${2:-bookworm}
  triplet=$(triplet_of "$arch") || exit 64
  known_suite "$suite" || exit 64
}

# The host's Debian mirrors as lines of sources.list, with the host's release replaced by $1; with
# "release" as $2 only the release itself, without its updates and security updates. Nothing where
# the host is no Debian: mmdebstrap then takes Debian's own.
host_sources() {
  local codename
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' | awk -v host="$codename" -v wanted="$1" -v only="${2:-}" '
      $1 == "Debian" && ($3 == host ||
          only == "" && ($3 == host "-updates" || $3 == host "-security")) {
        print "deb", $2, wanted substr($3, length(host) + 1), $4
      }' | sort -u
}

# How this machine's apt reaches its mirrors: proxies, and whether it checks the lists' dates (a
# mirror frozen at some day must not).
host_apt_options() {
  apt-config dump | sed -n \
    '/^Acquire::\(http\|https\)::Proxy \|^Acquire::Check-Valid-Until \|^Acquire::Check-Date /p'
}

# debian_tar SUITE ARCHIVE [OPTION OF mmdebstrap...]: makes ARCHIVE, complete or not at all. With
# sources_of=release it comes from the release alone, see host_sources.
debian_tar() {
  local suite=$1 archive=$2 sources option options=(--format=tar)
  shift 2
  sources=$(host_sources "$suite" "${sources_of:-}")
  while read -r option; do options+=(--aptopt="$option"); done < <(host_apt_options)
  mkdir -p "$(dirname "$archive")"
  # mmdebstrap keeps the apt options and the sources in the file system it makes. "-" reads sources
  # from stdin; without one it takes its default.
  if [ -n "$sources" ]; then
    mmdebstrap "${options[@]}" "$@" "$suite" "$archive.part" - <<<"$sources"
  else
    mmdebstrap "${options[@]}" "$@" "$suite" "$archive.part"
  fi
  mv "$archive.part" "$archive"
}

# CMake's preset of an architecture.
preset_of() {
  case $1 in
    arm64) printf 'aarch64\n' ;;
    armhf) printf 'armhf\n' ;;
    amd64) printf 'x86_64\n' ;;
  esac
}

# The folder below build/ for an architecture and a release: the preset's where it is for that
# release. (So the tests of the two ARM presets try both releases.)
cross_folder() {
  case $1-$2 in
    arm64-bookworm | armhf-trixie | amd64-bookworm) preset_of "$1" ;;
    *) printf '%s-%s\n' "$(preset_of "$1")" "$2" ;;
  esac
}

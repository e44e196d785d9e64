#!/bin/bash
# Hook of mmdebstrap (--extract-hook), with the packages unpacked and their archives still there:
# installs them, and fetches the kernel's package and the program cyclictest, unless KERNEL is empty.
#
#   configure.sh ROOT KERNEL DOWNLOADS
#
# mmdebstrap's own way runs all of dpkg under qemu-user: unpacking alone takes twice as long there as
# all of this. So here dpkg is this machine's, and only the packages' scripts run in ROOT.
set -euo pipefail
root=$1 kernel=$2 downloads=$3

if [ -n "$kernel" ]; then
  newest=$(APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-cache depends "$kernel" |
    sed -n 's/^ *Depends: \(linux-image-\)/\1/p')
  mkdir -p "$downloads"
  (cd "$downloads" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -q download "$newest" rt-tests)
  dpkg-deb --fsys-tarfile "$downloads"/rt-tests_*.deb | tar -C "$root" -x ./usr/bin/cyclictest
fi

if [ ! -c "$root/dev/null" ]; then mknod -m 666 "$root/dev/null" c 1 3; fi
# Nothing is to be started in ROOT: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
# --force-depends: all at once, in dpkg's own order, among which there are circles.
dpkg=(dpkg --root="$root" --force-architecture --force-unsafe-io --force-depends --force-confold)
for kind in doc man locale; do dpkg+=("--path-exclude=/usr/share/$kind/*"); done
"${dpkg[@]}" --unpack "$root"/var/cache/apt/archives/*.deb >/dev/null
"${dpkg[@]}" --configure -a </dev/null >/dev/null
broken=$("${dpkg[@]}" --audit)
if [ -n "$broken" ]; then
  printf 'configure.sh: not all packages are installed:\n%s\n' "$broken" >&2
  exit 1
fi

#!/bin/sh
# usage: debian_root.sh ARCH DIR PACKAGE...
# Unpacks Debian's PACKAGEs for ARCH, and what they depend on, below DIR/root:
# a system that can be run, as images without a package manager are made.
# Nothing is installed, here or there.
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
arch=$1
dir=$2
shift 2

isolated()
{
	"$tests/isolated_apt.sh" "$arch" "$dir" "$@"
}

isolated apt-get install -y --download-only --no-install-recommends "$@"
mkdir -p "$dir/root"
for deb in "$dir"/cache/archives/*.deb; do
	case ${deb##*/} in
	dpkg_* | tar_*) ;; # they were only needed to install the others
	*) dpkg-deb -x "$deb" "$dir/root" ;;
	esac
done
# where all of it is below /usr, these are of a package that is not asked for
for name in bin lib lib64 sbin; do
	[ -e "$dir/root/$name" ] || [ ! -d "$dir/root/usr/$name" ] ||
		ln -s "usr/$name" "$dir/root/$name"
done
rm -rf "$dir/lists" "$dir/cache" "$dir/status" "$dir/updated"

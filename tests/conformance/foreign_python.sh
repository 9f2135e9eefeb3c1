#!/bin/sh
# usage: foreign_python.sh ARCH DIR
# Unpacks Debian's smallest python3 for ARCH below DIR/root and writes its
# version to DIR/version. Nothing is installed.
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
arch=$1
dir=$2

isolated()
{
	"$tests/isolated_apt.sh" "$arch" "$dir" "$@"
}

package=$(isolated apt-cache depends python3-minimal |
	sed -n 's/.*Depends: \(python3\.[0-9]*-minimal\)$/\1/p')
[ -n "$package" ] || { echo "no python3 for $arch in this Debian"; exit 1; }
mkdir -p "$dir/debs"
cd "$dir/debs"
isolated apt-get download "$package" "lib$package"
for deb in *.deb; do
	dpkg-deb -x "$deb" "$dir/root"
done
dpkg-deb -f "$package"_*.deb Version | sed 's/[-+~].*//' >"$dir/version"

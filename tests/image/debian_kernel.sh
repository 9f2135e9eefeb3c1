#!/bin/sh
# usage: debian_kernel.sh ARCH DIR
# Gets Debian's kernel for virtual machines, DIR/vmlinuz, without installing it.
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
arch=$1
dir=$2

isolated()
{
	"$tests/isolated_apt.sh" "$arch" "$dir" "$@"
}

package=$(isolated apt-cache depends "linux-image-cloud-$arch" |
	sed -n 's/.*Depends: \(linux-image-[0-9].*\)$/\1/p')
[ -n "$package" ] || { echo "no such kernel for $arch in this Debian"; exit 1; }
cd "$dir"
isolated apt-get download "$package"
dpkg-deb --fsys-tarfile "$package"_*.deb |
	tar -x --wildcards --transform 's,.*/,,' './boot/vmlinuz-*'
mv vmlinuz-* vmlinuz
rm -rf lists cache status updated "$package"_*.deb

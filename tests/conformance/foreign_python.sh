#!/bin/sh
# usage: foreign_python.sh ARCH DIR
# Unpacks Debian's smallest python3 for ARCH below DIR/root and writes its
# version to DIR/version. Nothing is installed: apt gets a state of its own.
set -eu

arch=$1
dir=$2
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/debs"
: >"$dir/status"

isolated()
{
	command=$1
	shift
	"$command" -q -o APT::Architecture="$arch" \
		-o APT::Architectures="$arch" -o APT::Sandbox::User=root \
		-o Dir::State="$dir" -o Dir::State::lists="$dir/lists" \
		-o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" \
		-o Acquire::Languages=none -o Acquire::Retries=1 \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
		"$@"
}

# an index that a mirror is just replacing may not be needed
isolated apt-get update || echo "apt-get update failed: going on"
package=$(isolated apt-cache depends python3-minimal |
	sed -n 's/.*Depends: \(python3\.[0-9]*-minimal\)$/\1/p')
[ -n "$package" ] || { echo "no python3 for $arch in this Debian"; exit 1; }
cd "$dir/debs"
isolated apt-get download "$package" "lib$package"
for deb in *.deb; do
	dpkg-deb -x "$deb" "$dir/root"
done
dpkg-deb -f "$package"_*.deb Version | sed 's/[-+~].*//' >"$dir/version"

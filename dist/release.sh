#!/bin/sh
# usage: release.sh BUILD VERSION [NAME...]
# Fills BUILD/dist with the files of a release: the source, for each
# architecture of the list `targets` (or those NAMEd) the program alone, a
# tarball in the form of a PREFIX and a wheel; one image for all of them; the
# licences of what is in the program, what all was built with, and SHA256SUMS.
# The programs are built from the unpacked source tarball. Works in BUILD/cross,
# where compilers stay for the next time (CROSS: another directory).
set -eu
export LC_ALL=C TZ=UTC
umask 022

here=$(cd "$(dirname "$0")" && pwd)
[ ! -e "$1/dist/targets" ] || {
	echo "release.sh: '$1/dist' is not for what is made (O=)" >&2
	exit 1
}
dist=$1/dist out=$1/dist.tmp cross=${CROSS:-$1/cross} version=$2
shift 2
[ $# != 0 ] || {
	# shellcheck disable=SC2046 # a list of words
	set -- $(sed -n 's/^\([a-z0-9_]*\)[[:blank:]].*/\1/p' "$here/targets")
}
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD KEEP_SYMBOLS
unset REALGCC CPATH C_INCLUDE_PATH LIBRARY_PATH

sh "$here/cross.sh" "$cross" "$@"
cross=$(cd "$cross" && pwd)
rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
source=$out/venvbox-$version
commit=$(git -C "$here" rev-parse HEAD)
epoch=$(sh "$here/source.sh" "$version" "$out")
export SOURCE_DATE_EPOCH="$epoch"

# in_source GOAL...: make, in the source, for the architecture $name.
in_source()
{
	make -s -j"${JOBS:-2}" -C "$source" O="$out/$name" CFLAGS=-Os CPPFLAGS= \
		LDFLAGS= CC="$cross/$name/bin/musl-gcc" ZLIB_SRC="$cross/zlib" "$@"
}

for name; do
	echo "release.sh: $name" >&2
	tree=$out/venvbox-$version-$name
	in_source all
	in_source install DESTDIR="$tree" PREFIX=
	mkdir -p "$tree/share/doc/venvbox"
	cp "$source/LICENSE" "$source/README.md" "$tree/share/doc/venvbox"
	# parts of these are in the program
	cp "$cross/musl/COPYRIGHT" "$tree/share/doc/venvbox/COPYRIGHT.musl"
	cp "$cross/zlib/LICENSE" "$tree/share/doc/venvbox/LICENSE.zlib"
	sh "$here/pack.sh" "$tree" "$epoch" "$tree.tar.gz"
	wheel=$(sed -n "s/^${name}[[:blank:]]//p" "$here/targets" |
		awk '{ print $4 }')
	[ "$wheel" = - ] || sh "$here/wheel.sh" "$tree" "$version" "$wheel" "$out"
	mv "$tree/bin/venvbox" "$out/$name.program"
	rm -r "$tree" "${out:?}/$name"
	mv "$out/$name.program" "$tree"
done
# licences for redistributing the bare program
{
	cat "$source/LICENSE"
	printf '\n=== parts of musl\n\n'
	cat "$cross/musl/COPYRIGHT"
	printf '\n=== parts of zlib\n\n'
	cat "$cross/zlib/LICENSE"
} >"$out/venvbox-$version.licenses"
rm -r "$source"
sh "$here/docker/context.sh" "$out" "$out/context"
/usr/bin/python3 -I "$here/oci.py" "$out/context" "$version" \
	"$out/venvbox-$version.oci.tar"
rm -r "$out/context"

{
	echo "commit $commit"
	echo "SOURCE_DATE_EPOCH $epoch"
	echo "musl $(cat "$cross/musl/VERSION")"
	sed -n 's/^#define ZLIB_VERSION "\(.*\)"/zlib \1/p' "$cross/zlib/zlib.h"
	# these pack the wheels and the image
	/usr/bin/python3 --version
	/usr/bin/python3 -I -m wheel version
	for name; do
		"$cross/$name/bin/musl-gcc" --version | sed "1!d;s/^/$name: /"
		"$cross/$name/bin/musl-gcc" -Wl,--version 2>/dev/null |
			sed "1!d;s/^/$name: /"
	done
} >"$out/venvbox-$version.buildinfo"
cd "$out"
sums=$(sha256sum -- *)
echo "$sums" >SHA256SUMS
cd - >/dev/null
rm -rf "$dist"
mv "$out" "$dist"

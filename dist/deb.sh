#!/bin/sh
# usage: deb.sh SOURCE OUT
# Makes the Debian package of the source tarball SOURCE (venvbox-VERSION.tar.gz,
# with one directory venvbox-VERSION/) by Debian's own tools, as the packaging
# in dist/debian of that tarball says, and leaves in the directory OUT what
# dpkg-buildpackage makes: .deb, .dsc, .debian.tar.xz, .buildinfo, .changes.
# Environment: DEB_BUILD_OPTIONS, SOURCE_DATE_EPOCH, and all else that dpkg
# honours; DPKG_BUILDPACKAGE_FLAGS, for instance -b.
set -eu
umask 022

[ $# -eq 2 ] || {
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
}
source=$1 out=$2
name=$(basename "$source" .tar.gz)
version=${name#venvbox-}

die()
{
	echo "deb: $*" >&2
	exit 1
}

mkdir -p "$out"
work=$(mktemp -d "$out/.deb.XXXXXX")
trap 'rm -rf "$work"' EXIT

cp "$source" "$work/venvbox_$version.orig.tar.gz"
tar -xzf "$source" -C "$work"
[ -d "$work/$name/dist/debian" ] || die "no $name/dist/debian in '$source'"
cp -Rp "$work/$name/dist/debian" "$work/$name/debian"
changes=$(cd "$work/$name" && dpkg-parsechangelog -S Version)
[ "${changes%-*}" = "$version" ] ||
	die "dist/debian/changelog is of $changes, the source of $version"
# flags: a list of words
# shellcheck disable=SC2086
(cd "$work/$name" && dpkg-buildpackage -us -uc ${DPKG_BUILDPACKAGE_FLAGS-})
find "$work" -maxdepth 1 -type f -exec mv {} "$out" \;

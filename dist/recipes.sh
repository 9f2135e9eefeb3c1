#!/bin/sh
# usage: recipes.sh SOURCE OUT
# Fills in the recipes for Alpine, Buildroot and Yocto what depends on the source
# tarball SOURCE (venvbox-VERSION.tar.gz), in which they are: version and
# checksums. They go to the new directory OUT: alpine/, buildroot/ (to be the
# directory package/venvbox of Buildroot), yocto/.
set -eu
umask 022

[ $# -eq 2 ] || {
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
}
source=$1 out=$2
name=$(basename "$source" .tar.gz)

[ ! -e "$out" ] || {
	echo "recipes: there already is '$out'" >&2
	exit 1
}
work=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-recipes.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xzf "$source" -C "$work"
tree=$work/$name

# sum PROGRAM FILE
sum()
{
	"$1" <"$2" | cut -d ' ' -f 1
}

cat >"$work/values" <<SED
s/@VERSION@/${name#venvbox-}/g
s/@SHA256@/$(sum sha256sum "$source")/g
s/@SHA512@/$(sum sha512sum "$source")/g
s/@LICENSE_SHA256@/$(sum sha256sum "$tree/LICENSE")/g
s/@LICENSE_MD5@/$(sum md5sum "$tree/LICENSE")/g
SED
for recipe in alpine buildroot yocto; do
	mkdir -p "$work/out/$recipe"
	for file in "$tree/dist/$recipe"/*; do
		to=$(basename "$file" | sed "s/VERSION/${name#venvbox-}/")
		sed -f "$work/values" "$file" >"$work/out/$recipe/$to"
	done
done
mkdir -p "$(dirname "$out")"
cp -R "$work/out" "$out"

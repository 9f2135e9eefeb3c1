#!/bin/sh
# usage: source.sh VERSION DIRECTORY
# Makes DIRECTORY/venvbox-VERSION.tar.gz of what is committed, and leaves it
# unpacked beside it. Prints the time that it bears: SOURCE_DATE_EPOCH, or that
# of the commit.
set -eu
# what a user may have set that would change the bytes
unset TAR_OPTIONS GZIP
export GIT_ATTR_NOSYSTEM=1

here=$(cd "$(dirname "$0")" && pwd)
name=venvbox-$1 dir=$2
cd "$here/.."

# in a directory of another repository, this one is no clone; git itself says
# why it refuses one of another user
if ! prefix=$(git rev-parse --show-prefix) || [ -n "$prefix" ] ||
	! commit=$(git rev-parse --verify HEAD); then
	echo "source.sh: the source tarball is made from a git clone" >&2
	exit 1
fi
changed=$(git status --porcelain | wc -l)
[ "$changed" = 0 ] ||
	echo "source.sh: not in it: $changed files with uncommitted changes" >&2

epoch=${SOURCE_DATE_EPOCH:-$(git -c log.showSignature=false log -1 --format=%ct \
	"$commit")}
rm -rf "${dir:?}/$name"
mkdir -p "$dir"
git -c core.autocrlf=false -c core.eol=lf -c core.attributesFile=/dev/null \
	archive --prefix="$name/" "$commit" >"$dir/$name.tar"
tar -C "$dir" -xf "$dir/$name.tar"
rm "$dir/$name.tar"
sh "$here/pack.sh" "$dir/$name" "$epoch" "$dir/$name.tar.gz"
echo "$epoch"

# shellcheck shell=bash
# Before all suites here: the source tarball that every recipe starts from, as
# SOURCE; the version, as VERSION.

setup_suite()
{
	local root
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	VERSION=$(sed -n 's/^VERSION := //p' "$root/Makefile")
	SOURCE=$BATS_RUN_TMPDIR/venvbox-$VERSION.tar.gz
	BUILD=${BUILD:-$root/build}
	CACHE=$BUILD/packaging
	mkdir -p "$CACHE"
	export VERSION SOURCE BUILD CACHE
	# a recipe gets no flags of the make that runs these tests
	unset MAKEFLAGS MAKELEVEL MFLAGS CFLAGS CPPFLAGS LDFLAGS CC
	mkdir -p "$BATS_RUN_TMPDIR/venvbox-$VERSION"
	tar -C "$root" --exclude=./.git --exclude=./build -cf - . |
		tar -C "$BATS_RUN_TMPDIR/venvbox-$VERSION" -xf -
	sh "$root/dist/pack.sh" "$BATS_RUN_TMPDIR/venvbox-$VERSION" 1700000000 \
		"$SOURCE"
}

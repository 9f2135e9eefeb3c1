#!/usr/bin/env bats
# The APKBUILD. There is no Alpine here: its functions are run by the shell that
# abuild uses, with the variables that abuild sets and another compiler for musl.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	filled_in
}

# as_abuild COMMAND...: run where the recipe was read
as_abuild()
{
	need busybox
	mkdir -p pkg
	# shellcheck disable=SC2016 # for the inner shell
	srcdir=$PWD/src pkgdir=$PWD/pkg builddir=$TREE startdir=$PWD/recipes/alpine \
		CC=musl-gcc busybox ash -ec '
		. "$startdir/APKBUILD"
		cd "$builddir"
		"$@"' - "$@"
}

@test "apk: shellcheck has nothing to say" {
	need shellcheck
	# abuild reads some of the variables and sets others
	shellcheck -s dash -e SC2034,SC2154 recipes/alpine/APKBUILD
}

@test "apk: the checksum is the source's" {
	# shellcheck disable=SC2016 # for the recipe's shell
	as_abuild eval 'echo $sha512sums' >sums
	cp "$SOURCE" .
	sha512sum -c sums
	# shellcheck disable=SC2016
	[ "$(as_abuild eval 'echo $pkgver ${source##*/}')" = \
		"$VERSION venvbox-$VERSION.tar.gz" ]
}

@test "apk: it builds, checks itself and fills the package" {
	need musl-gcc
	as_abuild build
	as_abuild check
	as_abuild package
	installed "$PWD/pkg"
	"pkg/usr/bin/pyvenv" --help | grep '^usage: pyvenv'
}

@test "apk: check fails with a program that does not work" {
	mkdir -p "$TREE/build"
	printf '#!/bin/sh\nexit 1\n' >"$TREE/build/pyvenv"
	chmod 755 "$TREE/build/pyvenv"
	run as_abuild check
	[ "$status" != 0 ]
}

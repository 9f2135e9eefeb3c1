# shellcheck shell=bash
# What tests of a release's files have in common: DIST, ROOT, VERSION, and a
# directory of their own.

load ../fleet/helpers

setup()
{
	: "${NAMES:?run by make check-dist}"
	export DIST=$BUILD/dist ROOT=$BATS_TEST_DIRNAME/../.. VERSION
	VERSION=$(sed -n 's/^VERSION := //p' "$ROOT/Makefile")
	VENVBOX=$DIST/venvbox-$VERSION-$(uname -m)
	[ -e "$VENVBOX" ] || skip "no program for $(uname -m) in this release"
	fresh
}

# column N: a line for each program in this release: its name and column N of
# the list `targets`.
column()
{
	local name

	for name in $NAMES; do
		awk -v name="$name" -v n="$1" '$1 == name { print $1, $n }' \
			"$ROOT/dist/targets"
	done
}

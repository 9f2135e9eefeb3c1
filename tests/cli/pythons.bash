# shellcheck shell=bash
# shellcheck disable=SC2154 # status is set by pv()
# Interpreters for the tests that need one of a certain version: programs of
# no use that look as an installed CPython does from outside. They are never
# run, and neither is a real one (tests/conformance does that).

# fake_python PREFIX X.Y.Z: PREFIX/bin/{python3,pythonX.Y} and its library.
fake_python()
{
	local prefix=$1 version=$2 minor=${2%.*} major=${2%%.*} hex
	local rest=${version#*.}

	hex=$(printf '0x%02x%02x%02xf0' "$major" "${rest%.*}" "${version##*.}")
	mkdir -p "$prefix/bin" "$prefix/lib/python$minor/lib-dynload"
	: >"$prefix/lib/python$minor/os.py"
	printf 'const unsigned long Py_Version = %s; int main(void) { return 1; }' \
		"$hex" | gcc -rdynamic -x c -o "$prefix/bin/python$minor" -
	ln -sf "python$minor" "$prefix/bin/python3"
}

# base_and_other: the interpreters that most files of tests need, in $BASE and
# $OTHER.
base_and_other()
{
	export BASE=$BATS_FILE_TMPDIR/312 OTHER=$BATS_FILE_TMPDIR/311
	fake_python "$BASE" 3.12.4
	fake_python "$OTHER" 3.11.5
}

# takes VERSION ARG...: pyvenv ARG... makes an environment of that version.
takes()
{
	local version=$1

	shift
	rm -rf env
	pv "$@" env
	[ "$status" = 0 ] || return 1
	[ "$(sed -n 's/^version = //p' env/pyvenv.cfg)" = "$version" ]
}

# refuses ARG...: exit 1, nothing made.
refuses()
{
	rm -rf env
	pv "$@" env
	[ "$status" = 1 ] || return 1
	[ ! -e env ]
}

# tree DIR: what is in DIR, with types, modes, targets, sizes and contents.
tree()
{
	(
		cd "$1" || exit
		find . -printf '%p %y %m %l\n' | sort
		find . -type f -exec sha256sum {} + | sort
	)
}

# times DIR: the modification times of all that is in DIR, and the inodes.
times()
{
	(cd "$1" && find . -printf '%p %T@ %i\n' | sort)
}

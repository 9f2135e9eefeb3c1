#!/usr/bin/env bats
# pyvenv --python-target: an interpreter that has another path where the
# environment will be used.

# shellcheck disable=SC2154 # stderr
load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/312
	fake_python "$BASE" 3.12.4
}

# key NAME: the value of a key of env/pyvenv.cfg.
key()
{
	sed -n "s/^$1 = //p" env/pyvenv.cfg
}

# refused PATH TEXT: it is none for this Python.
refused()
{
	pv -p "$BASE" --python-target "$1" env
	[ "$status" = 1 ] || return 1
	[ ! -e env ] || return 1
	has "cannot use '$1' as the interpreter's path: $2" "$stderr" || return 1
	has 'hint: ' "$stderr"
}

@test "links, home and executable are the target's, all else is found here" {
	pv -p "$BASE" env
	mv env here
	pv -p "$BASE" --python-target /nowhere/py/bin/python3.12 env
	[ "$status$output$stderr" = 0 ]
	[ "$(readlink env/bin/python3.12)" = /nowhere/py/bin/python3.12 ]
	[ "$(readlink env/bin/python3)" = python3.12 ]
	[ "$(readlink env/bin/python)" = python3.12 ]
	[ "$(key home)" = /nowhere/py/bin ]
	[ "$(key executable)" = /nowhere/py/bin/python3.12 ]
	[ "$(key version)" = 3.12.4 ]
	has ' --python-target /nowhere/py/bin/python3.12 ' "$(key command)"
	diff <(cd here && find . -type f ! -name pyvenv.cfg -exec sha256sum {} + | sort) \
		<(cd env && find . -type f ! -name pyvenv.cfg -exec sha256sum {} + | sort)
	diff <(cd here && find . -type d | sort) <(cd env && find . -type d | sort)
}

@test "another name in another place" {
	pv -p "$BASE" --python-target /opt//x/./y/../bin/mypy env
	[ "$status" = 0 ]
	[ "$(readlink env/bin/mypy)" = /opt/x/bin/mypy ]
	[ "$(readlink env/bin/python3.12)" = mypy ]
	[ "$(key home)" = /opt/x/bin ]
}

@test "an environment cannot be where its interpreter will be" {
	for dir in env env/bin env/bin/python3; do
		pv -p "$BASE" --python-target "$PWD/env/bin/python3" "$dir"
		[ "$status" = 1 ]
		[ ! -e env ]
		has "the base Python is to be in it" "$stderr"
	done
}

@test "a value that cannot be a path is refused" {
	refused python3.12 'it is relative'
	refused bin/python3 'it is relative'
	refused '' 'it is relative'
	refused /opt/bin/ 'that is a directory'
	refused /opt/bin/.. 'that is a directory'
	refused / 'that is a directory'
	refused /usr/bin/python3.11 'the Python found here is 3.12.4'
	refused /usr/bin/python3.12.5 'the Python found here is 3.12.4'
	refused /usr/bin/python312t 'the Python found here is 3.12.4'
	refused /usr/bin/python2 'the Python found here is 3.12.4'
	refused /usr/bin/pypy3 'the Python found here is 3.12.4'
	pv -p "$BASE" --python-target $'/a\nb/python3' env
	[ "$status" = 1 ]
	has 'pyvenv.cfg cannot hold this path' "$stderr"
	[ ! -e env ]
}

@test "names that promise nothing else" {
	for name in python python3 python3.12 python3.12.4 cpython3.12 py; do
		pv -p "$BASE" --clear --python-target "/x/$name" env
		[ "$status" = 0 ]
		[ "$(readlink "env/bin/$name")" = "/x/$name" ]
	done
}

@test "copies are of the Python found here" {
	pv -p "$BASE" --copies --python-target /x/bin/python3 env
	[ "$status" = 0 ]
	cmp env/bin/python3 "$BASE/bin/python3.12"
	[ "$(key home)" = /x/bin ]
	[ "$(key executable)" = /x/bin/python3 ]
}

@test "scripts start the environment's own Python" {
	mkdir wheels
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B -c 'import make_odd, sys
make_odd.make(sys.argv[1], "odd-1.0", {"odd.py": "def main():\n    print(1)\n",
    "odd-1.0.dist-info/entry_points.txt":
    "[console_scripts]\nodd = odd:main\n"})' "$T/wheels"
	)
	pv -p "$BASE" --python-target /x/bin/python3 --wheel wheels env
	[ "$status" = 0 ]
	[ "$(head -n1 env/bin/odd)" = "#!$T/env/bin/python" ]
}

@test "it works where the interpreter comes to be there" {
	local python

	python=$(readlink -f /usr/bin/python3)
	pv -p /usr/bin/python3 --python-target "$T/image/python3" env
	[ "$status" = 0 ]
	pv --check env
	[ "$status" = 1 ]
	mkdir image
	ln -s "$python" image/python3
	pv --check env
	[ "$status" = 0 ]
	[ "$(env/bin/python -c 'import sys; print(sys.prefix, sys.base_prefix)')" = \
		"$T/env /usr" ]
}

@test "--exist-ok keeps it if the target is given again" {
	pv -p "$BASE" --exist-ok --python-target /x/bin/python3 env
	tree env >before
	pv -p "$BASE" --exist-ok --python-target /x/bin/python3 env
	[ "$status" = 0 ]
	tree env | diff before -
	pv -p "$BASE" --exist-ok --python-target /y/bin/python3 env
	[ "$status" = 0 ]
	[ "$(readlink env/bin/python3)" = /y/bin/python3 ]
	[ "$(key home)" = /y/bin ]
	pv -p "$BASE" --exist-ok env
	[ "$status" = 0 ]
	[ "$(readlink env/bin/python3)" = "$BASE/bin/python3" ]
	[ "$(key home)" = "$BASE/bin" ]
}

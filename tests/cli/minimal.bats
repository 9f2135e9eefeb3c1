#!/usr/bin/env bats
# pyvenv --minimal: what an environment needs and no more, and it stays so.

# shellcheck disable=SC2154 # stderr
load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	base_and_other
}

# entries DIR: the names below DIR, on one line.
entries()
{
	find "$1" -mindepth 1 -printf '%P\n' | sort | tr '\n' ' '
}

# is_minimal X.Y: env is a minimal environment of that Python.
is_minimal()
{
	[ "$(entries env)" = "bin bin/python bin/python3 lib lib/python$1 lib/python$1/site-packages pyvenv.cfg " ] || {
		entries env
		return 1
	}
	pv --check env
	[ "$status$output$stderr" = 0 ]
}

@test "a minimal environment has eight inodes" {
	pv --minimal -p "$BASE" env
	[ "$status$output$stderr" = 0 ]
	is_minimal 3.12
	[ "$(find env -printf '%i\n' | sort -u | wc -l)" = 8 ]
	[ "$(readlink env/bin/python3)" = "$BASE/bin/python3" ]
	[ "$(readlink env/bin/python)" = python3 ]
	grep -q '^minimal = true$' env/pyvenv.cfg
	grep -q '^command = pyvenv --minimal ' env/pyvenv.cfg
}

@test "the names do not depend on the name of the base" {
	pv --minimal -p "$BASE/bin/python3.12" env
	is_minimal 3.12
	[ "$(readlink env/bin/python3)" = "$BASE/bin/python3.12" ]
}

@test "copies: one file with two names" {
	pv --minimal --copies -p "$BASE" env
	is_minimal 3.12
	[ ! -L env/bin/python ]
	[ env/bin/python -ef env/bin/python3 ]
	cmp env/bin/python "$BASE/bin/python3.12"
}

@test "it works as the full one does" {
	pv -p /usr/bin/python3 full
	mv full env
	env/bin/python -c 'import sys, sysconfig
print(sys.prefix, sys.path, sorted(sysconfig.get_paths().items()))' >full.txt
	pv --clear --minimal -p /usr/bin/python3 env
	env/bin/python3 -c 'import sys, sysconfig
print(sys.prefix, sys.path, sorted(sysconfig.get_paths().items()))' >minimal.txt
	grep -q "^$T/env " full.txt
	diff full.txt minimal.txt
}

@test "activators are refused, none is what it is anyway" {
	for list in sh all nu,xonsh; do
		pv --minimal --activators "$list" -p "$BASE" env
		[ "$status" = 2 ]
		has '--minimal and --activators exclude each other' "$stderr"
		[ ! -e env ]
	done
	pv --minimal --activators none -p "$BASE" env
	is_minimal 3.12
}

@test "--exist-ok leaves a minimal environment alone" {
	pv --minimal -p "$BASE" env
	times env >before
	for option in '' --minimal '--activators none'; do
		# shellcheck disable=SC2086 # one option or none
		pv --exist-ok $option env
		[ "$status$output$stderr" = 0 ]
	done
	times env | diff before -
}

@test "--exist-ok and --upgrade repair it, and no more" {
	pv --minimal -p "$BASE" env
	rm env/bin/python
	pv --check env
	[ "$status" = 1 ]
	has "'bin/python' is missing" "$output"
	pv --exist-ok -p "$BASE" env
	is_minimal 3.12
	rm -r env/bin
	pv --upgrade -p "$BASE" env
	is_minimal 3.12
}

@test "--upgrade keeps it, for another Python too" {
	pv --minimal -p "$OTHER" env
	pv --upgrade -p "$BASE" env
	[ "$status" = 0 ]
	rmdir env/lib/python3.11/site-packages env/lib/python3.11
	is_minimal 3.12
	grep -q '^minimal = true$' env/pyvenv.cfg
	grep -q '^version = 3.12.4$' env/pyvenv.cfg
}

@test "activators asked for later make a full one of it" {
	pv --minimal -p "$BASE" env
	pv --upgrade --activators sh -p "$BASE" env
	[ "$status" = 0 ]
	[ -f env/bin/activate ]
	[ -L env/bin/python3.12 ]
	[ -d env/include ]
	[ "$(grep -c minimal env/pyvenv.cfg)" = 0 ]
	pv --check env
	[ "$status" = 0 ]
	pv --clear --minimal -p "$BASE" env
	pv --exist-ok --activators sh env
	[ "$status" = 0 ]
	[ -f env/bin/activate ]
}

@test "a full one that is made minimal loses nothing" {
	pv -p "$BASE" env
	entries env >before
	pv --exist-ok --minimal -p "$BASE" env
	[ "$status" = 0 ]
	grep -q '^minimal = true$' env/pyvenv.cfg
	[ "$stderr" = "pyvenv: warning: '$T/env' keeps what --minimal would not\
 make, such as 'bin/activate': --clear makes it anew" ]
	entries env | diff before -
	pv --check env
	[ "$status" = 0 ]
	# it is said as long as it is so
	pv --exist-ok --minimal -p "$BASE" env
	has "keeps what --minimal would not make" "$stderr"
	pv --exist-ok -p "$BASE" env
	[ -z "$stderr" ]
}

@test "--activators none deletes no activation scripts, which is said" {
	local option
	pv -p "$BASE" env
	entries env >before
	for option in --exist-ok --upgrade '-n --exist-ok'; do
		read -ra words <<<"$option"
		pv "${words[@]}" --activators none -p "$BASE" env
		[ "$status" = 0 ]
		[ "$stderr" = "pyvenv: warning: '$T/env' keeps what --activators\
 none would not make, such as 'bin/activate': --clear makes it anew" ]
		entries env | diff before -
	done
	rm env/bin/[aA]ctivate*
	pv --exist-ok --activators none -p "$BASE" env
	[ "$status$stderr" = 0 ]
	# some of them are none too many
	pv -p "$BASE" --clear env
	pv --exist-ok --activators sh -p "$BASE" env
	[ "$status$stderr" = 0 ]
}

@test "pip is installed, lists, installs and uninstalls" {
	local wheel
	for wheel in /usr/share/python-wheels/pip-*.whl; do :; done
	[ -f "$wheel" ] || skip "no wheel of pip on this machine"
	pv --minimal --wheel "$wheel" -p /usr/bin/python3 env
	[ "$status" = 0 ]
	[ "$(env/bin/pip --version | cut -d' ' -f1,3-4)" = \
		"pip from $T/env/lib/$(basename "$(readlink -f /usr/bin/python3)")/site-packages/pip" ]
	env/bin/python -m pip check
	env/bin/pip uninstall -y pip
	is_minimal "$(/usr/bin/python3 -c \
		'import sys; print("%d.%d" % sys.version_info[:2])')"
}

#!/usr/bin/env bats
# pyvenv --relocatable: what is moved, copied or called by another name works,
# and stays what it is. How shells enter it is for tests/shells.

# shellcheck disable=SC1003,SC2016 # code that others evaluate
# shellcheck disable=SC2154 # stderr
load helpers

# The wheel of scripts that tell where they run, and a moved environment with
# it: $MOVED/env; $MADE, where it was made, is another one now.
setup_file()
{
	export WHEELS=$BATS_FILE_TMPDIR/wheels MOVED=$BATS_FILE_TMPDIR/moved
	export MADE=$BATS_FILE_TMPDIR/made
	mkdir "$WHEELS" "$MOVED"
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B -c 'import make_odd, sys
from make_odd import Member
SHOW = "import sys\nprint(sys.prefix, *map(repr, sys.argv[1:]))\n"
make_odd.make(sys.argv[1], "odd-1.0", {
    "odd.py": "import sys\ndef main():\n    " + SHOW.split("\n")[1] + "\n",
    "odd-1.0.data/scripts/plain": Member("#!python\n" + SHOW, 0o100755),
    "odd-1.0.data/scripts/latin": Member(
        "#!python -E\n# coding: latin-1\nx = \"\u00e9\"\nassert len(x) == 1\n"
        .encode("latin-1") + SHOW.encode(), 0o100755),
    "odd-1.0.data/scripts/future": Member("#!python\n# Its licence.\n\n"
        "\"\"\"What it says of itself.\"\"\"\n"
        "from __future__ import print_function\n"
        "assert __doc__.endswith(\"says of itself.\")\n" + SHOW, 0o100755),
    "odd-1.0.data/scripts/other": Member("#!/bin/sh\necho x\n", 0o100755),
}, scripts="[console_scripts]\nodd = odd:main\n"
   "[gui_scripts]\nodd-window = odd:main\n")' "$WHEELS"
	)
	"$VENVBOX" pyvenv --relocatable --activators all --wheel "$WHEELS" \
		-p /usr/bin/python3 "$MADE"
	mv "$MADE" "$MOVED/env"
	"$VENVBOX" pyvenv -p /usr/bin/python3 "$MADE"
}

# says DIR COMMAND...: a script that has to run in the environment DIR.
says()
{
	local dir=$1

	shift
	printf '%q ' "$@"
	[ "$("$@" 'a  b' '' '*' -c)" = "$dir 'a  b' '' '*' '-c'" ]
}

@test "it is recorded, and what finds itself has no path in it" {
	pv --relocatable --activators all --wheel "$WHEELS" -p /usr/bin/python3 env
	[ "$status$output$stderr" = 0 ]
	[ "$(tail -n1 env/pyvenv.cfg)" = 'relocatable = true' ]
	grep -q '^command = pyvenv .* --relocatable ' env/pyvenv.cfg
	# sh and csh may have to rely on it, the command tells what was done
	[ "$(grep -rlF "$T" env | sort | tr '\n' ' ')" = \
		'env/bin/activate env/bin/activate.csh env/pyvenv.cfg ' ]
}

@test "without the option there is nothing of it" {
	pv --activators all --wheel "$WHEELS" -p /usr/bin/python3 env
	[ "$(head -n1 env/bin/odd)" = "#!$T/env/bin/python" ]
	if grep -rEi 'relocatable|_VIRTUAL_ENV_(DIR|FILE)|cannot find' env/bin/a* env/pyvenv.cfg; then
		return 1
	fi
}

@test "the same bytes wherever it is made" {
	SOURCE_DATE_EPOCH=1 pv --relocatable --wheel "$WHEELS" -p /usr/bin/python3 \
		one "two  $(printf '%0150d' 0)"
	rm {one,two*}/pyvenv.cfg {one,two*}/bin/activate{,.csh}
	diff -r one two*
}

@test "every way to call a script" {
	local d=$MOVED/env name

	for name in odd odd-window plain latin future; do
		says "$d" "$d/bin/$name"
		PATH=$d/bin:$PATH says "$d" "$name"
	done
	cd "$d"
	says "$d" bin/odd
	says "$d" ./bin/odd
	PATH=bin:$PATH says "$d" odd
	PATH=./bin:$PATH says "$d" odd
	cd bin
	says "$d" ./odd
	PATH=.:$PATH says "$d" odd
	PATH=:$PATH says "$d" odd
	PATH=../bin:$PATH says "$d" odd
	[ "$("$d/bin/../bin/odd")" -ef "$d" ]
	[ "$(env -i "$d/bin/odd")" = "$d" ]
	[ "$(cd / && exec -a '-odd  x' "$d/bin/odd")" = "$d" ]
	[ "$(python3 -c 'import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
os.set_inheritable(fd, True)
os.execve(fd, ["nothing"], {})' "$d/bin/odd")" = "$d" ]
	[ "$("$d/bin/other")" = x ]
}

@test "every shell that may be sh" {
	local d=$MOVED/env sh

	ln -s "$d/bin/odd" link
	for sh in dash 'bash --posix' 'busybox sh' mksh ksh93 yash posh \
		'zsh --emulate sh'; do
		command -v "${sh%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # a shell and its options
		{
			says "$d" $sh "$d/bin/odd"
			says "$d" $sh link
			says "$d" $sh -eu "$d/bin/odd"
			(cd "$d/bin" && says "$d" $sh odd)
			(cd "$d/bin" && says "$d" $sh ./odd)
		}
	done
}

@test "links to a script, also beside another Python" {
	local d=$MOVED/env

	mkdir bin other 'far  away'
	ln -s /usr/bin/python3 bin/python
	: >pyvenv.cfg # as if this were an environment
	ln -s "$d/bin/odd" bin/absolute
	ln -s absolute bin/chain
	ln -s "$(realpath --relative-to="$T/bin" "$d/bin/odd")" bin/relative
	ln -s ../bin/chain other/twice
	ln -s "$T/other" 'far  away/$(touch CANARY)'
	for link in bin/absolute ./bin/chain bin/relative other/twice \
		"$T/bin/relative" 'far  away/$(touch CANARY)/twice'; do
		says "$d" "$link"
	done
	PATH=bin:$PATH says "$d" chain
	(cd bin && PATH=:$PATH says "$d" chain)
	ln -s "$d/bin/odd" ./-x
	PATH=:$PATH says "$d" -x
	PATH=.:$PATH says "$d" -x
	mkdir ./-d
	cp -a "$d" ./-d/env
	says "$T/-d/env" sh -- -d/env/bin/odd
	[ ! -e CANARY ]
}

@test "scripts find their environment through links to its directories" {
	local d=$MOVED/env

	ln -s "$d" env
	says "$T/env" env/bin/odd
	ln -s "$d/bin" scripts
	says "$d" scripts/odd
	mkdir usr
	ln -s "$d/bin" usr/bin # its name promises a parent that is none
	says "$d" usr/bin/odd
}

@test "a link below the bin of another environment" {
	cp -a "$MADE" other
	ln -s "$MOVED/env/bin" other/bin/below
	ln -s "$MOVED/env/bin" beside
	says "$MOVED/env" other/bin/below/odd
	says "$MOVED/env" "$T/other/bin/../../beside/odd"
	says "$MOVED/env" "$T/other/bin/../bin/below/odd"
}

@test "scripts find their environment below any name" {
	local n d

	for n in "it's" '"' '$(touch CANARY)' '`touch CANARY`' 'a  b' $'new\nline' \
		$'last\n' 'back\slash\' '*' -n -- $'bad\xff' '#' '%s' '!!' '~' \
		"'''" '""""' 'bin' 'a/bin/bin' "$(printf '%0200d' 0)"; do
		d=$T/$n/env
		mkdir -p "$T/$n"
		cp -a "$MOVED/env" "$d"
		[ "$("$d/bin/odd" | od -c)" = "$(python3 -c 'import os, sys
sys.stdout.buffer.write(os.fsencode(sys.argv[1]) + b"\n")' "$d" | od -c)" ] ||
			[ "$n" = $'bad\xff' ] # which print() cannot say
		ln -s "$d/bin/plain" link
		./link | cmp - <("$d/bin/odd")
		rm -r link "${T:?}/$n"
	done
	[ ! -e CANARY ]
}

@test "a script alone is told from one in an environment" {
	mkdir bin
	ln -s /usr/bin/python3 bin/python
	cp "$MOVED/env/bin/odd" bin/copy
	status=0
	bin/copy >out 2>err || status=$?
	[ "$status" = 1 ]
	[ ! -s out ]
	[ "$(cat err)" = 'bin/copy: it is in no environment' ]
}

# Before 3.11 the first modules are files, not a part of the interpreter.
@test "each Python: nothing is imported from the current directory" {
	local python n=0 versions

	versions=$(getent passwd "$(id -u)" | cut -d: -f6)/.pyenv/versions
	for name in os re site posixpath codecs stat; do
		echo 'open("CANARY", "w")' >"$name.py"
	done
	for python in /usr/bin/python3 /usr/bin/pypy3 "$versions"/3.*/bin/python3; do
		[ -x "$python" ] || continue
		n=$((n + 1))
		pv --relocatable --wheel "$WHEELS" -p "$python" env
		mv env "env$n"
		ln -sf "env$n/bin/odd" link
		says "$T/env$n" ./link
		says "$T/env$n" "env$n/bin/plain"
		[ ! -e CANARY ]
	done
	echo "$n Pythons"
}

@test "no program but the interpreter is needed" {
	command -v strace >/dev/null || skip "no strace"
	strace -f -o trace -e trace=execve "$MOVED/env/bin/odd"
	[ "$(grep -c 'execve(.*= 0' trace)" = 2 ]
	ln -s "$MOVED/env/bin/odd" link
	strace -f -o trace -e trace=execve ./link
	[ "$(grep -c 'execve(.*= 0' trace)" = 3 ]
	[ "$(env -i PATH=/nowhere ./link)" = "$MOVED/env" ]
}

@test "RECORD has the hashes of relocatable scripts" {
	"$MOVED/env/bin/python" -c 'import base64, csv, glob, hashlib, os, sys
os.chdir(glob.glob(sys.prefix + "/lib/python3*/site-packages")[0])
n = 0
for name, digest, size in csv.reader(open("odd-1.0.dist-info/RECORD")):
    if digest:
        data = open(name, "rb").read()
        sum = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        assert digest == "sha256=" + sum.decode().rstrip("="), name
        assert int(size) == len(data), name
        n += 1
assert n > 6'
}

@test "pip in a moved environment: list, install, uninstall" {
	local wheel
	for wheel in /usr/share/python-wheels/pip-*.whl; do :; done
	[ -f "$wheel" ] || skip "no wheel of pip on this machine"
	pv --relocatable --wheel "$wheel" --wheel "$WHEELS" -p /usr/bin/python3 env
	mkdir 'a  b'
	mv env 'a  b/env'
	ln -s 'a  b/env/bin/pip' pip
	./pip check
	[ "$(./pip list --format freeze 2>/dev/null | grep odd)" = odd==1.0 ]
	./pip uninstall -q -y odd
	[ ! -e 'a  b/env/bin/odd' ]
	./pip install -q --no-index "$WHEELS"/odd-*.whl
	'a  b/env/bin/odd'
}

@test "it is healthy wherever it is, and left alone" {
	cp -a "$MOVED/env" env
	pv --check env
	[ "$status$output$stderr" = 0 ]
	find env -printf '%p %T@ %i\n' | sort >before
	pv --exist-ok env
	pv --exist-ok --relocatable -p /usr/bin/python3 env
	[ "$status$output$stderr" = 0 ]
	find env -printf '%p %T@ %i\n' | sort | diff before -
}

@test "--upgrade keeps it, and what is recorded is where it is now" {
	cp -a "$MOVED/env" env
	pv --upgrade -p /usr/bin/python3 env
	[ "$status$output$stderr" = 0 ]
	grep -q '^relocatable = true$' env/pyvenv.cfg
	grep -qF "'$T/env'/bin/activate" env/bin/activate
	[ -f env/bin/activate.nu ]
	mv env new
	[ "$(sh -c '. new/bin/activate; echo "$VIRTUAL_ENV"')" = "$T/new" ]
	pv --upgrade --wheel "$WHEELS" -p /usr/bin/python3 new
	mv new newer
	says "$T/newer" newer/bin/odd
}

@test "a repaired environment is still relocatable" {
	cp -a "$MOVED/env" env
	rm env/bin/python env/bin/activate
	pv --exist-ok -p /usr/bin/python3 env
	[ "$status" = 0 ]
	mv env new
	[ "$(sh -c '. new/bin/activate; echo "$VIRTUAL_ENV"')" = "$T/new" ]
}

@test "an existing environment is made relocatable" {
	pv -p /usr/bin/python3 env
	pv --exist-ok --relocatable -p /usr/bin/python3 env
	[ "$status" = 0 ]
	mv env new
	[ "$(bash -c '. new/bin/activate; echo "$VIRTUAL_ENV"')" = "$T/new" ]
}

# loses_its_path: env is moved, and its scripts of every kind still start its
# Python; RECORDs are right.
loses_its_path()
{
	mv env new
	for script in odd odd-window plain; do
		says "$T/new" "new/bin/$script"
	done
	run new/bin/python -c '
import base64, csv, glob, hashlib, os
for record in glob.glob("new/lib/*/site-packages/*/RECORD"):
    top = os.path.dirname(os.path.dirname(record))
    for path, want, size in csv.reader(open(record)):
        data = open(os.path.join(top, path), "rb").read()
        hash = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        assert not want or want == "sha256=" + hash.decode().rstrip("="), path
        assert not size or int(size) == len(data), path
'
	[ "$status" = 0 ]
	mv new env
}

@test "scripts that were there before are made so, too" {
	local option
	for option in --exist-ok --upgrade; do
		rm -rf env
		pv --wheel "$WHEELS" -p /usr/bin/python3 env
		chmod 750 env/bin/odd
		pv -n "$option" --relocatable -p /usr/bin/python3 env
		[ -z "$stderr" ]
		pv "$option" --relocatable -p /usr/bin/python3 env
		[ "$status$stderr" = 0 ]
		[ "$(stat -c %a env/bin/odd)" = 750 ]
		loses_its_path
		sha256sum env/bin/* env/lib/*/site-packages/*/RECORD >before
		pv "$option" --relocatable -p /usr/bin/python3 env
		[ "$status$stderr" = 0 ]
		sha256sum -c before
	done
	# those that pip would install later get it by the same options, and are
	# left alone by others
	printf '#!%s/env/bin/python\nimport sys\nprint(sys.prefix)\n' "$T" \
		>env/bin/later
	chmod +x env/bin/later
	cp env/bin/later later
	pv --exist-ok -p /usr/bin/python3 env
	cmp later env/bin/later
	pv --exist-ok --prompt x -p /usr/bin/python3 env
	cmp later env/bin/later
	pv --exist-ok --relocatable -p /usr/bin/python3 env
	[ "$status$stderr" = 0 ]
	refuse cmp later env/bin/later
	cp later env/bin/later
	pv --upgrade -p /usr/bin/python3 env
	refuse cmp later env/bin/later
	mv env new
	[ "$(new/bin/later)" = "$T/new" ]
}

@test "scripts of no known form keep their path, which is said" {
	pv -p /usr/bin/python3 env
	printf '#!%s/env/bin/python -s\n' "$T" >env/bin/one
	printf '#!/usr/bin/env -S %s/env/bin/python\n' "$T" >env/bin/two
	for option in '-n --exist-ok' --exist-ok --exist-ok --upgrade; do
		read -ra words <<<"$option"
		pv "${words[@]}" --relocatable -p /usr/bin/python3 env
		[ "$status" = 0 ]
		has "2 scripts (such as '$T/env/bin/" "$stderr"
		has "cannot be moved" "$stderr"
	done
}

@test "activate-print and activate-run take the path given" {
	cp -a "$MOVED/env" 'a  b'
	as activate-run 'a  b' odd
	[ "$output" = "$T/a  b" ]
	as activate-print -s sh 'a  b'
	[ "$(bash -c 'eval "$1"; echo "$VIRTUAL_ENV_PROMPT"; odd' x "$output")" = \
		'a  b'$'\n'"$T/a  b" ]
}

@test "--relocatable works with the other options" {
	pv --relocatable --minimal --wheel "$WHEELS" -p /usr/bin/python3 one
	mv one minimal
	pv --check minimal
	[ "$status$output" = 0 ]
	says "$T/minimal" minimal/bin/odd
	pv --relocatable --copies --wheel "$WHEELS" -p /usr/bin/python3 two
	mv two copies
	says "$T/copies" copies/bin/odd
	pv --relocatable --wheel "$WHEELS" --python-target "/x y/python3" \
		-p /usr/bin/python3 three
	grep -qF "exec '/x y/python3' -E" three/bin/odd
	pv --relocatable --prompt "it's" -p /usr/bin/python3 four
	mv four five
	[ "$(bash -c '. five/bin/activate; echo "$VIRTUAL_ENV_PROMPT"')" = "it's" ]
}

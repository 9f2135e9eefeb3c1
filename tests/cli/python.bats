#!/usr/bin/env bats
# Which Python is taken: design.md section 3, spec of requests. What is found
# out about each is for tests/conformance.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export B=$BATS_FILE_TMPDIR
	fake_python "$B/311" 3.11.5
	fake_python "$B/312" 3.12.4
	fake_python "$B/313" 3.13.1
}

# with DIRS COMMAND...: with only these directories of bases on PATH, besides
# what the harness needs, which has no Python.
with()
{
	local dir path=''

	for dir in $1; do
		path=$path$B/$dir/bin:
	done
	shift
	local PATH=$path$T/tools
	"$@"
}

setup_tools()
{
	mkdir -p "$T/tools"
	local tool
	for tool in cat tr grep find sed rm wc diff sort mkdir ln cp head; do
		ln -sf "$(command -v "$tool")" "$T/tools/$tool"
	done
}

@test "-p PATH: a program, absolute or relative, and through links" {
	takes 3.12.4 -p "$B/312/bin/python3"
	takes 3.12.4 -p "$B/312/bin/python3.12"
	cp -a "$B/312" base
	takes 3.12.4 -p base/bin/python3
	grep -qx "home = $T/base/bin" env/pyvenv.cfg
	ln -s base/bin link
	takes 3.12.4 -p ./link/python3
	ln -s base/bin/python3 mypython
	takes 3.12.4 -p ./mypython
}

@test "-p DIRECTORY: a prefix or its bin" {
	takes 3.12.4 -p "$B/312"
	takes 3.12.4 -p "$B/312/bin/"
	cp -a "$B/312" base
	cd base
	takes 3.12.4 -p .
}

@test "-p VERSION: exactly that, wherever on PATH" {
	setup_tools
	for request in 3.11 3.11.5 311 python3.11 cpython3.11; do
		with '313 312 311' takes 3.11.5 -p "$request"
	done
	with '313 312 311' takes 3.13.1 -p 3
	with '312 313 311' takes 3.12.4 -p python3
	with '313 311' refuses -p 3.12
	with '312' refuses -p 3.12.5
	with '313' refuses -p 3.13t
	with '313' refuses -p pypy3.9
	with '313' refuses -p 3.1
}

@test "-p VERSION: read from the files, not from the name" {
	mkdir liar
	cp -a "$B/313/." liar
	mv liar/bin/python3.13 liar/bin/python3.12
	ln -sf python3.12 liar/bin/python3
	setup_tools
	PATH=$T/liar/bin:$B/312/bin:$T/tools takes 3.12.4 -p 3.12
}

@test "-p NAME: a program on PATH" {
	mkdir named
	ln -s "$B/312/bin/python3.12" named/snake
	PATH=$T/named:$PATH takes 3.12.4 -p snake
	refuses -p snake
	# shellcheck disable=SC2154 # set by as()
	has snake "$stderr"
}

@test "PYVENV_PYTHON, in the same forms; -p wins; empty is unset" {
	PYVENV_PYTHON=$B/312 takes 3.12.4
	PYVENV_PYTHON=$B/312 takes 3.11.5 -p "$B/311"
	setup_tools
	PYVENV_PYTHON=3.11 with '313 311' takes 3.11.5
	PYVENV_PYTHON='' with '313 311' takes 3.13.1
	PYVENV_PYTHON=3.14 with '313 311' refuses
	has 3.14 "$stderr"
}

@test "PATH in its order: the first usable Python 3, not the newest" {
	setup_tools
	with '311 313 312' takes 3.11.5
	with '313 311' takes 3.13.1
}

@test "python where there is no python3; python3.N where there is neither" {
	mkdir one two
	ln -s "$B/312/bin/python3.12" one/python
	ln -s "$B/312/bin/python3.12" two/python3.12
	ln -s "$B/311/bin/python3.11" two/python3.11
	setup_tools
	PATH=$T/one:$T/tools takes 3.12.4
	PATH=$T/two:$T/tools takes 3.12.4
	PATH=$T/two:$B/311/bin:$T/tools takes 3.11.5
}

@test "empty and relative entries of PATH are ignored" {
	cp -a "$B/313/." .
	setup_tools
	PATH=:$B/311/bin:$T/tools takes 3.11.5
	PATH=$B/none::$B/311/bin:$T/tools takes 3.11.5
	PATH=bin:.:$B/311/bin:$T/tools takes 3.11.5
	PATH=$T/tools: refuses
}

@test "a program on PATH that is no Python is skipped, and named with -v" {
	mkdir bad
	printf '#!/bin/sh\necho no\n' >bad/python3
	chmod +x bad/python3
	setup_tools
	PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4 -v
	has "$T/bad/python3" "$stderr"
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "a wrapper on PATH that cannot be followed is named in one warning" {
	local line name
	mkdir bad worse
	setup_tools
	for line in 'exec "$(dirname "$0")/../libexec/python3" "$@"' \
		'/abs/python "$@"' 'exec /abs/python -m tool "$@"' 'echo no'; do
		for name in python3 python; do
			rm -f bad/*
			printf '#!/bin/sh\n%s\n' "$line" >bad/$name
			chmod +x bad/$name
			cp bad/$name worse/python3
			PATH=$T/bad:$T/worse:$B/312/bin:$T/tools takes 3.12.4
			[ "$stderr" = "pyvenv: warning: '$T/bad/$name' comes\
 first but cannot be followed (a script (#!/bin/sh), not a Python program):\
 using '$B/312/bin/python3'" ]
		done
	done
	# by name too; a request for X.Y gets what it asks for
	for name in 3 python3; do
		PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4 -p "$name"
		has "'$T/bad/python' comes first" "$stderr"
	done
	cp bad/python bad/any
	cp -a "$B/312" any
	ln -s python3 any/bin/any
	PATH=$T/bad:$T/any/bin:$T/tools takes 3.12.4 -p any
	has "'$T/bad/any' comes first" "$stderr"
	for name in 3.12 '>=3.12' python3.12; do
		PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4 -p "$name"
		[ -z "$stderr" ]
	done
	mv bad/python bad/python3.12
	PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4
	[ -z "$stderr" ]
	# a program of makeCWrapper too, if it starts a tool
	rm bad/*
	printf 'const char *volatile s = "%s"; int main(void) { return 0; }' \
		"makeCWrapper '$B/311/bin/python3' --add-flags '-m tool'" |
		gcc -x c -o bad/python3 -
	PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4
	has "'$T/bad/python3' comes first but cannot be followed (it starts\
 $B/311/bin/python3 with arguments of its own)" "$stderr"
	# links to nothing and what cannot be executed start nothing
	rm bad/*
	ln -s /nowhere bad/python3
	printf '#!/bin/sh\nx "$@"\n' >bad/python
	PATH=$T/bad:$B/312/bin:$T/tools takes 3.12.4
	[ -z "$stderr" ]
	# and what can be followed is
	rm bad/*
	printf '#!/bin/sh\nexec %s "$@" || exit 1\n' "$B/311/bin/python3" \
		>bad/python3
	chmod +x bad/python3
	PATH=$T/bad:$B/312/bin:$T/tools takes 3.11.5
	[ -z "$stderr" ]
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "an environment made from a chain of wrappers is one when it runs" {
	local real name
	real=$(readlink -f /usr/bin/python3)
	mkdir -p cc/bin
	ln -s /usr/lib cc/lib
	name=$(basename "$real")
	printf '#!/bin/bash\nexec -a "$0" %s "$@"\n' "$real" >cc/bin/"$name"
	printf '#!/bin/bash\nexec -a "$0" %s "$@"\n' "$T/cc/bin/$name" \
		>cc/bin/python3
	printf '#!/bin/sh\nexec %s "$@"\n' "$T/cc/bin/python3" >cc/bin/w
	chmod +x cc/bin/*
	for exe in "$name" python3 w; do
		rm -rf env
		pv -p "cc/bin/$exe" env
		[ "$status" = 0 ]
		[ "$(env/bin/python -c 'import sys; print(sys.prefix)')" = "$T/env" ]
		pv --check env
		[ "$status" = 0 ]
	done
	# one that is linked to the wrong wrapper is not
	ln -sf "$T/cc/bin/python3" "env/bin/$name"
	pv --check env
	[ "$status" = 1 ]
	has "by its own path, through '$T/cc/bin/python3'" "$output"
}

@test "-p PATH in an environment: a file that is there and an interpreter" {
	local p
	pv -p "$B/312" outer
	cp /bin/true outer/bin/tru
	printf '#!%s\n' "$T/outer/bin/python" >outer/bin/pip
	chmod +x outer/bin/pip
	for p in outer/bin/python3.99 outer/bin/pyton outer/nodir/python; do
		refuses -p "$p"
		[ "$stderr" = "pyvenv: cannot use '$T/$p': No such file or directory" ]
	done
	for p in outer/bin/activate outer/bin/pip outer/pyvenv.cfg outer/bin/tru; do
		refuses -p "$p"
		has "cannot use '$T/$p'" "$stderr"
	done
	for p in python python3 python3.12; do
		takes 3.12.4 -p "outer/bin/$p"
	done
	rm outer/bin/python
	refuses -p outer/bin/python
	has "No such file" "$stderr"
}

@test "the Python beside the command comes before PATH" {
	cp -a "$B/313" base
	ln -s "$VENVBOX" base/bin/pyvenv
	PATH=$B/311/bin:$PATH
	base/bin/pyvenv one
	grep -q '^version = 3.13.1' one/pyvenv.cfg
	ln -s base/bin/pyvenv ./pyvenv
	./pyvenv two
	grep -q '^version = 3.13.1' two/pyvenv.cfg
	ln -s "$VENVBOX" base/bin/venvbox
	base/bin/venvbox pyvenv three
	grep -q '^version = 3.13.1' three/pyvenv.cfg
	PYVENV_PYTHON=3.11 base/bin/pyvenv four
	grep -q '^version = 3.11.5' four/pyvenv.cfg
	PATH=$PATH:$T/base/bin pyvenv five
	grep -q '^version = 3.13.1' five/pyvenv.cfg
	PATH=$PATH:$T/base/bin venvbox pyvenv six
	grep -q '^version = 3.13.1' six/pyvenv.cfg
}

@test "a Python in an environment: its base is taken" {
	pv -p "$B/312" outer
	takes 3.12.4 -p outer/bin/python
	grep -qx "home = $B/312/bin" env/pyvenv.cfg
	PATH=$T/outer/bin:$PATH takes 3.12.4
	grep -qx "home = $B/312/bin" env/pyvenv.cfg
	VIRTUAL_ENV=$T/outer PATH=$T/outer/bin:$PATH takes 3.12.4
}

@test "a shim of pyenv is read" {
	mkdir -p root/shims root/versions project
	cp -a "$B/311" root/versions/3.11.5
	cp -a "$B/312" root/versions/3.12.4
	cat >root/shims/python3 <<-END
	#!/usr/bin/env bash
	set -e
	[ -n "\$PYENV_DEBUG" ] && set -x
	program="\${0##*/}"
	export PYENV_ROOT="$T/root"
	exec "$T/root/libexec/pyenv" exec "\$program" "\$@"
	END
	chmod +x root/shims/python3
	echo 3.11.5 >root/version
	PATH=$T/root/shims:$PATH takes 3.11.5
	PYENV_VERSION=3.12.4 PATH=$T/root/shims:$PATH takes 3.12.4
	echo 3.12.4 >project/.python-version
	(cd project && PATH=$T/root/shims:$PATH takes 3.12.4)
	PYENV_VERSION=3.10.1 refuses -p root/shims/python3
	has 3.10.1 "$stderr"
	has PYENV_VERSION "$stderr"
}

@test "nothing on PATH: what was looked for, where, what to do" {
	setup_tools
	PATH=$T/tools refuses
	[ "$(grep -c '^pyvenv: ' "$IO/err")" = 1 ]
	has python3 "$stderr"
	has PATH "$stderr"
	has 'hint: ' "$stderr"
	has --python "$stderr"
}

@test "not found: each candidate and why it was refused" {
	mkdir -p script elf link py2/bin py2/lib/python2.7
	printf '#!/bin/sh\necho no\n' >script/python3
	chmod +x script/python3
	cp /bin/true elf/python3
	ln -s /nowhere/python3.12 link/python3
	setup_tools
	PATH=$T/script:$T/elf:$T/link:$T/tools refuses
	has "$T/script/python3" "$stderr"
	has script "$stderr"
	has "$T/elf/python3" "$stderr"
	has ELF "$stderr"
	has "$T/link/python3" "$stderr"
	has /nowhere/python3.12 "$stderr"
	with '311 313' refuses -p 3.99
	has 3.99 "$stderr"
	has 3.11.5 "$stderr"
	has 3.13.1 "$stderr"
}

@test "not found: a candidate that cannot be reached is named once" {
	unprivileged
	mkdir -m 700 closed
	local words
	for words in '' '-p 3.99'; do
		# shellcheck disable=SC2086 # no word or two
		as_other env PATH="$T/closed" \
			"$T/links/pyvenv" $words env
		[ "$status" = 1 ]
		[ "$(grep -c "^  $T/closed/python3: Permission denied" \
			"$IO/err")" = 1 ]
	done
}

@test "-p PATH that will not do: why, nothing else is tried" {
	: >empty
	chmod +x empty
	mkfifo fifo
	mkdir dir
	printf '#!/bin/sh\necho no\n' >script
	ln -s /nowhere dangling
	fake_python "$T/nolib" 3.12.4
	rm -r nolib/lib
	fake_python "$T/old" 2.7.18
	head -c 2000 "$B/312/bin/python3.12" >./cut
	chmod +x cut script
	for p in ./missing ./empty ./fifo ./dir ./script ./dangling ./cut \
		/bin/true nolib/bin/python3 ./old; do
		PATH=$B/312/bin:$PATH refuses -p "$p"
		has "cannot use '" "$stderr"
		has "${p##./}" "$stderr"
	done
	refuses -p nolib/bin/python3
	has lib/python3.12/os.py "$stderr"
	refuses -p ./dangling
	has /nowhere "$stderr"
	refuses -p ./script
	has '#!/bin/sh' "$stderr"
}

@test "-p with nothing in it is not the default" {
	pv -p '' env
	[ "$status" = 2 ]
	[ ! -e env ]
}

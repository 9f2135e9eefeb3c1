#!/usr/bin/env bats
# The program acts by the name that it is called by.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASES=$BATS_FILE_TMPDIR
	fake_python "$BASES/311" 3.11.5
	fake_python "$BASES/312" 3.12.4
	# starts argv[1] with the names that follow as its argv, none if none
	gcc -x c -o "$BASES/exec" - <<-'END'
	#include <unistd.h>
	extern char **environ;
	int main(int argc, char **argv)
	{
		return argc < 2 ? 99 : (execve(argv[1], argv + 2, environ), 99);
	}
	END
}

# version ENV: the version in the pyvenv.cfg.
version()
{
	sed -n 's/^version = //p' "$1/pyvenv.cfg"
}

# exec_as ARGV...: start the binary with exactly this argv, its name included.
exec_as()
{
	status=0
	"$BASES/exec" "$VENVBOX" "$@" >"$IO/out" 2>"$IO/err" || status=$?
	cat "$IO/out" "$IO/err"
}

@test "a symlink, a hard link and a copy with the name of an applet" {
	mkdir bin
	ln -s "$VENVBOX" bin/pyvenv
	bin/pyvenv -p "$BASES/312" one
	rm bin/pyvenv
	cp "$VENVBOX" bin/venvbox
	ln bin/venvbox bin/pyvenv
	bin/pyvenv -p "$BASES/312" two
	rm bin/venvbox
	bin/pyvenv -p "$BASES/312" three
	for i in one two three; do
		[ "$(version "$i")" = 3.12.4 ]
	done
}

@test "venvbox runs the applet that its first argument names" {
	as venvbox pyvenv -p "$BASES/312" env
	[ "$status" = 0 ]
	[ "$(version env)" = 3.12.4 ]
	as venvbox pyvenv
	[ "$status" = 2 ]
}

@test "a binary of another name is venvbox" {
	ln -s "$VENVBOX" venvbox-1.2-x86_64
	run ./venvbox-1.2-x86_64 --list
	[ "$status" = 0 ]
	[ "${lines[0]}" = activate-print ]
}

@test "pyvenv-3.11 asks for Python 3.11" {
	export PATH="$BASES/312/bin:$BASES/311/bin:$PATH"
	ln -s "$VENVBOX" links/pyvenv-3.11
	ln -s "$VENVBOX" links/pyvenv-3.99
	as pyvenv env
	[ "$(version env)" = 3.12.4 ]
	as pyvenv-3.11 env311
	[ "$status" = 0 ]
	[ "$(version env311)" = 3.11.5 ]
	as pyvenv-3.99 env399
	[ "$status" = 1 ]
	has 3.99 "$stderr"
	[ ! -e env399 ]
	as venvbox pyvenv-3.11 again
	[ "$(version again)" = 3.11.5 ]
}

@test "pyvenv-3.11 -p: the option wins" {
	ln -s "$VENVBOX" links/pyvenv-3.11
	as pyvenv-3.11 -p "$BASES/312" env
	[ "$(version env)" = 3.12.4 ]
}

@test "pyvenv-3.11: the name wins over PYVENV_PYTHON" {
	ln -s "$VENVBOX" links/pyvenv-3.11
	PATH=$BASES/311/bin:$PATH
	PYVENV_PYTHON=$BASES/312 as pyvenv-3.11 env
	[ "$(version env)" = 3.11.5 ]
}

@test "--list: the names, one per line" {
	as venvbox --list
	[ "$status" = 0 ]
	[ "$output" = "activate-print
activate-run
deactivate
pyvenv" ]
}

@test "each name of --list is an applet" {
	for name in $("$VENVBOX" --list); do
		as venvbox "$name" --help
		[ "$status" = 0 ]
		has "usage: $name" "$output"
		as "$name" --help
		[ "$status" = 0 ]
		has "usage: $name" "$output"
	done
}

@test "--install DIR makes hard links, again too" {
	need_itself "the links are to the program, which does not start alone"
	mkdir bin
	cp "$VENVBOX" bin/venvbox
	ln -s bin there
	: >bin/pyvenv
	run bin/venvbox --install there
	[ "$status" = 0 ]
	[ -z "$output" ]
	for name in $(bin/venvbox --list); do
		[ bin/venvbox -ef "bin/$name" ]
		[ ! -L "bin/$name" ]
	done
	run bin/venvbox --install bin
	[ "$status" = 0 ]
	[ "$(cd bin && find . -type f -printf '%P\n' | sort | tr '\n' ' ')" = \
		'activate-print activate-run deactivate pyvenv venvbox ' ]
	bin/pyvenv -p "$BASES/312" env
}

@test "--install without DIR: beside the program" {
	need_itself "the links are to the program, which does not start alone"
	mkdir bin
	cp "$VENVBOX" bin/venvbox
	run bin/venvbox --install
	[ "$status" = 0 ]
	[ bin/pyvenv -ef bin/venvbox ]
	run bin/venvbox --install -s
	[ "$status" = 0 ]
	[ "$(readlink bin/pyvenv)" = venvbox ]
	mv bin elsewhere
	elsewhere/pyvenv -p "$BASES/312" env
}

@test "--install -s DIR makes symlinks" {
	need_itself "the links are to the program, which does not start alone"
	mkdir dir
	as venvbox --install -s dir
	[ "$status" = 0 ]
	for name in $("$VENVBOX" --list); do
		[ -L "dir/$name" ]
		[ "dir/$name" -ef "$VENVBOX" ]
	done
	dir/pyvenv -p "$BASES/312" env
}

@test "--install that fails says so" {
	as venvbox --install nowhere
	[ "$status" = 1 ]
	has nowhere "$stderr"
	as venvbox --install -s nowhere
	[ "$status" = 1 ]
	as venvbox --install a b
	[ "$status" = 2 ]
	as venvbox --install -x
	[ "$status" = 2 ]
}

@test "--version is that of the Makefile" {
	as venvbox --version
	[ "$status" = 0 ]
	[ "$output" = "venvbox $(sed -n 's/^VERSION := //p' \
		"$BATS_TEST_DIRNAME/../../Makefile")" ]
}

@test "--help names every applet and every option, on stdout" {
	for option in --help -h; do
		as venvbox "$option"
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		has 'usage: venvbox' "$output"
		for word in pyvenv activate-print deactivate --list --install \
			--version --help; do
			has "$word" "$output"
		done
	done
}

@test "an unknown applet: message, exit 127" {
	as venvbox pyvenw env
	[ "$status" = 127 ]
	has "'pyvenw'" "$stderr"
	[ -z "$output" ]
	[ ! -e env ]
	as venvbox pyvenv-x
	[ "$status" = 127 ]
	as venvbox ''
	[ "$status" = 127 ]
}

@test "no applet and unknown options are errors of usage" {
	as venvbox
	[ "$status" = 2 ]
	[ -z "$output" ]
	[ "$(wc -l <"$IO/err")" = 2 ]
	as venvbox --lst
	[ "$status" = 2 ]
	has "'--lst'" "$stderr"
}

@test "no name at all: no crash" {
	exec_as
	[ "$status" = 2 ]
	grep -q '^venvbox: ' "$IO/err"
}

@test "an empty name, and one that ends in a slash" {
	exec_as ''
	[ "$status" = 2 ]
	exec_as '' --list
	[ "$status" = 0 ]
	exec_as 'x/' --list
	[ "$status" = 0 ]
	exec_as '/'
	[ "$status" = 2 ]
}

@test "the dash of a login shell" {
	exec_as -pyvenv -p "$BASES/312" env
	[ "$status" = 0 ]
	[ "$(version env)" = 3.12.4 ]
	PATH=$BASES/312/bin:$BASES/311/bin:$PATH
	exec_as -pyvenv-3.11 env311
	[ "$(version env311)" = 3.11.5 ]
	exec_as - --list
	[ "$status" = 0 ]
}

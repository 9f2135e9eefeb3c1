#!/usr/bin/env bats
# ENV_DIR can be anything: each time a clear line and nothing touched, or a
# whole environment.

# SC2016: text in quotes is a name, or for a shell of its own
# SC2103, SC2154: bats runs a test in a subshell; has() and pv() set stderr
# shellcheck disable=SC2016,SC2103,SC2154
load helpers

# refused WORDS ARG...: fails with WORDS and changes nothing.
refused()
{
	local words=$1 before
	shift
	before=$(snapshot "$T")
	pv "$@"
	[ "$status" = 1 ]
	has "$words" "$stderr"
	[ "$(snapshot "$T")" = "$before" ]
}

@test "a symlink to a directory stays one" {
	mkdir real
	echo x >real/file
	ln -s real "$T/link"
	refused "it exists" "$T/link"
	refused "not a virtual environment" --upgrade "$T/link"
	for option in --exist-ok --clear --upgrade; do
		pv "$option" "$T/link"
		[ "$status" = 0 ]
		[ "$(readlink link)" = real ]
		whole "$T/link"
		grep -qF "$T/link" "$T/real/bin/activate"
		[ "$option" != --clear ] || [ ! -e real/file ]
	done
}

@test "a symlink to a directory elsewhere" {
	mkdir -p far/away
	ln -s far/away link
	pv --clear link
	[ "$status" = 0 ]
	[ -L link ]
	whole "$T/link"
}

@test "a symlink to nothing, a loop, a file, a pipe" {
	ln -s nothing dangling
	ln -s loop loop
	echo x >file
	mkfifo pipe
	for option in --clear --upgrade --exist-ok --symlinks; do
		refused "a symlink to nothing" "$option" dangling
		refused "ymbolic link" "$option" loop
		refused "a file" "$option" file
		refused "a named pipe" "$option" pipe
		refused "Not a directory" "$option" file/env
		refused "Not a directory" "$option" file/a/b
	done
}

@test "a directory that may not be written" {
	public
	mkdir "$P/ro"
	before=$(snapshot "$P")
	as_nobody "$P/ro/env"
	[ "$status" = 1 ]
	has "cannot create '$P/ro/env': Permission denied" "$output"
	"$P/pyvenv" "$P/ro/env"
	before=$(snapshot "$P")
	for option in --clear --upgrade --exist-ok; do
		as_nobody "$option" -p /usr/bin/python3 --prompt new "$P/ro/env"
		[ "$status" = 1 ]
		has "Permission denied" "$output"
		[ "$(snapshot "$P")" = "$before" ]
	done
}

@test "names: long, odd and ambiguous" {
	long=$(printf '%0255d' 0)
	pv "$long"
	[ "$status" = 0 ]
	whole "$T/$long"
	pv --clear "$long"
	[ "$status" = 0 ]
	whole "$T/$long"
	refused "too long" "0$long"
	deep=$T/$(printf '%0200d/' $(seq 21))
	refused "too long" "$deep"
	refused "':'" "a:b"
	refused "name is empty" ""
	refused "it exists" .
	refused "it exists" ..
	refused "it exists" links/..
	for name in $'new\nline' $'\377\376bytes' "a blank" "'quote" '$(id)' \
		'back\slash' 'per%cent' $'tab\t' '~' '#' '*'; do
		pv "$name"
		[ "$status" = 0 ]
		whole "$T/$name"
	done
	pv -- -n
	[ "$status" = 0 ]
	whole "$T/-n"
}

@test "slashes and dots in the path" {
	mkdir -p a/b
	pv slash/
	[ "$status" = 0 ]
	whole "$T/slash"
	pv .//double//slash//
	[ "$status" = 0 ]
	whole "$T/double/slash"
	pv a/b/../up
	[ "$status" = 0 ]
	whole "$T/a/up"
	pv a/./dot/.
	[ "$status" = 0 ]
	whole "$T/a/dot"
	refused "it exists" slash/
	pv --clear a/b/../up/
	[ "$status" = 0 ]
	whole "$T/a/up"
}

@test "the current directory is inside" {
	pv env
	mkdir env/in
	cd env/in
	refused "above the current directory" --clear ..
	for option in --upgrade --exist-ok; do
		ln -sf gone "$T/env/bin/python"
		pv "$option" ..
		[ "$status" = 0 ]
		whole "$T/env"
	done
	cd ..
	before=$(stat -c %i .)
	pv --clear .
	[ "$status" = 0 ]
	whole "$T/env"
	[ "$(stat -c %i .)" = "$before" ]
	[ "$(stat -c %i "$T/env")" = "$before" ]
	[ ! -e in ]
}

@test "an environment with odd entries is upgraded" {
	pv env
	mkdir -p env/ro/in env/deep
	echo x >env/one
	ln env/one env/two
	mkfifo env/pipe
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("env/sock")'
	echo y >env/ro/in/file
	chmod 500 env/ro/in
	chmod 555 env/ro
	(cd env/deep && for _ in $(seq 300); do mkdir d && cd d; done)
	odd=$(find env -not -path 'env/bin*' -not -name pyvenv.cfg \
		-printf '%y %m %p\n' | sort)
	ln -sf gone env/bin/python
	pv --upgrade env
	[ "$status" = 0 ]
	whole "$T/env"
	[ "$(find env -not -path 'env/bin*' -not -name pyvenv.cfg \
		-printf '%y %m %p\n' | sort)" = "$odd" ]
	[ env/one -ef env/two ]
	pv --clear env
	[ "$status" = 0 ]
	whole "$T/env"
	[ ! -e env/ro ]
}

@test "read-only directories go with --clear, not only for root" {
	public
	mkdir -p "$P/mine/env/mod/sub"
	echo x >"$P/mine/env/mod/sub/file"
	chmod 555 "$P/mine/env/mod/sub" "$P/mine/env/mod"
	chown -R 65534:65534 "$P/mine"
	as_nobody --clear "$P/mine/env"
	[ "$status" = 0 ]
	[ -z "$output" ]
	whole "$P/mine/env"
}

@test "a link out of the environment is not followed" {
	pv env
	mkdir out
	echo x >out/file
	rm -r env/lib env/bin/python
	ln -s "$T/out" env/lib
	ln -s "$T/out/file" env/bin/python
	before=$(snapshot out)
	pv --exist-ok env
	[ "$(snapshot out)" = "$before" ]
	pv --clear env
	[ "$status" = 0 ]
	[ "$(snapshot out)" = "$before" ]
	whole "$T/env"
}

@test "several ENV_DIRs: what fails does not stop the rest" {
	mkdir there
	pv one there two/a file:x two/b
	[ "$status" = 1 ]
	[ "$(grep -c '^pyvenv: ' "$IO/err")" = 2 ]
	for env in one two/a two/b; do
		whole "$T/$env"
	done
	[ -z "$(ls there)" ]
}

@test "protected directories are not cleared" {
	need bwrap
	jail()
	{
		status=0
		bwrap --ro-bind / / --dev /dev --bind "$T" "$T" --chdir "$T" \
			"$@" >"$IO/out" 2>"$IO/err" || status=$?
		cat "$IO/err"
		[ "$status" = 1 ]
		grep -q '^pyvenv: cannot change ' "$IO/err"
		tidy
	}
	pyvenv=$T/links/pyvenv
	mkdir -p home base/bin in/side
	jail "$pyvenv" --clear /
	jail "$pyvenv" --exist-ok /
	jail "$pyvenv" --clear "$HOME"
	jail "$pyvenv" --clear "$T"
	jail "$pyvenv" --clear "$(dirname "$T")"
	jail "$pyvenv" --clear /usr
	jail "$pyvenv" --clear /usr/bin
	jail "$pyvenv" --exist-ok /usr
	jail sh -c 'cd in/side && exec "$0" --clear ..' "$pyvenv"
	ln -s / root
	jail "$pyvenv" --clear root
	[ -d in/side ]
}

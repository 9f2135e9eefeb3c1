#!/usr/bin/env bats
# Which environment activate-print enters when none is named: .venv as a
# directory, .venv as a file, .python-envs, here or above.

# shellcheck disable=SC2016,SC2088 # nothing is to be expanded
# shellcheck disable=SC2154 # names
load ../cli/helpers
load names

env_here()
{
	mkdir -p -- "$1"
	printf 'home = /usr/bin\n' >"$1/pyvenv.cfg"
}

# enters DIR: activate-print without ENV_DIR enters DIR.
enters()
{
	as activate-print -s sh
	[ "$status" = 0 ]
	has "VIRTUAL_ENV='$1';
VIRTUAL_ENV_PROMPT=" "$output"
}

# refuses FILE REASON: it fails, and names FILE of this directory and REASON.
refuses()
{
	as activate-print -s sh
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	[ "$stderr" = "activate-print: cannot use '$PWD/$1': $2
hint: name the directory of the environment" ]
}

@test "a directory" {
	env_here .venv
	enters "$T/.venv"
	mkdir -p a/b
	cd a/b
	enters "$T/.venv"
	env_here "$T/a/.venv"
	enters "$T/a/.venv"
	env_here "$T/real"
	ln -s ../../real .venv
	enters "$T/a/b/.venv"
}

@test "a directory that is no environment is passed over" {
	env_here .venv
	mkdir -p a/.venv a/.python-envs
	cd a
	enters "$T/.venv"
	mkdir .venv/pyvenv.cfg
	enters "$T/.venv"
	# one of that name is no list, even as an environment
	env_here .python-envs
	enters "$T/.venv"
	rm -r .python-envs
	env_here other
	echo other >.python-envs
	enters "$T/a/other"
}

@test "a file .venv" {
	local text
	env_here envs/one
	mkdir -p project/sub
	cd project
	for text in "$T/envs/one" "$T/envs/one\n" "$T/envs/one\r\n" \
		'../envs/one' '../envs/one\n' '.././envs//one/\r\n' \
		'\xef\xbb\xbf../envs/one\r\n' \
		'../envs/one\n../envs/other\n' '../envs/one\n\n'; do
		printf %b "$text" >.venv
		enters "$T/envs/one"
		(cd sub && enters "$T/envs/one")
	done
}

@test "a path in a file is taken as it is" {
	local path
	for path in ' lead' 'trail ' $'tab\t' '~' '~/v' '$HOME' '${HOME}/v' \
		'#v' "'v'" '"v"' 'v%20w' '*' $'\xef\xbb\xbfv'; do
		env_here "$T/p/$path"
		printf './%s\n' "$path" >p/.venv
		(cd p && enters "$T/p/${path//\'/\'\\\'\'}")
		rm p/.venv
		printf '%s\n./%s' "$T" "$path" >p/.python-envs
		(cd p && enters "$T/p/${path//\'/\'\\\'\'}")
	done
	# a lone CR at the end of a file is no end of a line
	env_here "$T/p/"$'cr\r'
	printf './cr\r' >p/.venv
	(cd p && enters "$T/p/"$'cr\r')
}

@test "hostile names in a file" {
	local i name
	for i in "${!names[@]}"; do
		name=${names[i]}
		# what no line can hold, and a name too long with an x before it
		[[ $name != *$'\n'* && ${#name} -lt 255 ]] || continue
		env_here "$T/$i/x$name"
		printf 'x%s\n' "$name" >"$T/$i/.venv"
		cd "$T/$i"
		as activate-print -s sh
		[ "$status" = 0 ]
		(eval "$output" && [ "$VIRTUAL_ENV" = "$T/$i/x$name" ])
		mv .venv .python-envs
		as activate-print -s sh
		[ "$status" = 0 ]
		(eval "$output" && [ "$VIRTUAL_ENV" = "$T/$i/x$name" ])
		[ ! -e CANARY ]
	done
	[ ! -e "$T/CANARY" ]
}

@test "a link to a file is read where the link is" {
	env_here a/v
	mkdir b
	echo v >b/.venv
	ln -s ../b/.venv a/.venv
	cd a
	enters "$T/a/v"
}

@test "a list .python-envs: the last line" {
	local text
	env_here py313
	env_here py314
	for text in 'py314' 'py314\n' 'py313\npy314\n' 'py313\r\npy314\r\n' \
		'py313\npy314' 'nowhere\n\npy314\n\n\n' 'py314\n \t\r\n\r\n' \
		'\xef\xbb\xbfpy314\n' "py313\n$T/py314"; do
		printf %b "$text" >.python-envs
		enters "$T/py314"
	done
	# .venv comes last in the draft, that is: first
	echo py313 >.venv
	enters "$T/py313"
	rm .venv
	env_here .venv
	enters "$T/.venv"
}

@test "a directory too deep for a path to what it could hold" {
	local name
	name=$(printf '%0250d' 0)
	env_here .venv
	while ((${#PWD} + ${#name} < 4090)); do
		mkdir "$name" && cd "$name"
	done
	name=${name:0:4093-${#PWD}}
	mkdir "$name" && cd "$name"
	[ ${#PWD} = 4094 ]
	enters "$T/.venv"
}

@test "the nearer environment goes first, whatever its form" {
	env_here one
	env_here two
	env_here three
	mkdir -p a/b/c
	cd a/b/c
	echo ../../two >"$T/a/b/.venv"
	echo ../one >"$T/a/.python-envs"
	env_here "$T/.venv"
	enters "$T/two"
	echo ../../../three >.python-envs
	enters "$T/three"
	rm .python-envs "$T/a/b/.venv"
	enters "$T/one"
	rm "$T/a/.python-envs"
	enters "$T/.venv"
}

@test "the active environment does not count" {
	env_here one
	env_here two
	printf 'one\ntwo\n' >.python-envs
	export VIRTUAL_ENV=$T/one
	enters "$T/two"
}

@test "a file that leads to no environment is an error" {
	env_here .venv
	mkdir -p a/dir
	cd a
	: >plain
	echo nowhere >.venv
	refuses .venv "line 1 names '$T/a/nowhere': No such file or directory"
	(cd dir && as activate-print -s sh && [ "$status" = 1 ] &&
		has "'$T/a/.venv': line 1 names '$T/a/nowhere'" "$stderr")
	echo dir >.venv
	refuses .venv "line 1 names '$T/a/dir': it has no pyvenv.cfg"
	echo plain >.venv
	refuses .venv "line 1 names '$T/a/plain': Not a directory"
	# the first line of an empty name is no directory, but this one
	printf '\n%s\n' "$T/.venv" >.venv
	refuses .venv 'its first line is empty'
	printf '%s' $'\xef\xbb\xbf' >.venv
	refuses .venv 'its first line is empty'
	: >.venv
	refuses .venv 'its first line is empty'
	mv .venv .python-envs
	refuses .python-envs 'no line names an environment'
	printf '\n  \n\t\r\n' >.python-envs
	refuses .python-envs 'no line names an environment'
	printf '../.venv\n\nnowhere\n\n' >.python-envs
	refuses .python-envs "line 3 names '$T/a/nowhere': No such file or directory"
}

@test "a path that PATH cannot hold" {
	env_here a:b
	echo a:b >.venv
	as activate-print -s sh
	[ "$status" = 1 ]
	has "cannot enter '$T/a:b': no entry of PATH" "$stderr"
}

@test "no text" {
	env_here v
	printf 'v\n\0' >.venv
	refuses .venv 'it has a NUL byte in it'
	{ printf 'v\n' && head -c 65534 /dev/zero | tr '\0' x; } >.venv
	enters "$T/v"
	echo >>.venv
	refuses .venv 'it is larger than 64 KB'
	mv .venv .python-envs
	refuses .python-envs 'it is larger than 64 KB'
	truncate -s 1T .python-envs
	refuses .python-envs 'it is larger than 64 KB'
	head -c 5000 /dev/zero | tr '\0' x >.python-envs
	as activate-print -s sh
	[ "$status" = 1 ]
	has "its line is too long for a path" "$stderr"
}

@test "no file" {
	local name
	for name in .venv .python-envs; do
		mkfifo $name
		run timeout 300 "$T/links/activate-print" -s sh
		[ "$status" = 1 ]
		refuses $name 'it is neither a directory nor a file'
		ln -sf /dev/null $name
		refuses $name 'it is neither a directory nor a file'
		ln -sf nowhere $name
		refuses $name 'the link leads nowhere'
		ln -sf $name $name
		refuses $name 'Symbolic link loop' ||
			refuses $name 'Too many levels of symbolic links'
		rm $name
	done
}

@test "a place that may not be searched is reported" {
	as_nobody()
	{
		setpriv --bounding-set=-all --inh-caps=-all \
			"$T/links/activate-print" -s sh >out 2>err
	}
	env_here v
	echo v >.venv
	as_nobody
	chmod 0 .venv
	cat .venv || true
	if as_nobody; then
		echo "a mode of 0 does not hide a file here"
		return 1
	fi
	has "cannot use '$T/.venv': Permission denied" "$(cat err)"
	chmod 644 .venv
	chmod 0 v
	! as_nobody || return 1
	has "line 1 names '$T/v': Permission denied" "$(cat err)"
	rm .venv
	chmod 755 v
	mv v .venv
	chmod 0 .venv
	! as_nobody || return 1
	has "cannot use '$T/.venv': Permission denied" "$(cat err)"
}

# as_user UID ARG...: activate-print as that user, in $PWD.
as_user()
{
	local uid=$1
	shift
	status=0
	setpriv --reuid "$uid" --regid "$uid" --clear-groups \
		"$OPEN/activate-print" -s sh "$@" >"$IO/out" 2>"$IO/err" || status=$?
	stderr=$(cat "$IO/err")
	echo "$status $stderr"
}

# Sets OPEN, a directory that every user reaches, with the program in it.
open_directory()
{
	[ "$(id -u)" = 0 ] || skip "only root can give files away"
	OPEN=$(mktemp -d /tmp/venvbox-open.XXXXXX)
	chmod 755 "$OPEN"
	cp -L "$T/links/activate-print" "$OPEN"
	mkdir -p "$OPEN/up/sub"
	cd "$OPEN/up/sub" || return 1
}

# entered DIR: the last run entered it.
entered()
{
	[ "$status" = 0 ]
	grep -qF "VIRTUAL_ENV='$1'" "$IO/out"
}

teardown()
{
	[ -z "${OPEN-}" ] || rm -rf "$OPEN"
}

@test "an environment of another user, above, is refused" {
	open_directory
	local made
	for made in "mkdir ../.venv" "mkdir ../env; ln -s env ../.venv"; do
		rm -rf ../.venv ../env
		eval "$made"
		echo 'home = /usr/bin' >../.venv/pyvenv.cfg
		chown -hR 1234 ../.venv
		as_user 65534
		[ "$status" = 1 ]
		has "'$OPEN/up/.venv': it belongs to another user, number 1234" \
			"$stderr"
		has "hint: if you trust that user: activate-print '$OPEN/up/.venv'" \
			"$stderr"
		[ "$(cat "$IO/out")" = "false;" ]
		as_user 65534 "$OPEN/up/.venv"
		entered "$OPEN/up/.venv"
		as_user 0
		[ "$status" = 1 ]
		SUDO_UID=1234 as_user 0
		entered "$OPEN/up/.venv"
		SUDO_UID=1234 as_user 65534
		[ "$status" = 1 ]
	done
	# the directory is trusted, the link is not
	chown -R 65534 ../env
	as_user 65534
	[ "$status" = 1 ]
	chown -h 65534 ../.venv
	as_user 65534
	entered "$OPEN/up/.venv"
}

@test "a file of another user that names an environment is refused" {
	open_directory
	local name
	mkdir ../env
	echo 'home = /usr/bin' >../env/pyvenv.cfg
	for name in .venv .python-envs; do
		echo env >"../$name"
		chown 1234 "../$name"
		as_user 65534
		[ "$status" = 1 ]
		has "it belongs to another user" "$stderr"
		chown 65534 "../$name"
		as_user 65534
		entered "$OPEN/up/env"
		chown 0 "../$name"
		as_user 65534
		entered "$OPEN/up/env"
		rm "../$name"
	done
}

@test "a directory of another user that is no environment is passed over" {
	open_directory
	mkdir .venv ../.venv .python-envs
	chown 1234 .venv .python-envs
	echo 'home = /usr/bin' >../.venv/pyvenv.cfg
	as_user 65534
	entered "$OPEN/up/.venv"
}

#!/usr/bin/env bats
# pyvenv --relocatable: environments that are where they were made, in the
# shells that rely on what is recorded, and in some that do not.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2034,SC2154 # for and of setup.bash and helpers.bash
RELOCATABLE=1
export FORMS=file
load setup

# moved SHELL...: an environment that is elsewhere, while there is another one
# at its old place and when there is none, is not entered, and what to use
# instead is said; nothing has changed.
moved()
{
	local read='. new/bin/activate || echo failed'

	case $1 in
	*csh) read='source new/bin/activate.csh; if ($status) echo failed' ;;
	esac
	as pyvenv --relocatable old
	cp -a old new
	if [ "$1" != bsd-csh ]; then # which cannot know
		"$@" -c "$read; env" >out 2>err
		refused
	fi
	rm -r old
	"$@" -c "$read; env" >out 2>err
	refused
	[ "$("$BIN/activate-run" new sh -c 'echo "$VIRTUAL_ENV|$VIRTUAL_ENV_PROMPT"')" = "$T/new|new" ]
}

refused()
{
	cat out err >said
	grep -qx failed out
	grep -q '^activate.*activate-print DIR.*activate-run DIR COMMAND$' said
	if grep -E '^(VIRTUAL_ENV|PATH=.*new)' out; then
		return 1
	fi
}

@test "yash" {
	matrix names+options yash
	moved yash
}
@test "yash posix" {
	matrix few+states yash -o posixlycorrect
	moved yash -o posixlycorrect
}
@test "tcsh" {
	matrix names+states tcsh -f
	moved tcsh -f
}
@test "bsd-csh" {
	matrix names+states bsd-csh -f
	moved bsd-csh -f
}
@test "bash" { matrix names+states bash; }
@test "dash" { matrix names+states dash; }
@test "fish" { matrix few+states fish -N; }

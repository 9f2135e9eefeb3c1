#!/usr/bin/env bats
# bin/activate.csh and what activate-print prints, in csh and tcsh: any name,
# any state before, and the same state after. The cells are in cells_csh.py.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load setup

# A command that was not found before is found in the environment, at once.
hashed()
{
	local how d=$E/path/0/plain
	printf '#!/bin/sh\n: >ran\n' >"$d/bin/only-here"
	chmod +x "$d/bin/only-here"
	for how in 'source $DIR:q/bin/activate.csh' \
		'eval `$BIN:q/activate-print -s csh $DIR:q`'; do
		rm -f ran
		DIR=$d "$@" -c "$how; only-here"
		[ -e ran ]
	done
}

# With arguments the program is called by \deactivate.
commands()
{
	printf '%s\n' 'setenv PATH $BIN:q\:$PATH:q' \
		'source $DIR:q/bin/activate.csh' \
		"\\deactivate sh -c 'echo \$# \$VIRTUAL_ENV' x 'a b' >! ran" \
		'echo $VIRTUAL_ENV_PROMPT >> ran' >script
	DIR=$E/path/0/plain "$@" script
	printf '1\nplain\n' | diff - ran
}

fails()
{
	local code='eval `$BIN:q/activate-print -s csh /nowhere`; touch CANARY'
	if "$@" -e -c "$code" 2>err; then
		return 1
	fi
	[ ! -e CANARY ]
	[ -s err ]
}

# No program and no process: the file never, with the worst of names. What is
# printed needs programs for a tab or a brace. (tcsh forks once when it starts.)
forks()
{
	command -v strace >/dev/null
	local n=${names[-2]} wanted
	[[ $n == *'{'* ]]
	: >none
	printf '%s\n' 'source $DIR:q/bin/activate.csh' deactivate >script
	strace -f -o trace -e trace=%process "$@" none
	wanted=$(grep -cE '(fork|clone3?)\(' trace) || true
	DIR=$E/both/$((${#names[@]} - 2))/$n strace -f -o trace \
		-e trace=%process "$@" script
	[ "$(grep -c 'execve(' trace)" = 1 ]
	[ "$(grep -cE '(fork|clone3?)\(' trace)" = "$wanted" ]
	DIR=$E/path/2/${names[2]} strace -f -o trace -e trace=%process "$@" -c \
		'eval `$BIN:q/activate-print -s csh $DIR:q`'
	grep -Eq 'execve.*"paste"' trace
}

# check SHELL. (bsd-csh closes all files that it might have.)
check()
{
	ulimit -n 64
	matrix names+states+child "$1" -f
	hashed "$@" -f
	commands "$@" -f
	fails "$@" -f
	forks "$@" -f
}

@test "tcsh" { check tcsh; }
@test "bsd-csh" { check bsd-csh; }
@test "locale C" {
	ulimit -n 64
	LC_ALL=C matrix few tcsh -f
	LC_ALL=C matrix few bsd-csh -f
}

#!/usr/bin/env bats
# bin/activate and what activate-print prints, in each POSIX shell: any name,
# any state before, and the same state after. The cells are in cells_posix.py.

# shellcheck disable=SC2016 # code for other shells
load setup

# same SHELL...: the file and the printed code define the same.
same()
{
	# shellcheck disable=SC2034 # by name
	local form file='. "$DIR/bin/activate"'
	# shellcheck disable=SC2034
	local printed='eval "$("$BIN/activate-print" -s sh -- "$DIR")"'
	local volatile="^('[^a-z]'|[^a-zA-Z_]|_|BASH_(ARGC|ARGV|LINENO)|FUNCNAME|LINENO|PIPESTATUS|RANDOM|SECONDS|EPOCH[A-Z]*|SRANDOM|PPID|status|pipestatus|argv|OPTIND|TTYIDLE|ERRNO|\.sh\..*|funcstack|funcfiletrace|functrace|funcsourcetrace|zsh_eval_context|ZSH_EVAL_CONTEXT|KSH_VERSION|KSH_MATCH|BASHPID)="
	for form in file printed; do
		DIR=$E/path/0/plain "$@" -c 'eval "$1"
			set
			if typeset -f >/dev/null 2>&1; then
				typeset -f
			fi' x "${!form}" >"$form"
		grep -aEv "$volatile" "$form" >"active.$form"
		grep -q '^VIRTUAL_ENV' "active.$form"
	done
	diff <(sed "s/'\. \"\$DIR.*'$//" active.file) active.printed
}

# Entering and leaving start no program and no process, and what is printed
# for eval starts only activate-print.
forks()
{
	command -v strace >/dev/null
	local d="$E/both/1/a  b"
	strace -f -o trace -e trace=%process "$@" -c '. "$1/bin/activate"
		. "$1/bin/activate"; PATH=/x:$PATH; deactivate' x "$d"
	[ "$(grep -c 'execve(' trace)" = 1 ]
	if grep -E '(fork|clone3?)\(' trace; then
		return 1
	fi
	strace -f -o trace -e trace=%process "$@" -c \
		'eval "$("$BIN/activate-print" -s sh "$1")"; deactivate' x "$d"
	[ "$(grep -c 'execve(' trace)" = 2 ]
	[ "$(grep -Ec '(fork|clone|clone3)\(' trace)" = 1 ]
}

# Code that is printed when there is no such environment stops the shell.
fails()
{
	local print
	for print in "'$BIN/activate-print' /nowhere" \
		"'$BIN/activate-print' --bogus" "'$BIN/deactivate'"; do
		if "$@" -c "set -e; eval \"\$($print 2>err)\"; touch CANARY"; then
			return 1
		fi
		[ ! -e CANARY ]
		[ -s err ]
	done
}

# With arguments the function becomes the program, and the shell stays inside.
commands()
{
	"$@" -c 'PATH=$BIN:$PATH; . "$1/bin/activate"
		deactivate sh -c '\''echo "$VIRTUAL_ENV $# $1"'\'' x "a  b"
		deactivate sh -c "exit 7" || echo $? "$VIRTUAL_ENV_PROMPT"' \
		x "$E/path/0/plain" >ran
	printf ' 1 a  b\n7 plain\n' | diff - ran
}

# Where PATH or PS1 is readonly that is said, and nothing has changed.
readonlys()
{
	local name
	for name in PATH PS1; do
		"$@" -c 'PS1="$ "
			readonly "$2"
			trap '\''echo "${VIRTUAL_ENV-} $PS1 $PATH"
				/usr/bin/env'\'' EXIT
			. "$1/bin/activate"
			exit' x "$E/path/0/plain" "$name" >state 2>err || true
		[ -s err ]
		grep -Fqx " $  $PATH" state
		if grep VIRTUAL state; then
			return 1
		fi
	done
}

# check WHAT SHELL [OPTION...]
check()
{
	matrix "$@"
	shift
	forks "$@"
	same "$@"
	fails "$@"
	commands "$@"
	readonlys "$@"
}

@test "bash" { check names+options+child bash; }
@test "bash --posix" { check few+states+child bash --posix; }
@test "bash without hashing" { matrix few bash +h; }
@test "bash, a login shell" { matrix few -bash; }
@test "bash, interactive" { matrix few+states bash --norc -i; }
@test "dash" { check names+options+child dash; }
@test "dash, a login shell" { matrix few -dash; }
@test "zsh" { check names+options+child zsh -f; }
@test "zsh as sh" { check few+states zsh --emulate sh -f; }
@test "zsh as ksh" { check few+states zsh --emulate ksh -f; }
@test "zsh, a login shell" { matrix few -zsh; }
@test "zsh, interactive" { matrix few zsh -i; }
@test "mksh" { check names+options+child mksh; }
@test "mksh, a login shell" { matrix few -mksh; }
@test "lksh" { check few+states lksh; }
@test "ksh93" { check names+options+child ksh93; }
@test "ksh93, a login shell" { matrix few -ksh93; }
@test "yash" { check names+options+child yash; }
@test "yash posix" { check few+states yash -o posixlycorrect; }
@test "yash, a login shell" { matrix few -yash; }
@test "busybox ash" { check names+options+child busybox ash; }
@test "posh" { check names+options+child posh; }

@test "a PS1 that is exported can be drawn by every shell below" {
	local sh
	for sh in bash dash zsh mksh ksh93 yash posh; do
		[ "$("$sh" -c 'PS1="x "; export PS1; . "$1/bin/activate"
			exec dash -c "eval \"echo \\\"\$PS1\\\"\""' \
			x "$E/path/0/plain")" = '(plain) x ' ]
	done
}

# Bytes, or no locale at all. Not yash, which has no bytes.
@test "locale C, and one that is not there" {
	local sh
	for sh in bash dash zsh mksh ksh93; do
		LC_ALL=C matrix few "$sh"
	done
	for sh in dash zsh mksh ksh93 yash; do # bash complains of it
		LC_ALL=xx_YY.UTF-8 matrix few "$sh"
	done
}

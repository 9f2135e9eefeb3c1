#!/usr/bin/env bats
# bin/activate.fish and what activate-print prints, in fish: any name, any state
# before, and the same state after. The cells are in cells_fish.py.

# shellcheck disable=SC2016 # code for other shells
load setup

@test "names" { matrix names fish -N; }
@test "states" { matrix states fish -N; }
@test "below other shells" { matrix child fish -N; }
@test "a login shell" { matrix few -fish -N; }
@test "locale C" { LC_ALL=C matrix few fish -N; }

@test "deactivate COMMAND" {
	command -v fish >/dev/null || skip "no fish"
	DIR=$E/path/0/plain fish -N -c 'set PATH $BIN $PATH
		source $DIR/bin/activate.fish
		deactivate sh -c '\''echo "$VIRTUAL_ENV $# $1"; exit 7'\'' x "a  b"
		echo $status $VIRTUAL_ENV_PROMPT' >ran
	printf ' 1 a  b\n7 plain\n' | diff - ran
}

@test "an error stops" {
	command -v fish >/dev/null || skip "no fish"
	fish -N -c '$BIN/activate-print -s fish /nowhere | source
		and touch CANARY' 2>err || true
	[ ! -e CANARY ]
	[ -s err ]
}

@test "nothing is forked" {
	command -v fish >/dev/null || skip "no fish"
	strace -f -o trace -e trace=%process fish -N -c \
		'source $argv[1]/bin/activate.fish; deactivate' "$E/both/1/a  b"
	[ "$(grep -c 'execve(' trace)" = 1 ]
	# a thread is not a process
	if grep -E '(fork|clone3?)\(' trace | grep -v CLONE_THREAD; then
		return 1
	fi
}

#!/usr/bin/env bats
# The cost of choosing 150 projects from a directory of 3,000 wheels: memory,
# and wheels that are opened. tests/bench/locks has the time.

# shellcheck disable=SC2154 # status, output, stderr
load ../cli/helpers

setup_file()
{
	export HOUSE=$BATS_FILE_TMPDIR
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/../bench/make_house.py" "$HOUSE"
}

# chooses KB ARG...: pyvenv -n has so much address space and no more, and opens
# each of the 150 wheels, no other.
chooses()
{
	local limit=$1
	shift
	need_itself "the memory is that of the emulator"
	status=0
	(
		[ -n "${SANITIZED-}" ] || ulimit -v "$limit"
		exec "$T/links/pyvenv" -n -p /usr/bin/python3 \
			--find-links "$HOUSE/house" "$@" env
	) >"$IO/out" 2>"$IO/err" || status=$?
	cat "$IO/err"
	[ "$status" = 0 ]
	[ "$(grep -c '^  wheel ' "$IO/out")" = 150 ]
	strace -f -o trace -e trace=openat,openat2 "$T/links/pyvenv" -n \
		-p /usr/bin/python3 --find-links "$HOUSE/house" "$@" env >/dev/null
	[ "$(grep -o '"[^"]*\.whl"' trace | sort -u | wc -l)" = 150 ]
}

@test "a lock is chosen from in 4 MB" {
	chooses 4096 --lock "$HOUSE/pylock.toml"
}

@test "hashes and versions are chosen from in 5.5 MB" {
	chooses 5632 -r "$HOUSE/hashes.txt"
	chooses 5632 -r "$HOUSE/pinned.txt"
}

@test "the newest versions are chosen from in 6 MB" {
	chooses 6144 -r "$HOUSE/free.txt"
}

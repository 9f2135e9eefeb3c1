#!/bin/sh
# usage: run.sh SUITE...
# Runs test suites, as many at a time as there are processors (JOBS=N: N), and
# says at the end how long each took, what failed, what was skipped and why, and
# "N passed, N failed, N skipped". A suite is a directory beside this file: its
# program `run`, or else its *.bats. All speak TAP, so that one program counts. A
# suite that ends early, runs nothing or exits with a status that its results do
# not explain counts as failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)

# run_suite SUITE: its TAP, then its exit status and how long it took
run_suite()
{
	begun=$(date +%s)
	if [ -x "$here/$1/run" ]; then
		"$here/$1/run"
	else
		bats --formatter tap "$here/$1"
	fi </dev/null 2>&1
	echo "# exit status $?"
	echo "# took $(($(date +%s) - begun)) s"
}

# A suite among several prints all at once, when it has ended.
if [ "${1-}" = --into ]; then
	run_suite "$3" >"$2/$3"
	# shellcheck disable=SC2016 # for the inner shell
	exec flock "$2" sh -c 'echo "== $1" && cat "$0/$1"' "$2" "$3"
fi

logs=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-run.XXXXXX") || exit 1
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM HUP

if [ $# = 1 ]; then
	echo "== $1"
	run_suite "$1" | tee "$logs/$1"
else
	echo "running $*"
	printf '%s\n' "$@" |
		xargs -P "${JOBS:-$(nproc)}" -n 1 "$here/run.sh" --into "$logs"
fi
for suite; do
	[ -s "$logs/$suite" ] || echo "# exit status 1" >"$logs/$suite"
	set -- "$@" "$logs/$suite"
	shift
done

awk '
function fail(what) {
	failed++
	failures = failures "FAILED " suite ": " what "\n"
}
function finish() {
	if (results < planned)
		fail("only " results " of " planned " tests ran")
	if (results == 0)
		fail("no test ran")
	if (status != 0 && failed == failed_before)
		fail("exit status " status)
	times = times (times ? ", " : "") suite " " seconds " s"
}
FNR == 1 {
	if (NR > 1)
		finish()
	suite = FILENAME
	sub(/.*\//, "", suite)
	results = planned = 0
	status = "unknown"
	seconds = "?"
	failed_before = failed
}
/^1\.\.[0-9]+/ { planned += substr($1, 4) }
/^(not )?ok( |$)/ {
	results++
	what = $0
	sub(/^(not )?ok *[0-9]* *-? */, "", what)
	if (tolower($0) ~ /# skip/) {
		skipped++
		skips = skips "SKIPPED " suite ": " what "\n"
	} else if ($1 == "not") {
		fail(what)
	} else {
		passed++
	}
}
/^# exit status [0-9]+$/ { status = $4 }
/^# took [0-9]+ s$/ { seconds = $3 }
END {
	if (NR)
		finish()
	printf "took: %s\n%s%s", times, skips, failures
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}' "$@"

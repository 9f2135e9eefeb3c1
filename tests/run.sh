#!/bin/sh
# usage: run.sh SUITE...
# Runs test suites and says at the end what failed, what was skipped and why,
# and "N passed, N failed, N skipped". A suite is a directory beside this file:
# its program `run`, or else its *.bats. All speak TAP, so that one program
# counts. A suite that ends early, runs nothing or exits with a status that its
# results do not explain counts as failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
logs=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-run.XXXXXX") || exit 1
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM HUP

run_suite()
{
	if [ -x "$here/$1/run" ]; then
		"$here/$1/run"
	else
		bats --formatter tap "$here/$1"
	fi 2>&1
	echo "# exit status $?"
}

times=
for suite; do
	echo "== $suite"
	begun=$(date +%s)
	run_suite "$suite" | tee "$logs/$suite"
	times="$times $suite $(($(date +%s) - begun)) s,"
	set -- "$@" "$logs/$suite"
	shift
done

echo "took:${times%,}"
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
}
FNR == 1 {
	if (NR > 1)
		finish()
	suite = FILENAME
	sub(/.*\//, "", suite)
	results = planned = status = 0
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
END {
	if (NR)
		finish()
	printf "%s%s", skips, failures
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}' "$@"

# shellcheck shell=bash
# After all suites here: how many cells of the matrix there were.

setup_suite()
{
	:
}

teardown_suite()
{
	[ ! -e "$BATS_RUN_TMPDIR/cells" ] || awk '
		{ cells += $1; wrong += $3; refused += $5 }
		END {
			printf "# %d cells of the matrix, %d wrong, %d refused\n",
			    cells, wrong, refused
		}' "$BATS_RUN_TMPDIR/cells" >&3
}

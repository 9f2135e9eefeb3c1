#!/usr/bin/env bats
# Requirements, locks and directories that are huge, hostile or strange: a run ends
# with a complete environment, or with one line and nothing changed.

# shellcheck disable=SC2154 # status, output, stderr
load helpers
load locks

setup_file()
{
	# shellcheck source=tests/wheels/helpers.bash
	. "$BATS_TEST_DIRNAME/helpers.bash"
	base_for_wheels
}

@test "a constraint that applies asks for nothing itself" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa
	END
	printf 'aa<2\nbb==1.0\n' >c.txt
	installs --find-links house -c c.txt --install bb
	has_installed aa-1.0 bb-1.0
	requested bb-1.0
}

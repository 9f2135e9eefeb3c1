# shellcheck shell=bash
# Prints where the program of Nushell is, that of npm (dist/deps.sh) first;
# fails where there is none.
nu_path()
{
	local build nu
	build=${BUILD:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build}
	for nu in "$build"/npm/node_modules/@nushell/*/bin/nu; do
		if [ -x "$nu" ]; then
			echo "$nu"
			return
		fi
	done
	command -v nu
}

#!/bin/sh
# usage: demo.sh BUILD-DIRECTORY
# Makes an environment with the program and uses it, and says how long that took
# beside this machine's own venv.
set -eu

build=$1
env=$build/demo-venv
python=$(command -v python3)

# milliseconds COMMAND...: how long it takes, best of three.
milliseconds()
{
	best=
	for _ in 1 2 3; do
		rm -rf "$env"
		begun=$(date +%s%N)
		"$@" >/dev/null 2>&1 || return 1
		took=$((($(date +%s%N) - begun) / 10000))
		[ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
	done
	echo "$((best / 100)).$(printf %02d $((best % 100))) ms"
}

venv=$(milliseconds "$python" -m venv --without-pip "$env") ||
	venv="not there (package python3-venv)"
ours=$(milliseconds "$build/venvbox" pyvenv "$env")
"$env/bin/python" -c 'import sys; print("This is Python",
	sys.version.split()[0], "in", sys.prefix + ",\nmade from", sys.base_prefix
	+ ".\n")'
cat <<END
An environment takes
    $ours    pyvenv
    $venv    python3 -m venv --without-pip
pyvenv is one static file of $(($(stat -c %s "$build/venvbox") / 1000)) KB.

To go on:
    $build/pyvenv --with-pip $env --clear    # with pip
    $build/activate-run $env python -m pip list
    $build/pyvenv --check $env
    man applets/pyvenv.1
END

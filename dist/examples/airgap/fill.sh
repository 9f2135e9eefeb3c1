#!/bin/sh
# usage: fill.sh DIR [OPTION...]
# Fill DIR with the wheels that requirements.txt lists and the application's own
# wheel. Needs a network, and pip of python3 or $PYTHON. The options are those of
# `pip download` for another machine:
#     sh fill.sh wheels --python-version 3.12 --platform manylinux_2_28_aarch64
set -eu

here=$(dirname "$0")
dir=$1
shift
set -- --only-binary :all: --require-hashes -r "$here/requirements.txt" "$@"
"${PYTHON:-python3}" -m pip download -d "$dir" "$@"
"${PYTHON:-python3}" -m pip wheel --no-deps -w "$dir" "$here"

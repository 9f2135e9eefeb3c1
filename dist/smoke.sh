#!/bin/sh
# The installed program makes an environment that works, and leaves it.
set -eux

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
pyvenv venv
pyvenv --check venv
test "$(venv/bin/python -c 'import sys; print(sys.prefix)')" = "$tmp/venv"
test "$(activate-run venv python -c 'import sys; print(sys.prefix)')" = "$tmp/venv"
before=$PATH
eval "$(activate-print -s sh venv)"
test "$(command -v python)" = "$tmp/venv/bin/python"
eval "$(deactivate -s sh)"
test "$PATH" = "$before"

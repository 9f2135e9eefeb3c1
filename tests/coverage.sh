#!/bin/sh
# usage: coverage.sh, by make coverage. Runs the unit and command-line tests on
# builds that count, and prints lines and branches of lib/ and applets/.
# Environment: COV_PROGRAMS, BUILD.
set -eu

cd "$(dirname "$0")/.."
find "$BUILD/cov" -name '*.gcda' -delete
UNIT_PROGRAMS=${COV_PROGRAMS:?} tests/run.sh unit || true
VENVBOX=$BUILD/cov/venvbox tests/run.sh cli || true
gcovr --root . --filter 'lib/' --filter 'applets/' --exclude-unreachable-branches \
	--exclude-throw-branches "$BUILD/cov"
gcovr --root . --filter 'lib/' --branches --exclude-unreachable-branches \
	--print-summary "$BUILD/cov" | tail -n 3

# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# For tests of wheels with a base Python of no use.

load ../fault/helpers
# shellcheck source=tests/cli/pythons.bash
source "$BATS_TEST_DIRNAME/../cli/pythons.bash"

# base_for_wheels: $BASE, a Python 3.13, and $HOST_PYTHON, which runs.
base_for_wheels()
{
	export BASE=$BATS_FILE_TMPDIR/base
	export PYTHONDONTWRITEBYTECODE=1 HOST_PYTHON
	HOST_PYTHON=$(PATH=/usr/bin:/bin:/usr/local/bin command -v python3)
	fake_python "$BASE" 3.13.1
}

# wheel FILE [NAME=TEXT...]: a wheel in order, with these members (@ in front of
# a name: in .data/data). With a header of METADATA as NAME (Requires-Dist,
# Requires-Python, Provides-Extra), or "scripts": what is said of it.
wheel()
{
	local word
	for word; do
		printf '%s\0' "$word"
	done | "$HOST_PYTHON" -BS "$BATS_TEST_DIRNAME/make_wheels.py"
}

# wheels: the same for each line of standard input; "#" starts a comment.
wheels()
{
	"$HOST_PYTHON" -BS "$BATS_TEST_DIRNAME/make_wheels.py" --lines
}

# plain: nothing in what was said last moves the cursor.
plain()
{
	if LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]' "$IO/err"; then
		echo "^ control characters"
		return 1
	fi
}

# refused WORD ARG...: pyvenv fails with one line that has WORD, and nothing
# in $T changes.
refused()
{
	local word=$1 before
	shift
	before=$(snapshot "$T")
	pv "$@"
	[ "$status" = 1 ]
	has "$word" "$stderr"
	[ "$(grep -c '^pyvenv: ' "$IO/err")" = 1 ]
	plain
	diff <(echo "$before") <(snapshot "$T")
}

SITE=lib/python3.13/site-packages

new()
{
	PATH=$BASE/bin:$PATH
	wheel demo-1.0-py3-none-any.whl "$@"
	pv --wheel demo-1.0-py3-none-any.whl env
	[ "$status" = 0 ] && [ -z "$stderr" ]
}

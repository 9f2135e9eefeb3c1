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
# a name: in .data/data), and what else is said of it: version, name.
wheel()
{
	"$HOST_PYTHON" -BS - "$BATS_TEST_DIRNAME" "$@" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import DATA, INFO, METADATA, Member, archive, demo
file, *members = sys.argv[2:]
name, version = file.rsplit("/", 1)[-1].split("-")[:2]
stem = f"{name}-{version}"
more, scripts = [], None
for m in members:
    path, _, text = m.partition("=")
    if path == "scripts":
        scripts = f"[console_scripts]\n{text}\n"
    else:
        more.append(Member(path.replace("@", stem + ".data/data/"), text))
made = demo(*more, info=stem + ".dist-info/", scripts=scripts,
            metadata=METADATA.replace("demo", name).replace(
                "Version: 1.0", "Version: " + version))
if name != "demo":
    made = made[1:]
    record = next(m for m in made if m.name.endswith(b"RECORD"))
    made[-1] = Member(record.name, record.data.split(b"\n", 1)[1])
with open(file, "wb") as f:
    f.write(archive(made))
END
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

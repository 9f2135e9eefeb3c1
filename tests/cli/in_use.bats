#!/usr/bin/env bats
# Environments in use: what people, other tools and mounts have done to them.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # status, output, stderr
load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/312 OTHER=$BATS_FILE_TMPDIR/311
	fake_python "$BASE" 3.12.4
	fake_python "$OTHER" 3.11.5
}

# project ENV NAME: a project with a script NAME, as an installer leaves it.
project()
{
	local site info
	site=$(echo "$1"/lib/python3.*/site-packages)
	info=$site/$2-1.0.dist-info
	mkdir "$info"
	: >"$site/$2.py"
	printf '#!%s/bin/python\nimport %s\n' "$(realpath "$1")" "$2" \
		>"$1/bin/$2"
	chmod 755 "$1/bin/$2"
	printf 'Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n' "$2" \
		>"$info/METADATA"
	{
		row "$1/bin/$2" "../../../bin/$2"
		row "$site/$2.py" "$2.py"
		row "$info/METADATA" "$2-1.0.dist-info/METADATA"
		printf '%s,,\r\n' "$2-1.0.dist-info/RECORD"
	} >"$info/RECORD"
}

# row FILE PATH: the row of a RECORD.
row()
{
	local hash
	hash=$(openssl dgst -sha256 -binary "$1" | base64 | tr '+/' '-_' |
		tr -d '=')
	printf '%s,sha256=%s,%d\r\n' "$2" "$hash" "$(stat -c %s "$1")"
}

@test "--check names scripts of projects that lost their x bit" {
	pv -p "$BASE" env
	project env tool
	pv --check env
	[ "$status" = 0 ]
	chmod -x env/bin/tool
	pv --check env
	[ "$status" = 1 ]
	[ "$output" = "$T/env: tool-1.0: 'bin/tool' is not executable" ]
	# data that is listed in bin need not be a program
	chmod +x env/bin/tool
	sed -i 's,bin/tool,bin/data,' \
		env/lib/python3.12/site-packages/tool-1.0.dist-info/RECORD
	echo data >env/bin/data
	pv --check env
	[ "$status" = 0 ]
}

@test "--check names a base Python that this user cannot reach" {
	unprivileged
	mkdir closed
	cp -a "$BASE" closed/base
	pv -p closed/base env
	chmod 700 closed
	as_other "$T/links/pyvenv" --check "$T/env"
	[ "$status" = 1 ]
	has "'bin/python' is below '$T/closed', which this user cannot search" \
		"$output"
}

@test "a noexec mount: one warning at creation, one finding" {
	need_itself "the root has no emulator"
	unshare -rm true 2>/dev/null || skip "unshare may not run"
	mkdir m
	run unshare -rm sh -c 'mount --bind m m && mount -o remount,bind,noexec m &&
		"$1" -p "$2" m/e && "$1" --check m/e' - "$T/links/pyvenv" "$BASE"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "pyvenv: warning: '$T/m/e' is on a file system that is\
 mounted noexec: scripts and extension modules in it cannot be executed" ]
	[ "${lines[1]}" = "$T/m/e: it is on a file system that is mounted noexec:\
 scripts and extension modules in it cannot be executed" ]
	[ "${#lines[@]}" = 2 ]
	run unshare -rm sh -c 'mount --bind m m && mount -o remount,bind,noexec m &&
		"$1" -p "$2" --copies --clear m/e; "$1" --check m/e' - \
		"$T/links/pyvenv" "$BASE"
	[ "$status" = 1 ]
	has "'bin/python3' is on a file system that is mounted noexec" "$output"
}

@test "one warning where other users cannot search the way to the base Python" {
	local dir=$T
	while [ "$dir" != / ]; do
		chmod o+x "$dir" 2>/dev/null || true
		[ -n "$(find "$dir" -maxdepth 0 -perm -1)" ] ||
			skip "other users cannot search $dir"
		dir=$(dirname "$dir")
	done
	mkdir -m 700 closed
	cp -a "$BASE" closed/base
	pv -p closed/base env
	[ "$status" = 0 ]
	[ "$stderr" = "pyvenv: warning: other users cannot run this environment's\
 Python: '$T/closed/base/bin/python3' is below '$T/closed', which they cannot\
 search" ]
	# a second run has nothing to do, nothing to say
	pv --exist-ok -p closed/base env
	[ -z "$stderr" ]
	pv -q -p closed/base quiet
	[ -z "$stderr" ]
	# links to it are followed
	ln -s closed/base/bin/python3 python3
	pv -p ./python3 linked
	has "is below '$T/closed', which they" "$stderr"
	# nobody else can reach this one
	pv -p closed/base closed/env
	[ -z "$stderr" ]
	chmod 711 closed
	pv -p closed/base open
	[ -z "$stderr" ]
}

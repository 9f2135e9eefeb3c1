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

# record_is_right ENV: each row of each RECORD has the hash of its file.
record_is_right()
{
	python3 - "$1" <<'END'
import base64, csv, glob, hashlib, os, sys
for record in glob.glob(sys.argv[1] + "/lib/*/site-packages/*/RECORD"):
    top = os.path.dirname(os.path.dirname(record))
    data = open(record, newline="").read()
    assert data.count("\r\n") == data.count("\n"), record
    for path, digest, size in csv.reader(data.splitlines()):
        text = open(os.path.join(top, path), "rb").read()
        sum = base64.urlsafe_b64encode(hashlib.sha256(text).digest())
        want = "sha256=" + sum.decode().rstrip("=")
        assert not digest or (digest, size) == (want, str(len(text))), path
END
}

@test "a copied environment: its scripts are found and mended" {
	pv -p "$BASE" one
	project one tool
	project one other
	chmod 750 one/bin/other
	cp -a one two
	pv --check two
	[ "$status" = 1 ]
	has "$T/two: 'bin/tool' starts '$T/one/bin/python', which is not this\
 environment's" "$output"
	has "$T/two: 'bin/other' starts" "$output"
	tree one >one.before
	pv -p "$BASE" --exist-ok two
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	pv --check two
	[ "$status" = 0 ]
	[ "$(head -1 two/bin/tool)" = "#!$T/two/bin/python" ]
	[ "$(tail -n +2 two/bin/tool)" = 'import tool' ]
	[ "$(stat -c %a two/bin/tool two/bin/other | paste -sd ' ')" = '755 750' ]
	record_is_right two
	# the one that was copied is left alone, and a second run changes nothing
	tree one | diff one.before -
	tree two >two.before
	pv -p "$BASE" --exist-ok two
	tree two | diff two.before -
}

@test "a renamed environment: its scripts start something again" {
	pv -p "$BASE" one
	project one tool
	mv one 'a b'
	pv --check 'a b'
	[ "$status" = 1 ]
	has "'bin/tool' starts '$T/one/bin/python', which is missing" "$output"
	# a path with a blank needs the lines for sh
	pv --upgrade -p "$BASE" 'a b'
	[ -z "$stderr" ]
	[ "$(head -2 'a b/bin/tool')" = "#!/bin/sh
'''exec' '$T/a b/bin/python' \"\$0\" \"\$@\"" ]
	record_is_right 'a b'
	pv --check 'a b'
	[ "$status" = 0 ]
	# and from them back
	mv 'a b' c
	pv -p "$BASE" --exist-ok c
	[ "$(cat c/bin/tool)" = "#!$T/c/bin/python
import tool" ]
	record_is_right c
	# the old path may be a link to the new one
	mv c d
	ln -s d c
	pv -p "$BASE" --exist-ok d
	pv --check d
	[ "$status" = 0 ]
	[ "$(head -1 d/bin/tool)" = "#!$T/c/bin/python" ]
}

@test "launchers of every installer are mended" {
	pv -p "$BASE" gone
	pv -p "$BASE" env
	local n=0 lines
	for lines in "#!$T/gone/bin/python3.12
" "#!/bin/sh
'''exec' \"$T/gone/bin/python\" \"\$0\" \"\$@\"
' '''
" "#!/bin/sh
'''exec' '$T/gone/bin/python3' \"\$0\" \"\$@\"
' '''
" "#!/bin/sh
'''exec' $T/gone/bin/python \"\$0\" \"\$@\"
' '''
" "#!$T/env/bin/python3.9
"; do
		n=$((n + 1))
		printf '%s\000\377rest' "$lines" >"env/bin/tool$n"
		chmod +x "env/bin/tool$n"
	done
	rm -r gone
	pv -p "$BASE" --exist-ok env
	[ -z "$stderr" ]
	for name in python3.12 python python3 python python; do
		printf '#!%s/env/bin/%s\n\000\377rest' "$T" "$name"
	done >want
	cat env/bin/tool? | cmp want -
}

@test "scripts that cannot be mended are counted in one warning" {
	pv -p "$BASE" env
	printf '#!/nowhere/bin/python -s\n' >env/bin/a
	printf '#!%s/bin/python3\n' "$OTHER" >env/bin/b
	printf '#!/usr/bin/env python3\n' >env/bin/fine
	printf '#!/bin/sh\n"exec" "$(dirname "$0")"/python "$0"\n' >env/bin/good
	chmod +x env/bin/[abfg]*
	tree env >before
	pv --check env
	[ "$status" = 1 ]
	has "$T/env: 'bin/a' starts '/nowhere/bin/python', which is missing" "$output"
	has "'bin/b' starts '$OTHER/bin/python3', which is not this environment's" \
		"$output"
	[ "$(wc -l <"$IO/out")" = 2 ]
	pv -p "$BASE" --exist-ok env
	[ "$status" = 0 ]
	has "2 scripts (such as '$T/env/bin/" "$stderr"
	has "start another Python, or none: install what made them again" "$stderr"
	[ "$(wc -l <"$IO/err")" = 1 ]
	tree env | diff before -
}

@test "scripts that an upgrade would leave without their interpreter are mended" {
	pv -p "$OTHER" env
	project env tool
	sed -i '1s,$,3.11,' env/bin/tool
	pv --upgrade -p "$BASE" env
	[ "$status" = 0 ]
	[ "$(head -1 env/bin/tool)" = "#!$T/env/bin/python" ]
	record_is_right env
}

@test "a real copied environment: pip works in the copy" {
	/usr/bin/python3 -m venv one 2>/dev/null || skip "no ensurepip"
	cp -a one two
	pv --exist-ok two
	[ "$status" = 0 ]
	run two/bin/pip --version
	has " from $T/two/lib/" "$output"
	run two/bin/pip uninstall -y pip
	[ "$status" = 0 ]
	[ -z "$(ls two/bin | grep pip)" ]
	[ -x one/bin/pip ]
}

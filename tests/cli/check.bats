#!/usr/bin/env bats
# pyvenv --check: each kind of damage is found and named.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	base_and_other
}

# found CODE TEXT: --check of env fails, changes nothing, prints one line per
# finding with the path in front, one of them with TEXT; as data, CODE.
found()
{
	[ -d env ] && tree env >"$IO/before"
	pv --check env
	[ "$status" = 1 ] || return 1
	[ -z "$stderr" ] || return 1
	[ "$(grep -cv "^$T/env: " "$IO/out")" = 0 ] || return 1
	has "$2" "$output" || return 1
	pv --check --json env
	[ "$status" = 1 ] || return 1
	python3 -c 'import json, sys
env, = json.load(open(sys.argv[1]))["environments"]
assert env["healthy"] is False
problems = {p["code"]: p["text"] for p in env["problems"]}
assert sys.argv[3] in problems[sys.argv[2]], problems' \
		"$IO/out" "$1" "$2" || return 1
	[ ! -d env ] || tree env | diff "$IO/before" -
}

@test "a healthy environment: silence and exit 0" {
	for option in --symlinks --copies --system-site-packages; do
		pv -p "$BASE" --clear "$option" env
		pv --check env
		[ "$status" = 0 ]
		[ -z "$output$stderr" ]
	done
	pv -p /usr/bin/python3 real
	pv --check real
	[ "$status" = 0 ]
}

@test "an environment that Python's own venv made is healthy" {
	/usr/bin/python3 -m venv --without-pip env
	pv --check env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
}

@test "PyPy's environment is healthy" {
	[ -x /usr/bin/pypy3 ] || skip "no pypy3 on this machine"
	pv -p /usr/bin/pypy3 env
	pv --check env
	[ "$status" = 0 ]
}

@test "it runs without a Python on PATH and reads through links" {
	pv -p "$BASE" env
	ln -s env link
	pv --check link
	[ "$status" = 0 ]
	cd env
	pv --check .
	[ "$status" = 0 ]
}

@test "nothing there, a file there" {
	found missing 'no such directory'
	touch env
	pv --check env
	[ "$status" = 1 ]
	[ -n "$output" ]
}

@test "an environment that the caller cannot reach is an error, not missing" {
	unprivileged
	mkdir -m 700 closed
	pv -p "$BASE" closed/env
	as_other "$T/links/pyvenv" --check closed/env
	[ "$status" = 1 ]
	[ -z "$output" ]
	[ "$stderr" = "pyvenv: cannot read '$T/closed/env': Permission denied" ]
}

@test "a directory that is no environment" {
	mkdir env
	found cfg-missing pyvenv.cfg
}

@test "pyvenv.cfg is gone, empty or without home" {
	pv -p "$BASE" env
	rm env/pyvenv.cfg
	found cfg-missing pyvenv.cfg
	: >env/pyvenv.cfg
	found cfg-missing pyvenv.cfg
	echo 'version = 3.12.4' >env/pyvenv.cfg
	found cfg-missing pyvenv.cfg
	rm env/pyvenv.cfg
	mkdir env/pyvenv.cfg
	found cfg-missing pyvenv.cfg
}

@test "pyvenv.cfg with bytes of every kind does no harm" {
	pv -p "$BASE" env
	head -c 100000 /dev/urandom >env/pyvenv.cfg
	pv --check env
	[ "$status" = 1 ]
}

@test "a base that is gone is reported" {
	cp -a "$BASE" gone
	pv -p "$T/gone" env
	rm -r gone
	found python-dangling bin/python
}

@test "home is gone but the link leads elsewhere" {
	cp -a "$BASE" gone
	pv -p "$T/gone" env
	rm -r gone
	ln -sf "$BASE/bin/python3" env/bin/python3
	found home-missing "$T/gone/bin"
}

@test "copies whose base is gone" {
	cp -a "$BASE" gone
	pv -p "$T/gone" --copies env
	rm -r gone
	found home-missing "$T/gone/bin"
}

# shellcheck disable=SC2016 # the dynamic linker expands it
@test "a copy without the library that it looks for beside itself" {
	mkdir -p base/bin base/lib/python3.12/lib-dynload
	: >base/lib/python3.12/os.py
	echo 'const unsigned long Py_Version = 0x030c04f0;
		int Py_BytesMain(void) { return 1; }' |
		gcc -shared -fPIC -Wl,-soname,libpython3.12.so.1.0 -x c \
			-o base/lib/libpython3.12.so.1.0 -
	echo 'int Py_BytesMain(void); int main(void) { return Py_BytesMain(); }' |
		gcc -o base/bin/python3.12 -x c - -x none \
			base/lib/libpython3.12.so.1.0 '-Wl,-rpath,$ORIGIN/../lib'
	pv -p "$T/base/bin/python3.12" --copies env
	[ "$status" = 0 ]
	pv --check env
	[ "$status" = 0 ]
	rm env/lib/libpython3.12.so.1.0
	found library-missing lib/libpython3.12.so.1.0
	pv --exist-ok env
	[ "$status" = 0 ]
	cmp env/lib/libpython3.12.so.1.0 base/lib/libpython3.12.so.1.0
	pv --check env
	[ "$status" = 0 ]
}

@test "a name in bin is gone, dangling, a loop, a directory, not executable" {
	pv -p "$BASE" env
	cp -a env good
	rm env/bin/python
	found python-dangling bin/python
	ln -s /nowhere env/bin/python
	found python-dangling bin/python
	ln -sf python env/bin/python
	found python-dangling bin/python
	rm env/bin/python
	mkdir env/bin/python
	found python-dangling bin/python
	rmdir env/bin/python
	: >env/bin/python
	found python-dangling 'not executable'
	rm -r env
	cp -a good env
	ln -sf /nowhere env/bin/python3.12
	found python-dangling bin/python3.12
}

@test "the base has become another version" {
	cp -a "$OTHER" base
	pv -p "$T/base" env
	rm -r base
	cp -a "$BASE" base
	rm env/bin/python3.11
	ln -sf "$T/base/bin/python3" env/bin/python3
	found base-version 3.11
	has 3.12 "$output"
}

@test "a new micro version of the base is healthy" {
	fake_python "$T/base" 3.12.1
	pv -p "$T/base" env
	fake_python "$T/base" 3.12.9
	pv --check env
	[ "$status" = 0 ]
}

@test "the base is no Python any more" {
	cp -a "$BASE" base
	pv -p "$T/base" env
	: >base/bin/python3.12
	found base-unusable "$T"
	rm -r base
	cp -a "$BASE" base
	rm -r base/lib
	found base-unusable lib/python3.12
}

@test "a missing site-packages is reported" {
	pv -p "$BASE" env
	rmdir env/lib/python3.12/site-packages
	found site-packages-missing lib/python3.12/site-packages
}

@test "the activation files of a moved environment are reported" {
	pv -p "$BASE" old
	mv old env
	found activator-stale "$T/old"
}

@test "a hostile name is read back from the activator as it is" {
	local name="it's \"\$(touch pwned)\""

	pv -p "$BASE" "$name"
	pv --check "$name"
	[ "$status" = 0 ]
	mv "$name" env
	found activator-stale "it's"
	[ ! -e pwned ]
}

@test "no activators are no damage" {
	pv -p "$BASE" --activators none env
	pv --check env
	[ "$status" = 0 ]
}

@test "several: each is looked at, one that is bad makes the exit code 1" {
	pv -p "$BASE" one three
	pv --check one two three
	[ "$status" = 1 ]
	[ "$(wc -l <"$IO/out")" = 1 ]
	has "$T/two" "$output"
	pv --check one three
	[ "$status" = 0 ]
}

@test "--json of a healthy environment is true" {
	pv -p "$BASE" env
	pv --check --json env
	[ "$status" = 0 ]
	python3 -c 'import json, sys
env, = json.load(open(sys.argv[1]))["environments"]
assert env["healthy"] is True and env["problems"] == [], env
assert env["env_dir"] == sys.argv[2] + "/env", env
assert env["home"] == sys.argv[3] + "/bin", env
assert env["version"] == "3.12.4", env
assert env["base"] == sys.argv[3] + "/bin/python3", env' \
		"$IO/out" "$T" "$BASE"
}

@test "control characters in what is found are escaped" {
	pv -p "$BASE" old
	mv old $'a\nb\e'
	pv --check $'a\nb\e'
	[ "$status" = 1 ]
	[ "$(wc -l <"$IO/out")" = 1 ]
	has 'a\nb\x1b' "$output"
}

@test "a name that is missing" {
	for name in python python3.12; do
		pv -p "$BASE" --clear env
		rm "env/bin/$name"
		found python-dangling "'bin/$name' is missing"
		pv -p "$BASE" --exist-ok env
		pv --check env
		[ "$status" = 0 ]
	done
}

# ---- requirements --------------------------------------------------------------

# project NAME VERSION [HEADER...]: METADATA of a project in $site.
project()
{
	local dir=$site/$1-$2.dist-info name=$1 version=$2
	shift 2
	mkdir -p "$dir"
	printf '%s\n' 'Metadata-Version: 2.1' "Name: $name" "Version: $version" \
		"$@" >"$dir/METADATA"
}

# requires LINE...: --check of env reports just these, in this order; with none,
# nothing.
requires()
{
	printf "$T/env: %s\n" "$@" >"$IO/expected"
	[ $# != 0 ] || : >"$IO/expected"
	pv --check env
	[ "$status" = $(($# > 0)) ] || return 1
	diff "$IO/expected" "$IO/out"
}

@test "a requirement that is not installed, and one of another version" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project A 1.0 'Requires-Dist: C_c' 'Requires-Dist: d'
	project b 2.0 'Requires-Dist: A (<1,>0)' "Requires-Dist: a!=1;os_name=='posix'"
	project d 1.0
	requires 'a 1.0 requires c-c, which is not installed.' \
		'b 2.0 has requirement A<1,>0, but you have a 1.0.' \
		'b 2.0 has requirement a!=1; os_name == "posix", but you have a 1.0.'
	found requirement-missing 'a 1.0 requires c-c'
	found requirement-unmet 'but you have a 1.0.'
	project c.c 0.1.dev1
	project A 1.0 'requires-dist:C_c'
	project b 2.0 'Requires-Dist: A>=1.0-alpha'
	requires
	# what is said twice is reported once
	project b 2.0 'Requires-Dist: x' 'Requires-Dist: X>1'
	requires 'b 2.0 requires x, which is not installed.'
}

@test "requirements of extras, and of other machines, do not count" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project a 1.0 'Requires-Dist: x; extra == "y"' \
		'Requires-Dist: x; sys_platform == "win32"' \
		'Requires-Dist: x; python_version < "3.12"' \
		'Requires-Dist: z; python_full_version == "3.12.4" and' \
		' (extra != "y")' '' 'Requires-Dist: body'
	requires 'a 1.0 requires z, which is not installed.'
}

@test "a pre-release is one of the versions that a requirement accepts" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project a 1.0 'Requires-Dist: b>=1' 'Requires-Dist: c @ file:///c-2.whl'
	project b 2.0RC.1
	project c 1.0
	requires
	project a 1.0 'Requires-Dist: b>2'
	requires 'a 1.0 has requirement b>2, but you have b 2.0rc1.'
}

@test "a requirement that cannot be parsed is named, and the others count" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project a 1.0 'Requires-Dist: b c' 'Requires-Dist: d' \
		'Requires-Dist: e; what == "x"'
	pv --check env
	[ "$status" = 1 ]
	[ "$(wc -l <"$IO/out")" = 3 ]
	has "cannot parse a requirement of a 1.0: 'b c', character 3" "$output"
	has "a 1.0 requires d, which is not installed." "$output"
	has "cannot parse a requirement of a 1.0: marker 'what" "$output"
	found metadata-invalid 'requirement of a 1.0'
	# more than 8 MB of METADATA is too much
	project a 1.0
	head -c 9000000 /dev/zero | tr '\0' 'x' >>"$site/a-1.0.dist-info/METADATA"
	found metadata-invalid 'cannot read the requirements of a 1.0: '
	rm "$site/a-1.0.dist-info/METADATA"
	requires
}

@test "a marker that depends on an unknown fact is no guess" {
	local site=root/env/lib/python3.12/site-packages
	mkdir -p root/opt
	cp -a "$BASE" root/opt/py
	pv --root root -p /opt/py /env
	[ "$status" = 0 ]
	project a 1.0 'Requires-Dist: b; platform_release == "1"' \
		'Requires-Dist: c; platform_release == "1" and os_name == "nt"'
	pv --root root --check /env
	[ "$status" = 1 ]
	[ "$output" = "/env: a 1.0 may require b: marker 'platform_release == \"1\"' depends on platform_release, which is unknown" ]
	project b 1.0
	pv --root root --check /env
	[ "$status" = 0 ]
}

@test "a wheel for another platform" {
	local site=env/lib/python3.12/site-packages info
	pv -p "$BASE" env
	info=$site/Some.Name-1.0.dist-info
	project Some.Name 1.0
	requires
	printf 'Tag: %s\n' cp311-cp311-linux_armv6l py2-none-any >"$info/WHEEL"
	requires 'Some.Name 1.0 is not supported on this platform'
	found wheel-unsupported 'Some.Name 1.0'
	printf 'Tag: %s\n' cp311-cp311-win32 py2.py3-none-any >"$info/WHEEL"
	requires
}

@test "projects of setuptools: .egg-info, .egg and what .pth files name" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project a 1.0 'Requires-Dist: one>1' 'Requires-Dist: two>1' \
		'Requires-Dist: three>1' 'Requires-Dist: four>1' 'Requires-Dist: five'
	printf 'Name: one\nVersion: 1.0\n' >"$site/one-1.0-py3.12.egg-info"
	mkdir -p "$site/two.egg-info" "$site/three-1.0-py3.12.egg/EGG-INFO" \
		src/four.egg-info src/more
	printf 'Name: two\nVersion: 1.0\n' >"$site/two.egg-info/PKG-INFO"
	printf '%s\n' six '# no' '[:os_name=="nt"]' seven '[:os_name == "posix"]' \
		'eight>1' '[x]' nine >"$site/two.egg-info/requires.txt"
	printf 'Name: three\nVersion: 1.0\n' >"$site/three-1.0-py3.12.egg/EGG-INFO/PKG-INFO"
	printf 'Name: four\nVersion: 1.0\n' >src/four.egg-info/PKG-INFO
	mkdir src/more/five-1.0.dist-info
	printf '%s\n' '# no' 'import os' "$T/src" ../../../../src/more "$T/src/." \
		/nowhere "$T/src" >"$site/easy.pth"
	requires 'a 1.0 has requirement one>1, but you have one 1.0.' \
		'a 1.0 has requirement two>1, but you have two 1.0.' \
		'a 1.0 has requirement three>1, but you have three 1.0.' \
		'a 1.0 has requirement four>1, but you have four 1.0.' \
		'two 1.0 requires six, which is not installed.' \
		'two 1.0 requires eight, which is not installed.'
}

@test "the markers of sections in requires.txt" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	mkdir "$site/a.egg-info"
	printf 'Name: a\nVersion: 1.0\n' >"$site/a.egg-info/PKG-INFO"
	printf '%s\n' '[:what]' b c '[]' d '[:os_name == "posix"]' 'a>1' \
		"e;os_name=='nt'" "a>2;os_name=='posix'" '[x:os_name == "posix"]' f \
		>"$site/a.egg-info/requires.txt"
	requires "cannot parse a requirement of a 1.0: marker 'what', character 1: expected a variable or a quoted text" \
		'a 1.0 requires d, which is not installed.' \
		'a 1.0 has requirement a>1; os_name == "posix", but you have a 1.0.' \
		'a 1.0 has requirement a>2; os_name == "posix", but you have a 1.0.'
}

@test "names that pip skips are no projects" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	mkdir "$site"/{~a-1.0,-b-1.0,_c-1.0,,d-}.dist-info "$site/e.dist-info.x"
	project '~f' 1.0 'Requires-Dist: x'
	requires
}

@test "the base's packages count with --system-site-packages alone" {
	local site=env/lib/python3.12/site-packages kind
	for kind in lib/python3.12/site-packages lib/python3/dist-packages \
		local/lib/python3.12/dist-packages; do
		rm -rf base
		cp -a "$BASE" base
		pv -p "$T/base" --clear env
		project a 1.0 'Requires-Dist: b>=2'
		mkdir -p "base/$kind" base/lib/python3/dist-packages
		[ "$kind" != lib/python3.12/site-packages ] ||
			rm -r base/lib/python3
		(site=base/$kind && project b 1.0 && project A 3.0 'Requires-Dist: x')
		requires 'a 1.0 requires b, which is not installed.'
		pv -p "$T/base" --exist-ok --system-site-packages env
		# the environment's own come first
		requires 'a 1.0 has requirement b>=2, but you have b 1.0.'
	done
}

@test "--exist-ok leaves an environment with unmet requirements alone" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	project a 1.0 'Requires-Dist: b'
	tree env >"$IO/healthy"
	pv -p "$BASE" --exist-ok env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	tree env | diff "$IO/healthy" -
	requires 'a 1.0 requires b, which is not installed.'
}

# ---- other runs ----------------------------------------------------------------

# start_and_stop SIGNAL ARG...: start pyvenv, which gets SIGNAL at its first
# rename; its number is in $pid, that of strace in $tracer.
start_and_stop()
{
	local signal=$1
	shift
	rm -f "$IO/trace"
	strace -f -o "$IO/trace" -e trace=/rename \
		-e inject=/rename:signal="$signal":when=1 \
		"$T/links/pyvenv" "$@" >/dev/null 2>&1 3>&- &
	tracer=$!
	[ "$signal" = KILL ] || until grep -q 'stopped by SIGSTOP' "$IO/trace" \
		2>/dev/null; do sleep 0.01; done
	pid=$(pgrep -P "$tracer" || :)
}

teardown()
{
	# a test that failed leaves no stopped process
	[ -z "${pid-}" ] || kill -KILL "$pid" 2>/dev/null || :
}

@test "--check reports a run that was killed, and one that is in progress" {
	need_itself "strace starts it"
	local how
	pv -p "$BASE" env
	for how in "--upgrade --prompt new env" "--clear env"; do
		# shellcheck disable=SC2086 # words
		start_and_stop STOP -p "$BASE" $how
		status=0
		"$T/links/pyvenv" --check env >"$IO/out" || status=$?
		[ "$status" = 1 ]
		has "a run is in progress" "$(cat "$IO/out")"
		kill -KILL "$pid"
		wait "$tracer" || :
		status=0
		"$T/links/pyvenv" --check env >"$IO/out" || status=$?
		[ "$status" = 1 ]
		has "an earlier run was interrupted" "$(cat "$IO/out")"
		# shellcheck disable=SC2086 # words
		pv -p "$BASE" $how
		[ "$status" = 0 ]
		pv --check env
		[ "$status" = 0 ]
	done
}

@test "--check reports files that a RECORD lists and that are missing" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	mkdir -p "$site/pkg" "$site/pkg-1.0.dist-info"
	touch "$site/pkg/a.py" "$site/pkg/b.py"
	# compiled code may be missing, however it is listed
	printf 'pkg/%s,,\n' a.py b.py __pycache__/a.cpython-312.pyc c.pyc \
		__pycache__ sub/__pycache__ sub/__pycache__/ __pycache__/x \
		>"$site/pkg-1.0.dist-info/RECORD"
	pv --check env
	[ "$status" = 0 ]
	rm "$site/pkg/a.py"
	pv --check env
	[ "$status" = 1 ]
	has "pkg-1.0: 'lib/python3.12/site-packages/pkg/a.py' is missing" "$output"
	rm "$site/pkg/b.py"
	pv --check env
	has "pkg-1.0: 2 files are missing" "$output"
	rm -r "$site/pkg"
	touch "$site/pkg"
	pv --check env
	has "pkg-1.0: 2 files are missing" "$output"
	# such an environment is not broken, and a run does not mend it
	pv -p "$BASE" --exist-ok env
	[ "$status" = 0 ]
}

@test "--check reports files that were emptied, as by a power failure" {
	local site=env/lib/python3.12/site-packages
	pv -p "$BASE" env
	mkdir -p "$site/pkg" "$site/pkg-1.0.dist-info"
	touch "$site"/pkg/{a.py,b.pyc,py.typed,unknown}
	printf 'pkg/%s\n' a.py,,7 b.pyc,,7 py.typed,,0 unknown,, \
		>"$site/pkg-1.0.dist-info/RECORD"
	pv --check env
	[ "$status" = 1 ]
	[ "$output" = "$T/env: pkg-1.0: '${site#env/}/pkg/a.py' is missing or empty" ]
	echo x=1 >"$site/pkg/a.py"
	pv --check env
	[ "$status$output" = 0 ]
}

@test "--check reports a RECORD that cannot be read, and follows no link to one" {
	local info=$T/env/lib/python3.12/site-packages/pkg-1.0.dist-info kind
	pv -p "$BASE" env
	mkdir "$info" secret
	echo 'root:x:hash' >secret/RECORD
	for kind in directory fifo quote link; do
		rm -rf "$info/RECORD"
		case $kind in
		directory) mkdir "$info/RECORD" ;;
		fifo) mkfifo "$info/RECORD" ;;
		quote) echo '"a,,' >"$info/RECORD" ;;
		link) ln -s "$T/secret/RECORD" "$info/RECORD" ;;
		esac
		pv --check --json env
		[ "$status" = 1 ]
		[ "$(jq -r '.environments[0].problems[].code' "$IO/out")" = \
			record-unreadable ]
		refuse grep hash "$IO/out"
	done
	# the directory may be the link
	rm -r "$info"
	ln -s "$T/secret" "$info"
	pv --check env
	[ "$status" = 1 ]
	has "pkg-1.0: its RECORD cannot be read: it is not a regular file, or a link leads to it" \
		"$output"
	refuse grep hash "$IO/out"
}

# ---- --fsync -------------------------------------------------------------------

@test "--fsync writes to the disk before the first rename and after the last" {
	need_itself "strace starts it"
	local how
	for how in "" --upgrade --clear; do
		# shellcheck disable=SC2086 # none or one
		strace -qq -o "$IO/trace" -e trace=syncfs,renameat2 \
			"$T/links/pyvenv" -p "$BASE" --fsync --prompt "x$how" $how env
		[ "$(sed 's/(.*//' "$IO/trace" | uniq | tr '\n' ' ')" = \
			"syncfs renameat2 syncfs " ]
	done
	strace -qq -o "$IO/trace" -e trace=syncfs \
		"$T/links/pyvenv" -p "$BASE" --clear env
	[ ! -s "$IO/trace" ]
	pv --fsync --archive tar env
	[ "$status" = 2 ]
}

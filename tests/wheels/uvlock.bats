#!/usr/bin/env bats
# --lock with a uv.lock.
# shellcheck disable=SC2012,SC2154

bats_require_minimum_version 1.5.0

load helpers

setup_file()
{
	base_for_wheels
}

# w NAME [METADATA]: NAME-VERSION as a wheel in $T/w.
w()
{
	mkdir -p w
	wheel "w/$1-py3-none-any.whl"
	[ $# = 1 ] || "$HOST_PYTHON" -BS - "w/$1-py3-none-any.whl" "$2" <<'END'
import base64, hashlib, sys, zipfile
file, more = sys.argv[1:]
with zipfile.ZipFile(file) as old:
    members = sorted(((one, old.read(one)) for one in old.infolist()),
                     key=lambda pair: pair[0].filename)
with zipfile.ZipFile(file, "w") as new:
    for one, data in members:
        if one.filename.endswith("/METADATA"):
            data = data.replace(b"\nVersion: ", b"\n" + more.encode() +
                                b"\nVersion: ", 1)
            row = "%s,sha256=%s,%d\n" % (
                one.filename, base64.urlsafe_b64encode(
                    hashlib.sha256(data).digest()).rstrip(b"=").decode(),
                len(data))
        if one.filename.endswith("/RECORD"):
            data = row.encode() + b"".join(
                line for line in data.splitlines(True)
                if b"/METADATA" not in line)
        new.writestr(one, data)
END
}

hash_of()
{
	sha256sum "w/$1-py3-none-any.whl" | cut -d ' ' -f 1
}

# package NAME VERSION [KEY...]: a package of the lock, from an index; its wheel is
# made.
package()
{
	[ -e "w/$1-$2-py3-none-any.whl" ] || w "$1-$2"
	printf '[[package]]\nname = "%s"\nversion = "%s"\n' "$1" "$2"
	echo 'source = { registry = "https://pypi.org/simple" }'
	[ $# -lt 3 ] || printf '%s\n' "${@:3}"
	printf 'wheels = [{ url = "https://h/%s-%s-py3-none-any.whl", ' "$1" "$2"
	printf 'hash = "sha256:%s" }]\n' "$(hash_of "$1-$2")"
}

# lock SOURCE [LINE...]: the head of a lock and its project, app.
lock()
{
	printf 'version = 1\nrequires-python = ">=3.9"\n'
	printf '%s\n' "${@:2}"
	printf '[[package]]\nname = "app"\nversion = "1.0"\nsource = { %s = "." }\n' "$1"
	cat <<'END'
dependencies = [{ name = "aa" }]
[package.optional-dependencies]
pg = [{ name = "bb" }]
[package.dev-dependencies]
dev = [{ name = "cc" }]
prod = [{ name = "dd" }]
END
}

# installed NAME...: these projects are in the environment.
installed()
{
	diff <(printf '%s\n' "$@") <(cd "env/$SITE" && ls -d ./*.dist-info |
		sed 's,^./,,; s,-.*,,')
}

# full SOURCE [LINE...]: a lock with all that lock() names.
full()
{
	lock "$@"
	for name in aa bb cc dd; do package "$name" 1.0; done
}

@test "a uv.lock is installed, with the group dev" {
	full virtual >uv.lock
	pv -p "$BASE" --lock uv.lock --find-links w env
	[ "$status" = 0 ]
	installed aa cc
}

@test "extras and groups of a uv.lock are added" {
	full virtual >uv.lock
	pv -p "$BASE" --lock uv.lock --find-links w --extra pg --group prod env
	[ "$status" = 0 ]
	installed aa bb cc dd
}

@test "--no-default-groups leaves out the group dev" {
	full virtual >uv.lock
	pv -p "$BASE" --lock uv.lock --find-links w --no-default-groups env
	[ "$status" = 0 ]
	installed aa
}

@test "a project that is a package has to be given" {
	full editable >uv.lock
	refused 'app 1.0: it is locked as a source directory' -p "$BASE" \
		--lock uv.lock --find-links w env
	wheel app-1.0-py3-none-any.whl
	pv -p "$BASE" --lock uv.lock --find-links w \
		--wheel app-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	installed aa app cc
}

@test "all wheels that are missing are listed" {
	full virtual >uv.lock
	rm w/*
	refused 'cannot install' -p "$BASE" --lock uv.lock --find-links w env
	has aa-1.0-py3-none-any.whl "$stderr"
	has cc-1.0-py3-none-any.whl "$stderr"
}

@test "a wheel with other bytes is refused" {
	full virtual >uv.lock
	w aa-1.0 'Summary: other'
	refused 'w/aa-1.0-py3-none-any.whl' -p "$BASE" --lock uv.lock \
		--find-links w env
}

@test "a requirement that the lock overrides is met by what it has" {
	w aa-1.0 'Requires-Dist: bb>=2'
	full virtual >uv.lock
	refused 'aa 1.0 requires bb>=2' -p "$BASE" --lock uv.lock \
		--find-links w env
	full virtual '[manifest]' 'overrides = [{ name = "bb" }]' >uv.lock
	pv -p "$BASE" --lock uv.lock --find-links w env
	[ "$status" = 0 ]
	installed aa cc
}

@test "wheels of a directory need no hash, unless hashes are required" {
	w aa-1.0
	cat >uv.lock <<'END'
version = 1
requires-python = ">=3.9"
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "aa" }]
[[package]]
name = "aa"
version = "1.0"
source = { registry = "w" }
wheels = [{ path = "aa-1.0-py3-none-any.whl" }]
END
	refused '--require-hashes needs a hash' -p "$BASE" --lock uv.lock \
		--require-hashes env
	pv -p "$BASE" --lock uv.lock env
	[ "$status" = 0 ]
	installed aa
}

@test "an extra or group that is not declared is refused" {
	full virtual >uv.lock
	refused "it does not declare the extra 'nix'" -p "$BASE" --lock uv.lock \
		--find-links w --extra nix env
	has 'hint: it declares pg' "$stderr"
	refused "it does not declare the group 'pg'" -p "$BASE" --lock uv.lock \
		--find-links w --group pg env
	has 'hint: it declares dev, prod' "$stderr"
}

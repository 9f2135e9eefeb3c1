#!/usr/bin/env bats
# --sync: what is neither asked for nor needed goes.

bats_require_minimum_version 1.5.0

load helpers
load locks

setup_file()
{
	base_for_wheels
}

# some_wheels: a directory of them.
some_wheels()
{
	PATH=$BASE/bin:$PATH
	mkdir wheels
	wheel wheels/one-1.0-py3-none-any.whl one/a.py=1 scripts=one=one.a:f
	wheel wheels/two-1.0-py3-none-any.whl two/a.py=1 scripts=two=two.a:f
	wheel wheels/two-2.0-py3-none-any.whl two/b.py=2
	wheel wheels/pip-9.0-py3-none-any.whl pip/a.py=1
}

# installed: the .dist-info directories of env.
installed()
{
	(cd "env/$SITE" && printf '%s ' *.dist-info)
}

sync()
{
	pv --exist-ok --sync --find-links wheels "$@" env
}

@test "the environment becomes what a new one would be" {
	some_wheels
	pv --find-links wheels --with-pip --install one --install two==1.0 env
	[ "$status" = 0 ]
	sync --install one
	[ "$status" = 0 ]
	[ "$stderr" = "pyvenv: removed from $T/env: two" ]
	[ "$(installed)" = "one-1.0.dist-info pip-9.0.dist-info " ]
	[ ! -e "env/$SITE/two" ]
	[ ! -e env/bin/two ]
	[ -x env/bin/one ]
	pv --find-links wheels --with-pip --install one new
	# scripts name their environment
	diff -r -x pyvenv.cfg -x 'activate*' -x 'Activate*' -x one -x RECORD \
		env new
	# once more changes nothing
	before=$(snapshot env)
	sync --install one
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$before" = "$(snapshot env)" ]
}

@test "other versions are replaced, pip goes with --without-pip only" {
	some_wheels
	pv --find-links wheels --with-pip --install one --install two==1.0 env
	sync --install two==2.0 -q
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(installed)" = "pip-9.0.dist-info two-2.0.dist-info " ]
	sync --without-pip --install two
	[ "$status" = 0 ]
	[ "$(installed)" = "two-2.0.dist-info " ]
}

@test "files that another project lists, and files of nobody, stay" {
	some_wheels
	wheel wheels/shared-1.0-py3-none-any.whl one/a.py=1 one/c.py=1
	pv --find-links wheels --install one --install shared env
	echo mine >"env/$SITE/mine.py"
	echo mine >"env/$SITE/one/mine.py"
	sync --install one
	[ "$status" = 0 ]
	[ -e "env/$SITE/one/a.py" ]
	[ ! -e "env/$SITE/one/c.py" ]
	sync --install two
	[ "$status" = 0 ]
	[ "$(cat "env/$SITE/mine.py" "env/$SITE/one/mine.py")" = $'mine\nmine' ]
	[ ! -e "env/$SITE/one/a.py" ]
}

@test "a project without RECORD is an error before any change" {
	some_wheels
	pv --find-links wheels --install one --install two env
	rm "env/$SITE/one-1.0.dist-info/RECORD"
	refused one --exist-ok --sync --find-links wheels --install two env
	mkdir "env/$SITE/old.egg-info"
	touch "env/$SITE/old.egg-info/PKG-INFO"
	refused old --exist-ok --sync --find-links wheels --install two \
		--install one env
}

@test "an empty set is an error, an empty lock is not" {
	some_wheels
	pv --find-links wheels --install one env
	echo "two ; python_version < '3'" >empty.txt
	refused "--sync would remove everything" \
		--exist-ok --sync --find-links wheels -r empty.txt env
	printf 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n' >pylock.toml
	sync --lock pylock.toml
	[ "$status" = 0 ]
	[ "$(installed)" = "*.dist-info " ]
}

@test "--sync has to know what, and where" {
	some_wheels
	pv --sync --install one env
	[ "$status" = 2 ]
	pv --clear --sync --install one env
	[ "$status" = 2 ]
	pv --exist-ok --sync --wheel wheels/one-1.0-py3-none-any.whl env
	[ "$status" = 2 ]
	# in a new environment there is nothing to remove
	sync --install one
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(installed)" = "one-1.0.dist-info " ]
}

@test "an installed project that is needed stays, without its wheel" {
	some_wheels
	wheel wheels/needs-1.0-py3-none-any.whl "Requires-Dist=one>=1"
	pv --find-links wheels --install needs env
	[ "$status" = 0 ]
	rm wheels/one-* wheels/needs-*
	sync --install needs
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(installed)" = "needs-1.0.dist-info one-1.0.dist-info " ]
}

@test "-n and --json tell what would go" {
	some_wheels
	pv --find-links wheels --install one --install two env
	before=$(snapshot env)
	pv -n --json --exist-ok --sync --find-links wheels --install two env
	[ "$status" = 0 ]
	"$HOST_PYTHON" -c 'import json, sys
run = json.load(open(sys.argv[1]))
assert run["environments"][0]["removed"] == ["one"]' "$IO/out"
	[ "$before" = "$(snapshot env)" ]
	pv --check --json env
	"$HOST_PYTHON" -c 'import json, sys
there = json.load(open(sys.argv[1]))["environments"][0]["installed"]
assert [(p["name"], p["version"], p["requested"]) for p in there] == [
    ("one", "1.0", True), ("two", "2.0", True)], there' "$IO/out"
}

@test "projects that --sync removes neither need nor meet a requirement" {
	some_wheels
	wheel wheels/old-1.0-py3-none-any.whl "Requires-Dist=two<2"
	wheel wheels/new-1.0-py3-none-any.whl Requires-Dist=one
	pv --find-links wheels --install old --install new env
	[ "$status" = 0 ]
	# old goes, so two may be newer
	sync --install two==2.0
	[ "$status" = 0 ]
	[ "$(installed)" = "two-2.0.dist-info " ]
	# the lock leaves out what new requires: it is there, and would go
	pylock wheels/new-*
	rm -r env
	pv --find-links wheels --install one env
	refused "new 1.0 requires one, and no wheel of it is chosen" \
		--exist-ok --sync --find-links wheels --lock pylock.toml env
	pv --exist-ok --find-links wheels --install new env
	refused "new 1.0 requires one, and no wheel of it is chosen" \
		--exist-ok --sync --find-links wheels --lock pylock.toml env
	sync --no-deps --lock pylock.toml
	[ "$status" = 0 ]
	[ "$(installed)" = "new-1.0.dist-info " ]
}

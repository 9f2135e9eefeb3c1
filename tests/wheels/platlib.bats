#!/usr/bin/env bats
# A Python 3.15 whose platform packages have a directory of their own, as those
# of Fedora and openSUSE: sysconfig's scheme "venv" has purelib in lib, platlib
# in lib64. Pythons of no use are what is needed here.

bats_require_minimum_version 1.5.0

load ../fault/helpers
# shellcheck source=tests/cli/pythons.bash
source "$BATS_TEST_DIRNAME/../cli/pythons.bash"

setup_file()
{
	export WHEELS=$BATS_FILE_TMPDIR/wheels BASE=$BATS_FILE_TMPDIR/base
	export OLD=$BATS_FILE_TMPDIR/old PYTHONDONTWRITEBYTECODE=1
	mkdir "$WHEELS"
	fake_python "$OLD" 3.14.1
	fake_python "$BASE" 3.15.0
	mv "$BASE/lib" "$BASE/lib64"
	python3 -S - "$BATS_TEST_DIRNAME" "$WHEELS" <<'END_OF_PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import make_odd
for version, purelib in ("1.0", False), ("2.0", False), ("3.0", True):
    data = "demo-%s.data/" % version
    make_odd.make(sys.argv[2], "demo-" + version, {
        "demo/root%s.py" % version[0]: "",
        data + "purelib/demo_pure.py": "", data + "platlib/demo_plat.py": "",
        data + "scripts/demo": "#!python\n",
    }, purelib=purelib, scripts="[console_scripts]\ndemo-run = demo:f\n")
make_odd.make(sys.argv[2], "extra-1.0", {
    "extra-1.0.data/data/lib64/extra": ""})
END_OF_PYTHON
}

PURE=lib/python3.15/site-packages
PLAT=lib64/python3.15/site-packages

# install VERSION ARG...: that of demo, for the Python 3.15.
install()
{
	pv -p "$BASE/bin/python3" --wheel "$WHEELS/demo-$1-py3-none-any.whl" \
		"${@:2}" env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
}

# files: all that is below the directories of packages, but for .dist-info.
files()
{
	(cd env && find lib/ lib64/ -type f ! -path '*.dist-info/*' | sort)
}

# listed ROOT VERSION: RECORD there, without .dist-info, hashes and sizes.
listed()
{
	sed 's/,.*//; /dist-info/d' "env/$1/demo-$2.dist-info/RECORD"
}

@test "a wheel for a platform: its root and .data/platlib go to platlib" {
	install 1.0
	[ ! -L env/lib64 ]
	[ "$(files)" = "$PURE/demo_pure.py
$PLAT/demo/root1.py
$PLAT/demo_plat.py" ]
	[ "$(listed $PLAT 1.0)" = "../../../bin/demo
../../../bin/demo-run
../../../$PURE/demo_pure.py
demo/root1.py
demo_plat.py" ]
}

@test "a wheel for all: its root goes to purelib, .data/platlib to platlib" {
	install 3.0
	[ "$(files)" = "$PURE/demo/root3.py
$PURE/demo_pure.py
$PLAT/demo_plat.py" ]
	[ "$(listed $PURE 3.0)" = "../../../bin/demo
../../../bin/demo-run
../../../$PLAT/demo_plat.py
demo/root3.py
demo_pure.py" ]
}

@test "an upgrade finds what is in either, and leaves nothing of it" {
	local fresh version first
	for version in 2.0 3.0; do
		install $version --clear
		fresh=$(snapshot env | grep -v pyvenv.cfg)
		for first in 1.0 3.0; do
			install $first --clear
			install $version --upgrade
			diff <(echo "$fresh") \
				<(snapshot env | grep -v pyvenv.cfg)
		done
	done
}

@test "--exist-ok keeps what is there, in either" {
	local version before
	for version in 1.0 3.0; do
		install $version --clear
		before=$(times env)
		install $version --exist-ok
		[ "$before" = "$(times env)" ]
	done
}

@test "in an old environment lib64 stays a link, and there is one directory" {
	local version before
	for version in 1.0 3.0; do
		rm -rf env
		pv -p "$OLD/bin/python3" env
		install $version --upgrade
		[ "$(readlink env/lib64)" = lib ]
		[ "$(files | grep '^lib/')" = "$PURE/demo/root${version%.0}.py
$PURE/demo_plat.py
$PURE/demo_pure.py" ]
		[ "$(listed $PURE $version)" = "../../../bin/demo
../../../bin/demo-run
demo/root${version%.0}.py
demo_plat.py
demo_pure.py" ]
		install 2.0 --upgrade
		[ "$(readlink env/lib64)" = lib ]
		[ -f "env/$PURE/demo/root2.py" ]
		[ ! -e "env/$PURE/demo/root${version%.0}.py" ]
		before=$(times env)
		install 2.0 --exist-ok
		[ "$before" = "$(times env)" ]
	done
}

@test "an older environment's packages stay, but for their scripts" {
	install 1.0
	pv -p "$OLD/bin/python3" --upgrade \
		--wheel "$WHEELS/demo-2.0-py3-none-any.whl" env
	[ "$status" = 0 ]
	has "'$T/env/lib/python3.15' stay there" "$stderr"
	[ -f "env/$PLAT/demo/root1.py" ]
	[ -x env/bin/demo-run ]
	[ -f env/lib/python3.14/site-packages/demo/root2.py ]
}

@test "data of a wheel goes to lib64 if that is a directory, not through a link" {
	pv -p "$BASE/bin/python3" --wheel "$WHEELS/extra-1.0-py3-none-any.whl" env
	[ "$status" = 0 ]
	[ -f env/lib64/extra ]
	rm -r env
	pv -p "$OLD/bin/python3" --wheel "$WHEELS/extra-1.0-py3-none-any.whl" env
	[ "$status" = 1 ]
	has "it would replace 'lib64/extra'" "$stderr"
}

#!/usr/bin/env bats
# dist/examples/tools: other people's tools, as they are, on top of our pyvenv.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016
load helpers

setup()
{
	PLUGIN_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
	SKIP=
	fresh
	mkdir "$T/wheels"
	app_wheel "$T/wheels"
	export PIP_FIND_LINKS=$T/wheels
	export TOOLS=$BATS_TEST_DIRNAME/../../dist/examples/tools
}

# or_skip COMMAND...: skips where one is missing.
or_skip()
{
	need "$@"
	[ -z "$SKIP" ] || skip "$SKIP"
}

# says TEXT COMMAND...: COMMAND prints TEXT and nothing else.
says()
{
	local wanted=$1 is
	shift
	is=$("$@")
	[ "$is" = "$wanted" ] || {
		printf '%s\nwanted: %s\nis: %s\n' "$*" "$wanted" "$is"
		return 1
	}
}

# made_by_us ENV_DIR: pyvenv says so in its cfg, and finds nothing wrong.
made_by_us()
{
	grep '^command = pyvenv ' "$1/pyvenv.cfg" && pyvenv --check "$1"
}

# wrapped SHELL SCRIPT: in a shell with virtualenvwrapper.
wrapped()
{
	or_skip "$1"
	export WRAPPER=/usr/share/virtualenvwrapper/virtualenvwrapper.sh
	[ -e "$WRAPPER" ] || skip "no virtualenvwrapper"
	export WORKON_HOME=$T/envs VIRTUALENVWRAPPER_PYTHON=/usr/bin/python3
	"$1" -c '
		. "$WRAPPER" >"$T/log" || exit
		fail()
		{
			echo "line $1: $VIRTUAL_ENV $PATH" >&2
			exit 1
		}
		'"$2"
	made_by_us "$T/envs/two"
}

wrapper_session='
	before=$PATH
	echo app >req
	mkvirtualenv -i app one || fail 1
	[ "$VIRTUAL_ENV" = "$T/envs/one" ] || fail 2
	[ "$(app)" = "$T/envs/one" ] || fail 3
	mkvirtualenv -p 3 -r "$T/req" two || fail 4
	[ "$(app)" = "$T/envs/two" ] || fail 5
	[ "$(lsvirtualenv -b | xargs)" = "one two" ] || fail 6
	workon one && cdvirtualenv || fail 7
	[ "$PWD,$(app)" = "$T/envs/one,$T/envs/one" ] || fail 8
	deactivate
	[ "${VIRTUAL_ENV-none},$PATH" = "none,$before" ] || fail 9
	cpvirtualenv one three && [ "$(app)" = "$T/envs/three" ] || fail 10
	deactivate
	mktmpenv -i app && [ "$(app)" = "$VIRTUAL_ENV" ] || fail 11
	deactivate
	rmvirtualenv one three || fail 12
	[ "$(lsvirtualenv -b)" = two ] || fail 13
	[ "$PATH" = "$before" ] || fail 14'

@test "virtualenvwrapper in bash makes and enters our environments" {
	export VIRTUALENVWRAPPER_VIRTUALENV=pyvenv
	export VIRTUALENVWRAPPER_VIRTUALENV_ARGS=--with-pip
	wrapped bash "$wrapper_session
		mkvirtualenv two 2>\$T/err && fail 15
		grep -q \"cannot create '\$T/envs/two': it exists\" \$T/err ||
			fail 16"
}

@test "virtualenvwrapper in zsh makes and enters our environments" {
	export VIRTUALENVWRAPPER_VIRTUALENV=pyvenv
	export VIRTUALENVWRAPPER_VIRTUALENV_ARGS=--with-pip
	wrapped zsh "$wrapper_session"
}

@test "virtualenvwrapper, with the script virtualenv and its options" {
	cp "$TOOLS/virtualenv" "$T/bin"
	wrapped bash "$wrapper_session
		mkvirtualenv --no-download --no-setuptools --always-copy \
			--prompt=x four || fail 15
		[ ! -L \$T/envs/four/bin/python ] || fail 16
		mkvirtualenv --no-pip --no-wheel five || fail 17
		[ ! -e \$T/envs/five/bin/pip ] || fail 18
		mkvirtualenv two && [ \"\$(app)\" = \$T/envs/two ] || fail 19
		mkvirtualenv --clear two || fail 20
		[ ! -e \$T/envs/two/bin/app ] || fail 21
		mkvirtualenv --no-such-option six 2>\$T/err && fail 22
		grep -q \"unknown option '--no-such-option'\" \$T/err || fail 23"
}

# with_pyenv SCRIPT: with pyenv's own directory, of which what is written goes
# away with the mount.
with_pyenv()
{
	[ -x "$PLUGIN_ROOT/plugins/pyenv-virtualenv/bin/pyenv-virtualenv" ] ||
		skip "no pyenv with pyenv-virtualenv"
	namespaces --mount || skip "no mount namespaces"
	grep -qw overlay /proc/filesystems || skip "no overlayfs"
	PYENV_ROOT=$(readlink -f "$PLUGIN_ROOT")
	VERSION=$(cd "$PYENV_ROOT/versions" && printf '%s\n' 3.*.* |
		sort -V | tail -n 1)
	[ -x "$PYENV_ROOT/versions/$VERSION/bin/python3" ] ||
		skip "no Python 3 in pyenv"
	export PYENV_ROOT VERSION
	PATH=$T/bin:$PYENV_ROOT/bin:$PYENV_ROOT/shims:/usr/bin:/bin
	mkdir "$T/over"
	unshare --mount bash -ec '
		mount --make-rprivate /
		mount -t tmpfs tmpfs "$T/over"
		mkdir "$T/over/up" "$T/over/work"
		mount -t overlay -o "lowerdir=$PYENV_ROOT,upperdir=$T/over/up,workdir=$T/over/work" \
			overlay "$PYENV_ROOT"
		is()
		{
			[ "$1" = "$2" ] || { echo "wanted: $2"; echo "is: $1"; exit 1; }
		}
		'"$(declare -f made_by_us)$1"
}

@test "pyenv-virtualenv makes and uses our environments" {
	with_pyenv '
		cp "$TOOLS/virtualenv" "$(pyenv prefix "$VERSION")/bin"
		envs=$PYENV_ROOT/versions/$VERSION/envs
		pyenv virtualenv "$VERSION" fleet
		made_by_us "$envs/fleet"
		pyenv virtualenvs --bare | grep -x "$VERSION/envs/fleet"
		export PYENV_VERSION=fleet
		pyenv exec pip install app
		is "$(pyenv exec app)" "$envs/fleet"
		is "$(pyenv exec python -c "import sys; print(sys.base_prefix)")" \
			"$PYENV_ROOT/versions/$VERSION"
		unset PYENV_VERSION
		pyenv virtualenv -q --without-pip "$VERSION" bare
		[ ! -e "$envs/bare/bin/pip" ]
		pyenv virtualenv --force "$VERSION" fleet
		[ -e "$envs/fleet/bin/app" ]
		pyenv virtualenv --force --clear "$VERSION" fleet
		[ ! -e "$envs/fleet/bin/app" ]
		is "$(bash -c "eval \"\$(pyenv init -)\"
			eval \"\$(pyenv virtualenv-init -)\"
			pyenv activate bare 2>/dev/null && echo \$VIRTUAL_ENV
			pyenv deactivate; echo \${VIRTUAL_ENV-none}" | xargs)" \
			"$envs/bare none"
		pyenv virtualenv-delete -f fleet
		[ ! -e "$envs/fleet" ]'
}

@test "tox 4, by its runner" {
	from_pypi tox 'tox==4.*'
	[ -z "$SKIP" ] || skip "$SKIP"
	cp "$TOOLS/toxfile.py" .
	cat >tox.ini <<-'EOF'
		[tox]
		env_list = py, copy
		skipsdist = true
		[testenv]
		runner = pyvenv
		deps = app
		commands = app
		[testenv:copy]
		always_copy = true
		commands = python -c 'import os, sys; print("link", os.path.islink(sys.executable))'
	EOF
	export VIRTUALENV_OVERRIDE_APP_DATA=$T/data
	"$PYPI_BIN/tox" | tee log
	grep -Fx "$T/.tox/py" log
	grep -Fx "link False" log
	made_by_us .tox/py
	made_by_us .tox/copy
	# without the runner it is not ours
	"$PYPI_BIN/tox" -r -e py -x testenv.runner=virtualenv -x testenv.deps= -x testenv.commands=
	if made_by_us .tox/py; then
		return 1
	fi
}

@test "nox, without a maker of environments" {
	or_skip nox
	cp "$TOOLS/noxfile.py" .
	ln -s pyvenv "$T/bin/activate-run"
	for _ in 1 2; do
		nox 2>&1 | tee log
		grep "Session tests was successful" log
		grep -x ".*\.nox/tests/tmp/env" log
	done
	made_by_us .nox/tests/tmp/env
}

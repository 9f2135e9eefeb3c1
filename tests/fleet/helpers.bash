# shellcheck shell=bash
# Loaded by every *.bats here.

BUILD=${BUILD:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build}
VENVBOX=${VENVBOX:-$BUILD/venvbox}

# need COMMAND...: sets SKIP, for setup(), if one of them is missing.
need()
{
	local command
	for command; do
		command -v "$command" >/dev/null || export SKIP="no $command"
	done
}

# namespaces OPTION...: whether this user can make them.
namespaces()
{
	[ "$(id -u)" = 0 ] && unshare "$@" --fork true 2>/dev/null
}

# A directory $T of its own for this test, and an environment that tells a tool
# nothing of this machine.
fresh()
{
	[ -x "$VENVBOX" ] || {
		echo "no $VENVBOX: make" >&2
		return 1
	}
	T=$(mktemp -d "${BATS_TEST_TMPDIR:-/tmp}/t.XXXXXX")
	mkdir "$T/home" "$T/bin"
	ln -s "$VENVBOX" "$T/bin/pyvenv"
	local name
	declare -px "${!PIP_@}" HOME >"$BATS_TEST_TMPDIR/settings"
	for name in ${!PYTHON*} ${!PYVENV*} ${!PYENV*} ${!VIRTUAL*} ${!PIP_*} \
		${!ANSIBLE*} ${!TOX*} ${!NOX*}; do
		unset "$name"
	done
	export T LC_ALL=C.UTF-8 TZ=UTC HOME=$T/home
	export PATH=$T/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
	umask 022
	cd "$T" || return 1
}

# user_settings COMMAND...: run it with the settings of pip that fresh() has
# taken away: a package index may only be reached by them.
user_settings()
{
	(
		unset PIP_NO_INDEX
		# shellcheck disable=SC1091
		. "$BATS_TEST_TMPDIR/settings"
		"$@"
	)
}

# The wheel of pip that Debian has, if it is there.
pip_wheel()
{
	local wheels=(/usr/share/python-wheels/pip-*.whl)
	echo "${wheels[0]}"
}

# app_wheel DIR [VERSION]: a wheel with a program app, which prints sys.prefix.
app_wheel()
{
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$BATS_TEST_DIRNAME/../wheels \
		/usr/bin/python3 -c '
import make_odd, sys
make_odd.make(sys.argv[1], "app-" + sys.argv[2], {"app.py": make_odd.MAIN},
              scripts="[console_scripts]\napp = app:main\n")
' "$1" "${2:-1.0}"
}

# from_pypi COMMAND PACKAGE...: an environment in which COMMAND is, made once by
# pyvenv and pip, with a network. Sets PYPI_BIN, its bin, or SKIP.
from_pypi()
{
	local command=$1
	export PYPI_BIN=$BUILD/fleet/$command/bin
	shift
	[ ! -x "$PYPI_BIN/$command" ] || return 0
	mkdir -p "$BUILD/fleet"
	pyvenv --clear --with-pip -p /usr/bin/python3 "${PYPI_BIN%/*}"
	user_settings "$PYPI_BIN/pip" install -q --retries 1 --timeout 20 "$@" ||
		export SKIP="$command is not to be had from PyPI"
}

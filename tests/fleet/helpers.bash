# shellcheck shell=bash
# Loaded by every *.bats here.

VENVBOX=${VENVBOX:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/venvbox}

# namespaces OPTION...: whether this user can make them, and devices in them.
namespaces()
{
	[ "$(id -u)" = 0 ] && unshare "$@" --fork true 2>/dev/null &&
		unshare --net ip link add vb0 type veth peer vb1 \
			2>/dev/null
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

# The wheel of pip that Debian has, if it is there.
pip_wheel()
{
	local wheels=(/usr/share/python-wheels/pip-*.whl)
	echo "${wheels[0]}"
}

# vbdemo_wheel DIR: a wheel with a program vbdemo, which prints sys.prefix.
vbdemo_wheel()
{
	PYTHONDONTWRITEBYTECODE=1 \
		PYTHONPATH=$BATS_TEST_DIRNAME/../conformance/venv \
		/usr/bin/python3 -c \
		'import sys, wheel; wheel.make(sys.argv[1])' "$1"
}

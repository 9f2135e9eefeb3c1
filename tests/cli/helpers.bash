# shellcheck shell=bash
# Loaded by every *.bats here: a fresh directory and a fixed environment for
# each test, and one way to run the program, which looks at more than the test
# asks for. VENVBOX chooses another binary (the sanitizer build), or what starts
# one of another architecture under an emulator, whose name is EMULATOR then;
# BUILD, which make gives, another directory than build; TEST_TOP, where $T is then to
# be removed by the test.

VENVBOX=${VENVBOX:-${BUILD:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build}/venvbox}

setup()
{
	[ -x "$VENVBOX" ] || {
		echo "no $VENVBOX: make" >&2
		return 1
	}
	T=$(mktemp -d "${TEST_TOP:-${BATS_TEST_TMPDIR:-/tmp}}/t.XXXXXX")
	IO=$BATS_TEST_TMPDIR/io
	mkdir "$IO" "$T/home" "$T/links"
	local name
	for name in venvbox pyvenv activate-print activate-run deactivate; do
		ln -s "$VENVBOX" "$T/links/$name"
	done
	for name in ${!PYTHON*} ${!PYVENV*} ${!PYENV*} ${!VIRTUAL_ENV*}; do
		unset "$name"
	done
	export LC_ALL=C.UTF-8 TZ=UTC HOME=$T/home PATH=/usr/bin:/bin
	# the binary under test may be a sanitizer build; it frees at exit only
	export ASAN_OPTIONS=detect_leaks=0
	umask 022
	cd "$T" || return 1
}

# as NAME ARG...: run the binary under the name NAME. Sets status, output
# (standard output) and stderr. Fails by itself if a signal killed it, if it
# said something that is not a diagnostic, or if it left temporary names.
# Bats shows what this prints only when the test fails.
as()
{
	local name=$1
	shift
	printf 'cd %q && %q' "$PWD" "$T/links/$name"
	[ $# = 0 ] || printf ' %q' "$@"
	status=0
	"$T/links/$name" "$@" >"$IO/out" 2>"$IO/err" || status=$?
	output=$(tr -d '\0' <"$IO/out")
	stderr=$(tr -d '\0' <"$IO/err")
	printf '\nstatus %d\n%s\n%s\n' "$status" "$output" "$stderr"
	[ "$status" -lt 128 ] || {
		echo "killed by a signal"
		return 1
	}
	if grep -Ev '^(pyvenv|activate-print|activate-run|deactivate|venvbox|hint|  )' \
		"$IO/err"; then
		echo "^ not a diagnostic"
		return 1
	fi
	if find "$T" -name '.venvbox-*' | grep .; then
		echo "^ left behind"
		return 1
	fi
}

# pv ARG...: pyvenv.
pv()
{
	as pyvenv "$@"
}

# has TEXT WHERE: WHERE (a variable's value) contains TEXT.
has()
{
	case $2 in
	*"$1"*) ;;
	*)
		printf 'wanted: %s\nin:     %s\n' "$1" "$2"
		return 1
		;;
	esac
}

# need_static: skips where the program needs an interpreter and libraries.
need_static()
{
	! readelf -lW "$VENVBOX" | grep -q INTERP ||
		skip "this build is not the static one"
}

# need_itself WHY: skips where what is started is an emulator.
need_itself()
{
	[ -z "${EMULATOR-}" ] || skip "under $EMULATOR: $1"
}

# refuse COMMAND...: it has to fail; a ! alone fails no test.
refuse()
{
	if "$@"; then
		printf 'succeeded: %s\n' "$*"
		return 1
	fi
}

# need_terminal: skips where no pseudo-terminal is to be had.
need_terminal()
{
	python3 -c 'import pty; pty.openpty()' 2>/dev/null ||
		skip "no pseudo-terminals"
}

# unprivileged: skips where no other user can be had. Everybody may reach $T then.
unprivileged()
{
	{ [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; } ||
		skip "only root can become another user"
	need_itself "the other user has no emulator"
	local dir=$T
	while [ "$dir" != / ]; do
		[ -n "$(find "$dir" -maxdepth 0 -perm -1)" ] || chmod o+x "$dir" ||
			skip "other users cannot search $dir"
		dir=$(dirname "$dir")
	done
	cp "$VENVBOX" "$T/venvbox-for-all"
	local name
	for name in pyvenv activate-run; do
		ln -sf "$T/venvbox-for-all" "$T/links/$name"
	done
}

# as_other COMMAND...: run it as another user; sets status, output and stderr.
as_other()
{
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@" \
		>"$IO/out" 2>"$IO/err" || status=$?
	output=$(cat "$IO/out")
	stderr=$(cat "$IO/err")
	printf 'status %d\n%s\n%s\n' "$status" "$output" "$stderr"
}

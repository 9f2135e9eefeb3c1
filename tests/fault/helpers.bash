# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Functions that the fault tests share; the rest is that of tests/cli.

load ../cli/helpers

# need WHAT: skips, aloud, what this machine does not permit.
need()
{
	case $1 in
	root) [ "$(id -u)" = 0 ] || skip "not root" ;;
	mounts)
		need root
		unshare -m true 2>/dev/null || skip "no mount namespaces"
		;;
	overlay)
		need mounts
		grep -qw overlay /proc/filesystems || skip "no overlayfs"
		;;
	bwrap)
		bwrap --dev-bind / / true 2>/dev/null || skip "bwrap may not run"
		;;
	esac
}

# mounted SCRIPT ARG...: run SCRIPT by bash in a mount namespace of its own,
# with the arguments; pv is there the link to run. Sets status and stderr.
mounted()
{
	local script=$1
	shift
	status=0
	export T V=$T/links/pyvenv
	unshare -m bash -ec "
		mount --make-rprivate /
		$script" mounted "$@" >"$IO/out" 2>"$IO/err" || status=$?
	stderr=$(cat "$IO/err")
	cat "$IO/out" "$IO/err"
}

# as_nobody ARG...: run pyvenv as an unprivileged user, in the directory $P
# that this user can reach. Sets status and output.
as_nobody()
{
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$P/pyvenv" "$@"
	echo "$output"
}

# Sets $P.
public()
{
	need root
	P=$(mktemp -d /tmp/venvbox-fault.XXXXXX)
	chmod 755 "$P"
	cp -L "$T/links/pyvenv" "$P/pyvenv"
}

teardown()
{
	[ -z "${P:-}" ] || rm -rf "$P"
}

# whole DIR: an environment that works, and nothing beside or in it that is no
# part of it.
whole()
{
	[ "$("$1/bin/python" -c 'import sys; print(sys.prefix)')" = "$1" ]
	"$T/links/pyvenv" --check "$1" >/dev/null
	tidy
}

tidy()
{
	if find "$T" ${P:+"$P"} -name '.venvbox-*' | grep .; then
		echo "^ left behind"
		return 1
	fi
}

# snapshot DIR: everything that is there, as text.
snapshot()
{
	(cd "$1" && find . -printf '%y %m %p %l\n' | sort &&
		find . -type f -print0 | sort -z | xargs -0r sha256sum)
}

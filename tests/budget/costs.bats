#!/usr/bin/env bats
# Six runs take at most 3 % more instructions and system calls than budgets.txt has for
# them. Budgets are those of one release of Debian each, because compilers, libraries
# and Pythons differ. Each test prints the numbers of its run; the commit that changes a
# budget says why.

# shellcheck disable=SC2154 # status, output, stderr
load ../cli/helpers

# within NAME ARG...: run pyvenv as the row NAME of the table allows.
within()
{
	local name=$1 release budget_instructions budget_calls instructions calls
	shift
	[ -z "${SANITIZED-}" ] || skip "the sanitizers have costs of their own"
	need_itself "the costs are those of the emulator"
	need_static
	[ "$(uname -m)" = x86_64 ] || skip "there are only budgets for x86_64"
	command -v valgrind >/dev/null || skip "no valgrind"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	# shellcheck disable=SC1091 # it is the machine's
	release=$(. /etc/os-release && echo "$ID-${VERSION_ID-}")
	read -r budget_instructions budget_calls <<<"$(awk -v r="$release" -v n="$name" \
		'$1 == r && $2 == n { print $3, $4 }' \
		"$BATS_TEST_DIRNAME/budgets.txt")"
	[ -n "$budget_calls" ] || skip "there are no budgets for $release"
	# one processor: how work is shared differs from run to run
	rm -rf "$TOP/env"
	taskset -c "$CPU" strace -f -qq -e signal=none -o "$IO/calls" \
		"$T/links/pyvenv" "$@" >/dev/null
	calls=$(grep -Ec '^[0-9]+ +[a-z_0-9]+\(' "$IO/calls")
	[ "$name" = check ] || rm -rf "$TOP/env"
	taskset -c "$CPU" valgrind --tool=callgrind \
		--callgrind-out-file="$IO/callgrind" \
		"$T/links/pyvenv" "$@" 2>"$IO/valgrind" >/dev/null
	instructions=$(sed -n 's/.*Collected : //p' "$IO/valgrind")
	echo "# $release $name $instructions $calls" >&3
	[ $((instructions * 100)) -le $((budget_instructions * 103)) ]
	[ $((calls * 100)) -le $((budget_calls * 103)) ]
}

setup_file()
{
	# a short path of one length, since each parent is asked for links
	TOP=$(mktemp -d /tmp/venvbox-budget.XXXXXX)
	CPU=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	export TOP CPU
}

teardown_file()
{
	rm -rf "${TOP:?}"
}

@test "a new environment keeps to its budget" {
	within new -p /usr/bin/python3 "$TOP/env"
}

@test "a new environment with --copies" {
	within copies --copies -p /usr/bin/python3 "$TOP/env"
}

@test "--check keeps to its budget" {
	"$T/links/pyvenv" -p /usr/bin/python3 "$TOP/kept"
	within check --check "$TOP/kept"
}

@test "--with-pip keeps to its budget" {
	within with-pip --with-pip -p /usr/bin/python3 "$TOP/env"
}

@test "50 small wheels keep to their budget" {
	mkdir "$TOP/wheels"
	python3 "$BATS_TEST_DIRNAME/make_large.py" wheels "$TOP/wheels"
	rm "$TOP/wheels"/p[1-4]* "$TOP/wheels"/p0[5-9]*
	within wheels -p /usr/bin/python3 --wheel "$TOP/wheels" "$TOP/env"
}

@test "--archive keeps to its budget" {
	within archive --archive tar --with-pip -p /usr/bin/python3 "$TOP/env"
}

#!/usr/bin/env bats
# --archive under faults: with the exit status 0 the archive is the whole one,
# with any other it has no end, and nothing else is made or changed.

# shellcheck disable=SC2154 # mounted() sets stderr

load helpers
load ../cli/pythons

FAULTS=(error=ENOSPC error=EIO error=EACCES error=EINTR signal=KILL)

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base
	fake_python "$BASE" 3.12.4
	export WHEEL=$BATS_FILE_TMPDIR/a-1.0-py3-none-any.whl
	# more than the buffer, so that there are several writes
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B -c 'import make_odd, sys
make_odd.make(sys.argv[1], "a-1.0", {"a/x": "x" * 100000, "a/y": "y" * 100000})
' "${WHEEL%/*}"
	)
}

# calls FILE: "NAME NUMBER" of each system call in the trace FILE, but for those
# that begin and end a process.
calls()
{
	sed -E 's/^([0-9]+ +)?([a-z0-9_]+)\(.*/\2/; /^[^a-z]/d' "$1" |
		grep -vE '^(execve|exit|exit_group|arch_prctl|set_tid_address)$' |
		awk '{ print $1, ++n[$1] }'
}

# judge FAULT: of what a run under it has left.
judge()
{
	if [ "$status" = 0 ]; then
		cmp whole out
		return
	fi
	# what is there is how it begins
	cmp -n "$(stat -c %s out)" whole out || return 1
	case $1 in
	signal=KILL) [ "$status" = 137 ] ;; # perhaps when all was done
	*)
		[ "$status" = 1 ] || return 1
		[ "$(stat -c %s out)" -lt "$(stat -c %s whole)" ] || return 1
		grep -q '^pyvenv: ' err
		;;
	esac
}

@test "each system call fails once" {
	local format name number fault hit=0 step=${FAULT_STEP:-5} n=0
	local args

	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	for format in tar cpio; do
		args=("$T/links/pyvenv" -p "$BASE" --copies --wheel "$WHEEL"
			--archive "$format" /v)
		"${args[@]}" >whole
		strace -o trace "${args[@]}" >out
		cmp whole out
		calls trace >"$IO/calls"
		while read -r name number; do
			for fault in "${FAULTS[@]}"; do
				n=$((n + 1))
				# those that write are not so many
				[ $((n % step)) = 0 ] || [ "$name" = write ] ||
					continue
				# no call but these is begun again
				case $fault,$name in
				*EINTR,open | *EINTR,openat | *EINTR,read) ;;
				*EINTR,pread64 | *EINTR,write) ;;
				*EINTR,*) continue ;;
				esac
				status=0
				# the shell says what was killed
				{
					strace -qq -o "$IO/hit" -e "trace=$name" -e \
						"inject=$name:$fault:when=$number" \
						"${args[@]}" >out 2>err
				} 2>"$IO/killed" || status=$?
				grep -q INJECTED "$IO/hit" ||
					[ "$fault" = signal=KILL ] || continue
				hit=$((hit + 1))
				judge "$fault" || {
					echo "$format: $name $number $fault:"
					echo "status $status"
					cat err
					return 1
				}
			done
		done <"$IO/calls"
	done
	echo "$hit faults"
	[ $hit -gt 30 ]
	[ ! -e /v ]
	[ "$(find . -maxdepth 1 | sort | tr '\n' ' ')" = \
		". ./err ./home ./links ./out ./trace ./whole " ]
}

@test "an archive that meets a full disk ends with an error" {
	need mounts
	"$T/links/pyvenv" -p "$BASE" --copies --wheel "$WHEEL" --archive tar \
		/v >whole
	mkdir disk
	mounted "mount -t tmpfs -o size=128k none '$T/disk'
		\$V -p '$BASE' --copies --wheel '$WHEEL' --archive tar /v \
			>'$T/disk/out' || code=\$?
		cat '$T/disk/out' >'$T/out'
		exit \$code"
	[ "$status" = 1 ]
	[ "$stderr" = "pyvenv: cannot write to standard output: No space left on device" ]
	[ "$(stat -c %s out)" -gt 0 ]
	cmp -n "$(stat -c %s out)" whole out
}

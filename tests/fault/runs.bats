#!/usr/bin/env bats
# Several runs at once, and signals from outside.

load helpers

# together N COMMAND...: N runs of it at once, output to $IO/run.*; $codes are
# their exit codes, sorted.
together()
{
	local n=$1 i
	shift
	local pids=()
	for i in $(seq "$n"); do
		"$@" >"$IO/run.$i" 2>&1 &
		pids+=($!)
	done
	codes=
	for i in "${pids[@]}"; do
		wait "$i" && codes+=" 0" || codes+=" $?"
	done
	codes=$(tr ' ' '\n' <<<"$codes" | sort | tr -d '\n')
}

@test "runs on one ENV_DIR: one wins, the others say that it exists" {
	for round in $(seq 25); do
		for n in 2 8; do
			env=$T/p$round.$n/env
			together "$n" "$T/links/pyvenv" "$env"
			cat "$IO"/run.*
			[ "$codes" = "0$(printf '1%.0s' $(seq 2 "$n"))" ]
			[ "$(cat "$IO"/run.* | grep -c 'it exists')" = $((n - 1)) ]
			"$T/links/pyvenv" --check "$env" >/dev/null
			rm "$IO"/run.*
		done
	done
	tidy
}

@test "runs on different ENV_DIRs below one missing parent: all win" {
	for round in $(seq 25); do
		for i in 1 2 3 4; do
			"$T/links/pyvenv" "$T/q$round/a/env$i" &
			pids[i]=$!
		done
		for i in 1 2 3 4; do
			wait "${pids[i]}"
			"$T/links/pyvenv" --check "$T/q$round/a/env$i" >/dev/null
		done
	done
	tidy
}

@test "runs with --clear, --upgrade, --exist-ok at once: all win" {
	"$T/links/pyvenv" "$T/env"
	for round in $(seq 10); do
		for option in --clear --upgrade --exist-ok; do
			rm -f "$T/env/bin/python"
			together 3 "$T/links/pyvenv" "$option" "$T/env"
			cat "$IO"/run.*
			[ "$codes" = 000 ]
			"$T/links/pyvenv" --check "$T/env" >/dev/null
		done
	done
	whole "$T/env"
}

@test "runs that change one directory in place and by exchange: all win" {
	"$T/links/pyvenv" "$T/env"
	for round in $(seq 10); do
		rm -f "$T/env/bin/python"
		pids=()
		for option in --clear --upgrade --exist-ok; do
			"$T/links/pyvenv" "$option" "$T/env" &
			pids+=($!)
			# in place, unless its directory is exchanged by now
			(cd "$T/env" &&
				exec "$T/links/pyvenv" "$option" "$T/env") &
			pids+=($!)
		done
		codes=
		for pid in "${pids[@]}"; do
			wait "$pid" && codes+=0 || codes+=$?
		done
		echo "round $round: $codes"
		[ "$codes" = 000000 ]
		"$T/links/pyvenv" --check "$T/env" >/dev/null
		tidy
	done
}

# interrupt SIGNAL AFTER HOW: start a run that is slow at every system call,
# send it SIGNAL after so many seconds; its exit code is in $code. HOW it takes
# signals ("default" or "ignore") has to be said: a shell starts what is to
# run beside it with some ignored.
interrupt()
{
	env "--$3-signal=INT,TERM,HUP" strace -f -qq -o "$IO/trace" -e trace=mkdirat,symlinkat,openat,renameat2 \
		-e inject=mkdirat,symlinkat,renameat2:delay_enter=8000 \
		"$T/links/pyvenv" --clear "$T/env" 2>"$IO/err" &
	local tracer=$!
	sleep "$2"
	local pid
	pid=$(pgrep -P "$tracer" || :)
	[ -z "$pid" ] || kill -"$1" "$pid" 2>/dev/null || :
	code=0
	wait "$tracer" || code=$?
}

@test "INT, TERM and HUP at any moment: old or new, by that signal or whole" {
	mkdir "$T/env"
	echo x >"$T/env/file"
	before=$(snapshot "$T/env")
	killed=0
	for after in 0.02 0.04 0.06 0.08 0.1 0.12; do
		for signal in INT TERM HUP; do
			interrupt "$signal" "$after" default
			cat "$IO/err"
			tidy
			number=$(kill -l "$signal")
			[ "$code" = 0 ] || [ "$code" = $((128 + number)) ]
			[ "$code" = 0 ] || killed=$((killed + 1))
			if [ "$(snapshot "$T/env")" != "$before" ]; then
				"$T/links/pyvenv" --check "$T/env" >/dev/null
				rm -r "$T/env"
				mkdir "$T/env"
				echo x >"$T/env/file"
			fi
		done
	done
	[ "$killed" -gt 0 ]
}

@test "a signal that is ignored stays ignored" {
	mkdir "$T/env"
	for after in 0.05 0.08; do
		interrupt HUP "$after" ignore
		[ "$code" = 0 ]
		whole "$T/env"
	done
}

@test "a run that waits for another one can be interrupted" {
	mkdir "$T/env"
	exec 9<"$T/env"
	flock 9
	timeout -s INT 0.3 "$T/links/pyvenv" --clear "$T/env" 9<&- && exit 1
	[ $? = 124 ]
	exec 9<&-
	[ -z "$(ls -A "$T/env")" ]
	tidy
}

#!/usr/bin/env bats
# dist/examples/update: a release replaces another one, whatever happens meanwhile.

# shellcheck disable=SC2154 # output, status
load helpers

setup()
{
	fresh
	EXAMPLE=$BATS_TEST_DIRNAME/../../dist/examples/update
	mkdir data
	cp -r "$EXAMPLE"/[12] data
	/usr/bin/python3 -B "$EXAMPLE/wheels.py" data
	# of a Python that is the same everywhere
	read -ra words < <(sed -n "s,^ExecStart=/usr/bin/pyvenv,\
		$BUILD/pyvenv -p /usr/bin/python3,;T;s, /data/, $T/data/,gp" \
		"$EXAMPLE/gauge-update.service")
	[ ${#words[@]} -gt 5 ]
}

# release N: bring it, as the README does.
release()
{
	ln -s "$1" data/next
	mv -T data/next data/release
}

# gauge: what the application prints.
gauge()
{
	PYTHONDONTWRITEBYTECODE=1 data/gauge/bin/gauge
}

# in_memory WHERE COMMAND...: run it with a copy of data in memory/data, which only
# it sees; if WHERE is "disk", that is an ext4.
in_memory()
{
	local where=$1
	shift
	mkdir memory
	# shellcheck disable=SC2016 # for the shell in the namespace
	unshare -m bash -ec '
		mount --make-rprivate /
		mount -t tmpfs -o mode=755 tmpfs memory
		mkdir memory/data
		if [ "$0" = disk ]; then
			truncate -s 64M memory/data.image
			mkfs.ext4 -q -F memory/data.image
			mount -o loop memory/data.image memory/data || exit 77
		fi
		cp -r data/. memory/data
		"$@"
		[ "$0" != disk ] || umount memory/data' "$where" "$@"
}

# cuts HOW: the command is cut short and repeated.
cuts()
{
	local where=memory
	[ "$1" != power ] || where=disk
	namespaces --mount || skip "no mount namespaces"
	run in_memory "$where" /usr/bin/python3 -B "$BATS_TEST_DIRNAME/cuts.py" "$1" \
		"$T/memory/data" "${words[@]//$T\/data/$T/memory/data}"
	echo "$output"
	[ "$status" != 77 ] || skip "no loop device"
	[ "$status" = 0 ]
}

@test "one command installs, updates, goes back and changes nothing" {
	local first
	release 1
	run "${words[@]}"
	[ "$status" = 0 ]
	[ -z "$output" ]
	[ "$(gauge)" = "gauge 1.0: gauge-bus 1.4, gauge-lcd 0.9, gauge-store 2.3" ]
	first=$(find data/gauge -printf '%P %l %i %T@\n' | sort)
	"${words[@]}"
	[ "$first" = "$(find data/gauge -printf '%P %l %i %T@\n' | sort)" ]
	release 2
	run "${words[@]}"
	[ "$status" = 0 ]
	[ "$output" = "pyvenv: removed from $T/data/gauge: gauge-lcd" ]
	[ "$(gauge)" = "gauge 2.0: gauge-bus 2.0, gauge-store 2.3, gauge-web 1.0" ]
	pyvenv --check data/gauge
	release 1
	run "${words[@]}"
	[ "$output" = "pyvenv: removed from $T/data/gauge: gauge-web" ]
	[ "$(gauge)" = "gauge 1.0: gauge-bus 1.4, gauge-lcd 0.9, gauge-store 2.3" ]
}

@test "the commands of README that bring a release" {
	release 1
	"${words[@]}"
	mkdir media
	mv data/2 media
	ln -s /bin/true bin/systemctl # the unit is started below
	sed -n '/^To bring a release/,/^To go back/s/^    //p' "$EXAMPLE/README.md" |
		sed "s,/data/,$T/data/,g; s,/media/,$T/media/,g; s,^pyvenv,& -q," >commands
	bash -eu commands >out
	grep -q "remove .*gauge_lcd/part1.py" out
	run "${words[@]}"
	[ "$output" = "pyvenv: removed from $T/data/gauge: gauge-lcd" ]
}

@test "the script for BusyBox updates and starts the application" {
	need start-stop-daemon
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	release 1
	sed "s,/usr/bin/activate-run,$BUILD/activate-run,
		s,/run/gauge.pid,$T/pid,; s, /data/, $T/data/,g" \
		"$EXAMPLE/S60gauge" >script
	sh script start
	[ "$(gauge)" = "gauge 1.0: gauge-bus 1.4, gauge-lcd 0.9, gauge-store 2.3" ]
	release 2
	sh script restart
	[ "$(gauge)" = "gauge 2.0: gauge-bus 2.0, gauge-store 2.3, gauge-web 1.0" ]
	# half an environment is not started
	rm data/gauge/lib/python3*/site-packages/gauge_bus/part1.py data/2/wheels/*
	run sh script start
	[ "$status" = 1 ]
	[[ $output == *gauge_bus-2.0-py3-none-any.whl*part1.py* ]]
}

@test "a release that lacks a wheel is refused, and the old one stays" {
	release 1
	"${words[@]}"
	rm data/2/wheels/gauge_web-*
	release 2
	run "${words[@]}"
	[ "$status" = 1 ]
	[[ $output == *gauge-web* ]]
	[ "$(gauge)" = "gauge 1.0: gauge-bus 1.4, gauge-lcd 0.9, gauge-store 2.3" ]
}

@test "README, the unit and the script have one command" {
	local unit
	unit=$(sed -n 's/^ExecStart=//p' "$EXAMPLE/gauge-update.service")
	grep -qxF "$(printf '\t%s' "${unit#/usr/bin/}")" "$EXAMPLE/S60gauge"
	[ "$(sed -n '/^    pyvenv --exist-ok/{N;s/\\\n *//;s/^ *//p}' \
		"$EXAMPLE/README.md")" = "${unit#/usr/bin/}" ]
}

@test "systemd takes the units" {
	need systemd-analyze
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	mkdir units
	cp "$EXAMPLE"/*.service units
	sed -i "s,/usr/bin/pyvenv,$BUILD/pyvenv,
		s,/usr/bin/activate-run,$BUILD/activate-run," units/*
	run systemd-analyze verify --man=no units/*.service
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *units/* ]]
}

@test "killed at its calls, the update repeated makes what a new run makes" {
	need strace
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	cuts calls
}

@test "killed at any time, the update repeated makes what a new run makes" {
	cuts times
}

@test "without power, the update repeated makes what a new run makes" {
	need strace mkfs.ext4
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	cuts power
}

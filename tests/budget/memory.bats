#!/usr/bin/env bats
# Memory does not depend on the size of wheels: all the address space that a run
# gets is 4 MB, and 200 bytes and the path for each file (design, promise 9).

# shellcheck disable=SC2154 # status, output, stderr
load ../cli/helpers

# many files and large ones: in memory, where there is room for them
room=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
[ "${room:-0}" -le 4000000 ] || TEST_TOP=/dev/shm

teardown()
{
	[ -z "${TEST_TOP-}" ] || rm -rf "${T:?}"
}

# make KIND DIRECTORY [PROGRAM]: what make_large.py makes.
make()
{
	[ -z "${SANITIZED-}" ] || skip "the sanitizers take memory of their own"
	need_itself "the memory is that of the emulator"
	mkdir -p "$2"
	/usr/bin/python3 "$BATS_TEST_DIRNAME/make_large.py" "$@"
}

# make_small NAME-VERSION: a wheel of one module.
make_small()
{
	python3 -B - "$BATS_TEST_DIRNAME/../wheels" "$1" <<-'EOF'
	import sys
	sys.path.insert(0, sys.argv[1])
	from wheel_bytes import archive, demo
	name, version = sys.argv[2].split("-")
	with open(sys.argv[2] + "-py3-none-any.whl", "wb") as f:
	    f.write(archive(demo(
	        info=sys.argv[2] + ".dist-info/", module=name,
	        metadata=f"Metadata-Version: 2.1\nName: {name}\n"
	                 f"Version: {version}\n")))
	EOF
}

# limited KB ARG...: pyvenv, with so much address space and no more.
limited()
{
	local limit=$1
	shift
	status=0
	(
		ulimit -v "$limit"
		exec "${PROGRAM:-$T/links/pyvenv}" "$@"
	) >"$IO/out" 2>"$IO/err" || status=$?
	head -c 4096 "$IO/out" "$IO/err"
}

# bar FILES PATH: KB for so many files, with paths like this one.
bar()
{
	echo $((4096 + $1 * (200 + ${#2}) / 1024))
}

site=lib/python3.11/site-packages

@test "a wheel of 2 GB is installed in 8 MB" {
	make size size
	limited 8192 -p /usr/bin/python3 --wheel size/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(stat -c %s env/lib/python3*/site-packages/large/zeros)" = 2147483647 ]
}

@test "a program of 256 MB in .data/scripts is installed in 8 MB" {
	make script script
	limited 8192 -p /usr/bin/python3 --wheel script/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(stat -c %s env/bin/large)" = 268435456 ]
}

@test "a wheel of 256 MB after the program is installed in 8 MB" {
	need_static
	make size size "$VENVBOX"
	ln -s program size/pyvenv
	PROGRAM=$T/size/pyvenv limited 8192 -p /usr/bin/python3 --with-pip env
	[ "$status" = 0 ]
	[ "$(stat -c %s env/lib/python3*/site-packages/large/zeros)" = 268435456 ]
}

@test "100,000 files take 24 MB" {
	make files files
	limited 24576 -p /usr/bin/python3 \
		--wheel files/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(find env/lib/python3*/site-packages/large -type f | wc -l)" = 100000 ]
	[ "$(wc -l <"$(echo env/lib/python3*/site-packages/large-1.0.dist-info/RECORD)")" = 100006 ]
	limited 24576 -n --json -p /usr/bin/python3 \
		--wheel files/large-1.0-py3-none-any.whl env2 >/dev/null
	[ "$status" = 0 ]
	[ "$(jq '.environments[0].plan[] | select(.kind == "wheel").files | length' \
		"$IO/out")" = 100006 ]
	limited 24576 --archive tar -p /usr/bin/python3 \
		--wheel files/large-1.0-py3-none-any.whl env2 >/dev/null
	[ "$status" = 0 ]
}

@test "where case does not matter, 100,000 files take 24 MB as well" {
	local BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME/../windows
	# shellcheck source=tests/windows/trees.bash
	. "$BATS_TEST_DIRNAME/trees.bash"
	windows_python win 3.12.4
	BATS_TEST_DIRNAME=${BATS_TEST_DIRNAME%/../windows}
	make files files
	limited 24576 -n -p ./win --python-target 'C:\p\python.exe' \
		--env-target 'C:\e' --wheel files/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
}

@test "150,000 directories take 200 bytes and the path each" {
	make directories directories
	limited "$(bar 150000 $site/large/d100000/x)" \
		-p /usr/bin/python3 --wheel directories/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(find env/lib/python3*/site-packages/large -type f | wc -l)" = 150000 ]
}

@test "500 wheels take what their files take" {
	make wheels wheels
	limited "$(bar 13500 $site/p000-1.0.dist-info/RECORD)" \
		-p /usr/bin/python3 --wheel wheels env
	[ "$status" = 0 ]
	[ "$(find env/lib/python3*/site-packages -name RECORD | wc -l)" = 500 ]
}

@test "1,000,000 rows of RECORD take nothing" {
	make rows rows
	limited 4096 -p /usr/bin/python3 --wheel rows/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ -e "$(echo env/lib/python3*/site-packages/large/x.py)" ]
}

@test "an environment with 16,000 projects is checked and changed" {
	pv -p /usr/bin/python3 env
	make projects env
	limited 4096 --check env
	[ "$status" = 0 ]
	make_small p7-1.0
	limited "$(bar 48000 $site/p10000-1.0.dist-info/METADATA)" \
		--upgrade -p /usr/bin/python3 --wheel p7-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(cat env/lib/python3*/site-packages/p7/__init__.py)" = "x = 1" ]
}

@test "a RECORD of 1,000,000 rows is checked in 4 MB, removed in 200 bytes each" {
	pv -p /usr/bin/python3 env
	make installed_rows env
	limited 4096 --check env
	[ "$status" = 1 ]
	has "1000000 files are missing" "$(cat "$IO/out")"
	make rows rows
	limited "$(bar 1000000 $site/large/gone/m100000.py)" \
		--upgrade -p /usr/bin/python3 --wheel rows/large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ ! -e "$(echo env/lib/python3*/site-packages/large-0.9.dist-info)" ]
}

@test "a signal is answered within 0.2 s of processor time" {
	make size size
	make rows rows
	python3 -B - "$T/links/pyvenv" size rows <<-'EOF'
	import os, signal, subprocess, sys, time

	TICK = os.sysconf("SC_CLK_TCK")

	def used(pid):
	    with open(f"/proc/{pid}/stat") as file:
	        fields = file.read().rsplit(")", 1)[1].split()
	    return (int(fields[11]) + int(fields[12])) / TICK

	pyvenv, *kinds = sys.argv[1:]
	interrupted = 0
	for kind in kinds:
	    for after in 0.05, 0.1, 0.2, 0.4:
	        run = subprocess.Popen(
	            [pyvenv, "-p", "/usr/bin/python3", "--wheel",
	             kind + "/large-1.0-py3-none-any.whl", "env"])
	        while used(run.pid) < after and run.poll() is None:
	            time.sleep(0.005)
	        try:
	            before = used(run.pid)
	            run.send_signal(signal.SIGTERM)
	            _, status, usage = os.wait4(run.pid, 0)
	        except (FileNotFoundError, ChildProcessError, IndexError):
	            break  # it had ended
	        if os.waitstatus_to_exitcode(status) == 0:
	            break
	        took = usage.ru_utime + usage.ru_stime - before
	        print(kind, after, status, took)
	        interrupted += 1
	        if status != signal.SIGTERM or took > 0.2 or os.path.exists("env"):
	            sys.exit("not answered")
	sys.exit(interrupted < 4)
	EOF
	[ -z "$(find . -name '.venvbox-*')" ]
}

@test "a wheel that changes while it is read is an error" {
	make size size
	"$T/links/pyvenv" -p /usr/bin/python3 \
		--wheel size/large-1.0-py3-none-any.whl env 2>"$IO/err" &
	# the first member is being written
	while kill -0 $! && [ -z "$(find . -size +1M -name zeros)" ]; do
		sleep 0.01
	done
	touch size/large-1.0-py3-none-any.whl
	status=0
	wait $! || status=$?
	[ "$status" = 1 ]
	has "it changed while it was read" "$(cat "$IO/err")"
	[ ! -e env ]
}

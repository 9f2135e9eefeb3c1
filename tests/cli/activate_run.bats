#!/usr/bin/env bats
# activate-run: what the command is, what it is given, what is passed through,
# and what is said where there is no command to run.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load helpers
load ../shells/names

env_here()
{
	mkdir -p "$1/bin"
	printf 'home = /usr/bin\n' >"$1/pyvenv.cfg"
}

# tool FILE [LINE...]: a script.
tool()
{
	local file=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$file"
	chmod +x "$file"
}

# zeros FILE: NUL-separated strings, sorted, one a line.
zeros()
{
	tr '\n\0' '\1\n' <"$1" | sort
}

@test "a command of the environment is first, then PATH in its order" {
	env_here v
	mkdir one two
	tool v/bin/x 'echo env "$@"'
	tool one/x 'echo one'
	tool one/y 'echo one "$@"'
	tool two/y 'echo two'
	tool two/z 'echo two'
	PATH=$T/one:$T/two:$PATH
	as activate-run v x 1 '2  3' ''
	[ "$output" = 'env 1 2  3 ' ]
	as activate-run v y -h --help -- -x
	[ "$output" = 'one -h --help -- -x' ]
}

@test "an entry of bin with the command's name is the command, whatever it is" {
	env_here v
	mkdir one
	local name
	for name in lost folder dangling loop python pip; do
		tool "one/$name" 'echo outside'
	done
	PATH=$T/one:$PATH
	tool v/bin/lost && chmod -x v/bin/lost
	mkdir v/bin/folder
	ln -s /nowhere/tool v/bin/dangling
	ln -s loop v/bin/loop
	printf '#!%s/v/bin/python3.11\n' "$T" >v/bin/pip
	chmod +x v/bin/pip
	cannot()
	{
		as activate-run v "$1"
		[ "$status" = 126 ] || return 1
		[ -z "$output" ] || return 1
		has "activate-run: cannot run '$T/v/bin/$1': it $2" "$stderr"
	}
	cannot lost 'is not executable'
	has "hint: chmod +x '$T/v/bin/lost' makes it executable; nothing of that\
 name outside the environment is run instead" "$stderr"
	cannot folder 'is a directory'
	cannot dangling 'leads to nothing'
	has 'hint: pyvenv --check says what is wrong' "$stderr"
	cannot loop 'cannot be looked at: '
	cannot pip "names the interpreter '$T/v/bin/python3.11', which is missing"
	# every environment has a python of its own
	as activate-run v python
	[ "$status" = 127 ]
	[ -z "$output" ]
	has "cannot run '$T/v/bin/python': it is missing" "$stderr"
	# the path of the other one still runs it
	as activate-run v "$T/one/lost"
	[ "$output" = outside ]
}

@test "a base Python that this user cannot reach is never replaced by another" {
	unprivileged
	mkdir -p base/closed/bin one
	env_here v
	cp /bin/true base/closed/bin/python3
	ln -s "$T/base/closed/bin/python3" v/bin/python3
	ln -s python3 v/bin/python
	printf '#!%s/v/bin/python3\n' "$T" >v/bin/pip
	chmod +x v/bin/pip
	chmod 700 base/closed
	for name in python python3 pip; do
		as_other "$T/links/activate-run" "$T/v" "$name"
		[ "$status" = 126 ]
		has "is below '$T/base/closed', which this user cannot search" \
			"$stderr"
	done
	chmod 755 base/closed
	chmod 700 v/bin
	as_other "$T/links/activate-run" "$T/v" true
	[ "$status" = 125 ]
	has "cannot enter '$T/v': its bin cannot be searched" "$stderr"
}

@test "a noexec mount is named, and nothing outside is run instead" {
	need_itself "the root has no emulator"
	unshare -rm true 2>/dev/null || skip "unshare may not run"
	env_here v
	tool v/bin/ls 'echo inside'
	chmod 755 v/bin/ls
	run unshare -rm sh -c 'mount --bind v v && mount -o remount,bind,noexec v &&
		exec "$1" v ls' - "$T/links/activate-run"
	[ "$status" = 126 ]
	has 'it is on a file system that is mounted noexec' "$output"
}

@test "a bin that is missing, or is none" {
	env_here v
	rmdir v/bin
	for name in true /bin/true; do
		as activate-run v "$name"
		[ "$status" = 125 ]
		has "cannot enter '$T/v': its bin is missing" "$stderr"
	done
	touch v/bin
	as activate-run v true
	[ "$status" = 125 ]
	has "its bin cannot be searched: Not a directory" "$stderr"
}

@test "two dashes may stand before the command" {
	env_here v
	tool v/bin/x 'echo "$@"'
	as activate-run v -- x -- -y
	[ "$output" = '-- -y' ]
	as activate-run -- v -- x
	[ "$status" = 0 ]
	as activate-run v --
	[ "$status" = 125 ]
	has 'COMMAND is missing' "$stderr"
}

@test "a real Python knows where it is" {
	command -v python3 >/dev/null || skip "no python3"
	pv v
	[ "$status" = 0 ]
	PYTHONHOME=/nowhere as activate-run v python -c \
		'import sys; print(sys.prefix, sys.prefix != sys.base_prefix)'
	[ "$output" = "$T/v True" ]
}

@test "the command gets exactly the environment that activation makes" {
	env_here 'v w'
	printf 'prompt = "a  b"\n' >>'v w/pyvenv.cfg'
	env -i "A=b=c" 'B=' $'C=new\nline' PATH=/usr/bin::/bin HOME=/h \
		PYTHONHOME=/p PYTHONPATH=/pp PS1='$ ' VIRTUAL_ENV_DISABLE_PROMPT=1 \
		"$T/links/activate-run" 'v w' env -0 >got
	printf '%s\0' A=b=c B= $'C=new\nline' HOME=/h PYTHONPATH=/pp 'PS1=$ ' \
		VIRTUAL_ENV_DISABLE_PROMPT=1 "VIRTUAL_ENV=$T/v w" \
		'VIRTUAL_ENV_PROMPT=a  b' "PATH=$T/v w/bin:/usr/bin::/bin" >want
	diff <(zeros want) <(zeros got)
}

@test "an environment that is active is left, the same one is entered once" {
	env_here v
	env_here w
	env -i VIRTUAL_ENV="$T/v" VIRTUAL_ENV_PROMPT=v _OLD_VIRTUAL_PATH=/x \
		_OLD_VIRTUAL_PYTHONHOME=/p PATH="/a:$T/v/bin:/usr/bin" \
		"$T/links/activate-run" w env -0 >got
	printf '%s\0' "VIRTUAL_ENV=$T/w" VIRTUAL_ENV_PROMPT=w \
		"PATH=$T/w/bin:/a:/usr/bin" >want
	diff <(zeros want) <(zeros got)
	env -i PATH=/usr/bin "$T/links/activate-run" w \
		"$T/links/activate-run" w env -0 >got
	printf '%s\0' "VIRTUAL_ENV=$T/w" VIRTUAL_ENV_PROMPT=w \
		"PATH=$T/w/bin:/usr/bin" >want
	diff <(zeros want) <(zeros got)
}

@test "an environment that is active is left, however it is spelt" {
	env_here v
	env_here w
	ln -s v link
	local active entry
	for active in "$T/v" "$T/v/" "$T//v" "$T/link"; do
		for entry in "$T/v/bin" "$T/v/bin/" "$T/./v/bin" "$T/link/bin"; do
			VIRTUAL_ENV=$active PATH=/a:$entry:/usr/bin \
				as activate-run w printenv PATH
			[ "$output" = "$T/w/bin:/a:/usr/bin" ]
		done
	done
}

@test "ENV_DIR in all its forms" {
	env_here v
	mkdir -p a/b
	ln -s v link
	local dir
	for dir in v ./v v/ .//a/../v "$T/v" "$T/./v/"; do
		as activate-run "$dir" printenv VIRTUAL_ENV
		[ "$output" = "$T/v" ]
	done
	as activate-run link printenv VIRTUAL_ENV
	[ "$output" = "$T/link" ]
	cd v
	as activate-run . printenv PATH
	[ "$output" = "$T/v/bin:/usr/bin:/bin" ]
}

@test "an environment of any name is entered" {
	mkdir e
	local name
	for name in "${names[@]}"; do
		env_here "e/$name"
		(cd e && env -i PATH=/usr/bin "$T/links/activate-run" -- "$name" \
			env -0) >got
		printf '%s\0' "VIRTUAL_ENV=$T/e/$name" "VIRTUAL_ENV_PROMPT=$name" \
			"PATH=$T/e/$name/bin:/usr/bin" >want
		diff <(zeros want) <(zeros got)
	done
	env_here a:b
	as activate-run a:b true
	[ "$status" = 125 ]
	has "cannot enter '$T/a:b': no entry of PATH can have a ':' in it" \
		"$stderr"
}

@test "the exit status and the death of the command are seen" {
	env_here v
	local n
	for n in 0 1 2 7 125 126 255; do
		run "$T/links/activate-run" v sh -c "exit $n"
		[ "$status" = "$n" ]
	done
	python3 - "$T/links/activate-run" <<'END'
import signal, subprocess, sys

# a job in the background may have been started with some ignored
for name in "TERM", "INT", "HUP":
    signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)
for name in "TERM", "INT", "PIPE", "HUP", "KILL", "SEGV":
    run = subprocess.run([sys.argv[1], "v", "sh", "-c", f"kill -{name} $$"])
    assert run.returncode == -getattr(signal, "SIG" + name), (name, run)
# and a signal from outside reaches it
with subprocess.Popen([sys.argv[1], "v", "sh", "-c",
                       "trap 'exit 9' TERM; echo x; while :; do :; done"],
                      stdout=subprocess.PIPE) as p:
    p.stdout.read(2)
    p.terminate()
    assert p.wait(20) == 9
END
}

@test "signals stay ignored and blocked, or not" {
	need_itself "it has handlers of its own"
	env_here v
	python3 - "$T/links/activate-run" <<'END'
import signal, subprocess, sys


def state(argv):
    def before():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR1})
    text = subprocess.run(argv + ["cat", "/proc/self/status"], check=True,
                          stdout=subprocess.PIPE, preexec_fn=before).stdout
    return [s for s in text.splitlines() if s[:3] == b"Sig" and s[:4] != b"SigQ"]


bare = state([])
assert state([sys.argv[1], "v"]) == bare
number = {s[:6]: int(s[8:], 16) for s in bare}
assert number[b"SigIgn"] & 3 == 3, bare
assert number[b"SigBlk"] & 0x200, bare
END
}

@test "open files, input, directory, limits and mask are passed as they are" {
	env_here v
	mkdir here
	echo text >in
	(
		exec 7<in
		cd here
		umask 027
		ulimit -n 99
		"$T/links/activate-run" ../v sh -c \
			'cat <&7; cat; pwd; umask; ulimit -n' <<<'to stdin' >"$T/got"
	)
	printf '%s\n' text 'to stdin' "$T/here" 0027 99 | cmp - got
	# the descriptors are those that env passes
	(
		exec 7<in
		"$T/links/activate-run" v ls /proc/self/fd >got
		env ls /proc/self/fd >want
	)
	cmp want got
	run sh -c '"$1" v sh -c "echo to stderr >&2" 2>&1 >/dev/null' - \
		"$T/links/activate-run"
	[ "$output" = 'to stderr' ]
	# a descriptor that is closed stays closed
	(exec 0<&- && "$T/links/activate-run" v sh -c '[ ! -e /proc/$$/fd/0 ]')
}

@test "it becomes the command: the same process, no other" {
	need_itself "its own system calls are in the trace"
	command -v strace >/dev/null || skip "no strace"
	env_here v
	run sh -c 'echo $$; exec "$1" v sh -c "echo \$\$"' - \
		"$T/links/activate-run"
	[ "${lines[0]}" = "${lines[1]}" ]
	tool v/bin/x
	strace -f -o trace -e trace=%process,%network,%file \
		"$T/links/activate-run" v x
	[ "$(grep -c 'execve(' trace)" = 2 ]
	[ "$(grep -cE '(v?fork|clone3?|socket)\(' trace)" = 0 ]
	# nothing is written
	sed '/execve(.*v\/bin\/x/,$d' trace >before
	[ "$(grep -cE 'O_WRONLY|O_RDWR|O_CREAT|mkdir|unlink' before)" = 0 ]
}

@test "the command's own name is as it was typed" {
	env_here v
	cp "$(command -v python3)" v/bin/show 2>/dev/null || skip "no python3"
	local show='import sys; print(open("/proc/self/cmdline").read().split("\0")[0])'
	as activate-run v show -ISc "$show"
	[ "$output" = show ]
	as activate-run v v/bin/../bin/show -ISc "$show"
	[ "$output" = v/bin/../bin/show ]
	as activate-run v "$T/v/bin/show" -ISc "$show"
	[ "$output" = "$T/v/bin/show" ]
}

@test "a command with a slash is that file" {
	env_here v
	tool v/bin/x 'echo env'
	tool x 'echo here'
	mkdir v/bin/sub
	tool v/bin/sub/y
	as activate-run v ./x
	[ "$output" = here ]
	as activate-run v sub/y
	[ "$status" = 127 ]
	[ "$stderr" = "activate-run: cannot run 'sub/y': No such file or directory" ]
	as activate-run v x/
	[ "$status" = 126 ]
	as activate-run v ''
	[ "$status" = 127 ]
	has "cannot run '': " "$stderr"
}

@test "exit code 127 means that there is no such command" {
	env_here v
	as activate-run v no-such-command
	[ "$status" = 127 ]
	[ "$stderr" = "activate-run: cannot run 'no-such-command': not found in PATH" ]
	mkdir one
	printf '#!/no/such/interpreter\n' >one/script
	chmod +x one/script
	PATH=$T/one:$PATH as activate-run v script
	[ "$status" = 127 ]
	[ "$stderr" = "activate-run: cannot run '$T/one/script': what its first\
 line or its ELF header names to run it is not there" ]
}

@test "126: it cannot be run" {
	env_here v
	echo text >v/bin/text
	as activate-run v text
	[ "$status" = 126 ]
	[ "$stderr" = "activate-run: cannot run '$T/v/bin/text': it is not executable
hint: chmod +x '$T/v/bin/text' makes it executable; nothing of that name outside\
 the environment is run instead" ]
	mkdir v/bin/folder
	as activate-run v folder
	[ "$status" = 126 ]
	as activate-run v /
	[ "$status" = 126 ]
	chmod +x v/bin/text
	as activate-run v text
	[ "$status" = 126 ]
	[ "$stderr" = "activate-run: cannot run '$T/v/bin/text': Exec format error
hint: its first line has to name the program that runs it, as '#!/bin/sh' does" ]
	: >v/bin/empty
	chmod +x v/bin/empty
	as activate-run v empty
	[ "$status" = 126 ]
	has "hint: its first line has to name" "$stderr"
	head -c 300 /bin/true >v/bin/half
	chmod +x v/bin/half
	as activate-run v half
	[ "$status" = 126 ]
	refuse grep -q 'its first line' "$IO/err"
	# the same for a command outside of the environment
	echo text >text
	as activate-run v ./text
	[ "$stderr" = "activate-run: cannot run './text': Permission denied
hint: chmod +x './text' makes it executable" ]
	mkdir one
	cp text one/text2
	chmod +x text one/text2
	as activate-run v ./text
	has "hint: its first line has to name" "$stderr"
	PATH=$T/one:$PATH as deactivate text2
	[ "$status" = 126 ]
	has "hint: its first line has to name" "$stderr"
	ln -s loop v/bin/loop
	as activate-run v loop
	[ "$status" = 126 ]
	# PATH is one byte too long for the kernel once the environment is in it
	local long
	long=/usr/bin:$(printf '%0131050d' 0)
	status=0
	env PATH="$long" "$T/links/activate-run" v true 2>err || status=$?
	[ "$status" = 126 ]
	has 'Argument list too long' "$(cat err)"
}

@test "125: the command line or the environment is wrong" {
	env_here v
	mkdir dir
	as activate-run
	[ "$status" = 125 ]
	has 'ENV_DIR and COMMAND are missing' "$stderr"
	as activate-run v
	[ "$status" = 125 ]
	has 'activate-run: COMMAND is missing' "$stderr"
	as activate-run -x v true
	[ "$status" = 125 ]
	has "unknown option '-x'" "$stderr"
	as activate-run --hel=p v true
	[ "$status" = 125 ]
	as activate-run nowhere true
	[ "$status" = 125 ]
	[ "$stderr" = "activate-run: cannot enter '$T/nowhere': No such file or directory" ]
	as activate-run dir true
	[ "$status" = 125 ]
	has 'it has no pyvenv.cfg' "$stderr"
	as activate-run '' true
	[ "$status" = 125 ]
	as activate-run -h
	[ "$status" = 0 ]
	has 'usage: activate-run ' "$output"
	as activate-run --help v true
	[ "$status" = 0 ]
	as activate-run -- v echo -- -h
	[ "$output" = '-- -h' ]
}

@test "no PATH, an empty one" {
	env_here v
	tool x 'echo here'
	tool v/bin/y 'echo "$PATH"'
	run env -i PATH= "$T/links/activate-run" v y
	[ "$output" = "$T/v/bin" ]
	run env -i "$T/links/activate-run" v y
	[ "$output" = "$T/v/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" ]
	# an empty PATH does not mean the current directory here
	status=0
	env -i PATH= ASAN_OPTIONS=detect_leaks=0 \
		"$T/links/activate-run" v x 2>err || status=$?
	[ "$status" = 127 ]
}

@test "a current directory that is gone" {
	env_here v
	mkdir gone
	cd gone
	rmdir "$T/gone"
	as activate-run "$T/v" printenv VIRTUAL_ENV
	[ "$output" = "$T/v" ]
	as activate-run v true
	[ "$status" = 125 ]
	has 'activate-run: cannot find the current directory' "$stderr"
}

@test "every name of the program" {
	env_here v
	as venvbox activate-run v printenv VIRTUAL_ENV
	[ "$output" = "$T/v" ]
	cp "$VENVBOX" binary
	mkdir sub
	ln binary sub/activate-run
	run sub/activate-run v printenv VIRTUAL_ENV
	[ "$output" = "$T/v" ]
	run "$T/sub/activate-run" v printenv VIRTUAL_ENV
	[ "$output" = "$T/v" ]
	PATH=$T/sub:$PATH run activate-run v printenv VIRTUAL_ENV
	[ "$output" = "$T/v" ]
}

@test "nothing else is needed: no shell, libc, /proc, /dev, variable" {
	need_itself "the root has no emulator"
	need_static
	bwrap --dev-bind / / true 2>/dev/null || skip "bwrap may not run"
	env_here v
	mkdir root
	cp "$VENVBOX" v/bin/deactivate
	run bwrap --unshare-all --clearenv --ro-bind "$VENVBOX" /activate-run \
		--ro-bind v /v --remount-ro / -- \
		/activate-run /v deactivate -s json
	[ "$status" = 0 ]
	[ "$output" = '{"VIRTUAL_ENV": null, "VIRTUAL_ENV_PROMPT": null, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}' ]
}

@test "it works as process 1" {
	env_here v
	unshare -rpf true 2>/dev/null || skip "unshare may not run"
	run unshare -rpf "$T/links/activate-run" v sh -c 'echo $$; exit 5'
	[ "$status" = 5 ]
	[ "$output" = 1 ]
}

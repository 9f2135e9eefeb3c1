#!/usr/bin/env bats
# Enter and leave environments for Windows: on the drives of wine, which are links and
# need no wine, and of a made-up WSL.

# shellcheck disable=SC2154 # stderr, output, both
# shellcheck disable=SC2016,SC1003 # values that are not to be expanded
# shellcheck disable=SC2030,SC2031 # variables of a test
load ../cli/helpers
load trees

setup_file()
{
	make_python
}

# make_env: the environment $E, on a drive C:.
make_env()
{
	pv -p "$P" "${both[@]}" env
	mkdir -p wine/dosdevices c
	mv env c/env
	ln -s "$T/c" wine/dosdevices/c:
	E=$T/c/env
}

# on_wine: the same for wine.
on_wine()
{
	make_env
	export WINEPREFIX=$T/wine
}

# in_wsl COMMAND...: with a drive C: in its /proc/self/mounts, which must be on a proc
# file system: the domain name is a file there that can hold a line of 64 bytes.
in_wsl()
{
	unshare -m -u sh -c '
		echo "C: /mnt drvfs rw" >/proc/sys/kernel/domainname &&
		mount --bind "$0" /mnt &&
		mount --bind /proc/sys/kernel/domainname /proc/$$/mounts &&
		exec "$@"' "$T/c" "$@"
}

need_wsl()
{
	unshare -m -u mount --bind /proc/sys/kernel/domainname /proc/self/mounts \
		2>/dev/null || skip "this user may not bind mounts in /proc"
}

# variables: those of `env` that count here.
variables()
{
	grep -E '^(PATH|PYTHONHOME|VIRTUAL_ENV|WINEPATH|WSLENV)' | sort
}

# tool FILE [LINE...]: a program, which the kernel runs.
tool()
{
	local file=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$file"
	chmod +x "$file"
}

@test "without a drive of WSL or wine, one sentence refuses" {
	local name
	make_env
	HOME=$T
	unset WINEPREFIX
	for name in "activate-run $E env" "activate-print $E" "activate-print -s cmd $E"; do
		# shellcheck disable=SC2086 # words
		as $name
		[ "$status" != 0 ]
		has "cannot enter '$E': it is a Windows environment, and on no drive \
of WSL or wine here" "$stderr"
		has 'hint: the drives of wine are links in' "$stderr"
	done
	# ~/.wine is the prefix of those who name none
	mv wine .wine
	as activate-run "$E" printenv VIRTUAL_ENV
	[ "$output" = "$E" ]
	as activate-run env env
	[ "$status" = 125 ]
}

@test "a command is found in Scripts as it is or with .exe, and nowhere else" {
	local name
	on_wine
	tool "$E/Scripts/python.exe" 'echo "inside $0 $*"'
	tool "$E/Scripts/both" 'echo both'
	tool "$E/Scripts/both.exe" 'echo both.exe'
	mkdir one
	for name in python python3 tool lost gone; do
		tool "one/$name" 'echo outside'
	done
	PATH=$T/one:$PATH
	for name in python python.exe python3; do
		as activate-run "$E" "$name" -c 1
		[ "$output" = "inside $E/Scripts/python.exe -c 1" ]
	done
	as activate-run "$E" both
	[ "$output" = both ]
	as activate-run "$E" tool
	[ "$output" = outside ]
	# what cannot be run is not looked for in PATH
	touch "$E/Scripts/lost.exe"
	as activate-run "$E" lost
	[ "$status" = 126 ]
	has "cannot run '$E/Scripts/lost.exe': it is not executable" "$stderr"
	mkdir "$E/Scripts/gone.exe"
	as activate-run "$E" gone
	[ "$status" = 126 ]
	rm "$E/Scripts/python.exe"
	for name in python python3; do
		as activate-run "$E" "$name"
		[ "$status" = 127 ]
		has "cannot run '$E/Scripts/python.exe': it is missing" "$stderr"
	done
	mv "$E/Scripts" "$E/other"
	as activate-run "$E" tool
	[ "$status" = 125 ]
	has "cannot enter '$E': its Scripts is missing" "$stderr"
}

@test "a program that the kernel cannot start is said to need wine" {
	[ ! -e /proc/sys/fs/binfmt_misc/wine ] || skip 'the kernel starts wine'
	on_wine
	as activate-run "$E" python
	[ "$status" = 126 ]
	has "cannot run '$E/Scripts/python.exe'" "$stderr"
	has 'it is a program for Windows: start it with wine' "$stderr"
}

@test "wine: Scripts is in PATH and WINEPATH, and both are as before after it" {
	on_wine
	PYTHONHOME=/p as activate-run "$E" sh -c \
		'printf "%s\n" "$VIRTUAL_ENV|$VIRTUAL_ENV_PROMPT|$PATH|$WINEPATH|${WSLENV-}|${PYTHONHOME-}"'
	[ "$output" = "$E|env|$E/Scripts:$PATH|C:\\env\\Scripts||" ]
	export WINEPATH='D:\x' WSLENV=A
	env | variables >before
	as activate-run "$E" printenv WINEPATH
	[ "$output" = 'C:\env\Scripts;D:\x' ]
	as activate-run "$E" "$T/links/activate-run" "$E" printenv WINEPATH
	[ "$output" = 'C:\env\Scripts;D:\x' ]
	as activate-run "$E" "$T/links/deactivate" env
	variables <<<"$output" | diff before -
	unset WINEPATH
	env | variables >before
	as activate-run "$E" "$T/links/deactivate" env
	variables <<<"$output" | diff before -
	# in a shell, too, which can only empty what it does not know
	as activate-run "$E" bash -c 'eval "$("$0/deactivate" -s sh)"; echo "$PATH|$WINEPATH|${VIRTUAL_ENV-}"' "$T/links"
	[ "$output" = "$PATH||" ]
}

@test "WSL: programs of Windows get VIRTUAL_ENV by WSLENV" {
	need_wsl
	make_env
	local code='echo "$VIRTUAL_ENV|$PATH|$WSLENV|${WINEPATH-}"'
	run in_wsl "$T/links/activate-run" /mnt/env sh -c "$code"
	[ "$output" = "/mnt/env|/mnt/env/Scripts:$PATH|VIRTUAL_ENV/p:VIRTUAL_ENV_PROMPT|" ]
	export WSLENV=A/u:B
	run in_wsl "$T/links/activate-run" /mnt/env sh -c "$code"
	[ "$output" = "/mnt/env|/mnt/env/Scripts:$PATH|VIRTUAL_ENV/p:VIRTUAL_ENV_PROMPT:A/u:B|" ]
	env | variables >before
	run in_wsl "$T/links/activate-run" /mnt/env "$T/links/deactivate" env
	variables <<<"$output" | diff before -
	# a drive of WSL counts before one of wine
	export WINEPREFIX=$T/wine
	run in_wsl "$T/links/activate-run" /mnt/env sh -c "$code"
	has 'VIRTUAL_ENV/p' "$output"
}

@test "the shells of POSIX get the path of this host, and leave it again" {
	local sh
	on_wine
	for sh in bash dash zsh mksh; do
		command -v "$sh" >/dev/null || continue
		run "$sh" -c 'old=$PATH; eval "$('"$T/links"'/activate-print -s sh '"$E"')"
			echo "$VIRTUAL_ENV|${PATH%%:*}"; deactivate; [ "$PATH" = "$old" ] && echo same'
		[ "$output" = "$E|$E/Scripts
same" ]
	done
	if command -v fish >/dev/null; then
		run fish -c 'set old $PATH; '"$T/links/activate-print -s fish $E"' | source
			echo "$VIRTUAL_ENV|$PATH[1]"; deactivate; test (string join : $PATH) = (string join : $old); and echo same'
		[ "$output" = "$E|$E/Scripts
same" ]
	fi
	if command -v tcsh >/dev/null; then
		# an alias is known from the next line on
		printf '%s\n' 'set old = ($path:q)' \
			"eval \`$T/links/activate-print -s csh $E\`" 'echo $path[1]' \
			deactivate 'if ("$old" == "$path") echo same' >code
		run tcsh -f code
		[ "$output" = "$E/Scripts
same" ]
	fi
	as activate-print -s github-path "$E"
	[ "$output" = "$E/Scripts" ]
	as activate-print -s docker "$E"
	has "ENV PATH=\"$E/Scripts:\$PATH\"" "$output"
}

@test "deactivate takes Scripts out of PATH, however it is spelt" {
	on_wine
	ln -s "$T/c" link
	mkdir own
	VIRTUAL_ENV=$T/link/env PATH=$E/Scripts:/own:$T//link/env/Scripts/:$PATH \
		as deactivate printenv PATH
	[ "$output" = "/own:$PATH" ]
	# by PATH alone
	PATH=$E/Scripts:$PATH as deactivate printenv PATH
	[ "$output" = "$PATH" ]
	has "leaving '$E', whose Scripts is in PATH" "$stderr"
	PATH=$E/Scripts:$PATH as deactivate -s sh
	has '/Scripts"' "$output"
	# one of POSIX is its bin, whatever else has the name
	mkdir -p posix/bin posix/Scripts
	echo 'home = /usr/bin' >posix/pyvenv.cfg
	VIRTUAL_ENV=$T/posix PATH=$T/posix/bin:$T/posix/Scripts:$PATH as deactivate printenv PATH
	[ "$output" = "$T/posix/Scripts:$PATH" ]
	PATH=$T/posix/Scripts:$E/bin:$PATH as deactivate printenv PATH
	[ "$output" = "$T/posix/Scripts:$E/bin:$PATH" ]
	[ -z "$stderr" ]
}

@test "entering an environment of the other kind leaves the active one" {
	local sh
	on_wine
	mkdir -p posix/bin
	echo 'home = /usr/bin' >posix/pyvenv.cfg
	for sh in bash dash; do
		run "$sh" -c 'enter() { eval "$('"$T/links"'/activate-print -s sh "$1")"; }
			old=$PATH; PS1=x; enter "$1"; enter "$2"
			echo "$VIRTUAL_ENV|${PATH%"$old"}"; deactivate
			[ "$PS1$PATH" = "x$old" ] && echo same' sh "$E" "$T/posix"
		[ "$output" = "$T/posix|$T/posix/bin:
same" ]
		run "$sh" -c 'enter() { eval "$('"$T/links"'/activate-print -s sh "$1")"; }
			old=$PATH; PS1=x; enter "$1"; enter "$2"
			echo "$VIRTUAL_ENV|${PATH%"$old"}"; deactivate
			[ "$PS1$PATH" = "x$old" ] && echo same' sh "$T/posix" "$E"
		[ "$output" = "$E|$E/Scripts:
same" ]
	done
}

@test "cmd and PowerShell, when they are named, get the paths of Windows" {
	on_wine
	mkdir -p c/windows/system32 'c/a;b'
	# wine's own directories are in no PATH of this host
	PATH=/usr/bin:$T/c/x:$T/c/'a;b' as activate-print -s cmd "$E"
	[ "$output" = 'set "VIRTUAL_ENV=C:\env"
set "VIRTUAL_ENV_PROMPT=env"
set "PATH=C:\env\Scripts;C:\x;C:\windows\system32;C:\windows"
set "PYTHONHOME="' ]
	touch c/windows/system32/cmd.exe
	PATH=$T/c/x:/usr/bin:$T/c/windows/system32 as activate-print -s cmd "$E"
	has 'set "PATH=C:\env\Scripts;C:\x;C:\windows\system32"' "$output"
	PATH=$E/Scripts:$T/c/windows/system32:/usr/bin VIRTUAL_ENV=$E \
		as deactivate -s cmd
	[ "$output" = 'set "VIRTUAL_ENV="
set "VIRTUAL_ENV_PROMPT="
set "PATH=C:\windows\system32"' ]
	# WSL passes PATH on, and nothing else
	PATH=$E/Scripts:$T/c/windows/system32:/usr/bin PYTHONHOME=/p \
		as deactivate -s cmd
	[ "$output" = 'set "VIRTUAL_ENV="
set "VIRTUAL_ENV_PROMPT="
set "PATH=C:\windows\system32"' ]
	PATH=$E/Scripts:$PATH as deactivate -s powershell
	has "\$env:VIRTUAL_ENV = 'C:\\env'" "$output"
	has '"$env:VIRTUAL_ENV\Scripts"' "$output"
	# a shell on Windows has no environment of POSIX
	mkdir -p both/bin
	echo 'home = /usr/bin' >both/pyvenv.cfg
	PATH=$E/Scripts:$T/both/bin:$PATH as deactivate -s powershell
	[ "$(grep -c '^function' <<<"$output")" = 1 ]
	mv c/env "c/it's %x% \$y"
	as activate-print -s powershell "$T/c/it's %x% \$y"
	has "\$env:VIRTUAL_ENV = 'C:\\it''s %x% \$y'" "$output"
	has '"$env:VIRTUAL_ENV\Scripts;$env:PATH"' "$output"
	has "Split(';')" "$output"
	refuse grep -q "$T" <<<"$output"
	as activate-print -s cmd "$T/c/it's %x% \$y"
	has "set \"VIRTUAL_ENV=C:\\it's %x% \$y\"" "$output"
	# those of this host are as before
	mkdir posix
	echo 'home = /usr/bin' >posix/pyvenv.cfg
	as activate-print -s powershell posix
	has '"$env:VIRTUAL_ENV/bin:$env:PATH"' "$output"
}

@test "WSL: cmd needs the PATH of Windows, which WSL appends" {
	need_wsl
	make_env
	mkdir -p c/Windows/System32
	run in_wsl "$T/links/activate-print" -s cmd /mnt/env
	[ "$status" = 1 ]
	has 'cannot write PATH for Windows: no directory of PATH has cmd.exe' "$output"
	has 'appendWindowsPath=false' "$output"
	touch c/Windows/System32/cmd.exe
	PATH=$PATH:/mnt/Windows/System32 run in_wsl "$T/links/activate-print" \
		-s cmd /mnt/env
	[ "$output" = 'set "VIRTUAL_ENV=C:\env"
set "VIRTUAL_ENV_PROMPT=env"
set "PATH=C:\env\Scripts;C:\Windows\System32"
set "PYTHONHOME="' ]
}

@test "an environment is entered where it is, whatever --env-target recorded" {
	on_wine
	has 'C:\App\env' "$(cat "$E/Scripts/activate.bat")"
	mkdir -p c/windows/system32
	as activate-print -s cmd "$E"
	has 'VIRTUAL_ENV=C:\env"' "$output"
	refuse grep -q App <<<"$output"
	mkdir 'c/a;b'
	cp -r "$E" 'c/a;b/env'
	as activate-print 'c/a;b/env'
	[ "$status" = 1 ]
	has "PATH on Windows cannot hold a name with ';' in it" "$stderr"
}

#!/usr/bin/env bats
# The command lines of activate-print and deactivate: which environment, which
# shell, what is said when something is wrong.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load ../cli/helpers
load names

# no COMMAND...: it fails. (Bats does not see the failure of "! COMMAND".)
no()
{
	if "$@"; then
		return 1
	fi
}

env_here()
{
	mkdir -p "$1"
	printf 'home = /usr/bin\n' >"$1/pyvenv.cfg"
}

# print SHELL: activate-print as a child of SHELL -c.
below()
{
	"$@" "'$T/links/activate-print' $T/v >'$IO/out'; true"
	head -c 20 "$IO/out"
}

@test "the environment is named" {
	env_here v
	as activate-print -s sh v
	has "VIRTUAL_ENV='$T/v';
VIRTUAL_ENV_PROMPT='v';" "$output"
	as activate-print -s sh ./x/..//v/.
	has "VIRTUAL_ENV='$T/v';
VIRTUAL_ENV_PROMPT='v';" "$output"
	as activate-print v -s sh
	has "VIRTUAL_ENV='$T/v';" "$output"
	mkdir -- -v && cp v/pyvenv.cfg -- -v
	as activate-print -s sh -- -v
	has "VIRTUAL_ENV='$T/-v';" "$output"
	ln -s v link
	as activate-print -s sh link
	has "VIRTUAL_ENV='$T/link';" "$output"
}

@test "the nearest .venv" {
	mkdir -p a/b/c
	cd a/b/c
	as activate-print -s sh
	[ "$status" = 1 ]
	has "no .venv in '$T/a/b/c' or above" "$stderr"
	env_here "$T/a/.venv"
	mkdir "$T/a/b/.venv"
	as activate-print -s sh
	has "VIRTUAL_ENV='$T/a/.venv';" "$output"
	env_here "$T/a/b/c/.venv"
	as activate-print -s sh
	has "VIRTUAL_ENV='$T/a/b/c/.venv';" "$output"
	cd /
	as activate-print -s sh
	[ "$status" = 1 ]
}

@test "the prompt" {
	env_here v
	as activate-print -s sh --prompt "it's" v
	has "VIRTUAL_ENV_PROMPT='it'\\''s';" "$output"
	as activate-print -s sh --prompt= v
	has "VIRTUAL_ENV_PROMPT='';" "$output"
	mkdir here
	(cd here && "$T/links/activate-print" -s sh --prompt . ../v) >out
	has "VIRTUAL_ENV_PROMPT='here';" "$(cat out)"
	printf 'prompt = plain words\n' >>v/pyvenv.cfg
	as activate-print -s sh v
	has "VIRTUAL_ENV_PROMPT='plain words';" "$output"
}

@test "a prompt comes back from pyvenv.cfg, where it is as Python has it" {
	command -v python3 >/dev/null || skip "no python3"
	local i
	for i in "${!names[@]}"; do
		pv --prompt "${names[i]}" "v$i"
		sed -n 's/^prompt = //p' "v$i/pyvenv.cfg" >got
		python3 -c '
import os, sys
print(ascii(sys.argv[1]) if "\udc80" <= max(sys.argv[1]) <= "\udcff"
      else repr(sys.argv[1]))' "${names[i]}" >want
		cmp got want
		"$T/links/activate-print" -s sh "v$i" >a
		"$T/links/activate-print" -s sh --prompt="${names[i]}" "v$i" >b
		cmp a b
	done
}

@test "a directory that is no environment is refused" {
	as activate-print -s sh nowhere
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	[ "$stderr" = "activate-print: cannot enter '$T/nowhere': No such file or directory" ]
	mkdir dir
	as activate-print -s fish dir
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	has 'it has no pyvenv.cfg' "$stderr"
	printf 'version = 3\n' >dir/pyvenv.cfg
	as activate-print -s csh dir
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	has 'has no home' "$stderr"
	: >file
	as activate-print -s powershell file
	[ "$status" = 1 ]
	has "throw '" "$output"
	has 'Not a directory' "$stderr"
	env_here a:b
	as activate-print -s sh a:b
	[ "$status" = 1 ]
	has "':'" "$stderr"
	mkdir -p odd/pyvenv.cfg
	as activate-print -s sh odd
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
}

@test "an empty name is not the current directory" {
	env_here v
	cd v
	as activate-print -s sh ''
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	[ "$stderr" = "activate-print: cannot enter '': the name is empty" ]
}

@test "the message names what csh loses, the hint holds no code" {
	env_here v
	as activate-print -s csh --prompt $'a\nb' v
	[ "$status" = 1 ]
	has "cannot print 'a\\nb' for csh" "$stderr"
	env_here $'x`id`\n'
	as activate-print -s csh $'x`id`\n'
	[ "$status" = 1 ]
	has "cannot print '$T/x\`id\`\\n' for csh" "$stderr"
	has 'hint: source bin/activate.csh,' "$stderr"
}

@test "control bytes in a message are escaped" {
	as activate-print -s sh $'a\nb\x1b[0m\xff\xc2\x9b\t\xc3\xa9'
	[ "$status" = 1 ]
	has 'a\nb\x1b[0m\xff\xc2\x9b\té' "$stderr"
}

@test "wrong command lines" {
	local args
	for args in -x --bogus '-s' '--prompt' 'a b' '-s bogus' '--help=x' '-s sh --p=x a b'; do
		# shellcheck disable=SC2086
		as activate-print $args
		[ "$status" = 2 ]
		[ "$output" = 'false;' ]
		has "hint: try 'activate-print --help'" "$stderr"
	done
	as activate-print -s bogus
	has "unknown shell 'bogus', not one of sh, csh, fish, powershell" "$stderr"
	as activate-print --prompt
	has "option '--prompt' needs an argument" "$stderr"
	as activate-print -s
	has "option '-s' needs an argument" "$stderr"
	as activate-print --he=x
	has "option '--help' takes no argument" "$stderr"
	as activate-print --bogus=x
	has "unknown option '--bogus'" "$stderr"
	as activate-print -x
	has "unknown option '-x'" "$stderr"
	as deactivate --bogus
	[ "$status" = 2 ]
	[ "$output" = 'false;' ]
	as deactivate -s fish touch CANARY
	[ "$status" = 2 ]
	[ ! -e CANARY ]
	has "-s cannot be used with a command" "$stderr"
}

@test "help" {
	local name
	for name in activate-print deactivate; do
		as $name -h
		[ "$status" = 0 ]
		has "usage: $name" "$output"
		[ "$stderr" = '' ]
		as $name --help
		[ "$status" = 0 ]
	done
}

@test "standard output that cannot be written" {
	env_here v
	as_full()
	{
		"$T/links/activate-print" -s sh v >/dev/full
	}
	[ -c /dev/full ] || skip "no /dev/full"
	run as_full
	[ "$status" = 1 ]
	has 'cannot write to standard output: No space left' "$output"
}

# called_by TEXT SHELL...: the code printed below SHELL begins with TEXT.
called_by()
{
	local want=$1
	shift
	command -v "$1" >/dev/null || skip "no $1"
	env_here v
	export SHELL=/bin/none
	[[ $(below "$@") == "$want"* ]]
}

@test "standard output that is closed, and an error" {
	[ "$("$T/links/activate-print" -s sh nowhere 2>&1 >&- | wc -l)" = 1 ]
}

@test "called by bash" { called_by '\unalias' bash -c; }
@test "called by sh" { called_by '\unalias' sh -c; }
@test "called by dash" { called_by '\unalias' dash -c; }
@test "called by zsh" { called_by '\unalias' zsh -c; }
@test "called by mksh" { called_by '\unalias' mksh -c; }
@test "called by ksh93" { called_by '\unalias' ksh93 -c; }
@test "called by yash" { called_by '\unalias' yash -c; }
@test "called by posh" { called_by '\unalias' posh -c; }
@test "called by busybox sh" { called_by '\unalias' busybox sh -c; }
@test "called by tcsh" { called_by if tcsh -fc; }
@test "called by bsd-csh" { called_by if bsd-csh -fc; }
@test "called by fish" { called_by function fish -Nc; }

# past WAY...: fish is found through each of these programs.
past()
{
	command -v fish >/dev/null || skip "no fish"
	env_here v
	local way
	export SHELL=/bin/none
	for way; do
		fish -Nc "$way '$T/links/activate-print' v >out; true"
		[[ $(head -1 out) == 'function deact'* ]]
	done
}

@test "the calling shell, past programs that start programs" {
	past env 'nice -n 1' 'timeout 300' 'setsid -w' 'timeout 300 env nice' \
		'flock lock'
}

@test "the calling shell, past programs of busybox" {
	command -v busybox >/dev/null || skip "no busybox"
	past 'busybox timeout 300' 'busybox env busybox setsid'
}

@test "the calling shell, a login shell" {
	command -v fish >/dev/null || skip "no fish"
	env_here v
	export SHELL=/bin/none
	bash -c 'exec -a -fish fish -Nc "$1 v >out; true"' x "$T/links/activate-print"
	[[ $(head -1 out) == 'function deact'* ]]
	# and one whose name says something else, or nothing
	bash -c 'exec -a bash fish -Nc "$1 v >out; true"' x "$T/links/activate-print"
	[[ $(head -1 out) == 'function deact'* ]]
	bash -c 'exec -a -su fish -Nc "$1 v >out; true"' x "$T/links/activate-print"
	[[ $(head -1 out) == 'function deact'* ]]
}

@test "SHELL, if another program calls" {
	command -v python3 >/dev/null || skip "no python3"
	env_here v
	call()
	{
		SHELL=$1 python3 -c "import subprocess, sys
sys.exit(subprocess.call(['$T/links/activate-print', 'v']))" >out 2>err
	}
	call /usr/bin/fish
	[[ $(head -1 out) == 'function deact'* ]]
	call /bin/tcsh
	[[ $(head -1 out) == if* ]]
	no call /bin/unheard-of
	[ "$(cat out)" = 'false;' ]
	has 'cannot find out which shell is calling' "$(cat err)"
	has 'hint: name it with -s, one of sh, csh, fish' "$(cat err)"
}

@test "a terminal is told what to type" {
	command -v script >/dev/null || skip "no script(1)"
	need_terminal
	env_here "v 1"
	script -qec "'$T/links/activate-print' -s sh 'v 1'" /dev/null >out </dev/null
	has 'hint: this is for the shell to evaluate: eval "$(activate-print -s sh '\''v 1'\'')"' "$(cat out)"
	script -qec "'$T/links/activate-print' -s fish nowhere" /dev/null >out </dev/null || true
	has 'cannot enter' "$(cat out)"
	no grep '^false' out
}

@test "deactivate without an environment" {
	as deactivate -s sh
	[ "$status" = 1 ]
	[ "$output" = 'false;' ]
	has 'VIRTUAL_ENV is not set' "$stderr"
	VIRTUAL_ENV='' as deactivate -s fish
	[ "$status" = 1 ]
}

@test "deactivate COMMAND" {
	mkdir -p v/bin x
	printf '#!/bin/sh\necho in "$@"\n' >v/bin/tool
	printf '#!/bin/sh\necho out "$@"\nexit 7\n' >x/tool
	chmod +x v/bin/tool x/tool
	export VIRTUAL_ENV=$T/v VIRTUAL_ENV_PROMPT=v
	PATH=$T/v/bin:$T/x:$PATH as deactivate tool -s "a  b" --help
	[ "$status" = 7 ]
	[ "$output" = 'out -s a  b --help' ]
	PATH=$T/v/bin:$PATH:$T/v/bin as deactivate env
	[ "$status" = 0 ]
	[ "$(grep ^PATH= <<<"$output")" = "PATH=$PATH" ]
	no grep ^VIRTUAL_ENV <<<"$output"
	_OLD_VIRTUAL_PYTHONHOME=/p as deactivate env
	has PYTHONHOME=/p "$output"
	as deactivate no-such-command
	[ "$status" = 127 ]
	has "cannot run 'no-such-command': not found in PATH" "$stderr"
	: >x/plain
	as deactivate ./x/plain
	[ "$status" = 126 ]
	run env PATH="$T/x" "$T/links/deactivate" plain
	[ "$status" = 126 ]
	as deactivate ''
	[ "$status" = 127 ]
	as deactivate -- sh -c 'exit 3'
	[ "$status" = 3 ]
	run env PATH="$T/v/bin" "$T/links/deactivate" env
	[ "$status" = 0 ]
	no grep ^PATH= <<<"$output"
	unset VIRTUAL_ENV
	as deactivate sh -c 'exit 4'
	[ "$status" = 4 ]
}

@test "PATH inherited without VIRTUAL_ENV: its environments are left, and said" {
	mkdir -p 'a b/bin' c/bin plain/bin
	touch 'a b/pyvenv.cfg' c/pyvenv.cfg
	local here="$T/a b/bin:/usr/bin:$T/plain/bin:$T/c/bin:/bin:$T/c/bin"
	local left="/usr/bin:$T/plain/bin:/bin" shell code
	unset VIRTUAL_ENV
	for shell in sh bash dash zsh mksh yash tcsh bsd-csh fish elvish xonsh; do
		command -v "$shell" >/dev/null || continue
		PATH=$here as deactivate -s "$shell"
		[ "$status" = 0 ]
		has "deactivate: warning: VIRTUAL_ENV is not set; leaving '$T/a b',\
 whose bin is in PATH" "$stderr"
		[ "$(grep -c warning <<<"$stderr")" = 2 ]
		code=$output
		case $shell in
		xonsh) printf '%s\n' "$code" 'print($PATH)' >code ;;
		elvish) printf '%s\n' "$code" 'put $E:PATH' >code ;;
		*) printf '%s\n' "$code" 'printenv PATH' >code ;;
		esac
		run env PATH="$here" "$shell" ./code
		[ "$status" = 0 ]
		case $shell in
		xonsh | elvish)
			has /usr/bin "$output"
			no grep -E "a b/bin|$T/c/bin" <<<"$output"
			;;
		*) [ "${lines[-1]}" = "$left" ] ;;
		esac
	done
	PATH=$here as deactivate printenv PATH
	[ "$output" = "$left" ]
	has "leaving '$T/c'" "$stderr"
	PATH=$here as deactivate -s json
	[ "$output" = "{\"PATH\": \"$left\"}" ]
	# with VIRTUAL_ENV only that one is meant
	VIRTUAL_ENV=$T/c PATH=$here as deactivate printenv PATH
	[ "$output" = "$T/a b/bin:/usr/bin:$T/plain/bin:/bin" ]
	[ -z "$stderr" ]
}

# path_after SHELL CODE: PATH after SHELL has evaluated CODE.
path_after()
{
	case $1 in
	xonsh) printf '%s\n' "$2" 'print(":".join($PATH))' >code ;;
	elvish) printf '%s\n' "$2" 'echo $E:PATH' >code ;;
	*) printf '%s\n' "$2" 'printenv PATH' >code ;;
	esac
	"$1" ./code | tail -n 1
}

# spellings: ACTIVE and ENTRY, which are the environment k and its bin, however
# VIRTUAL_ENV and PATH spell them.
spellings()
{
	cat <<-END
		$T/k $T/k/bin/
		$T/k/ $T/k/bin
		$T//k/ $T/./k//bin//
		$T/link $T/k/bin
		$T/k $T/link/bin
		$T/k $T/other-bin
		$T/k/x/.. $T/k/x/../bin
	END
}

@test "an environment is left however VIRTUAL_ENV and PATH spell it" {
	env_here k
	mkdir -p k/bin k/x k2/bin
	ln -s k link
	ln -s k/bin other-bin
	local shell active entry here
	local left="$T/k2/bin:/usr/bin:/bin"
	while read -r active entry; do
		here="$entry:$T/k2/bin:$T/k/bin:/usr/bin:$entry:/bin"
		VIRTUAL_ENV=$active PATH=$here as deactivate printenv PATH
		[ "$output" = "$left" ]
		[ -z "$stderr" ]
		VIRTUAL_ENV=$active PATH=$here as deactivate -s json
		has "\"PATH\": \"$left\"" "$output"
		for shell in sh bash zsh mksh yash tcsh bsd-csh fish; do
			command -v "$shell" >/dev/null || continue
			VIRTUAL_ENV=$active PATH=$here as deactivate -s "$shell"
			[ "$(VIRTUAL_ENV=$active PATH=$here \
				path_after "$shell" "$output")" = "$left" ]
			# one is left to enter another as well
			VIRTUAL_ENV=$active PATH=$here \
				as activate-print -s "$shell" k
			[ "$(VIRTUAL_ENV=$active PATH=$here \
				path_after "$shell" "$output")" = "$T/k/bin:$left" ]
		done
	done < <(spellings)
	for shell in elvish xonsh; do
		command -v "$shell" >/dev/null || continue
		VIRTUAL_ENV=$T/link/ PATH=$here as deactivate -s "$shell"
		[ "$(VIRTUAL_ENV=$T/link/ PATH=$here \
			path_after "$shell" "$output")" = "$left" ]
	done
	# no other spelling, no other code
	VIRTUAL_ENV=$T/k PATH=$T/k/bin:/bin as deactivate -s sh
	no grep '^PATH=' <<<"$output"
}

@test "an inherited PATH: its environments are left however it spells them" {
	env_here k
	mkdir -p k/bin k/x
	ln -s k link
	local entry shell
	unset VIRTUAL_ENV
	for entry in "$T/k/bin/" "$T//k/./bin" "$T/link/bin/" \
		"$T/k/x/../bin"; do
		PATH=$entry:/usr/bin:/bin as deactivate printenv PATH
		[ "$output" = /usr/bin:/bin ]
		has "leaving '$T/" "$stderr"
		for shell in sh bash zsh tcsh fish; do
			command -v "$shell" >/dev/null || continue
			PATH=$entry:/usr/bin:/bin as deactivate -s "$shell"
			[ "$(PATH=$entry:/usr/bin:/bin path_after "$shell" \
				"$output")" = /usr/bin:/bin ]
		done
	done
	# what no environment is said to be active in stays as it was
	PATH=$T/k/bin/:/usr/bin as activate-print -s json k
	has "\"PATH\": \"$T/k/bin:$T/k/bin/:/usr/bin\"" "$output"
}

@test "/bin is not lost with VIRTUAL_ENV=/usr" {
	[ -L /bin ] || skip "/bin is no link"
	VIRTUAL_ENV=/usr PATH=/usr/bin:/bin as deactivate -s json
	has '"PATH": "/bin"' "$output"
}

@test "each setting of an activation script is a line that starts with its name" {
	as pyvenv -p /usr/bin/python3 e
	[ "$status" = 0 ] || skip "no Python"
	grep -qx "VIRTUAL_ENV='$T/e';" e/bin/activate
	grep -qx "VIRTUAL_ENV_PROMPT='e';" e/bin/activate
	grep -qx "setenv VIRTUAL_ENV $T/e;" e/bin/activate.csh
	grep -qx "set -gx VIRTUAL_ENV '$T/e';" e/bin/activate.fish
	# as dh-virtualenv and others patch them
	sed -i "s,^VIRTUAL_ENV=.*$,VIRTUAL_ENV=\"$T/f\"," e/bin/activate
	mv e f
	[ "$(sh -c '. f/bin/activate; echo "$VIRTUAL_ENV"')" = "$T/f" ]
}

@test "a command that is killed" {
	run "$T/links/deactivate" sh -c 'kill -TERM $$'
	[ "$status" = 143 ]
}

@test "code for PowerShell" {
	env_here "it's \$(x)"
	as activate-print -s pwsh "it's \$(x)"
	[ "$status" = 0 ]
	has "\$env:VIRTUAL_ENV = '$T/it''s \$(x)'" "$output"
	as activate-print -s pwsh --prompt $'\xff' "it's \$(x)"
	[ "$status" = 1 ]
	has "throw 'no environment" "$output"
}

@test "nothing but itself is executed" {
	command -v strace >/dev/null || skip "no strace"
	env_here v
	VIRTUAL_ENV=$T/v strace -f -o trace -e trace=%process,%network \
		"$T/links/activate-print" v >/dev/null
	[ "$(grep -c execve trace)" = 1 ]
	no grep -E 'fork|clone|socket' trace
	VIRTUAL_ENV=$T/v strace -f -o trace -e trace=%process,%network \
		"$T/links/deactivate" >/dev/null
	[ "$(grep -c execve trace)" = 1 ]
	no grep -E 'fork|clone|socket' trace
}

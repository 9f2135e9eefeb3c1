#!/usr/bin/env bats
# Lines printed for cmd.exe run in wine's, after the `for /f` that --help shows.
# A program of Linux cannot be run there, so `type` prints the lines.
#
# Known from documentation only, as this is not the cmd of Windows: that @%i runs
# such a line too (wine looks for the command before it replaces %i), that a line
# may be 8190 long, and that chcp 65001 makes UTF-8 of bytes (here, Latin-1).

# shellcheck disable=SC2154 # names, prompts
load ../cli/helpers
load ../shells/names

setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export E=$BATS_FILE_TMPDIR/env BIN=$T/links
	# 700 MB, and half of the time
	export WINEPREFIX=${BUILD:-${VENVBOX%/*}}/wine
	export WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
	# wine looks there for itself, and not where COMSPEC says
	export SYSTEM=$WINEPREFIX/drive_c/windows/system32
	command -v wine >/dev/null || return 0
	[ -e "$SYSTEM/cmd.exe" ] || {
		mkdir -p "$WINEPREFIX"
		timeout 300 wine wineboot -i >/dev/null 2>&1
		wineserver -w || true
	}
}

teardown_file()
{
	[ ! -d "$WINEPREFIX" ] || wineserver -k || true # that of this prefix
}

setup_cmd()
{
	command -v wine >/dev/null || skip "no wine"
	[ -e "$SYSTEM/cmd.exe" ] || skip "wine cannot be set up here"
	PATH=/usr/bin:/bin:$SYSTEM
}

# run_cmd [OPTION]: the batch file on stdin, in wine's cmd.exe
run_cmd()
{
	sed 's/$/\r/' >run.bat
	timeout 300 wine cmd.exe "$@" /c run.bat </dev/null 2>err | tr -d '\r'
}

# add_job DIR PROMPT: enter and leave the environment DIR; or count a refusal.
# With a PATH as long as some, wine finds nothing to run `type`.
add_job()
{
	local i=$((++jobs))
	if ! "$BIN/activate-print" -s cmd --prompt "$2" -- "$1" >"enter.$i" 2>err
	then
		printf '%s\n' "$1" "$2"
		grep -Eq 'for cmd, which |has a .:.' err
		: $((++refused))
		return
	fi
	VIRTUAL_ENV=$1 VIRTUAL_ENV_PROMPT=$2 PATH=$1/bin:$PATH \
		"$BIN/deactivate" -s cmd >"leave.$i"
	cat >>all.bat <<-END
		echo [$i]>>out
		for /f "tokens=1*" %%i in ('type enter.$i') do @set %%j
		set VIRTUAL_ENV>>out
		set PATH>>out
		for /f "tokens=1*" %%i in (leave.$i) do @set %%j
		set VIRTUAL_ENV>>out
		set PATH>>out
	END
	{
		printf '[%s]\nVIRTUAL_ENV=%s\n' "$i" "$1"
		[ ! "$2" ] || printf 'VIRTUAL_ENV_PROMPT=%s\n' "$2"
		printf 'PATH=%s\n' "$1/bin;${PATH//:/;}" "${PATH//:/;}"
	} >>want
}

# The file out, which cmd /u writes in UTF-16: wine took bytes for Latin-1.
decoded()
{
	python3 -c '
import sys
text = open("out", "rb").read().decode("utf-16-le").replace("\r\n", "\n")
sys.stdout.buffer.write(text.encode("latin-1"))' | grep -av '^PATHEXT='
}

@test "cmd enters an environment of any name and prompt, or it is refused" {
	setup_cmd
	local i n jobs=0 refused=0
	for i in "${!names[@]}"; do
		n=${names[i]}
		mkdir -p "$E/$i/$n" "$E/prompt"
		printf 'home = /usr/bin\n' |
			tee "$E/$i/$n/pyvenv.cfg" >"$E/prompt/pyvenv.cfg"
		add_job "$E/$i/$n" plain
		add_job "$E/prompt" "$n"
	done
	for n in "${prompts[@]}"; do
		add_job "$E/prompt" "$n"
	done
	echo "$refused of $jobs are refused"
	[ "$refused" -gt 10 ]
	[ "$refused" -lt 40 ]
	sed -i '1i @echo off' all.bat
	run_cmd /u <all.bat
	decoded >got
	[ ! -e CANARY ]
	diff -a want got
}

# lines LINE...: what is set after LINES were run, of the variables x_*.
lines()
{
	printf '%s\n' "$@" >lines
	run_cmd "${options[@]}" <<-'END'
		@echo off
		set "x_gone=old"
		for /f "tokens=1*" %%i in ('type lines') do @set %%j
		echo status %errorlevel%
		set x_
	END
}

@test "line ends, ends of input and empty values reach cmd" {
	setup_cmd
	local options=()
	[ "$(lines 'set "x_a=1"' 'set "x_gone="' 'set "x_b=;"')" = \
		$'status 0\nx_a=1\nx_b=;' ]
	lines $'set "x_a=1\032"' 'set "x_b=2"' >out
	cat out
	! grep x_b out || return 1
}

@test "delayed expansion loses !, and runs nothing" {
	setup_cmd
	local options=(/v:on)
	lines 'set "x_a=^&!x!&echo >CANARY!"' 'set "x_b=^!"' >out
	cat out
	[ ! -e CANARY ]
	grep -q '^x_a=' out
	! grep '!' out || return 1
}

@test "an error gives cmd one line that sets a failing status" {
	setup_cmd
	local options=()
	"$BIN/activate-print" -s cmd /nowhere >fail 2>err || true
	lines "$(cat fail)" >out
	cat out err
	grep -qx 'status 1' out
	[ "$(wc -l <fail)" = 1 ]
}

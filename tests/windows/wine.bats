#!/usr/bin/env bats
# Environments made here against those that CPython for Windows makes under wine, byte
# for byte, and what they do there. `make check` looks at one Python, if wine and the Go
# module that embeds it are there; `make windows` downloads three.

# shellcheck disable=SC2154,SC2016 # stderr, output; PowerShell's and cmd's own
load ../cli/helpers
load trees

# A file as standard output or error makes launchers fail in wine 8.
wine()
{
	set -o pipefail
	timeout 300 "$WINE" "$@" </dev/null 2>&1 | cat
}

setup_file()
{
	local version more=()
	WINE=$(command -v wine64 || ls /usr/lib/wine/wine64 2>/dev/null) || WINE=''
	export WINE WINEDEBUG=-all WINEPREFIX=$BATS_FILE_TMPDIR/wine
	export VERSIONS=3.14.6 WHY='' TREES=$BATS_FILE_TMPDIR
	if [ -n "${WINDOWS_MORE-}" ]; then
		VERSIONS='3.14.6 3.11.11 3.10.16' more=(--download)
	fi
	if [ -z "$WINE" ]; then
		WHY='no wine64'
		return 0
	fi
	for version in $VERSIONS; do
		WHY=$(python3 -B "$BATS_TEST_DIRNAME/unpack.py" "$version" \
			"$TREES/$version" "${more[@]}") || return 0
	done
	wine wineboot -i >/dev/null
	# that of 3.14 calls what wine 8 lacks
	cat >"$TREES/make_venv.py" <<-'END'
		import _winapi, runpy, sys
		if hasattr(_winapi, 'CopyFile2'):
		    del _winapi.CopyFile2
		sys.argv[0] = 'venv'
		runpy.run_module('venv', run_name='__main__')
	END
	mkdir "$WINEPREFIX/drive_c/t"
}

teardown_file()
{
	[ -z "$WINE" ] || [ ! -d "$WINEPREFIX" ] ||
		"${WINE%64}server" -k </dev/null >/dev/null 2>&1 ||
		/usr/lib/wine/wineserver64 -k </dev/null >/dev/null 2>&1 || :
}

need_wine()
{
	[ -z "$WHY" ] || skip "$WHY"
	C=$WINEPREFIX/drive_c/t
}

# run_in ENV CODE: Python code in the environment ENV of C:\t.
run_in()
{
	set -o pipefail
	wine "$C/$1/Scripts/python.exe" -c "$2" | tr -d '\r'
}

@test "the tree is that of python -m venv, byte for byte" {
	local version dir
	need_wine
	for version in $VERSIONS; do
		wine "$TREES/$version/python.exe" "Z:${TREES//\//\\}\\make_venv.py" \
			--without-pip --system-site-packages --prompt "it's" \
			"C:\\t\\$version"
		pv -p "$TREES/$version" --system-site-packages --prompt "it's" \
			--env-target "C:\\t\\$version" "$C/ours-$version"
		[ "$status$stderr" = 0 ]
		# files for cmd, sh and fish are ours
		for dir in "$C/$version" "$C/ours-$version"; do
			(cd "$dir" && find . ! -name Deactivate.ps1 ! -name .gitignore |
				LC_ALL=C sort) >"$T/names-${dir##*/}"
			rm "$dir"/Scripts/activate "$dir"/Scripts/*.bat \
				"$dir"/Scripts/activate.fish "$dir/.gitignore" \
				"$dir/Scripts/Deactivate.ps1" 2>/dev/null || :
			sed -i '/^command = /d' "$dir/pyvenv.cfg"
		done
		diff "$T/names-$version" "$T/names-ours-$version"
		diff -r "$C/$version" "$C/ours-$version"
	done
}

@test "Python finds the environment, and exit statuses pass" {
	local version
	need_wine
	for version in $VERSIONS; do
		pv -p "$TREES/$version" "$C/e sp-$version"
		[ "$status$stderr" = 0 ]
		[ "$(run_in "e sp-$version" 'import sys
print(sys.prefix, sys.base_prefix, sys.executable, sys.path[-1], sep="\n")' |
			sed 's/.*drive_c/C:/;s/lib.site/Lib\\site/')" = \
			"C:\\t\\e sp-$version
Z:${TREES//\//\\}\\$version
C:\\t\\e sp-$version\\Scripts\\python.exe
C:\\t\\e sp-$version\\Lib\\site-packages" ]
		status=0
		run_in "e sp-$version" 'import sys; sys.exit(7)' || status=$?
		[ "$status" = 7 ]
	done
	# it can be moved: only home counts
	mv "$C/e sp-3.14.6" "$C/moved"
	has moved "$(run_in moved 'import sys; print(sys.prefix)')"
}

@test "activate.bat and deactivate.bat put everything back" {
	local mode
	need_wine
	pv -p "$TREES/3.14.6" --env-target 'C:\t\a (b) & c' "$C/a (b) & c"
	pv -p "$TREES/3.14.6" --prompt 'x & y' --env-target 'C:\t\b' "$C/b"
	sed 's/$/\r/' >"$C/seq.bat" <<-'END'
		@set PATH0=%PATH%
		@set PYTHONHOME=
		@set PROMPT=
		@call "C:\t\a (b) & c\Scripts\activate.bat"
		@set VIRTUAL
		@set PROMPT
		@python -c "import sys; print(sys.prefix); sys.exit(5)"
		@echo status %ERRORLEVEL%
		@call C:\t\b\Scripts\activate.bat
		@set VIRTUAL
		@set PROMPT
		@if "%PATH%"=="C:\t\b\Scripts;%PATH0%" echo once
		@call deactivate
		@set PROMPT
		@set VIRTUAL
		@set _OLD
		@if "%PATH0%"=="%PATH%" echo same
	END
	for mode in OFF ON; do
		wine cmd "/V:$mode" /c 'C:\t\seq.bat' | tr -d '\r' |
			grep -v '^$\|:entered\|:left' >out || :
		cat out
		diff - out <<-'END'
			VIRTUAL_ENV=C:\t\a (b) & c
			VIRTUAL_ENV_PROMPT=a (b) & c
			PROMPT=(a (b) & c) $P$G
			C:\t\a (b) & c
			status 5
			VIRTUAL_ENV=C:\t\b
			VIRTUAL_ENV_PROMPT=x & y
			PROMPT=(x & y) $P$G
			once
			PROMPT=$P$G
			Environment variable VIRTUAL not defined
			Environment variable _OLD not defined
			same
		END
	done
}

# by_run COMMAND...: it, inside C:\t\run, by activate-run.
by_run()
{
	set -o pipefail
	timeout 300 "$T/links/activate-run" "$C/run" "$@" </dev/null 2>&1 | tr -d '\r'
}

@test "activate-run: wine finds the programs of Scripts, and leaves them again" {
	need_wine
	pv -p "$TREES/3.14.6" "$C/run"
	[ "$status$stderr" = 0 ]
	[ "$(by_run "$WINE" python -c 'import os, sys
print(sys.prefix, os.path.samefile(sys.prefix, os.environ["VIRTUAL_ENV"]))')" = \
		'C:\t\run True' ]
	# cmd looks at PATH itself
	echo 'import sys; print(sys.prefix)' >"$C/prefix.py"
	[ "$(by_run "$WINE" cmd /c 'python C:\t\prefix.py')" = 'C:\t\run' ]
	status=0
	by_run "$WINE" python -c 'import sys; sys.exit(7)' || status=$?
	[ "$status" = 7 ]
	refuse by_run "$T/links/deactivate" "$WINE" python -c 1
}

@test "activate-print -s cmd and deactivate -s cmd: cmd enters and leaves" {
	need_wine
	pv -p "$TREES/3.14.6" "$C/it's & %x% (y)"
	[ "$status" = 0 ]
	as activate-print -s cmd "$C/it's & %x% (y)"
	[ "$status$stderr" = 0 ]
	printf '%s\n' "$output" | sed 's/$/\r/' >"$C/enter.txt"
	VIRTUAL_ENV="$C/it's & %x% (y)" PATH="$C/it's & %x% (y)/Scripts:$PATH" \
		as deactivate -s cmd
	[ "$status$stderr" = 0 ]
	printf '%s\n' "$output" | sed 's/$/\r/' >"$C/leave.txt"
	sed 's/$/\r/' >"$C/values.bat" <<-'END'
		@for /f "tokens=1*" %%i in (C:\t\enter.txt) do @set %%j
		@python -c "import os, sys; print(os.path.samefile(sys.prefix, os.environ['VIRTUAL_ENV']))"
		@for /f "tokens=1*" %%i in (C:\t\leave.txt) do @set %%j
		@python -c "print(40 + 2)"
		@if not defined VIRTUAL_ENV echo left
	END
	wine cmd /c 'C:\t\values.bat' | tr -d '\r' >out || :
	cat out
	[ "$(head -n 1 out)" = True ]
	[ "$(tail -n 1 out)" = left ]
	refuse grep -qx 42 out
}

@test "scripts of wheels are programs, and pip knows what is installed" {
	local out version=3.14.6
	need_wine
	# pip under 3.14 asks WMI, which wine 8 lacks
	[ -z "${WINDOWS_MORE-}" ] || version=3.11.11
	mkdir "$T/wheels"
	(cd "$BATS_TEST_DIRNAME/../wheels" && python3 -B -c 'import make_odd, sys
make_odd.make(sys.argv[1], "odd-1.0", {
    "odd.py": "import sys\ndef main():\n    print(sys.argv[1:], sys.prefix)\n    return 9\n",
    "odd-1.0.dist-info/entry_points.txt": "[console_scripts]\nodd = odd:main\n"})' "$T/wheels")
	python3 -m pip download -q --no-deps --dest "$T/wheels" pip==24.0 ||
		skip "no wheel of pip"
	pv -p "$TREES/$version" --env-target 'C:\t\w 1' --relocatable \
		--wheel "$T/wheels/odd-1.0-py3-none-any.whl" \
		--wheel "$T/wheels/pip-24.0-py3-none-any.whl" "$C/w 1"
	[ "$status$stderr" = 0 ]
	mv "$C/w 1" "$C/w 2"
	status=0
	out=$(wine "$C/w 2/Scripts/odd.exe" a 'b c') || status=$?
	[ "$status" = 9 ]
	[ "$(tr -d '\r' <<<"$out")" = "['a', 'b c'] C:\\t\\w 2" ]
	# without --relocatable, scripts are written anew after a move
	pv -p "$TREES/$version" --wheel "$T/wheels/odd-1.0-py3-none-any.whl" \
		--wheel "$T/wheels/pip-24.0-py3-none-any.whl" "$C/w3"
	mv "$C/w3" "$C/w 4"
	pv --check "$C/w 4"
	has "'Scripts/odd.exe' starts 'C:\\t\\w3\\Scripts\\python.exe', which is missing" \
		"$output"
	pv --exist-ok "$C/w 4"
	[ "$status$stderr" = 0 ]
	pv --check "$C/w 4"
	[ "$status$output" = 0 ]
	status=0
	out=$(wine "$C/w 4/Scripts/odd.exe" d) || status=$?
	[ "$status" = 9 ]
	[ "$(tr -d '\r' <<<"$out")" = "['d'] C:\\t\\w 4" ]
	if [ -n "${WINDOWS_MORE-}" ]; then
		out=$(wine "$C/w 2/Scripts/pip.exe" list | tr -d '\r')
		has 'odd     1.0' "$out"
		wine "$C/w 2/Scripts/pip.exe" uninstall -y odd
		[ ! -e "$C/w 2/Scripts/odd.exe" ]
		[ ! -e "$C/w 2/Lib/site-packages/odd.py" ]
	fi
}

@test "--check, --exist-ok and --upgrade know environments that Python made" {
	need_wine
	wine "$TREES/3.14.6/python.exe" "Z:${TREES//\//\\}\\make_venv.py" --without-pip \
		'C:\t\theirs'
	pv --check "$C/theirs"
	[ "$status" = 0 ]
	pv --exist-ok "$C/theirs"
	[ "$status$stderr" = 0 ]
	pv --upgrade "$C/theirs"
	[ "$status" = 0 ]
	# its activation files name their place, as ours do
	mv "$C/theirs" "$C/elsewhere"
	pv --check "$C/elsewhere"
	[ "$output" = "$C/elsewhere: 'Scripts/activate' enters 'C:\\t\\theirs'" ]
	mv "$C/elsewhere" "$C/theirs"
	[ "$(run_in theirs 'print(1)')" = 1 ]
}

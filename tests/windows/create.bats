#!/usr/bin/env bats
# Environments for Windows, made here: names, bytes, and what becomes of those that
# exist.

# shellcheck disable=SC2154 # stderr, output, both
# shellcheck disable=SC2016,SC1003 # values that are not to be expanded
# shellcheck disable=SC2030,SC2031 # PATH of a subshell
load ../cli/helpers
load ../cli/pythons
load trees

setup_file()
{
	export P13=$BATS_FILE_TMPDIR/313
	make_python
	windows_python "$P13" 3.13.1
}

# on_wine: make $T a drive of wine, so that paths are known by themselves.
on_wine()
{
	mkdir -p "$T/wine/dosdevices"
	ln -s "$T" "$T/wine/dosdevices/c:"
	ln -s / "$T/wine/dosdevices/z:"
	export WINEPREFIX=$T/wine
}

@test "the tree has the names of Windows, and no links" {
	pv -p "$P" "${both[@]}" env
	[ "$status$output$stderr" = 0 ]
	[ "$(cd env && find . | LC_ALL=C sort | tr '\n' ' ')" = ". ./.gitignore \
./Include ./Lib ./Lib/site-packages ./Scripts ./Scripts/Activate.ps1 \
./Scripts/Deactivate.ps1 ./Scripts/activate ./Scripts/activate.bat \
./Scripts/deactivate.bat ./Scripts/python.exe ./Scripts/pythonw.exe ./pyvenv.cfg " ]
	[ -z "$(find env -type l)" ]
	cmp env/Scripts/python.exe "$P/Lib/venv/scripts/nt/python.exe"
	cmp env/Scripts/pythonw.exe "$P/Lib/venv/scripts/nt/pythonw.exe"
	cmp env/Scripts/Activate.ps1 "$P/Lib/venv/scripts/common/Activate.ps1"
	pv -p "$P13" "${both[@]}" new
	cmp new/Scripts/python.exe "$P13/Lib/venv/scripts/nt/venvlauncher.exe"
	cmp new/Scripts/pythonw.exe "$P13/Lib/venv/scripts/nt/venvwlauncher.exe"
	[ -f new/Scripts/activate.fish ]
}

@test "names of free-threaded and debug builds" {
	windows_python t 3.13.2 imports=python313t.dll
	mv t/Lib/venv/scripts/nt/venvlauncher.exe t/Lib/venv/scripts/nt/venvlaunchert.exe
	mv t/Lib/venv/scripts/nt/venvwlauncher.exe t/Lib/venv/scripts/nt/venvwlaunchert.exe
	pv -p ./t "${both[@]}" env
	[ "$(cd env/Scripts && echo *.exe)" = \
		"python.exe python3.13t.exe pythonw.exe pythonw3.13t.exe" ]
	windows_python d 3.12.2 imports=python312_d.dll
	mv d/Lib/venv/scripts/nt/python.exe d/Lib/venv/scripts/nt/python_d.exe
	rm d/Lib/venv/scripts/nt/pythonw.exe
	pv -p ./d "${both[@]}" --clear env
	[ "$(cd env/Scripts && echo *.exe)" = python_d.exe ]
	pv -p ./d --python-target 'C:\d\python_d.exe' --env-target 'C:\e' --clear env
	[ "$status" = 0 ]
	# both builds in one place, of which venv makes both names up to 3.12
	cp -r "$P" b
	touch b/python_d.exe b/pythonw_d.exe
	cp b/python.exe b/Lib/venv/scripts/nt/python_d.exe
	pv -p ./b "${both[@]}" --clear env
	[ "$(cd env/Scripts && echo *.exe)" = "python.exe python_d.exe pythonw.exe" ]
	cmp env/Scripts/python_d.exe b/Lib/venv/scripts/nt/python_d.exe
	windows_python td 3.13.2 imports=python313t_d.dll
	mv td/Lib/venv/scripts/nt/venvlauncher.exe \
		td/Lib/venv/scripts/nt/venvlaunchert_d.exe
	rm td/Lib/venv/scripts/nt/venvwlauncher.exe
	pv -p ./td "${both[@]}" --clear env
	[ "$(cd env/Scripts && echo *.exe)" = \
		"python.exe python3.13t.exe python3.13t_d.exe python_d.exe" ]
}

@test "an environment of a debug build is checked and changed" {
	on_wine
	windows_python d 3.12.2 imports=python312_d.dll
	mv d/python.exe d/python_d.exe
	mv d/Lib/venv/scripts/nt/python.exe d/Lib/venv/scripts/nt/python_d.exe
	pv -p ./d/python_d.exe env
	[ "$status$stderr" = 0 ]
	pv --check env
	[ "$status$output" = 0 ]
	pv --upgrade env
	[ "$status$stderr" = 0 ]
	rm env/Scripts/python_d.exe
	pv --check env
	[ "$status" = 1 ]
}

@test "--activators chooses the files of cmd and of PowerShell alone" {
	local shell expected
	while read -r shell expected; do
		pv -p "$P" "${both[@]}" --clear --activators "$shell" env
		[ "$status$stderr" = 0 ]
		[ "$(cd env/Scripts && echo *ctivate*)" = "$expected" ]
		pv -p "$P" "${both[@]}" --exist-ok env
		[ "$(cd env/Scripts && echo *ctivate*)" = "$expected" ]
	done <<-'END'
		cmd activate.bat deactivate.bat
		powershell Activate.ps1 Deactivate.ps1
		sh,cmd activate activate.bat deactivate.bat
		all Activate.ps1 Deactivate.ps1 activate activate.bat deactivate.bat
		none *ctivate*
	END
	for shell in csh nu xonsh fish; do
		pv -p "$P" "${both[@]}" --activators "sh,$shell" other
		[ "$status" = 1 ]
		has "cannot write an activation script for $shell: the environments of \
this Python have none" "$stderr"
		has "hint: use activate-print -s $shell" "$stderr"
		[ ! -e other ]
	done
	pv -p "$P13" "${both[@]}" --activators fish other
	[ "$(cd other/Scripts && echo *ctivate*)" = activate.fish ]
	pv -p /usr/bin/python3 --activators cmd posix
	[ "$status" = 1 ]
	has "cannot write an activation script for cmd" "$stderr"
	pv -p /usr/bin/python3 --activators all posix
	[ "$status$stderr" = 0 ]
	[ ! -e posix/bin/activate.bat ]
}

@test "in a root, the hint leads out of it" {
	mkdir -p root
	cp -r "$P" root/py
	pv --root "$T/root" -p /py /env
	[ "$status" = 1 ]
	has "hint: without --root, give it with --python-target" "$stderr"
	pv --root "$T/root" -p /py --python-target 'C:\py\python.exe' /env
	[ "$status" = 1 ]
	has "hint: without --root, give it with --env-target" "$stderr"
}

@test "with --env-target, messages name the path here" {
	mkdir -p dir/Scripts
	touch dir/Scripts/activate
	pv -p "$P" "${both[@]}" --exist-ok dir
	[ "$status" = 1 ]
	has "cannot make '$T/dir' an environment" "$stderr"
	pv -p "$P" "${both[@]}" --symlinks env
	has "cannot link the interpreter in '$T/env'" "$stderr"
	pv -p /usr/bin/python3 --env-target /opt/x env
	mkdir env/bin/activate.nu
	pv -p /usr/bin/python3 --env-target /opt/x --activators all --exist-ok env
	[ "$status" = 1 ]
	has "cannot change '$T/env'" "$stderr"
	# shellcheck disable=SC2016 # of the inner shell
	output=$(bash -c 'trap "" XFSZ; ulimit -f 0; "$0" "$@" 2>&1 | cat' \
		"$T/links/pyvenv" -p /usr/bin/python3 --env-target /opt/x new)
	has "cannot write '$T/new/" "$output"
}

@test "pyvenv.cfg begins with home and has the line ends and paths of Windows" {
	pv -p "$P" "${both[@]}" --prompt "it's" --system-site-packages env
	[ "$(head -n 1 env/pyvenv.cfg)" = $'home = C:\\Python312\r' ]
	[ "$(grep -c $'\r$' env/pyvenv.cfg)" = "$(wc -l <env/pyvenv.cfg)" ]
	[ "$(value executable)" = 'C:\Python312\python.exe' ]
	[ "$(value include-system-site-packages)" = true ]
	[ "$(value prompt)" = "\"it's\"" ]
	[ "$(grep -c $'\r$' env/.gitignore)" = 2 ]
	pv -p "$P" "${both[@]}" --without-scm-ignore-files --clear env
	[ ! -e env/.gitignore ]
}

# line N: line N of activate.bat
line()
{
	sed -n "$1{s/\r\$//;p}" env/Scripts/activate.bat
}

@test "a name is data in each activation file" {
	local dir='C:\a b%PATH%&(x)^y'"'"'!z' name
	pv -p "$P13" --python-target 'C:\p\python.exe' --env-target "$dir" \
		--prompt '$P%x%"' env
	[ "$status" = 0 ]
	has 'activate.bat is left out: the shell cannot hold this name' "$stderr"
	pv -p "$P13" --python-target 'C:\p\python.exe' --env-target "$dir" \
		--prompt '$P %x% ^!' --clear env
	[ "$status$stderr" = 0 ]
	[ "$(line '/set "VIRTUAL_ENV=/' | sed -n 1p)" = \
		"@set \"VIRTUAL_ENV=C:\\a b%%PATH%%&(x)^y'!z\"" ]
	[ "$(line '/set "VIRTUAL_ENV=/' | sed -n 2p)" = \
		"@set \"VIRTUAL_ENV=C:\\a b%%PATH%%&(x)^^y'^!z\"" ]
	has '"PROMPT=($$P %%x%% ^!) %PROMPT%"' "$(line '/DISABLE_PROMPT/')"
	has '"PROMPT=($$P %%x%% ^^^!) !PROMPT!"' "$(line '/DISABLE_PROMPT/')"
	for name in activate.bat deactivate.bat Deactivate.ps1; do
		[ "$(grep -c $'\r$' env/Scripts/$name)" = "$(wc -l <env/Scripts/$name)" ]
	done
	for name in activate activate.fish; do
		refuse grep -q $'\r' "env/Scripts/$name"
	done
	# with and without cygpath
	cat >expected <<<"$dir|\$P %x% ^!|$dir/Scripts"
	# shellcheck disable=SC1091 # made here
	(. env/Scripts/activate && echo "$VIRTUAL_ENV|$VIRTUAL_ENV_PROMPT|${PATH%%:/*}") |
		diff expected -
	mkdir fake
	printf '#!/bin/sh\n[ "$1" = -u ] && printf /c/%%s "${2#?:?}"\n' >fake/cygpath
	chmod +x fake/cygpath
	# shellcheck disable=SC1091 # made here
	[ "$(PATH=$T/fake:$PATH; . env/Scripts/activate; echo "$VIRTUAL_ENV")" = \
		"/c/${dir#???}" ]
	# shellcheck disable=SC1091 # made here
	(old=$PATH; . env/Scripts/activate; deactivate; [ "$PATH" = "$old" ])
}

@test "--relocatable finds the place when it is entered" {
	pv -p "$P" "${both[@]}" --relocatable env
	[ "$status" = 0 ]
	refuse grep -q 'C:.App' env/Scripts/activate.bat
	has 'for %%i in ("%~dp0..") do @set "VIRTUAL_ENV=%%~fi"' \
		"$(cat env/Scripts/activate.bat)"
	mv env moved
	# shellcheck disable=SC1091 # made here
	[ "$(. moved/Scripts/activate; echo "$VIRTUAL_ENV")" = "$T/moved" ]
}

@test "wine's drives give the paths; the nearest directory wins" {
	on_wine
	pv -p "$P" sub/env other
	[ "$status$stderr" = 0 ]
	has "VIRTUAL_ENV=C:\\sub\\env" "$(cat sub/env/Scripts/activate.bat)"
	has "VIRTUAL_ENV=C:\\other" "$(cat other/Scripts/activate.bat)"
	[ "$(tr -d '\r' <other/pyvenv.cfg | sed -n 's/^home = //p')" = \
		"$(tr / '\\' <<<"Z:$P")" ]
	pv --check sub/env other
	[ "$status" = 0 ]
	rm other/Scripts/pythonw.exe
	pv --check other
	[ "$status" = 1 ]
	[ "$output" = "$T/other: 'Scripts/pythonw.exe' is missing" ]
	mkdir 'a;b'
	pv -p "$P" 'a;b'
	[ "$status" = 1 ]
	# to Windows that is the place sub/env
	pv -p "$P" 'sub\env'
	[ "$status" = 1 ]
	has "cannot create '$T/sub\\env': its path on Windows is not known" "$stderr"
}

@test "an environment keeps its Python and what it was made with" {
	on_wine
	pv -p "$P" --prompt x --system-site-packages env
	tree env >before
	pv --exist-ok env
	[ "$status$stderr" = 0 ]
	tree env | diff before -
	touch env/Lib/site-packages/mine
	rm env/Scripts/python.exe env/Scripts/activate.bat
	echo rubbish >env/Scripts/pythonw.exe
	pv --exist-ok env
	[ "$status$stderr" = 0 ] || pv -p "$P" --exist-ok env
	[ "$status" = 0 ]
	rm env/Lib/site-packages/mine
	[ "$(value prompt)" = "'x'" ]
	[ "$(value include-system-site-packages)" = true ]
	cmp env/Scripts/python.exe "$P/Lib/venv/scripts/nt/python.exe"
	pv --check env
	[ "$status" = 0 ]
	# the same place holds a newer version
	pv -p "$P13" --upgrade env
	[ "$status" = 0 ]
	[ "$(value version)" = 3.13.1 ]
	[ -z "$stderr" ]
	touch env/Lib/site-packages/x.pyd
	pv -p "$P" --upgrade env
	has "packages in '$T/env/Lib/site-packages' were installed for Python 3.13: \
compiled ones do not work with 3.12" "$stderr"
	pv -p "$P13" --upgrade env
	cmp env/Scripts/python.exe "$P13/Lib/venv/scripts/nt/venvlauncher.exe"
	[ "$(value prompt)" = "'x'" ]
	pv -p "$P" --clear env
	[ "$status" = 0 ]
	[ -z "$(value prompt)" ]
	[ ! -e env/Scripts/activate.fish ]
}

@test "lines of one's own stay in the activation files" {
	on_wine
	pv -p "$P" env
	printf '@set MINE=1\r\n' >>env/Scripts/activate.bat
	echo 'MINE=1' >>env/Scripts/activate
	pv -p "$P" --upgrade --prompt new env
	[ "$status" = 0 ]
	has "keeps the lines at its end" "$stderr"
	[ "$(tail -n 1 env/Scripts/activate.bat)" = $'@set MINE=1\r' ]
	[ "$(tail -n 1 env/Scripts/activate)" = 'MINE=1' ]
	has '(new)' "$(cat env/Scripts/activate.bat)"
	echo 'something else' >env/Scripts/Activate.ps1
	pv --upgrade env
	has "'Scripts/Activate.ps1' is kept as 'Scripts/Activate.ps1.orig'" "$stderr"
	[ "$(cat env/Scripts/Activate.ps1.orig)" = 'something else' ]
	pv --upgrade env
	[ "$status$stderr" = 0 ]
}

@test "--check reports activation files for another place, or with another prompt" {
	on_wine
	pv -p "$P" env
	mv env moved
	pv --check moved
	[ "$status" = 1 ]
	[ "$output" = "$T/moved: 'Scripts/activate' enters 'C:\env'" ]
	pv --exist-ok moved
	[ "$status$stderr" = 0 ]
	has 'VIRTUAL_ENV=C:\moved"' "$(cat moved/Scripts/activate.bat)"
	pv --check moved
	[ "$status" = 0 ]
	# one of venv's own
	sed -i 's/C:.moved/C:\\gone/' moved/Scripts/activate.bat
	pv --check moved
	[ "$output" = "$T/moved: 'Scripts/activate.bat' enters 'C:\gone'" ]
	pv -p "$P" --clear --prompt 'a %x% b' moved
	pv --check moved
	[ "$status$output" = 0 ]
	sed -i "s/^prompt = .*/prompt = 'other'\r/" moved/pyvenv.cfg
	pv --check moved
	[ "$status" = 1 ]
	[ "$output" = "$T/moved: 'Scripts/activate' has the prompt 'a %x% b', and \
pyvenv.cfg 'other'" ]
	pv --exist-ok moved
	[ "$status$stderr" = 0 ]
	has 'VIRTUAL_ENV_PROMPT=other"' "$(cat moved/Scripts/activate.bat)"
	pv --check moved
	[ "$status$output" = 0 ]
	# another name of the same place
	pv -p "$P" --env-target "Z:${T//\//\\}\\moved" --clear moved
	pv --check moved
	[ "$status$output" = 0 ]
	pv -p "$P" --relocatable --clear moved
	mv moved again
	pv --check again
	[ "$status$output" = 0 ]
}

@test "an environment whose Python is not mounted here needs both options" {
	pv -p "$P" "${both[@]}" env
	pv --exist-ok env
	[ "$status" = 1 ]
	has "whose Python is in 'C:\\Python312', a directory of Windows that is not \
mounted here" "$stderr"
	has '--python' "$stderr"
	pv --check env
	[ "$status" = 1 ]
	pv -p "$P" "${both[@]}" --exist-ok env
	[ "$status$stderr" = 0 ]
	pv -p "$P" --python-target 'D:\py\python.exe' --env-target 'D:\env' --upgrade env
	[ "$status$stderr" = 0 ]
	[ "$(value home)" = 'D:\py' ]
	has '"VIRTUAL_ENV=D:\env"' "$(cat env/Scripts/activate.bat)"
}

@test "an environment of another kind is not changed" {
	mkdir -p posix/bin
	ln -s /usr/bin/python3 posix/bin/python
	echo 'home = /usr/bin' >posix/pyvenv.cfg
	tree posix >before
	pv -p "$P" "${both[@]}" --upgrade posix
	[ "$status" = 1 ]
	has "it is no Windows environment, and the Python is for Windows" "$stderr"
	tree posix | diff before -
}

@test "a backslash in a name here is no separator on Windows" {
	on_wine
	cp -r "$P" py
	mkdir -p a
	pv -p ./py 'a\b'
	[ "$status" = 1 ]
	has "cannot create '$T/a\\b': its path on Windows is not known" "$stderr"
	[ ! -e 'a\b' ]
	pv -p ./py env
	mv env 'a\b'
	as activate-run ./'a\b' true
	[ "$status" = 125 ]
	has 'on no drive of WSL or wine here' "$stderr"
}

@test "a prompt that is too long for a line of cmd is not written for it" {
	pv -p "$P" "${both[@]}" --prompt "$(printf '%04000d' 0)" env
	[ "$status$stderr" = 0 ]
	[ -e env/Scripts/activate.bat ]
	pv -p "$P" "${both[@]}" --prompt "$(printf '%04001d' 0)" --clear env
	[ "$status" = 0 ]
	has 'activate.bat is left out: the shell cannot hold this name' "$stderr"
	[ ! -e env/Scripts/activate.bat ]
	pv -p "$P" "${both[@]}" --prompt "$(printf '%04001d' 0)" \
		--activators cmd --clear env
	[ "$status" = 1 ]
}

@test "launchers that are lost are copied again from the Python in pyvenv.cfg" {
	local key
	on_wine
	cp -r "$P" py
	pv -p ./py env
	for key in none executable; do
		sed -i "/^$key =/d" env/pyvenv.cfg
		rm env/Scripts/python*.exe
		pv --exist-ok env
		[ "$status$stderr" = 0 ]
		cmp env/Scripts/python.exe py/Lib/venv/scripts/nt/python.exe
		pv --check env
		[ "$status$output" = 0 ]
	done
	rm env/Scripts/python*.exe
	mv py gone
	pv --exist-ok env
	[ "$status" = 1 ]
	has 'the one it was made from is gone' "$stderr"
}

@test "a launcher that is no whole program is reported and copied again" {
	local name damage
	on_wine
	cp -r "$P" py
	pv -p ./py env
	cp -r env good
	for name in python.exe pythonw.exe; do
		for damage in 'truncate -s 0' 'truncate -s 700' 'truncate -s 2000' \
			'cp /bin/true' 'cp py/python312.dll'; do
			$damage "env/Scripts/$name"
			pv --check env
			[ "$status" = 1 ]
			has "'Scripts/$name' is no whole program for Windows" "$output"
			pv --exist-ok env
			[ "$status$stderr" = 0 ]
			cmp "env/Scripts/$name" "good/Scripts/$name"
		done
	done
	# another venv's is as good
	cp py/Lib/venv/scripts/nt/python.exe env/Scripts/python.exe
	printf x >>env/Scripts/python.exe
	cp env/Scripts/python.exe other
	pv --check env
	[ "$status$output" = 0 ]
	pv --exist-ok env
	cmp other env/Scripts/python.exe
}

@test "an environment that lost its pyvenv.cfg is made none of POSIX" {
	local damage
	on_wine
	for damage in 'rm env/pyvenv.cfg' ': >env/pyvenv.cfg' \
		'sed -i 1d env/pyvenv.cfg'; do
		pv -p "$P" --clear env
		eval "$damage"
		tree env >before
		pv -p /usr/bin/python3 --exist-ok env
		[ "$status" = 1 ]
		has "cannot change '$T/env': it is a Windows environment" "$stderr"
		has '--python with a Python for Windows mends it' "$stderr"
		tree env | diff before -
		pv -p "$P" --exist-ok env
		[ "$status$stderr" = 0 ]
		pv --check env
		[ "$status$output" = 0 ]
	done
	# which launchers read as well with the mark that editors put before it
	sed -i '1s/^/\xef\xbb\xbf/' env/pyvenv.cfg
	pv --check env
	[ "$status$output" = 0 ]
	pv --exist-ok env
	[ "$status$stderr" = 0 ]
	[ ! -e env/bin ]
}

@test "a home above its drive is on the drive, as Windows has it" {
	on_wine
	cp -r "$P" py
	pv -p ./py env
	sed -i '1s/C:/C:\\..\\../' env/pyvenv.cfg
	has 'home = C:\..\..\py' "$(head -1 env/pyvenv.cfg)"
	pv --check env
	[ "$status$output" = 0 ]
	sed -i '1s/=.*/= Z:\\nowhere\r/' env/pyvenv.cfg
	pv --check env
	has "Python '/nowhere/python.exe' is gone" "$output"
}

@test "an activation file is read once, however often it names a directory" {
	local dir
	on_wine
	pv -p "$P" env/win
	pv -p /usr/bin/python3 env/posix
	for dir in env/win/Scripts env/posix/bin; do
		python3 -c "print(\"VIRTUAL_ENV='\" * 4500, end='')" >$dir/activate
		# each value until the end would take 130 MB
		(ulimit -v 65536 && "$T/links/pyvenv" --check "${dir%/*}")
	done
}

@test "--symlinks is refused, --copies is what is done anyway" {
	pv -p "$P" "${both[@]}" --symlinks env
	[ "$status" = 1 ]
	has "cannot link the interpreter" "$stderr"
	[ ! -e env ]
	pv -p "$P" "${both[@]}" --copies env
	[ "$status" = 0 ]
}

@test "-n, --json and --archive describe and write the same" {
	pv -p "$P" "${both[@]}" -n env
	[ "$status" = 0 ]
	has 'Scripts/python.exe' "$output"
	[ ! -e env ]
	pv -p "$P" "${both[@]}" --json env
	[ "$status" = 0 ]
	python3 -c 'import json, sys; json.load(sys.stdin)' <"$IO/out"
	"$T/links/pyvenv" -p "$P" "${both[@]}" --archive tar /app/env >env.tar
	mkdir root
	tar -C root -xf env.tar
	diff -r --exclude pyvenv.cfg env root/app/env
}

@test "--minimal makes three files" {
	pv -p "$P" "${both[@]}" --minimal env
	[ "$status" = 0 ]
	[ "$(cd env && find . -type f | LC_ALL=C sort | tr '\n' ' ')" = \
		"./Scripts/python.exe ./Scripts/pythonw.exe ./pyvenv.cfg " ]
}

@test "--env-target for POSIX: what is recorded is the other path" {
	pv -p /usr/bin/python3 --env-target /opt/../srv/app root/env
	[ "$status" = 0 ]
	has '/srv/app' "$(cat root/env/bin/activate)"
	refuse grep -rq "$T/root" root/env/bin/activate
	pv -p /usr/bin/python3 --env-target /opt/x --exist-ok root/env
	[ "$status" = 0 ]
	has '/opt/x' "$(cat root/env/bin/activate)"
	tree root >before
	pv -p /usr/bin/python3 --env-target /opt/x --exist-ok root/env
	tree root | diff before -
	pv -p /usr/bin/python3 --env-target relative env
	[ "$status" = 1 ]
	has "cannot use 'relative' as --env-target: it is relative" "$stderr"
	pv -p /usr/bin/python3 --env-target /a:b env
	[ "$status" = 1 ]
	pv --env-target /x one two
	[ "$status" = 2 ]
	pv --root / --env-target /x /one
	[ "$status" = 2 ]
	pv --env-target '' one
	[ "$status" = 2 ]
}

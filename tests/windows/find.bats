#!/usr/bin/env bats
# Which Pythons for Windows are taken, what is learnt of them, and why others are
# refused.

# shellcheck disable=SC2154 # stderr, output, both
# shellcheck disable=SC2030,SC2031 # status of a test
load ../cli/helpers
load trees

setup_file()
{
	make_python
}

# refused REASON HINT PATH: it is no Python for an environment.
refused()
{
	pv -p "$3" "${both[@]}" env
	[ "$status" = 1 ] || return 1
	[ ! -e env ] || return 1
	has "cannot use '" "$stderr" || return 1
	has "': $1" "$stderr" || return 1
	has "hint: $2" "$stderr"
}

# facts PATH: what --json says of it.
facts()
{
	pv -n --json -p "$1" "${both[@]}" env
	[ "$status" = 0 ] || return 1
	tr -d ' \n' <<<"$output" >facts
}

@test "the program, its directory and its environment lead to it" {
	local path
	for path in "$P/python.exe" "$P" "$P/pythonw.exe"; do
		pv -p "$path" "${both[@]}" --clear env
		[ "$status$stderr" = 0 ]
		[ "$(value version)" = 3.12.4 ]
		[ "$(value home)" = 'C:\Python312' ]
	done
	# by its home, here through a drive of wine
	mkdir -p wine/dosdevices
	ln -s "$BATS_FILE_TMPDIR" wine/dosdevices/p:
	export WINEPREFIX=$T/wine
	pv -p "$P" --python-target 'P:\312\python.exe' --env-target 'C:\x' --clear env
	[ "$status" = 0 ]
	for path in env/Scripts/python.exe env/Scripts/pythonw.exe ./env; do
		pv -v -n -p "$path" "${both[@]}" other
		[ "$status" = 0 ]
		has "real file: $P/python.exe" "$(tr -s ' ' <<<"$stderr")"
	done
}

@test "versions, machines and kinds of builds" {
	local t=$BATS_TEST_TMPDIR/py
	windows_python "$t" 3.14.0rc2 machine=arm64
	facts "$t"
	grep -q '"version":"3.14.0' facts
	windows_python "$t" 3.8.10 machine=x86
	facts "$t"
	grep -q '"version":"3.8.10"' facts
	# the library says it where the program does not
	windows_python "$t" 3.12.9 version=3.11.2
	facts "$t"
	grep -q '"version":"3.12"' facts
	pe "$t/python312.dll" version=3.12.9
	facts "$t"
	grep -q '"version":"3.12.9"' facts
}

@test "an embeddable Python is refused, with the way out" {
	local name
	for name in python312._pth python._pth; do
		cp -r "$P" emb
		touch "emb/$name"
		refused 'it is an embeddable Python, with a ._pth file, which knows no environments' \
			"give a full installation: NuGet's package" emb/python.exe
		rm -r emb
	done
	cp -r "$P" emb
	rm -r emb/Lib
	touch emb/python312.zip
	refused 'it is Python 3.12 for Windows but its standard library was not found' \
		'an embeddable Python, with its library in a zip' emb/python.exe
}

@test "aliases of the store and of the install manager" {
	mkdir -p Microsoft/WindowsApps Python/bin
	touch Microsoft/WindowsApps/python.exe
	refused 'it is an alias of the Microsoft Store, which only Windows can follow' \
		'give a Python that was installed from python.org' \
		Microsoft/WindowsApps/python.exe
	pe Python/bin/python.exe imports=KERNEL32.dll
	cp -r "$P" Python/pythoncore-3.12-64
	refused 'it is an alias of the Python install manager' \
		"give the Python itself, such as '$T/Python/pythoncore-3.12-64/python.exe'" \
		Python/bin/python.exe
	pv -p Python/pythoncore-3.12-64 "${both[@]}" env
	[ "$status" = 0 ]
}

@test "other Pythons and other programs" {
	cp -r "$P" odd
	pe odd/python.exe imports=libpython3.12.dll
	refused 'it is the Python of MSYS2 or MinGW' 'give a Python from' odd/python.exe
	pe odd/python.exe imports=libpypy3.11-c.dll
	refused 'PyPy for Windows is not supported' 'give CPython' odd/python.exe
	pe odd/python.exe imports=python3.dll,KERNEL32.dll
	refused 'it is a Windows program that does not load Python (python3XX.dll)' \
		'give the python.exe' odd/python.exe
	windows_python old 3.7.1
	refused 'Python for Windows before 3.7.2 has no launcher' 'give a newer one' ./old
	windows_python old6 3.6.8
	refused 'Python for Windows before 3.7.2' 'give a newer one' ./old6
	windows_python 372 3.7.2
	pv -p ./372 "${both[@]}" env
	[ "$status" = 0 ]
	has 'Activate.ps1 is left out: this Python has none that can be copied' "$stderr"
}

@test "a Python without launchers; conda has one beside the program" {
	cp -r "$P" conda
	rm -r conda/Lib/venv/scripts/nt
	mkdir conda/conda-meta
	refused "it has no launcher for environments ($T/conda/Lib/venv/scripts/nt/python.exe)" \
		"in conda, the package 'python' has it" ./conda
	pe conda/venvlauncher.exe imports=KERNEL32.dll text=conda
	pv -p ./conda "${both[@]}" env
	[ "$status$stderr" = 0 ]
	cmp env/Scripts/python.exe conda/venvlauncher.exe
	[ ! -e env/Scripts/pythonw.exe ]
	rm -r env conda/conda-meta conda/venvlauncher.exe
	refused 'it has no launcher' 'give an installation with the whole' ./conda
}

@test "an unknown place is refused with both options" {
	pv -p "$P" env
	[ "$status" = 1 ]
	has "cannot use '$P/python.exe': its path on Windows is not known" "$stderr"
	has --python-target "$stderr"
	has --env-target "$stderr"
	pv -p "$P" --python-target 'C:\py\python.exe' env
	[ "$status" = 1 ]
	has "cannot create '$T/env': its path on Windows is not known" "$stderr"
	has --python-target "$stderr"
	has --env-target "$stderr"
	[ ! -e env ]
}

# bad OPTION PATH REASON
bad()
{
	local other='C:\py\python.exe' option=--python-target
	[ "$1" = --env-target ] || other='C:\env' option=--env-target
	pv -p "$P" "$option" "$other" "$1" "$2" env
	[ "$status" = 1 ] || return 1
	has "$3" "$stderr" || return 1
	[ ! -e env ]
}

@test "paths that Windows cannot have" {
	local name
	for name in /opt/python.exe python.exe 'C:python.exe' '\python.exe' 'C:'; do
		bad --python-target "$name" 'it is not an absolute path of Windows'
	done
	bad --python-target 'C:\py\python' 'it is not the path of a program'
	for name in 'C:\a:b' 'C:\a"b' 'C:\a?' 'C:\a|b' 'C:\a<b' $'C:\\a\nb'; do
		bad --env-target "$name" 'a character that Windows does not allow'
	done
	bad --env-target 'C:\env.' 'removes a dot or a blank at the end'
	bad --env-target 'C:\env \x' 'removes a dot or a blank at the end'
	for name in con 'NUL.txt' 'Com1' 'lpt9.x.y' 'aux ' 'COM¹' 'lpt³.txt' \
		'ConIn$' 'CONOUT$.x'; do
		bad --env-target "C:\\x\\$name\\y" 'Windows '
	done
	# shellcheck disable=SC1003 # a backslash
	for name in '\\host' '\\host\' '\\.\a\b' '\\..\a\b' '\\host\..\b' '\\host\.\b' \
		'\\.\abc\d'; do
		bad --env-target "$name" 'it does not begin with \\HOST\SHARE'
	done
	name=$(printf '%0246d' 0)
	bad --python-target "C:\\$name\\python.exe" 'it is longer than Windows takes'
	bad --env-target 'C:\a;b' "PATH cannot hold a name with ';' in it"
	bad --env-target $'C:\\a\377' 'it is not UTF-8'
	pv -p "$P" --python-target 'c:/py/./x/..//python.exe' \
		--env-target '//host/share/../a/env/' env
	[ "$status" = 0 ]
	[ "$(value home)" = 'c:\py' ]
	has '\\host\share\a\env' "$(value command)"
}

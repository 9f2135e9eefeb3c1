# shellcheck shell=bash
# Made-up Pythons for Windows: the files by which one is known, and no more.

pe()
{
	python3 -B "$BATS_TEST_DIRNAME/make_pe.py" "$@"
}

# windows_python DIR X.Y.Z [KEY=VALUE...]: an installation in DIR; keys are those of
# make_pe.py, for python.exe.
windows_python()
{
	local dir=$1 version=$2 minor launcher=venvlauncher gui=venvwlauncher
	shift 2
	minor=${version#3.}
	minor=${minor%%.*}
	mkdir -p "$dir/Lib/venv/scripts/nt" "$dir/Lib/venv/scripts/common"
	pe "$dir/python.exe" imports="python3$minor.dll" version="$version" "$@"
	pe "$dir/pythonw.exe" imports="python3$minor.dll" version="$version" \
		subsystem=gui "$@"
	touch "$dir/python3$minor.dll" "$dir/Lib/os.py"
	if [ "$minor" -lt 13 ]; then
		launcher=python gui=pythonw
	fi
	pe "$dir/Lib/venv/scripts/nt/$launcher.exe" imports=KERNEL32.dll text=console
	pe "$dir/Lib/venv/scripts/nt/$gui.exe" imports=KERNEL32.dll text=gui \
		subsystem=gui
	# shellcheck disable=SC2016 # PowerShell's own
	printf '$VenvDir = 1\r\n# SIG # Begin signature block\r\n' \
		>"$dir/Lib/venv/scripts/common/Activate.ps1"
}

# both: the options that say where things are on Windows.
# shellcheck disable=SC2034 # used by the tests
both=(--python-target 'C:\Python312\python.exe' --env-target 'C:\App\env')

# value KEY: the value of a key of env/pyvenv.cfg.
value()
{
	tr -d '\r' <env/pyvenv.cfg | sed -n "s/^$1 = //p"
}

# make_python: a Python 3.12.4 for all tests of a file, $P.
make_python()
{
	export P=$BATS_FILE_TMPDIR/312
	windows_python "$P" 3.12.4
}

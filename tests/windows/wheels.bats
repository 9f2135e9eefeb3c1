#!/usr/bin/env bats
# Wheels in environments for Windows: which fit, where their files go, and the programs
# that start their scripts.

# shellcheck disable=SC2154 # stderr, output, both
load ../cli/helpers
load ../cli/pythons
load trees

setup_file()
{
	export W=$BATS_FILE_TMPDIR/wheels
	make_python
	mkdir "$W"
	python3 -B "$BATS_TEST_DIRNAME/make_wheels.py" "$W"
}

# install WHEEL...: into env; WHEEL is a name in $W.
install()
{
	local wheel args=()
	for wheel; do
		args+=(--wheel "$W/$wheel")
	done
	pv -p "$P" "${both[@]}" --clear "${args[@]}" env
}

@test "files go where Windows has them, whatever their case" {
	install odd-1.0-py3-none-any.whl pip-99.0-py3-none-any.whl
	[ "$status$stderr" = 0 ]
	[ "$(cd env && find . -name 'odd*' -type f | LC_ALL=C sort | tr '\n' ' ')" = \
		"./Include/site/python3.12/odd/odd.h ./Lib/site-packages/odd.py \
./Lib/site-packages/oddcase.py ./Scripts/odd.bat ./Scripts/odd.exe ./Scripts/oddw.exe \
./share/odd.txt " ]
	[ "$(cd env/Scripts && echo pip*)" = "pip.exe pip3.12.exe pip3.exe" ]
	[ "$(cat env/Scripts/plain.py)" = \
		$'#!C:\\App\\env\\Scripts\\python.exe\r\nprint(1)' ]
	[ ! -e env/lib ]
	[ -z "$(find env -name direct_url.json)" ]
	# RECORD lists all, with the right hashes
	python3 - env/Lib/site-packages/odd-1.0.dist-info/RECORD <<-'END'
		import base64, csv, hashlib, os, sys
		root = os.path.dirname(os.path.dirname(sys.argv[1]))
		text = open(sys.argv[1], newline="").read()
		assert text.count("\r\n") == text.count("\n") > 5
		for path, digest, size in csv.reader(text.splitlines()):
		    assert "\\" not in path
		    data = open(os.path.join(root, path), "rb").read()
		    if digest:
		        sum = hashlib.sha256(data).digest()
		        assert digest == "sha256=" + base64.urlsafe_b64encode(
		            sum).decode().rstrip("="), path
		        assert int(size) == len(data)
	END
}

# exe NAME: what follows the launcher in a program: its path, and its script
exe()
{
	python3 - "env/Scripts/$1" <<-'END'
		import io, sys, zipfile
		data = open(sys.argv[1], "rb").read()
		start = data.index(b"#!")
		end = data.index(b"\n\r\n", start)
		z = zipfile.ZipFile(io.BytesIO(data[end + 3:]))
		assert z.testzip() is None and z.namelist() == ["__main__.py"]
		print(data[:start].decode(), data[start:end].decode())
		compile(z.read("__main__.py"), "x", "exec")
	END
}

@test "a script is a program: a launcher of pip, the Python, a zip archive" {
	install odd-1.0-py3-none-any.whl pip-99.0-py3-none-any.whl
	[ "$(exe odd.exe)" = 't64 #!C:\App\env\Scripts\python.exe' ]
	[ "$(exe oddw.exe)" = 'w64 #!C:\App\env\Scripts\pythonw.exe' ]
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target 'C:\a b' --clear \
		--wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$(exe odd.exe)" = 't64 #!"C:\a b\Scripts\python.exe"' ]
	pv -p "$P" "${both[@]}" --clear --relocatable \
		--wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$(exe odd.exe)" = 't64 #!<launcher_dir>\python.exe' ]
	windows_python arm 3.12.4 machine=arm64
	pv -p ./arm "${both[@]}" --clear --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$(exe odd.exe)" = 't64-arm #!C:\App\env\Scripts\python.exe' ]
}

@test "launchers come from the base's pip too; without any a script is refused" {
	install odd-1.0-py3-none-any.whl
	[ "$status" = 1 ]
	has 'cannot make the scripts of odd: no launcher for Windows was found' "$stderr"
	has 'hint: give one: --wheel pip-VERSION-py3-none-any.whl' "$stderr"
	cp -r "$P" with
	mkdir -p with/Lib/ensurepip/_bundled
	cp "$W/pip-99.0-py3-none-any.whl" with/Lib/ensurepip/_bundled
	pv -p ./with "${both[@]}" --wheel "$W/odd-1.0-py3-none-any.whl" env
	[ "$status$stderr" = 0 ]
	[ "$(exe odd.exe)" = 't64 #!C:\App\env\Scripts\python.exe' ]
	[ ! -e env/Scripts/pip.exe ]
	pv -p ./with "${both[@]}" --with-pip --clear env
	[ "$status$stderr" = 0 ]
	[ -e env/Scripts/pip3.12.exe ]
	# without scripts, none is needed
	install plain-1.0-cp312-cp312-win_amd64.whl
	[ "$status$stderr" = 0 ]
}

@test "tags of the machine, and no others" {
	local tag
	install plain-1.0-cp312-cp312-win_amd64.whl
	[ "$status" = 0 ]
	[ -e env/Lib/site-packages/plain.py ]
	for tag in win32 win_arm64 manylinux_2_17_x86_64 linux_x86_64; do
		cp "$W/plain-1.0-cp312-cp312-win_amd64.whl" \
			"plain-1.0-cp312-cp312-$tag.whl"
		pv -p "$P" "${both[@]}" --wheel "plain-1.0-cp312-cp312-$tag.whl" other
		[ "$status" = 1 ]
		has "CPython 3.12 on win_amd64" "$stderr"
	done
}

@test "markers know Windows" {
	cat >requirements.txt <<-'END'
		plain; sys_platform == "win32" and os_name == "nt"
		nothing; sys_platform == "linux" or platform_system == "Linux"
		nothing; platform_machine != "AMD64"
	END
	pv -p "$P" "${both[@]}" --find-links "$W" -r requirements.txt env
	[ "$status" = 0 ]
	[ -e env/Lib/site-packages/plain.py ]
	echo 'nothing; platform_release == "10"' >requirements.txt
	pv -p "$P" "${both[@]}" --clear --find-links "$W" -r requirements.txt env
	[ "$status" = 1 ]
	has platform_release "$stderr"
}

@test "names that Windows cannot hold, or takes for one, are refused" {
	local name
	for name in 'ab:c' 'con.py' 'x/aux' 'dot.' 'q?'; do
		python3 -B "$BATS_TEST_DIRNAME/make_wheels.py" "$T" "$name"
		pv -p "$P" "${both[@]}" --wheel bad-1.0-py3-none-any.whl other
		[ "$status" = 1 ]
		has "Windows cannot hold" "$stderr"
		[ ! -e other ]
	done
	for name in bad-1.0.data/scripts/Python.exe bad-1.0.data/scripts/deactivate.bat \
		bad-1.0.data/data/scripts/pythonw.exe bad-1.0.data/data/PYVENV.CFG \
		bad-1.0.data/scripts/{python.COM,python3.12.ps1,pythonw.bat}; do
		python3 -B "$BATS_TEST_DIRNAME/make_wheels.py" "$T" "$name"
		pv -p "$P" "${both[@]}" --wheel bad-1.0-py3-none-any.whl other
		[ "$status" = 1 ]
		has "it would replace" "$stderr"
	done
	wheel good-1.0 good-1.0.data/scripts/{python.txt,python.com.py,pythonic.com}=1
	pv -p "$P" "${both[@]}" --wheel good-1.0-py3-none-any.whl other
	[ "$status" = 0 ]
}

# wheel NAME-VERSION MEMBER=TEXT...: a wheel in the current directory
wheel()
{
	(cd "$BATS_TEST_DIRNAME/../wheels" && python3 -B -c 'import make_odd, sys
make_odd.make(sys.argv[1], sys.argv[2], dict(a.split("=", 1) for a in sys.argv[3:]))' \
		"$T" "$@")
}

@test "names of one wheel that differ only in case are one file" {
	wheel bad-1.0 A.py=1 a.py=2
	pv -p "$P" "${both[@]}" --wheel bad-1.0-py3-none-any.whl env
	[ "$status" = 1 ]
	has "a.py: 'A.py' goes to the same place" "$stderr"
	[ ! -e env ]
	wheel bad-1.0 'bad-1.0.dist-info/entry_points.txt=[console_scripts]
a = x:y
A = x:z'
	pv -p "$P" "${both[@]}" --wheel bad-1.0-py3-none-any.whl env
	[ "$status" = 1 ]
	has "the scripts 'A' and 'a' go to the same place" "$stderr"
	wheel bad-1.0 Pkg/A.py=1 pkg/b.py=2 pkg/a.py=1
	pv -p "$P" "${both[@]}" --wheel bad-1.0-py3-none-any.whl env
	[ "$status$stderr" = 0 ]
	[ "$(cd env/Lib/site-packages && echo [Pp]*/*)" = "Pkg/A.py Pkg/b.py" ]
	[ "$(grep -ci '^pkg/a.py' env/Lib/site-packages/bad-1.0.dist-info/RECORD)" = 1 ]
}

@test "names of two wheels that differ only in case are one file" {
	wheel one-1.0 Pkg/a.py=1 Pkg/same.py=s
	wheel two-1.0 pkg/A.py=2 pkg/SAME.py=s pkg/b.py=3
	pv -p "$P" "${both[@]}" --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	has "two: 'pkg/A.py' is installed as" "${stderr//Lib\/site-packages\//}"
	has "one-1.0-py3-none-any.whl and two-1.0-py3-none-any.whl have different files \
'Lib/site-packages/Pkg/a.py': the latter is installed" "$stderr"
	[ "$(cd env/Lib/site-packages && echo [Pp]*/*)" = "Pkg/a.py Pkg/b.py Pkg/same.py" ]
	[ "$(cat env/Lib/site-packages/Pkg/a.py)" = 2 ]
	# in an environment too, whatever made it
	pv -p "$P" "${both[@]}" --clear env
	mkdir env/Lib/site-packages/PKG
	echo mine >env/Lib/site-packages/PKG/A.PY
	pv -p "$P" "${both[@]}" --exist-ok --wheel two-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	has "replaced 'Lib/site-packages/PKG/A.PY', which no RECORD lists" "$stderr"
	[ "$(cd env/Lib/site-packages && echo [Pp]*/*)" = "PKG/A.PY PKG/SAME.py PKG/b.py" ]
	# what goes has no say
	wheel three-1.0 Mod/a.py=1
	wheel three-2.0 mod/a.py=1
	pv -p "$P" "${both[@]}" --exist-ok --wheel three-1.0-py3-none-any.whl env
	pv -p "$P" "${both[@]}" --exist-ok --wheel three-2.0-py3-none-any.whl env
	[ "$status$stderr" = 0 ]
	[ "$(cd env/Lib/site-packages && echo [Mm]od*)" = mod ]
}

@test "100,000 files take 24 MB, 150,000 directories 200 bytes and the path each" {
	local bar=$((4096 + 150000 * (200 + 34) / 1024))
	[ -z "${SANITIZED-}" ] || skip "the sanitizers take memory of their own"
	need_itself "the memory is that of the emulator"
	python3 -B "$BATS_TEST_DIRNAME/../budget/make_large.py" files .
	run bash -c 'ulimit -v 24576; exec "$@"' sh "$T/links/pyvenv" -n -p "$P" \
		"${both[@]}" --wheel large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	python3 -B "$BATS_TEST_DIRNAME/../budget/make_large.py" directories .
	run bash -c 'ulimit -v "$0"; exec "$@"' "$bar" "$T/links/pyvenv" -n -p "$P" \
		"${both[@]}" --wheel large-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
}

@test "a path that is too long for Windows is refused before anything is written" {
	local dir
	printf -v dir 'C:\\%0199d' 0
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target "$dir" env
	[ "$status$stderr" = 0 ]
	# 202 characters, a separator, and 56
	wheel bad-1.0 "$(printf 'bad/%031d.py' 0)=1"
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target "$dir" --clear \
		--wheel bad-1.0-py3-none-any.whl env
	[ "$status$stderr" = 0 ]
	wheel bad-1.0 "$(printf 'bad/%032d.py' 0)=1"
	tree env >before
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target "$dir" --clear \
		--wheel bad-1.0-py3-none-any.whl env
	[ "$status" = 1 ]
	has "would have 260 characters, and Windows takes 259" "$stderr"
	has "hint: choose a shorter ENV_DIR, or a shorter --env-target" "$stderr"
	tree env | diff before -
	# characters, not bytes
	wheel bad-1.0 "$(printf 'bad/é%030d.py' 0)=1"
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target "$dir" --clear \
		--wheel bad-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	# with any ENV_DIR
	wheel bad-1.0 "$(printf 'bad/%0240d.py' 0)=1"
	pv -p "$P" "${both[@]}" --clear --wheel bad-1.0-py3-none-any.whl env
	[ "$status" = 1 ]
	has ".py: its name is too long" "$stderr"
	printf -v dir 'C:\\%0240d' 0
	pv -p "$P" --python-target 'C:\p\python.exe' --env-target "$dir" long
	[ "$status" = 1 ]
	has "cannot create '$T/long': the path of" "$stderr"
	[ ! -e long ]
}

# mounted: make the Python's directory and all others drives.
mounted()
{
	mkdir -p wine/dosdevices
	ln -s "$BATS_FILE_TMPDIR" wine/dosdevices/c:
	ln -s "$T" wine/dosdevices/t:
	export WINEPREFIX=$T/wine
}

# intact ENV: each file of RECORDs has the size and hash that they list.
intact()
{
	python3 - "$1" <<-'END'
		import base64, csv, glob, hashlib, os, sys
		for record in glob.glob(sys.argv[1] + "/Lib/site-packages/*/RECORD"):
		    root = os.path.dirname(os.path.dirname(record))
		    for path, digest, size in csv.reader(open(record, newline="")):
		        data = open(os.path.join(root, path), "rb").read()
		        sum = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
		        assert not digest or (int(size) == len(data) and digest ==
		            "sha256=" + sum.decode().rstrip("=")), path
	END
}

@test "scripts of a moved environment are reported, and written anew" {
	mounted
	pv -p "$P" --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$status$stderr" = 0 ]
	cp -r env old
	mv env 'new env'
	pv --check 'new env'
	[ "$status" = 1 ]
	has "'Scripts/odd.exe' starts 'T:\env\Scripts\python.exe', which is missing" \
		"$output"
	has "'Scripts/oddw.exe' starts 'T:\env\Scripts\pythonw.exe'" "$output"
	has "'Scripts/plain.py' starts 'T:\env\Scripts\python.exe'" "$output"
	pv --check old
	[ "$(grep -c "Scripts/.*starts" <<<"$output")" = 6 ]
	pv --exist-ok 'new env'
	[ "$status$stderr" = 0 ]
	mv 'new env' env
	[ "$(exe odd.exe)" = 't64 #!"T:\new env\Scripts\python.exe"' ]
	[ "$(exe oddw.exe)" = 'w64 #!"T:\new env\Scripts\pythonw.exe"' ]
	[ "$(head -n 1 env/Scripts/plain.py)" = \
		$'#!T:\\new env\\Scripts\\python.exe\r' ]
	intact env
	mv env 'new env'
	pv --check 'new env'
	[ "$status$output" = 0 ]
	mv 'new env' env
	pv --exist-ok env
	[ "$status$stderr" = 0 ]
	# what was made for this place
	cp -r env/Scripts now
	pv -p "$P" --clear --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	diff -r now env/Scripts
	pv --upgrade --relocatable env
	[ "$status$stderr" = 0 ]
	[ "$(exe odd.exe)" = 't64 #!<launcher_dir>\python.exe' ]
	intact env
}

@test "programs of 64 MB are written anew in 16 MB" {
	local i
	[ -z "${SANITIZED-}" ] || skip "the sanitizers take memory of their own"
	need_itself "the memory is that of the emulator"
	mounted
	pv -p "$P" --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	for i in {1..64}; do
		cat <(head -c 1048576 /dev/zero) env/Scripts/odd.exe >"env/Scripts/o$i.exe"
	done
	mv env new
	run bash -c 'ulimit -v 16384; exec "$@"' sh "$T/links/pyvenv" --exist-ok new
	[ "$status$output" = 0 ]
	[ "$(tail -c +1048577 new/Scripts/o64.exe | cmp - new/Scripts/odd.exe && echo same)" = \
		same ]
	pv --check new
	[ "$status$output" = 0 ]
}

@test "scripts follow a changed --env-target" {
	install odd-1.0-py3-none-any.whl pip-99.0-py3-none-any.whl
	pv -p "$P" --python-target 'D:\py\python.exe' --env-target 'D:\env' --exist-ok env
	[ "$status$stderr" = 0 ]
	[ "$(exe odd.exe)" = 't64 #!D:\env\Scripts\python.exe' ]
	[ "$(exe pip3.12.exe)" = 't64 #!D:\env\Scripts\python.exe' ]
	intact env
	tree env >before
	pv -p "$P" --python-target 'D:\py\python.exe' --env-target 'd:\ENV' --exist-ok env
	[ "$(exe odd.exe)" = 't64 #!D:\env\Scripts\python.exe' ]
}

@test "scripts that start a Python outside environments are counted in one warning" {
	mounted
	pv -p "$P" --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	# no more than "#!" and a line, or a zip archive, and no Python
	printf 'MZ#!T:\\env\\Scripts\\python.exe\n' >env/Scripts/a.exe
	printf '#!python.exe\r\n' >env/Scripts/b.py
	printf '#!' >env/Scripts/c.py
	printf 'MZ' >env/Scripts/d.exe
	touch env/Scripts/e.exe
	# nor with arguments for this one
	printf '#!T:\\env\\Scripts\\python.exe -E\r\n' >env/Scripts/f.py
	printf '#!"T:\\env\\Scripts\\python.exe" -E\r\n' >env/Scripts/g.py
	pv --check env
	[ "$status$output" = 0 ]
	sed -i 's/T:.env.Scripts/C:\\312/' env/Scripts/odd.exe env/Scripts/oddw.exe
	sed -i 's/odd.exe,[^,]*,[0-9]*/odd.exe,,/;s/oddw.exe,[^,]*,[0-9]*/oddw.exe,,/' \
		env/Lib/site-packages/odd-1.0.dist-info/RECORD
	pv --check env
	[ "$status" = 1 ]
	has "'Scripts/odd.exe' starts 'C:\312\python.exe', which is not this \
environment's" "$output"
	cp env/Scripts/odd.exe before.exe
	pv --exist-ok env
	[ "$status" = 0 ]
	has "2 scripts (such as '$T/env/Scripts/odd.exe') start another Python, or none: \
install what made them again" "$stderr"
	cmp before.exe env/Scripts/odd.exe
	mv env new
	pv --check new
	has "'Scripts/g.py' starts 'T:\env\Scripts\python.exe', which is missing" \
		"$output"
}

@test "a header that pip recorded in its own spelling is found" {
	mounted
	pv -p "$P" --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	sed -i 's,/Include/,/include/,' env/Lib/site-packages/odd-1.0.dist-info/RECORD
	pv --check env
	[ "$status$output" = 0 ]
	pv --exist-ok --find-links "$W" --install plain --sync env
	[ "$status" = 0 ]
	[ ! -e env/Include/site ]
}

@test "RECORDs are checked although the Python is not here" {
	install odd-1.0-py3-none-any.whl pip-99.0-py3-none-any.whl
	rm env/Lib/site-packages/odd.py
	pv --check env
	[ "$status" = 1 ]
	has "odd-1.0: 'Lib/site-packages/odd.py' is missing" "$output"
}

@test "installed projects are checked, kept, replaced and removed" {
	install odd-1.0-py3-none-any.whl pip-99.0-py3-none-any.whl
	mkdir -p wine/dosdevices
	ln -s "$BATS_FILE_TMPDIR" wine/dosdevices/c:
	ln -s / wine/dosdevices/z:
	export WINEPREFIX=$T/wine
	pv -p "$P" --clear --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$status" = 0 ]
	pv --check env
	[ "$status" = 0 ]
	pv --exist-ok --wheel "$W/odd-1.0-py3-none-any.whl" env
	[ "$status$stderr" = 0 ]
	rm env/Scripts/odd.exe
	pv --check env
	[ "$status" = 1 ]
	has "odd-1.0: 'Scripts/odd.exe' is missing" "$output"
	pv --exist-ok --wheel "$W/odd-1.0-py3-none-any.whl" \
		--wheel "$W/pip-99.0-py3-none-any.whl" env
	[ "$status" = 0 ]
	[ -e env/Scripts/odd.exe ]
	pv --exist-ok --find-links "$W" --install plain --sync env
	[ "$status" = 0 ]
	[ ! -e env/Scripts/odd.exe ]
	[ ! -e env/Lib/site-packages/odd.py ]
	[ ! -e env/Include/site ]
	[ -d env/Include ]
	[ -e env/Scripts/pip.exe ]
}

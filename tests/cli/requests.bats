#!/usr/bin/env bats
# Values of -p, pins that cannot be kept, and the kinds of Pythons
# that were refused, or taken with a false word.

load helpers
load pythons

# PATH has only these directories of bases, besides tools without a Python.
only()
{
	local dir tool path=''

	mkdir -p "$T/tools"
	for tool in cat tr grep find sed rm wc diff sort mkdir ln cp head uname; do
		ln -sf "$(command -v "$tool")" "$T/tools/$tool"
	done
	for dir; do
		path=$path$dir:
	done
	export PATH=$path$T/tools
}

# quiet: the last run said nothing.
quiet()
{
	# shellcheck disable=SC2154 # set by as()
	[ -z "$stderr" ]
}

# a pyenv in root/ with these versions.
pyenv()
{
	local version

	mkdir -p root/shims
	for version; do
		fake_python "$T/root/versions/$version" "$version"
	done
	cat >root/shims/python3 <<-END
	#!/usr/bin/env bash
	export PYENV_ROOT="$T/root"
	exec "$T/root/libexec/pyenv" exec "\$program" "\$@"
	END
	chmod +x root/shims/python3
	only "$T/root/shims" "$T/sys/bin"
}

@test "a pin that no installed version meets is an error, and -p overrides it" {
	fake_python "$T/sys" 3.10.2
	pyenv 3.11.5 3.12.4
	echo 3.99 >.python-version
	refuses
	has "version 3.99 (set by $T/.python-version) is not installed" "$stderr"
	grep -qx '  installed by pyenv: 3.12.4' "$IO/err"
	grep -qx '  installed by pyenv: 3.11.5' "$IO/err"
	has 'hint: ' "$stderr"
	PYENV_VERSION=3.98 refuses
	has "version 3.98 (set by \$PYENV_VERSION) is not installed" "$stderr"
	takes 3.10.2 -p sys/bin/python3
	takes 3.11.5 -p 3.11
	takes 3.12.4 -p '>=3.11'
	PYVENV_PYTHON=3.11 takes 3.11.5
	printf '3.99\n3.11\n' >.python-version
	takes 3.11.5
	rm .python-version
	takes 3.10.2
}

@test "a .python-version without a shim changes nothing, and -v says so" {
	fake_python "$T/sys" 3.10.2
	only "$T/sys/bin"
	echo 3.99 >.python-version
	takes 3.10.2
	quiet
	takes 3.10.2 -v
	has "$T/.python-version: it decides nothing" "$stderr"
}

@test "a Python without an execute bit is refused, whatever leads to it" {
	local way
	fake_python "$T/a" 3.12.4
	chmod -x a/bin/python3.12
	mkdir links2
	ln -s "$T/a/bin/python3.12" links2/python3
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/a/bin/python3.12" >w
	chmod +x w
	only "$T/links2"
	for way in a a/bin a/bin/python3.12 a/bin/python3 links2/python3 w; do
		refuses -p "./$way"
		has "is not executable" "$stderr"
		has "a/bin/python3.12'" "$stderr"
		has "hint: make it executable, or give another Python" "$stderr"
		refuse grep warning "$IO/err"
	done
	refuses -p python3
	has "python3: not executable" "$stderr"
	cp w links2/python3.12
	refuses -p 3.12
	PATH=/usr/bin:/bin chmod +x a/bin/python3.12
	takes 3.12.4 -p ./w
	quiet
}

@test "a pin that cannot be read is an error" {
	[ "$(id -u)" != 0 ] || skip "root reads everything"
	fake_python "$T/sys" 3.10.2
	pyenv 3.11.5
	echo 3.11.5 >.python-version
	chmod 0 .python-version
	refuses
	has "cannot read '$T/.python-version'" "$stderr"
}

@test "-p takes what people type" {
	local request

	fake_python "$T/a" 3.11.5
	fake_python "$T/b" 3.12.4
	only "$T/a/bin" "$T/b/bin"
	for request in 3.12 3.12.4 312 py312 v3.12 python3.12 cpython@3.12 \
		cpython3.12 python@3.12 '>=3.11' '>=3.10,<3.13' '~=3.11' \
		'!=3.11.*' '==3.12.*' 3.x '3.*' 'cpython>=3.9' \
		"cpython-3.12.4-linux-$(uname -m)-gnu" b b/bin b/bin/python3; do
		case $request in b*) request=./$request ;; esac
		takes 3.12.4 -p "$request"
	done
	takes 3.11.5 -p 3
	takes 3.11.5 -p '<3.12'
}

@test "a range takes the newest of PATH and of the stores" {
	fake_python "$T/a" 3.10.1
	fake_python "$HOME/.pyenv/versions/3.13.1" 3.13.1
	fake_python "$HOME/.local/share/uv/python/cpython-3.13.2-linux-x" 3.13.2
	only "$T/a/bin"
	takes 3.13.2 -p '>=3.9'
	takes 3.13.1 -p '>=3.9,!=3.13.2'
	takes 3.10.1
}

@test "-p that cannot be parsed: an error that lists the forms" {
	local request

	for request in '=3.12' '>=' '>=3.11t' 3.12foo 3.12.1.2 '3 .12' '3.12,'; do
		refuses -p "$request"
		has "cannot parse '$request'" "$stderr"
		has 'hint: give a version (3, 3.12' "$stderr"
		has '>=3.10,<3.13' "$stderr"
	done
	refuses -p snake
	has 'hint: give --python a version (3, 3.12' "$stderr"
	mkdir snake
	refuses -p snake
	has "hint: give './snake' if the path is meant" "$stderr"
}

@test "not found: the Pythons that were, one a line" {
	fake_python "$T/a" 3.11.5
	fake_python "$T/b" 3.12.4
	only "$T/a/bin" "$T/b/bin"
	for request in 3.99 '>=3.99'; do
		refuses -p "$request"
		grep -qx "  found 3.11.5 ($T/a/bin/python3)" "$IO/err"
		grep -qx "  found 3.12.4 ($T/b/bin/python3)" "$IO/err"
		refuse grep -E '.{200}' "$IO/err"
	done
}

@test "whatever cannot be found: the Pythons that were, and a hint" {
	local request said
	fake_python "$T/a" 3.11.5
	fake_python "$T/b" 3.12.4
	fake_python "$HOME/.pyenv/versions/3.10.1" 3.10.1
	rm b/bin/python3
	only "$T/a/bin" "$T/b/bin"
	while IFS='|' read -r request said; do
		refuses -p "$request"
		has "pyvenv: $said" "$stderr"
		grep -qx "  found 3.11.5 ($T/a/bin/python3)" "$IO/err"
		grep -qx "  found 3.12.4 ($T/b/bin/python3.12)" "$IO/err"
		grep -qx "  found 3.10.1 ($HOME/.pyenv/versions/3.10.1/bin/python3)" "$IO/err"
		[ "$(grep -c '  found' "$IO/err")" = 3 ]
		has 'hint: give ' "$stderr"
	done <<-EOF
	python|no Python called python found (looked for python in 3 directories of PATH)
	snake|no Python called snake found (looked for snake in 3 directories of PATH)
	python3-dbg|no Python called python3-dbg found
	cpython-3.12-plan9|no Python called cpython-3.12-plan9 found
	3.99|no Python 3.99 found
	pypy|no PyPy 3 found
	pypy3.9|no PyPy 3.9 found
	>=3.99|no Python >=3.99 found
	py27|Python 2.7 is too old (3.3+ has venv)
	27|Python 2.7 is too old (3.3+ has venv)
	2|Python 2 is too old (3.3+ has venv)
	3.2|Python 3.2 is too old (3.3+ has venv)
	4|Python 4 is not known
	python4.1|Python 4.1 is not known
	cpython-3.12.4-linux-s390x-gnu|no CPython 3.12.4 for s390x found
	cpython-3.12.4-macos-aarch64-none|cannot use 'cpython-3.12.4-macos-aarch64-none': it names a Python for macOS
	cpython-3.12-windows-x86_64-none|cannot use 'cpython-3.12-windows-x86_64-none': it names a Python for Windows
	EOF
	# a pin that cannot be met does not hide them
	PATH=/usr/bin:/bin
	pyenv 3.9.1
	echo 3.99 >.python-version
	refuses -p 4
	grep -q 'root/shims/python3: pyenv shim, version 3.99' "$IO/err"
	grep -q 'root/versions/3.9.1' "$IO/err"
}

@test "blanks between the parts of a range: the hint has commas" {
	local range want
	fake_python "$T/a" 3.12.4
	only "$T/a/bin"
	while IFS='|' read -r range want; do
		refuses -p "$range"
		has "cannot parse '$range'" "$stderr"
		has "hint: give '$want', with a comma between the parts" "$stderr"
	done <<-EOF
	>=3.10 <3.13|>=3.10,<3.13
	>=3.10  !=3.11.*  <4|>=3.10,!=3.11.*,<4
	python>=3.10 <3.13|python>=3.10,<3.13
	EOF
	takes 3.12.4 -p '>=3.10, <3.13'
}

@test "an I/O error while looking for Pythons is not 'no Python found'" {
	need_itself "strace sees another program"
	local call strace
	strace=$(command -v strace) || skip "no strace"
	fake_python "$T/a" 3.11.5
	for call in '?stat,?newfstatat,?statx' '?openat,?openat2' pread64 \
		'?readlink,?readlinkat'; do
		status=0
		PATH=$T/a/bin "$strace" -qq -o /dev/null -P "$T/a/bin/python3" \
			-e inject="$call:error=EIO" \
			"$T/links/pyvenv" env >"$IO/out" 2>"$IO/err" || status=$?
		cat "$IO/err"
		[ "$status" = 1 ]
		grep -q 'I/O error\|Input/output error' "$IO/err"
		refuse grep -q 'no Python' "$IO/err"
	done
}

@test "Homebrew: opt instead of a Cellar directory that a patch release removes" {
	local brew=$T/brew

	fake_python "$brew/Cellar/python@3.12/3.12.4" 3.12.4
	mkdir -p "$brew/bin" "$brew/opt"
	ln -s ../Cellar/python@3.12/3.12.4/bin/python3 "$brew/bin/python3"
	takes 3.12.4 -p "$brew/bin/python3"
	grep -qx "home = $brew/Cellar/python@3.12/3.12.4/bin" env/pyvenv.cfg
	ln -s ../Cellar/python@3.12/3.12.4 "$brew/opt/python@3.12"
	takes 3.12.4 -p "$brew/bin/python3"
	grep -qx "home = $brew/opt/python@3.12/bin" env/pyvenv.cfg
	[ "$(readlink env/bin/python3)" = "$brew/opt/python@3.12/bin/python3" ] ||
		[ "$(readlink env/bin/python)" = "$brew/opt/python@3.12/bin/python3" ]
	mv "$brew/Cellar/python@3.12/3.12.4" "$brew/Cellar/python@3.12/3.12.5"
	ln -sfn ../Cellar/python@3.12/3.12.5 "$brew/opt/python@3.12"
	[ -x env/bin/python ]
	# another release's link says nothing
	fake_python "$brew/Cellar/python@3.12/3.12.6" 3.12.6
	takes 3.12.6 -p "$brew/Cellar/python@3.12/3.12.6"
	grep -qx "home = $brew/Cellar/python@3.12/3.12.6/bin" env/pyvenv.cfg
}

@test "uv: the link without the micro version, where it leads to the same place" {
	local store=$T/uv name=linux-x86_64-gnu

	fake_python "$store/cpython-3.12.4-$name" 3.12.4
	takes 3.12.4 -p "$store/cpython-3.12.4-$name"
	grep -qx "home = $store/cpython-3.12.4-$name/bin" env/pyvenv.cfg
	ln -s "cpython-3.12.4-$name" "$store/cpython-3.12-$name"
	takes 3.12.4 -p "$store/cpython-3.12.4-$name"
	grep -qx "home = $store/cpython-3.12-$name/bin" env/pyvenv.cfg
	pv --check env
	[ "$status" = 0 ]
	fake_python "$store/cpython-3.12.5-$name" 3.12.5
	takes 3.12.5 -p "$store/cpython-3.12.5-$name"
	grep -qx "home = $store/cpython-3.12.5-$name/bin" env/pyvenv.cfg
	fake_python "$store/cpython-3.13.0+freethreaded-$name" 3.13.0
	ln -s "cpython-3.13.0+freethreaded-$name" \
		"$store/cpython-3.13+freethreaded-$name"
	takes 3.13.0 -p "$store/cpython-3.13.0+freethreaded-$name"
	grep -qx "home = $store/cpython-3.13+freethreaded-$name/bin" \
		env/pyvenv.cfg
}

# fake_library PREFIX SONAME BANNER: bin/python3.N that needs PREFIX/lib/SONAME,
# which it finds only with LD_LIBRARY_PATH.
fake_library()
{
	mkdir -p "$1/bin" "$1/lib"
	printf '%s' "char text[] = \"$3\"; int pypy_main_startup(void) { return 1; }
int Py_BytesMain(void) { return text[0]; }" |
		gcc -shared -fPIC -x c -Wl,-soname,"$2" -o "$1/lib/$2" -
	printf 'int %s(void); int main(void) { return %s(); }' "$4" "$4" |
		gcc -x c -o "$1/bin/$5" - -x none "$1/lib/$2" "${@:6}"
}

@test "PyPy before 7.3.6: libpypy3-c.so and lib-python/3" {
	fake_library "$T/pp" libpypy3-c.so \
		'3.7.9 (7e6e2bb30ac5, Nov 18 2020, 10:55:52)\n[PyPy 7.3.3 with ' \
		pypy_main_startup pypy3 "-Wl,-rpath,\$ORIGIN/../lib"
	mkdir -p pp/lib-python/3
	: >pp/lib-python/3/os.py
	takes 3.7.9 -p pp/bin/pypy3
	quiet
	[ -d env/site-packages ]
	[ -d env/lib/python3.7/site-packages ]
	[ -L env/bin/python ]
	pv --check env
	[ "$status" = 0 ]
	takes 3.7.9 -p ./pp
	PATH=$T/pp/bin:$PATH takes 3.7.9 -p pypy3.7
}

@test "PyPy: the exact version and include/pypy3.11, as its own venv writes" {
	fake_library "$T/pp" libpypy3.11-c.so \
		'3.11.13 (abc, Jul 04 2025, 10:00:00)\n[PyPy 7.3.20 with ' \
		pypy_main_startup pypy3.11 "-Wl,-rpath,\$ORIGIN/../lib"
	mkdir -p pp/lib/pypy3.11
	: >pp/lib/pypy3.11/os.py
	takes 3.11.13 -p pp/bin/pypy3.11
	quiet
	[ -d env/include/pypy3.11 ]
	grep -q '^executable = ' env/pyvenv.cfg
}

@test "a soname with a vendor's suffix is one of Python" {
	fake_library "$T/rh" libpython3.8.so.rh-python38-1.0 x Py_BytesMain \
		python3 "-Wl,-rpath,\$ORIGIN/../lib"
	mkdir -p rh/lib/python3.8/lib-dynload rh/include/python3.8
	: >rh/lib/python3.8/os.py
	echo '#define PY_VERSION "3.8.13"' >rh/include/python3.8/patchlevel.h
	takes 3.8.13 -p rh/bin/python3
	quiet
}

@test "a library that only LD_LIBRARY_PATH leads to: a warning, and a finding" {
	fake_library "$T/hpc" libpython3.12.so.1.0 x Py_BytesMain python3.12
	mkdir -p hpc/lib/python3.12/lib-dynload
	: >hpc/lib/python3.12/os.py
	export LD_LIBRARY_PATH=$T/hpc/lib
	pv -p hpc/bin/python3.12 env
	[ "$status" = 0 ]
	has "found by LD_LIBRARY_PATH only: $T/hpc/lib" "$stderr"
	pv --check env
	[ "$status" = 1 ]
	has "found by LD_LIBRARY_PATH only: $T/hpc/lib" "$output"
	pv --check --json env
	has '"code": "library-path"' "$output"
	unset LD_LIBRARY_PATH
	pv --check env
	[ "$status" = 1 ]
	has 'libpython3.12.so.1.0, which is not found' "$output"
	# found without it as well
	fake_library "$T/own" libpython3.12.so.1.0 x Py_BytesMain python3.12 \
		"-Wl,-rpath,\$ORIGIN/../lib"
	mkdir -p own/lib/python3.12/lib-dynload
	: >own/lib/python3.12/os.py
	LD_LIBRARY_PATH=$T/hpc/lib pv -p own/bin/python3.12 two
	quiet
	pv --check two
	[ "$status" = 0 ]
}

@test "a standard library in a zip, lib-dynload beside it" {
	fake_python "$T/z" 3.12.4
	rm z/lib/python3.12/os.py
	: >z/lib/python312.zip
	takes 3.12.4 -p ./z
	quiet
}

@test "--with-platlibdir: any lib* beside bin may hold the standard library" {
	local lib

	for lib in lib32 libx32 lib64 libfoo; do
		rm -rf p
		fake_python "$T/p" 3.12.4
		mv p/lib "p/$lib"
		takes 3.12.4 -p ./p
		quiet
		takes 3.12.4 -p p/bin/python3.12
	done
	fake_python "$T/q" 3.15.0
	mv q/lib q/lib32
	takes 3.15.0 -p ./q
	[ -d env/lib32/python3.15/site-packages ]
}

@test "platform-python of RHEL 8 is found where it is alone" {
	fake_python "$T/r/usr" 3.6.8
	mkdir r/usr/libexec
	mv r/usr/bin/python3.6 r/usr/libexec/platform-python3.6
	rm r/usr/bin/python3
	ln -s platform-python3.6 r/usr/libexec/platform-python
	for request in '' '-p 3' '-p 3.6' '-p >=3.6'; do
		rm -rf r/env
		# shellcheck disable=SC2086
		pv --root "$T/r" $request /env
		[ "$status" = 0 ]
		grep -qx 'home = /usr/libexec' r/env/pyvenv.cfg
	done
}

@test "Gentoo: python-exec starts what its configuration says" {
	local exec=$T/g/usr/lib/python-exec name

	fake_python "$T/g/usr" 3.11.5
	fake_python "$T/g/usr" 3.12.4
	fake_python "$T/g/usr" 3.13.1
	mkdir -p "$exec" g/etc/python-exec
	cp /bin/true "$exec/python-exec2c"
	for name in python3.11 python3.12 python3.13; do
		mkdir "$exec/$name"
		ln -s "../../../bin/$name" "$exec/$name/python3"
	done
	ln -sf ../lib/python-exec/python-exec2c g/usr/bin/python3
	gentoo()
	{
		rm -rf g/env
		pv --root "$T/g" "${@:2}" /env
		[ "$status" = 0 ]
		grep -qx "version = $1" g/env/pyvenv.cfg
	}
	gentoo 3.13.1
	printf '# mine\n-python3.13\npython3.10\npython3.12\n' \
		>g/etc/python-exec/python-exec.conf
	gentoo 3.12.4
	gentoo 3.12.4 -p /usr/bin/python3
	echo -python3.13 >g/etc/python-exec/python-exec.conf
	gentoo 3.12.4
	echo python3.11 >g/etc/python-exec/python3.conf
	gentoo 3.11.5
	rm -r "$exec"/python3.*
	pv --root "$T/g" -p /usr/bin/python3 /none
	[ "$status" = 1 ]
	has 'python-exec, which finds no python3' "$stderr"
}

@test "a tree that Python was built in: refused with the hint make install" {
	fake_python "$T/b" 3.12.4
	mkdir src
	cp b/bin/python3.12 src/python
	: >src/pybuilddir.txt
	mkdir src/Lib
	: >src/Lib/os.py
	refuses -p src/python
	has 'the tree it was built in' "$stderr"
	has "hint: run 'make install'" "$stderr"
}

#!/usr/bin/env bats
# The inspection says of real interpreters what they say themselves, and of
# trees made here what is true of them by making.

PYTHONS=$HOME/.pyenv/versions

setup()
{
	probe=$BUILD/san/tests/conformance/inspect_probe
	here=$BATS_TEST_DIRNAME
	cd "$BATS_TEST_TMPDIR" || return 1
	T=$PWD
	unset "${!PYENV_@}" "${!ASDF_@}" "${!MISE_@}" "${!UV_@}" "${!XDG_@}" \
		LD_LIBRARY_PATH PYTHONHOME PYTHONPATH VIRTUAL_ENV
	export HOME=$T/home PATH=/usr/bin:/bin
	export PYTHONDONTWRITEBYTECODE=1
}

# The value of KEY in what the probe said last.
fact()
{
	sed -n "s/^$1=//p" facts
}

# probe_ok ARG...: the probe finds an interpreter.
probe_ok()
{
	"$probe" "$@" >facts || { cat facts; return 1; }
}

# probe_fails TEXT ARG...: it finds none and says TEXT.
probe_fails()
{
	local text=$1
	shift
	if "$probe" "$@" >facts; then
		cat facts
		return 1
	fi
	# a sanitizer's report is no answer
	grep -q ^code= facts || { cat facts; return 1; }
	if [[ $(grep -v ^code= facts) != *"$text"* ]]; then
		cat facts
		return 1
	fi
}

# is KEY VALUE: a fact.
is()
{
	[ "$(fact "$1")" = "$2" ] || {
		echo "$1: '$(fact "$1")', not '$2'"
		return 1
	}
}

# The interpreter EXE tells the truth; every line of it is in the facts.
same_as_run()
{
	"$1" -s -S "$here/truth.py" >truth
	probe_ok "$1"
	while IFS= read -r line; do
		grep -qxF -e "$line" facts || {
			echo "$1: $line"
			cat facts
			return 1
		}
	done <truth
	[ -s truth ]
}

real_python()
{
	readlink -f /usr/bin/python3
}

# tree DIR: a Python installation like Debian's, of the same program.
tree()
{
	local x
	x=$(basename "$(real_python)")
	mkdir -p "$1/bin" "$1/lib/$x/lib-dynload"
	cp "$(real_python)" "$1/bin/$x"
	ln -s "$x" "$1/bin/python3"
	: >"$1/lib/$x/os.py"
}

# program FILE C-SOURCE [FLAG...]: an ELF program with these symbols.
program()
{
	printf '%s\nint main(void) { return 0; }\n' "$2" >p.c
	"${HOSTCC:-cc}" -o "$1" p.c -rdynamic "${@:3}"
}

interpreter='int Py_BytesMain(void) { return 0; } '
version_symbol='const unsigned long Py_Version = 0x030d01f0;'
cookie='struct { char c[8]; unsigned long long v, t; } _PyRuntime =
	{ "xdebugpy", 0x030d01f0, 1 };'

embeds='int Py_BytesMain(void); int (*f)(void) = Py_BytesMain;'

# libpython DIR: one of 3.13, from which a program may take what it wants.
libpython()
{
	echo "$version_symbol int Py_BytesMain(void) { return 0; }
		int Py_Main(void) { return 0; } int g(void) { return 0; }" >lib.c
	cc -shared -fPIC -o "$1/libpython3.13.so.1.0" lib.c \
		-Wl,-soname,libpython3.13.so.1.0
}

@test "the facts of Debian's python3 are those that it gives" {
	same_as_run /usr/bin/python3
	is libpython ""
	is version_source "symbol Py_Version"
}

@test "the facts of Debian's pypy3 are those that it gives" {
	[ -x /usr/bin/pypy3 ] || skip "no pypy3 here"
	same_as_run /usr/bin/pypy3
	[ -f "$(fact libpython)" ]
	is libpython_origin ""
}

@test "every Python 3 of pyenv" {
	local some=
	for exe in "$PYTHONS"/3.*/bin/python3; do
		[ -x "$exe" ] || continue
		same_as_run "$exe"
		some=1
	done
	[ "$some" ] || skip "no pyenv here"
}

@test "pyenv's Python 2 is too old" {
	set -- "$PYTHONS"/2.7*/bin/python
	[ -x "$1" ] || skip "no pyenv with Python 2.7 here"
	probe_fails "Python 2.7 is too old (3.3+ has venv)" "$1"
}

# foreign ARCH MACHINE 64BIT BIG_ENDIAN
foreign()
{
	local dir=$BUILD/foreign-python/$1
	if [ ! -f "$dir/version" ]; then
		PATH=/usr/sbin:/sbin:$PATH HOME=/root \
			"$here/foreign_python.sh" "$1" "$dir" >log 2>&1 ||
			skip "cannot be fetched: $(tail -n 1 log)"
	fi
	set -- "$@" "$(cat "$dir/version")"
	mkdir -p "$dir/root/usr/bin"
	ln -sf "python${5%.*}" "$dir/root/usr/bin/python3"
	for exe in python3 "python${5%.*}"; do
		probe_ok -r "$dir/root" "/usr/bin/$exe"
		is implementation cpython
		is version "$5.f.0"
		is machine "$2"
		is 64bit "$3"
		is big_endian "$4"
		is prefix /usr
		is stdlib "/usr/lib/python${5%.*}"
		is executable "/usr/bin/$exe"
		is free_threaded 0
		is debug 0
	done
}

@test "a root of arm64" { foreign arm64 183 1 0; }
@test "a root of armhf" { foreign armhf 40 0 0; }
@test "a root of i386" { foreign i386 3 0 0; }
@test "a root of s390x" { foreign s390x 22 1 1; }
@test "a root of mips64el, which has only DT_HASH" { foreign mips64el 8 1 0; }
@test "a root of riscv64" { foreign riscv64 243 1 0; }

@test "a root: absolute links stay inside, the host's PATH is not used" {
	tree "$T/root/opt/py"
	mkdir -p root/usr/bin root/etc/alternatives
	ln -s /etc/alternatives/python3 root/usr/bin/python3
	ln -s /opt/py/bin/python3 root/etc/alternatives/python3
	probe_ok -r root /usr/bin/python3
	is executable /opt/py/bin/python3
	is prefix /opt/py
	PATH=/usr/bin probe_ok -r root -f 3
	is requested /usr/bin/python3
	ln -sf /etc/alternatives/../../../../../../../gone root/usr/bin/python3
	probe_fails "broken symlink" -r root /usr/bin/python3
}

@test "home rule: a link in the bin directory is kept" {
	tree "$T/py"
	probe_ok "$T/py/bin/python3"
	is executable "$T/py/bin/python3"
	is home "$T/py/bin"
}

@test "home rule: a link from elsewhere is followed" {
	tree "$T/py"
	mkdir bin
	ln -s ../py/bin/python3 bin/py
	probe_ok "$T/bin/py"
	is executable "$T/py/bin/python3"
	ln -s "$T/bin/py" bin/again
	probe_ok "$T/bin/again"
	is executable "$T/py/bin/python3"
}

@test "home rule: an alias of the whole directory is kept" {
	tree "$T/3.11.2"
	ln -s 3.11.2 current
	probe_ok "$T/current/bin/python3"
	is executable "$T/current/bin/python3"
	is prefix "$T/current"
	[[ $(fact real) == "$T/3.11.2/bin/"* ]]
}

@test "home rule: another library above the link's directory (cpython#106045)" {
	tree "$T/usr"
	tree "$T/pyenv/3.11.2"
	mkdir -p usr/local/bin
	ln -s "$T/pyenv/3.11.2/bin/python3" usr/local/bin/python3
	probe_ok "$T/usr/local/bin/python3"
	is executable "$T/pyenv/3.11.2/bin/python3"
	is prefix "$T/pyenv/3.11.2"
}

@test "home rule: /bin is a link to /usr/bin" {
	tree "$T/root/usr"
	ln -s usr/bin root/bin
	probe_ok -r root /bin/python3
	is home /usr/bin
	is prefix /usr
}

@test "home rule: a chain of alternatives" {
	tree "$T/root/usr"
	x=$(basename "$(real_python)")
	mkdir -p root/etc/alternatives
	ln -sf /etc/alternatives/python3 root/usr/bin/python3
	ln -s "/usr/bin/$x" root/etc/alternatives/python3
	probe_ok -r root /usr/bin/python3
	is executable /usr/bin/python3
	mkdir -p root/opt/bin
	ln -s /etc/alternatives/python3 root/opt/bin/python3
	probe_ok -r root /opt/bin/python3
	is executable "/usr/bin/$x"
}

@test "home rule: no name fits, so the file itself" {
	tree "$T/a/usr"
	mkdir -p b
	mv a/usr/bin/python3.* b/
	x=$(basename b/python3.*)
	ln -sf "$T/b/$x" a/usr/bin/python3
	mkdir -p b/lib
	cp -r "a/usr/lib/$x" b/lib/
	probe_ok "$T/a/usr/bin/python3"
	is executable "$T/b/$x"
	is prefix "$T/b"
}

@test "lib64: alone, the same, and another one" {
	x=$(basename "$(real_python)")
	tree "$T/py"
	mv py/lib py/lib64
	probe_ok "$T/py/bin/python3"
	is platlibdir lib64
	ln -s lib64 py/lib
	probe_ok "$T/py/bin/python3"
	is platlibdir lib
	rm py/lib
	cp -r py/lib64 py/lib
	probe_ok "$T/py/bin/python3"
	is platlibdir lib64
	rm "py/lib64/$x/os.py"
	probe_ok "$T/py/bin/python3"
	is platlibdir lib
	mv "py/lib/$x/os.py" "py/lib/$x/os.pyc"
	probe_ok "$T/py/bin/python3"
	is stdlib "$T/py/lib/$x"
	rm -r py/lib py/lib64
	mkdir py/lib
	n=${x#python}
	: >"py/lib/python${n/./}.zip"
	probe_ok "$T/py/bin/python3"
	is stdlib "$T/py/lib/python${n/./}.zip"
	rm "py/lib/python${n/./}.zip"
	probe_ok /usr/bin/python3
}

@test "an environment is followed to its base, however deep" {
	/usr/bin/python3 -m venv --without-pip one
	one/bin/python -m venv --without-pip two
	/usr/bin/python3 -m venv --without-pip --copies three
	ln -s ../../three/bin/python two/bin/other
	for exe in one/bin/python two/bin/python3 three/bin/python3 \
		two/bin/other; do
		probe_ok "$T/$exe"
		is home /usr/bin
		is prefix /usr
	done
	ln -s "$T/one" alias
	probe_ok "$T/alias/bin/python"
	is home /usr/bin
	# links to them from elsewhere: a chain, and one by way of a directory
	mkdir links other
	ln -s ../three/bin/python links/py
	ln -s links/py chain
	ln -s ../three/bin other/bin
	for exe in links/py chain other/bin/python; do
		probe_ok "$T/$exe"
		is home /usr/bin
	done
	# the library is above the environment too, which hides it
	tree "$T/py"
	mkdir -p py/inner/bin
	echo "home = $T/py/bin" >py/inner/pyvenv.cfg
	ln -sf "$T/py/bin/python3" py/inner/bin/python
	ln -sf ../py/inner/bin/python links/py
	probe_ok "$T/links/py"
	is home "$T/py/bin"
}

@test "an environment whose base is gone" {
	tree "$T/py"
	mkdir -p e/bin
	ln -s "$T/py/bin/python3" e/bin/python
	echo "home = $T/py/bin" >e/pyvenv.cfg
	probe_ok "$T/e/bin/python"
	is home "$T/py/bin"
	rm -r py
	probe_fails "a virtual environment whose base $T/py/bin (pyvenv.cfg" \
		"$T/e/bin/python"
}

@test "environments in a circle are an error" {
	mkdir -p a/bin b/bin
	cp "$(real_python)" a/bin/python
	cp "$(real_python)" b/bin/python
	echo "home = $T/b/bin" >a/pyvenv.cfg
	echo "home = $T/a/bin" >b/pyvenv.cfg
	probe_fails "which is no longer in $T/b/bin" "$T/a/bin/python"
}

@test "a relative home is refused, wherever it would lead to" {
	tree "$T/py"
	mkdir -p e/bin
	cp "$(real_python)" e/bin/python
	for home in py/bin ./py/bin ""; do
		echo "home = $home" >e/pyvenv.cfg
		probe_fails "the home '$home' in $T/e/pyvenv.cfg is not an abs" \
			"$T/e/bin/python"
	done
}

@test "a pyvenv.cfg without home makes no environment" {
	tree "$T/py"
	echo "version = 3.1" >py/pyvenv.cfg
	probe_ok "$T/py/bin/python3"
	is home "$T/py/bin"
}

@test "free-threaded, from the cookie; its library has a t" {
	mkdir -p py/bin py/lib/python3.13/lib-dynload
	program py/bin/python3.13 "$version_symbol $cookie"
	: >py/lib/python3.13/os.py
	probe_fails "its standard library was not found (lib/python3.13t/os.py" \
		"$T/py/bin/python3.13"
	mkdir -p py/lib/python3.13t/lib-dynload
	: >py/lib/python3.13t/os.py
	probe_ok "$T/py/bin/python3.13"
	is version 3.13.1.f.0
	is free_threaded 1
	is stdlib "$T/py/lib/python3.13t"
	program py/bin/python3.13 "$version_symbol ${cookie/, 1 \}/, 0 \}}"
	probe_ok "$T/py/bin/python3.13"
	is free_threaded 0
	# what is no cookie says nothing
	program py/bin/python3.13 "$version_symbol ${cookie/xdebugpy/xdebugpx}"
	probe_ok "$T/py/bin/python3.13"
	is free_threaded 0
}

@test "static, stripped, renamed: the cookie in its data" {
	mkdir -p py/bin py/lib/python3.13t
	program py/bin/py "static $cookie
		void *volatile keep = &_PyRuntime;" -static -s
	: >py/lib/python3.13t/os.py
	probe_ok "$T/py/bin/py"
	is version 3.13.1.f.0
	is free_threaded 1
	is warning ""
}

@test "a debug build, a release candidate, no dynamic modules" {
	mkdir -p py/bin py/lib/python3.11
	: >py/lib/python3.11/os.py
	program py/bin/python3 "long _Py_RefTotal;
		unsigned long Py_Version = 0x030b00c2;"
	probe_ok "$T/py/bin/python3"
	is debug 1
	is version 3.11.0.c.2
	[[ $(fact warning) == *"has no $T/py/lib/python3.11/lib-dynload"* ]]
}

@test "a copy that was renamed is known by its symbols" {
	tree "$T/py"
	mv "$(readlink -f py/bin/python3)" py/bin/py
	probe_ok "$T/py/bin/py"
	is version "$("$(real_python)" -c 'import sys
print("%d.%d.%d.f.0" % sys.version_info[:3])')"
}

@test "all three ways to find a symbol" {
	mkdir -p py/bin py/lib/python3.13/lib-dynload
	: >py/lib/python3.13/os.py
	for style in gnu sysv both; do
		program py/bin/py "$version_symbol" "-Wl,--hash-style=$style"
		probe_ok "$T/py/bin/py"
		is version 3.13.1.f.0
	done
	# no hash table at all: its tag becomes one that nobody knows
	program py/bin/py "$version_symbol" -Wl,--hash-style=sysv
	/usr/bin/python3 - py/bin/py <<-'END'
	import struct, subprocess, sys
	name = sys.argv[1]
	data = bytearray(open(name, 'rb').read())
	phoff, = struct.unpack_from('<Q', data, 32)
	for i in range(struct.unpack_from('<H', data, 56)[0]):
	    kind, _, off, _, _, size = struct.unpack_from('<IIQQQQ', data, phoff + 56 * i)
	    if kind == 2:
	        for at in range(off, off + size, 16):
	            if struct.unpack_from('<q', data, at)[0] == 4:
	                struct.pack_into('<q', data, at, 0x6ffffff9)
	open(name, 'wb').write(data)
	END
	probe_ok "$T/py/bin/py"
	is version 3.13.1.f.0
}

@test "a shared libpython: by \$ORIGIN, by a path, not at all" {
	mkdir -p py/bin py/lib/python3.13/lib-dynload elsewhere
	: >py/lib/python3.13/os.py
	libpython py/lib
	# link RPATH...
	link()
	{
		program py/bin/py "$embeds" \
			py/lib/libpython3.13.so.1.0 "$@"
	}
	# shellcheck disable=SC2016 # the dynamic linker expands it
	for origin in '$ORIGIN/../lib' '${ORIGIN}/../lib/'; do
		for tags in --enable-new-dtags --disable-new-dtags; do
			link "-Wl,$tags,-rpath,/nowhere:$origin"
			probe_ok "$T/py/bin/py"
			is version 3.13.1.f.0
			is libpython "$T/py/lib/libpython3.13.so.1.0"
			is libpython_origin ../lib/libpython3.13.so.1.0
			is warning ""
		done
	done
	link "-Wl,-rpath,$T/py/lib"
	probe_ok "$T/py/bin/py"
	is libpython "$T/py/lib/libpython3.13.so.1.0"
	is libpython_origin ""
	mv py/lib/libpython* elsewhere/
	probe_ok "$T/py/bin/py"
	is version 3.13
	is libpython ""
	[[ $(fact warning) == *"needs libpython3.13.so.1.0, which is not found"* ]]
	LD_LIBRARY_PATH=/x:$T/elsewhere probe_ok "$T/py/bin/py"
	is version 3.13.1.f.0
	is libpython "$T/elsewhere/libpython3.13.so.1.0"
}

# shellcheck disable=SC2016 # the dynamic linker expands it
@test "a libpython that is needed by its path is found there and nowhere else" {
	command -v patchelf >/dev/null || skip "no patchelf"
	local name
	mkdir -p py/bin py/lib/python3.13/lib-dynload elsewhere
	: >py/lib/python3.13/os.py
	libpython py/lib
	# python-build-standalone has the first of these
	for name in '$ORIGIN/../lib/' '${ORIGIN}/../lib/' "$T/py/lib/"; do
		program py/bin/py "$embeds" py/lib/libpython3.13.so.1.0
		patchelf --replace-needed libpython3.13.so.1.0 \
			"${name}libpython3.13.so.1.0" py/bin/py
		probe_ok "$T/py/bin/py"
		is version 3.13.1.f.0
		is libpython "$T/py/lib/libpython3.13.so.1.0"
		is warning ""
		case $name in
		/*) is libpython_origin "" ;;
		*) is libpython_origin ../lib/libpython3.13.so.1.0 ;;
		esac
	done
	mv py/lib/libpython* elsewhere/
	LD_LIBRARY_PATH=$T/elsewhere probe_ok "$T/py/bin/py"
	is libpython ""
	[[ $(fact warning) == *"needs $T/py/lib/libpython3.13.so.1.0, which"* ]]
}

@test "a program that embeds Python is none, nor is libpython" {
	local no="not a Python I recognise" hash
	mkdir -p py/bin py/lib/python3.13/lib-dynload
	: >py/lib/python3.13/os.py
	libpython py/lib
	# takes FUNCTION [FLAG...]
	takes()
	{
		program "$exe" "int $1(void); int f(void) { return $1(); }" \
			py/lib/libpython3.13.so.1.0 "${@:2}" -Wl,-rpath,"$T/py/lib"
	}
	for exe in py/bin/py py/bin/python3.13; do
		for hash in gnu sysv both; do
			takes Py_Main "-Wl,--hash-style=$hash"
			probe_ok "$T/$exe"
			takes Py_Main "-Wl,--hash-style=$hash" \
				-Wl,--no-export-dynamic -no-pie
			probe_ok "$T/$exe"
			takes g "-Wl,--hash-style=$hash"
			probe_fails "$no" "$T/$exe"
		done
	done
	# what has the name of a main function is not one that it calls
	program py/bin/py "int g(void); int (*f)(void) = g;
		int Py_RunMain(void) { return 0; }" \
		py/lib/libpython3.13.so.1.0 -Wl,-rpath,"$T/py/lib"
	probe_fails "$no" "$T/py/bin/py"
	probe_fails "$no" "$T/py/lib/libpython3.13.so.1.0"
	for exe in /usr/bin/gdb /usr/bin/perf; do
		[ ! -x "$exe" ] || probe_fails "$no" "$exe"
	done
}

@test "libpython in a root, by ld.so.conf and by musl's path file" {
	mkdir -p root/usr/bin root/usr/lib/python3.13/lib-dynload \
		root/opt/libs root/etc/ld.so.conf.d
	: >root/usr/lib/python3.13/os.py
	libpython root/opt/libs
	program root/usr/bin/py "$embeds" \
		root/opt/libs/libpython3.13.so.1.0
	probe_ok -r root /usr/bin/py
	is libpython ""
	printf '# all\ninclude /etc/ld.so.conf.d/*.conf\n' >root/etc/ld.so.conf
	echo /opt/libs >root/etc/ld.so.conf.d/not_this
	probe_ok -r root /usr/bin/py
	is libpython ""
	printf '/nowhere\n/opt/libs # here\n' >root/etc/ld.so.conf.d/x.conf
	probe_ok -r root /usr/bin/py
	is libpython /opt/libs/libpython3.13.so.1.0
	# files that include each other, many times: an end, and soon
	yes "include *.conf" | head -n 3000 >root/etc/ld.so.conf
	timeout 300 "$probe" -r root /usr/bin/py >facts
	is libpython ""
	echo "include ld.so.conf" >root/etc/ld.so.conf
	probe_ok -r root /usr/bin/py
	is libpython ""
	program root/usr/bin/py "$embeds" \
		root/opt/libs/libpython3.13.so.1.0 \
		-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1
	printf '/opt/libs\n' >root/etc/ld-musl-x86_64.path
	probe_ok -r root /usr/bin/py
	is libpython /opt/libs/libpython3.13.so.1.0
}

@test "files that are no Python" {
	mkdir -p bin
	: >bin/empty
	mkfifo bin/fifo
	echo text >bin/text
	head -c 700 "$(real_python)" >bin/cut
	printf '\177ELF' >bin/magic
	printf 'MZ\220\0' >bin/windows
	printf '\317\372\355\376' >bin/mac
	program bin/micropython ""
	ln -s /gone/bin/python3 bin/broken
	ln -s loop bin/loop
	chmod +x bin/empty bin/text bin/cut bin/magic
	probe_fails "'$T/bin/empty': the file is empty" "$T/bin/empty"
	probe_fails "not a regular file" "$T/bin/fifo"
	probe_fails "it is a directory" "$T/bin"
	probe_fails "not a program" "$T/bin/text"
	probe_fails "damaged" "$T/bin/cut"
	probe_fails "damaged" "$T/bin/magic"
	probe_fails "the Windows program is damaged" "$T/bin/windows"
	probe_fails "this is a macOS program" "$T/bin/mac"
	probe_fails "micropython has no virtual environments" \
		"$T/bin/micropython"
	probe_fails "broken symlink to /gone/bin/python3" "$T/bin/broken"
	probe_fails "levels of symbolic links" "$T/bin/loop"
	probe_fails "No such file" "$T/bin/nothing"
	probe_fails "not a Python I recognise" /bin/ls
	chmod 700 "$T"
	cp /bin/ls bin/python3.9
	probe_fails "not a Python I recognise" "$T/bin/python3.9"
}

@test "a library is missing, or the tree is not installed" {
	mkdir -p py/bin
	cp "$(real_python)" py/bin/python3
	# a tree of a build lies inside another Python's prefix
	mkdir -p usr/src/build
	tree "$T/usr"
	cp "$(real_python)" usr/src/build/python
	echo build/lib >usr/src/build/pybuilddir.txt
	probe_fails "in the tree it was built in" "$T/usr/src/build/python"
	is hint "run 'make install' there, and give the Python that this \
installs"
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "scripts: wrappers that only start a Python are followed" {
	tree "$T/py"
	mkdir bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/py/bin/python3" >bin/a
	printf '#! /bin/bash -e\nexport X=1\nexec -a "$0" "%s"  "$@" \n' \
		"$T/py/bin/python3" >bin/b
	printf '#!/bin/bash\nA="b c" PYTHONPATH=x exec "%s" "$@"\n' \
		"$T/py/bin/python3" >bin/c
	for exe in a b c; do
		probe_ok "$T/bin/$exe"
		is home "$T/py/bin"
		[[ $(fact note) == *"only starts $T/py/bin/python3"* ]]
	done
	# the shape of Nix's makeWrapper
	cat >bin/nix <<-END
	#! /usr/bin/env bash
	# a comment

	PATH=\${PATH:+':'\$PATH':'}
	PATH=\${PATH/':''/a b/bin'':'/':'}
	PATH='/x; if'\$PATH
	export PATH
	export A='\$(a)' B="c d" C
	exec -a "\$0" "$T/py/bin/python3"  "\$@"
	END
	chmod +x bin/nix
	probe_ok "$T/bin/nix"
	is home "$T/py/bin"
	# not_followed FIRST-LINE LINE...
	not_followed()
	{
		printf '%s\n' "#!$1" "${@:2}" >bin/w
		probe_fails "a script (#!$1), not a Python program" "$T/bin/w"
	}
	local run="exec \"$T/py/bin/python3\" \"\$@\""
	for sh in /bin/sh /bin/dash /usr/bin/ksh "/bin/zsh -f" \
		"/usr/bin/env sh" "/usr/bin/env -S bash -e" "/usr/bin/env -Sbash" \
		"/bin/busybox sh" "/bin/busybox ash -e"; do
		printf '%s\n' "#!$sh" "$run" >bin/w
		probe_ok "$T/bin/w"
	done
	for sh in /usr/bin/perl /bin/fish "/usr/bin/env perl" /bin/csh "" \
		"/bin/busybox awk" "/usr/bin/env -S perl"; do
		not_followed "$sh" "=pod" "$run"
		not_followed "$sh" "$run"
	done
	# the exec lines decide, whatever else the script does
	# shellcheck disable=SC2016
	for other in 'cd /' '[ -x /x ] || exit 1' 'A=$(date)' '. /x' \
		'case x in x) echo "$A";; esac' 'exec 3>&1' 'exec 2>/dev/null' \
		"# exec /other \"\$@\"" "[ -z \"\$X\" ] && $run" \
		"if [ -n \"\$X\" ]; then $run; fi"; do
		printf '%s\n' '#!/bin/sh' "$other" "	$run" >bin/w
		probe_ok "$T/bin/w"
		is executable "$T/py/bin/python3"
	done
	# shellcheck disable=SC2016
	for run in 'exec %s -E "$@"' 'exec %s ${1+"$@"}' "exec '%s' \"\$@\"" \
		'P=%s; exec "$P" "$@"' 'P=%s\nexec $P "$@"' \
		'export P="%s"\nexec "${P}" "$@"' 'exec env A=b "%s" "$@"' \
		'exec /usr/bin/env PYTHONHASHSEED=0 %s "$@"' \
		'exec \\\n  "%s" \\\n  -s "$@"' 'exec "%s" "$@" # end' \
		'exec %s "${@}"' 'exec %s "$@" || exit 1' 'exec %s "$@" 2>/dev/null' \
		'exec %s "$@"\necho exec failed' 'exec %s -X dev -W error -I "$@"' \
		'[ x ] && exec %s "$@"\necho "exec failed: $?"' \
		'exec env -u X -i -C / -- A="$B" %s "$@"' 'exec -c %s "$@"' \
		'exec %s "$@"\nimport sys\nprint("it is")' \
		'P=%s\nexport P\n[ -x "$P" ] || echo "no P"\nexec "$P" "$@"' \
		'if x; then P=%s; exec "$P" "$@"; fi'; do
		# shellcheck disable=SC2059
		printf "#!/bin/sh\n$run\n" "$T/py/bin/python3" >bin/w
		probe_ok "$T/bin/w"
		is executable "$T/py/bin/python3"
	done
	{
		printf '#!/bin/sh\n'
		yes ': a line of no use' | head -n 10000
		printf 'exec "%s" "$@"\n' "$T/py/bin/python3"
	} >bin/w
	probe_ok "$T/bin/w"
	# nobody but a shell can tell what these start
	# shellcheck disable=SC2016
	for run in 'exec python3 "$@"' 'x && exec "/x" "$@"\nexec "/y" "$@"' \
		'exec "$(dirname "$0")/python3" "$@"' 'exec "$UNSET" "$@"' \
		'P=/x; P=/y; exec $P "$@"' 'P=/x\nP=/y\nexec $P "$@"' \
		'P="`x`"\nexec $P "$@"' 'exec /x' 'exec /x $A "$@"' \
		'exec /x "$@" more' 'exec "/x' 'exec' 'echo "$@"' \
		'exec /x -m tool "$@"' 'exec /x -c "x" "$@"' 'exec /x /t.py "$@"' \
		'exec /x -Im tool "$@"' 'exec /x - "$@"' 'exec /x -X "$@"' \
		'exec /x -- "$@"' 'exec nice /x "$@"' 'exec env -S "/x" "$@"' \
		'cat <<E\nexec /x "$@"\nE' 'cat <<-"E"\n\texec /x "$@"\n\tE' \
		'echo "\nexec /x \"$@\"\n"' 'f() { exec /x "$@"; }\nf -m tool' \
		'set -- -m tool "$1"\nexec /x "$@"' 'exec /x "$@" | cat' \
		'exec /x "$@" &' 'exec /[x] "$@"' 'exec /{x,y} "$@"' \
		'P="/x y"; exec $P "$@"' \
		'[ "$X" ] && exec /x "$@"\n/usr/bin/python3 "$@"'; do
		# shellcheck disable=SC2059
		printf "#!/bin/sh\n$run\n" >bin/w
		probe_fails "a script (#!/bin/sh), not a Python program" "$T/bin/w"
		is hint "give the interpreter it starts"
	done
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "a wrapper's variable is believed only if nothing in the script can change it" {
	local change
	tree "$T/py"
	for change in '[ -r py.env ] && . ./py.env' 'test -f x && read P <x' \
		'. /x' 'x && eval "$Y"' 'source x' 'command . x' "'.' x" '$X P' \
		'for P in b; do :; done' 'P=a; for P in b; do :; done' \
		'x || unset P' 'printf -v P b' 'mapfile -t P' 'readarray P <x' \
		'while getopts x P; do :; done' 'P+=x' 'x&&P=b' '(P=b)' \
		'{ P=b; }' 'f() { P=b; }' ': ${P:=b}' ': "${P=b}"' '((P=1))' \
		'x=$((P=1))' 'let P=1' 'declare -n Q=P' 'select P in b; do x; done' \
		'export $(cat py.env)' 'read "$X"' 'x; P[0]=b' 'exec {P}>x' \
		'trap "$X" DEBUG' 'cat <<E\n${P:=b}\nE' 'alias x="$Y"' \
		'P=b x' 'echo $((P++))'; do
		printf "#!/bin/bash\nP=%s\n%b\nexec \"\$P\" \"\$@\"\n" \
			"$T/py/bin/python3" "$change" >w
		probe_fails "not a Python program" "$T/w"
	done
	# it may not have its value there
	for change in 'x && P=%s' 'x || P=%s' 'if x; then P=%s; fi' '(P=%s)' \
		'P=%s | x' 'P=%s &' 'f() { P=%s; }' 'P=%s x' 'declare -u P=%s' \
		'case x in y) P=%s;; esac' 'if x; then :; else P=%s; fi' \
		'cat <<E\nP=%s\nE' 'PWD=%s; P=$PWD' 'P=~%s'; do
		# shellcheck disable=SC2059
		printf "#!/bin/bash\n$change\nexec \"\$P\" \"\$@\"\n" \
			"$T/py/bin/python3" >w
		probe_fails "not a Python program" "$T/w"
	done
	printf '#!/bin/sh\nexec "$P" "$@"\nP=%s\n' "$T/py/bin/python3" >w
	probe_fails "not a Python program" "$T/w"
	# these change nothing
	for change in 'export P' 'readonly P' 'echo "P is $P"' '[ -x "$P" ]' \
		'[[ -n $P && -x $P ]]' 'x=${P%/*}' 'x=${P:-b}' '# P=b' 'x # P' \
		"cat <<'E'\n\${X}\nE" 'printf "%s" "$X"' '"$X/P2" x' \
		'read X <x' 'MYP=b' 'P2=b' 'export X="$(x)"' 'cat <<E\n$0\nE'; do
		printf "#!/bin/bash\nP=%s\n%b\nexec \"\$P\" \"\$@\"\n" \
			"$T/py/bin/python3" "$change" >w
		probe_ok "$T/w"
		is executable "$T/py/bin/python3"
	done
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "too many wrappers in a row, and wrappers in a circle, are named" {
	local i
	tree "$T/py"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/loop" >loop
	probe_fails "wrappers that start each other: '$T/loop' starts '$T/loop'" \
		"$T/loop"
	is hint "give the interpreter that they start in the end"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/b" >a
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/a" >b
	probe_fails "too many wrappers in a row" "$T/a"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/py/bin/python3" >w1
	for i in 2 3 4 5 6 7 8 9; do
		printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/w$((i - 1))" >"w$i"
	done
	probe_ok "$T/w8"
	is executable "$T/py/bin/python3"
	probe_fails "too many wrappers in a row" "$T/w9"
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "a wrapper that hides argv[0] is never the base, wherever it lies" {
	tree "$T/py"
	local dir doc
	mkdir -p py/sub/bin py/bin/deep outer
	for dir in py/bin py/sub/bin py/bin/deep py outer; do
		printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/py/bin/python3" \
			>"$dir/python3.99"
		chmod +x "$dir/python3.99"
		probe_ok "$T/$dir/python3.99"
		is executable "$T/py/bin/python3"
		is home "$T/py/bin"
		for doc in "" "--argv0 'x'" "--set 'A' 'b'"; do
			program "$dir/nix" "const char *volatile doc =
				\"makeCWrapper '$T/py/bin/python3' $doc\";"
			probe_ok "$T/$dir/nix"
			is executable "$T/py/bin/python3"
		done
	done
	# a name counts less than what the program is
	mv py/bin/nix py/bin/python3.13
	probe_ok "$T/py/bin/python3.13"
	is executable "$T/py/bin/python3"
	# one that hands it on is the base
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/py/bin/python3" \
		>py/bin/handing
	probe_ok "$T/py/bin/handing"
	is executable "$T/py/bin/handing"
	# unless it sets what keeps Python from finding an environment
	printf '#!/bin/bash\nexport PYTHONHOME=/x\nexec -a "$0" "%s" "$@"\n' \
		"$T/py/bin/python3" >py/bin/homed
	probe_ok "$T/py/bin/homed"
	is executable "$T/py/bin/python3"
	[[ $(fact warning) == *"'$T/py/bin/homed' sets PYTHONHOME"* ]]
	# in a chain each has to hand it on
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/py/bin/handing" >py/bin/chain
	probe_ok "$T/py/bin/chain"
	is executable "$T/py/bin/handing"
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/py/bin/python3.99" \
		>py/bin/chain
	probe_ok "$T/py/bin/chain"
	is executable "$T/py/bin/python3"
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "a wrapper hands argv[0] on only if Python gets it whole" {
	local exec
	tree "$T/py"
	for exec in '-a "$0"' '-a "${0}"' '-a"$0"' '-ca "$0"' '-c -a "$0"' \
		'-a "$BASH_SOURCE"' '-a "${BASH_SOURCE[0]}"'; do
		printf '#!/bin/bash\nx=$(cd /; pwd)\nexec %s %s "$@"\n' "$exec" \
			"$T/py/bin/python3" >py/bin/w
		probe_ok "$T/py/bin/w"
		is executable "$T/py/bin/w"
	done
	for exec in "exec -a '\$0'" 'exec -a "\$0"' 'exec -a $0' 'exec -a "$1"' \
		'exec -a "$0 "' 'exec -la "$0"' 'exec -a "$0" -l' \
		'exec -a "${0##*/}"' 'exec -a python3' 'exec -a "$0" env' \
		'cd /; exec -a "$0"' 'x && cd /; exec -a "$0"' \
		'pushd / >/dev/null; exec -a "$0"' 'command cd /; exec -a "$0"' \
		'. /x; exec -a "$0"' 'BASH_ARGV0=x; exec -a "$0"'; do
		printf '#!/bin/bash\n%s %s "$@"\n' "$exec" \
			"$T/py/bin/python3" >py/bin/w
		probe_ok "$T/py/bin/w"
		is executable "$T/py/bin/python3"
	done
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "a wrapper that starts a script does not hand argv[0] on to its Python" {
	local v
	tree "$T/py"
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/py/bin/python3" \
		>py/bin/inner
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/py/bin/inner" \
		>py/bin/outer
	program py/bin/nix "const char *volatile doc =
		\"makeCWrapper '$T/py/bin/inner' --inherit-argv0\";"
	printf '#!/bin/bash\nPYTHONPATH=/x exec -a "$0" "%s" "$@"\n' \
		"$T/py/bin/outer" >py/bin/first
	chmod +x py/bin/inner py/bin/outer py/bin/first
	for v in outer nix first; do
		probe_ok "$T/py/bin/$v"
		is executable "$T/py/bin/inner"
	done
	# what it sets is lost
	[[ $(fact warning) == *"'$T/py/bin/first' sets PYTHONPATH and starts"* ]]
	# an ELF program gets what it is given
	program py/bin/nix2 "const char *volatile doc =
		\"makeCWrapper '$T/py/bin/python3' --inherit-argv0\";"
	program py/bin/nix3 "const char *volatile doc =
		\"makeCWrapper '$T/py/bin/nix2' --inherit-argv0\";"
	printf '#!/bin/bash\nexec -a "$0" "%s" "$@"\n' "$T/py/bin/nix3" \
		>py/bin/script
	chmod +x py/bin/script
	for v in nix2 nix3 script; do
		probe_ok "$T/py/bin/$v"
		is executable "$T/py/bin/$v"
	done
}

# shellcheck disable=SC2016 # the wrappers expand it
@test "PYTHONHOME and PYTHONPATH: a wrapper that sets them is reported" {
	local set
	tree "$T/py"
	warns()
	{
		printf '#!/bin/bash\n%s %s "$@"\n' "$1" "$T/py/bin/python3" >w
		probe_ok "$T/w"
		[[ $(fact warning) == *"'$T/w' sets "* ]]
	}
	for set in 'PYTHONPATH=/x;exec' ': "${PYTHONPATH:=/x}";exec' \
		': ${PYTHONPATH=/x};exec' 'PYTHONPATH+=:/x;exec' \
		'x&&PYTHONPATH=/x;exec' '(PYTHONPATH=/x);exec' \
		'PYTHONHOME=/x exec' 'exec env PYTHONHOME=/x' \
		"exec env 'PYTHONPATH=/x'" 'export PYTHONPATH="/x";exec' \
		'export A=1 PYTHONPATH=/x;exec' 'if x;then PYTHONHOME=$X;fi;exec'; do
		warns "$set" || { echo "$set"; return 1; }
	done
	for set in 'PYTHONHOME= exec' 'PYTHONPATH="";exec' "PYTHONPATH='' exec" \
		'unset PYTHONPATH;exec' 'exec env -u PYTHONPATH' \
		'exec env "PYTHONPATH="' 'MYPYTHONPATH=/x;exec' \
		'[ "$PYTHONPATH" = /x ];exec' 'x=${PYTHONPATH:-/x};exec' \
		'echo "PYTHONPATH=/x";exec' ': # PYTHONPATH=/x\n exec'; do
		if warns "$(printf '%b' "$set")"; then echo "$set"; return 1; fi
	done
	nix_warns()
	{
		program w "const char *volatile doc =
			\"makeCWrapper '$T/py/bin/python3' $1\";"
		probe_ok "$T/w"
		is executable "$T/py/bin/python3"
		[[ $(fact warning) == *"'$T/w' sets "* ]]
	}
	for set in "--set 'PYTHONPATH' '/x'" "--prefix 'PYTHONPATH' ':' '/x'" \
		"--set-default 'PYTHONHOME' '/x'" "--suffix PYTHONPATH : x" \
		"--set 'A' 'it'\\\\''s' --set 'PYTHONPATH' 'x'"; do
		nix_warns "$set" || { echo "$set"; return 1; }
	done
	for set in "--unset 'PYTHONPATH'" "--set 'PYTHONPATH' ''" \
		"--set 'A' 'PYTHONPATH'" "--set 'A' '--set' 'PYTHONPATH' 'x'" \
		"--add-flags '-s -X dev'"; do
		if nix_warns "$set"; then echo "$set"; return 1; fi
	done
}

@test "a makeCWrapper program that starts a tool is refused, whatever its name" {
	local flags name
	tree "$T/py"
	for flags in "--add-flags '-m tool'" "--add-flags '/x/tool.py'" \
		"--add-flag '-c'" "--append-flags 'x'"; do
		for name in tool python3.12; do
			program "py/bin/$name" "const char *volatile doc =
				\"makeCWrapper '$T/py/bin/python3' $flags\";"
			probe_fails "it starts $T/py/bin/python3 with arguments" \
				"$T/py/bin/$name"
		done
	done
}

@test "Nix: a change of the directory takes argv[0] its meaning" {
	tree "$T/py"
	program py/bin/w "const char *volatile doc =
		\"makeCWrapper '$T/py/bin/python3' --inherit-argv0 --chdir '/x'\";"
	probe_ok "$T/py/bin/w"
	is executable "$T/py/bin/python3"
	program py/bin/w "const char *volatile doc =
		\"makeCWrapper '$T/py/bin/python3' --set 'A' '--inherit-argv0'\";"
	probe_ok "$T/py/bin/w"
	is executable "$T/py/bin/python3"
}

# shellcheck disable=SC2016 # the wrapper expands it
@test "the files in an environment's bin are examined, not guessed" {
	local name
	tree "$T/py"
	/usr/bin/python3 -m venv --without-pip e
	mkdir other
	cp /bin/true e/bin/tru
	cp /bin/true e/bin/python3.9
	printf '#!%s/e/bin/python\n' "$T" >e/bin/pip
	printf '#!/bin/sh\nexec "$(x)" "$@"\n' >e/bin/wrapper
	ln -s /gone/x e/bin/gone
	chmod +x e/bin/pip e/bin/wrapper
	for name in bin/python3.99 bin/pyton nodir/python3 bin/gone; do
		probe_fails "cannot use '$T/e/$name'" "$T/e/$name"
	done
	probe_fails "No such file" "$T/e/bin/python3.99"
	probe_fails "broken symlink to /gone/x" "$T/e/bin/gone"
	for name in bin/activate pyvenv.cfg; do
		probe_fails "not a program" "$T/e/$name"
	done
	for name in bin/pip bin/wrapper; do
		probe_fails "a script (#!" "$T/e/$name"
	done
	for name in bin/tru bin/python3.9; do
		probe_fails "not a Python I recognise" "$T/e/$name"
	done
	# a wrapper is followed, a copy is known, a lost link is found in home
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/py/bin/python3" >e/bin/python3.1
	chmod +x e/bin/python3.1
	probe_ok "$T/e/bin/python3.1"
	is executable "$T/py/bin/python3"
	cp "$(real_python)" e/bin/any
	ln -s /gone/python3 e/bin/python3.8
	for name in any python python3 python3.8; do
		probe_ok "$T/e/bin/$name"
		is home /usr/bin
	done
}

@test "an ELF program without an interpreter is refused, whatever its name" {
	mkdir -p py/bin py/lib/python3.9/lib-dynload
	: >py/lib/python3.9/os.py
	cp /bin/true py/bin/python3.9
	probe_fails "not a Python I recognise" "$T/py/bin/python3.9"
	program py/bin/python3.9 "$interpreter"
	probe_ok "$T/py/bin/python3.9"
	program py/bin/python3.9 \
		'const char *volatile v = "PYTHONHASHSEED";' -s -static
	probe_ok "$T/py/bin/python3.9"
}

@test "Nix: a wrapper beside the library is the base if it hands argv[0] on" {
	tree "$T/store/py"
	mkdir -p store/env/bin store/env/lib
	ln -s "$T/store/py/lib/"* store/env/lib/
	program store/env/bin/python3 "const char *volatile doc =
		\"makeCWrapper '$T/store/py/bin/python3' --inherit-argv0\";"
	probe_ok "$T/store/env/bin/python3"
	is executable "$T/store/env/bin/python3"
	is prefix "$T/store/env"
	is real "$(readlink -f store/py/bin/python3)"
	mkdir bin
	cp store/env/bin/python3 bin/
	probe_ok "$T/bin/python3"
	is executable "$T/store/py/bin/python3"
}

@test "an old Python's micro version, from patchlevel.h and from its text" {
	mkdir -p py/bin py/lib/python3.9/lib-dynload py/include/python3.9
	: >py/lib/python3.9/os.py
	text=$interpreter'const char *volatile a = "3.2.0", *volatile b = "13.9.1 3.9.2 ",
		*volatile c = "/v/3.9.18";'
	program py/bin/python3.9 "$text"
	probe_ok "$T/py/bin/python3.9"
	is version 3.9.18.f.0
	program py/bin/python3.9 "$text const char *volatile d = \"3.9.7rc1+\";"
	probe_ok "$T/py/bin/python3.9"
	is version 3.9.7.c.1
	program py/bin/python3.9 "$text const char *volatile d = \"3.9.7\",
		*volatile e = \"3.9.4\", *volatile f = \"3.9.7\";"
	probe_ok "$T/py/bin/python3.9"
	is version 3.9
	program py/bin/python3.9 "$interpreter const char *volatile c = \"/v/3.9.18\",
		*volatile d = \"/3.9.4\";"
	probe_ok "$T/py/bin/python3.9"
	is version 3.9
	# where code and constants are one segment, as on ARM
	program py/bin/python3.9 "$text" -Wl,-z,noseparate-code
	probe_ok "$T/py/bin/python3.9"
	is version 3.9.18.f.0
	program py/bin/python3.9 "$interpreter const char *volatile c = \"/v/3.9.18\",
		*volatile d = \"/3.9.4\";"
	echo '#define PY_VERSION "3.8.1"' >py/include/python3.9/patchlevel.h
	probe_ok "$T/py/bin/python3.9"
	is version 3.9
	printf '#define PY_VERSION_HEX 1\n#define PY_VERSION\t"3.9.20+"\n' \
		>py/include/python3.9/patchlevel.h
	probe_ok "$T/py/bin/python3.9"
	is version 3.9.20.f.0
	is version_source patchlevel.h
}

@test "an inspection takes at most 32 system calls" {
	command -v strace >/dev/null || skip "no strace"
	tree "$T/py"
	# ASan does not run under ptrace; leaks are looked for elsewhere
	PATH=/nowhere:$T/py/bin ASAN_OPTIONS=detect_leaks=0 /usr/bin/strace \
		-o trace -e trace=%file,%desc "$probe" -f >facts
	is version_source "symbol Py_Version"
	n=$(sed '1,/getcwd/d; /^write/,$d; /^newfstatat(1,/d' trace | wc -l)
	echo "$n calls"
	[ "$n" -gt 10 ]
	[ "$n" -le 32 ]
}

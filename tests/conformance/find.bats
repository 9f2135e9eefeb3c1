#!/usr/bin/env bats
# Which Python is chosen: requests, PATH, the command's own directory, what
# version managers have installed, and their shims, which are never run.

setup()
{
	probe=$BUILD/san/tests/conformance/inspect_probe
	cd "$BATS_TEST_TMPDIR" || return 1
	T=$PWD
	unset "${!PYENV_@}" "${!ASDF_@}" "${!MISE_@}" "${!UV_@}" "${!XDG_@}" \
		LD_LIBRARY_PATH PYTHONHOME PYTHONPATH VIRTUAL_ENV
	export HOME=$T/home PATH=/usr/bin:/bin
	mkdir home work
}

fact()
{
	sed -n "s/^$1=//p" facts
}

is()
{
	[ "$(fact "$1")" = "$2" ] || {
		echo "$1: '$(fact "$1")', not '$2'"
		return 1
	}
}

# python DIR VERSION-HEX [FLAGS]: a Python is installed in DIR; with a t it
# runs without a GIL.
python()
{
	local x=$(($2 >> 24)).$(($2 >> 16 & 255)) t=$3
	mkdir -p "$1/bin" "$1/lib/python$x$t/lib-dynload"
	: >"$1/lib/python$x$t/os.py"
	printf '%s\nint main(void) { return 0; }\n' "
	const unsigned long Py_Version = $2;
	struct { char c[8]; unsigned long long v, t; } _PyRuntime =
		{ \"xdebugpy\", $2, ${t:+1}+0 };" >p.c
	cc -o "$1/bin/python$x" p.c -rdynamic
	ln -sf "python$x" "$1/bin/python3"
	ln -sf python3 "$1/bin/python"
}

# finds DIR [REQUEST]: what is found is DIR's.
finds()
{
	(cd "$T/work" && PATH=$SEARCH "$probe" -f "${@:2}") >facts || {
		cat facts
		return 1
	}
	is prefix "$1"
}

# fails TEXT [REQUEST]: nothing is found, and TEXT is among what is said.
fails()
{
	if (cd "$T/work" && PATH=$SEARCH "$probe" -f "${@:2}") >facts ||
		! grep -q ^code= facts || [[ $(<facts) != *"$1"* ]]; then
		cat facts
		return 1
	fi
}

@test "a request by version finds the Python of that version" {
	python "$T/a" 0x030c01f0
	python "$T/b" 0x030d00f0
	python "$T/c" 0x030d01f0 t
	python "$T/d" 0x030b00c2
	SEARCH=$T/a/bin:$T/b/bin:$T/c/bin:$T/d/bin
	finds "$T/a"
	finds "$T/a" 3
	finds "$T/a" python3
	finds "$T/a" python
	finds "$T/a" 3.12
	finds "$T/a" 3.12.1
	finds "$T/a" 312
	finds "$T/a" python3.12
	finds "$T/a" cpython3.12
	finds "$T/a" cpython
	finds "$T/b" 3.13
	finds "$T/b" python3.13
	finds "$T/b" 3.13.0
	finds "$T/c" 3.13t
	finds "$T/c" 3.13.1t
	finds "$T/c" python3.13t
	finds "$T/d" 3.11
	finds "$T/d" 3.11.0rc2
	fails "no Python 3.11.0 found" 3.11.0
	fails "no Python 3.11.0rc1 found" 3.11.0rc1
	fails "no Python 3.13.1 found" 3.13.1
	[[ $(<facts) == *"note=found 3.12.1 ($T/a/bin/python3)"* ]]
	fails "no Python 3.14 found" 3.14
	fails "no PyPy 3.9 found" pypy3.9
	fails "no Python 3.12t found" 3.12t
	fails "Python 2.7 is too old" 2.7
	fails "Python 2 is too old" python2
	fails "no Python called nothing found (looked for nothing in 4" nothing
	[[ $(<facts) == *"hint=give --python a version (3,"* ]]
}

@test "a request by path finds the Python there" {
	python "$T/a" 0x030c01f0
	python "$T/work/here" 0x030d00f0
	SEARCH=$T/a/bin
	finds "$T/work/here" here/bin/python3
	finds "$T/work/here" ./here
	finds "$T/work/here" here/
	finds "$T/work/here" "$T/work//here/./bin"
	finds "$T/work/here" ../work/here/lib/../bin/python
	is why "asked for"
	fails "cannot use '$T/work/none': No such file" ./none
	fails "a directory without bin/python3, bin/python, bin/python3.N, python3 or python.exe" .
	ln -sf gone "$T/work/here/bin/python3"
	ln -sf python3.13 "$T/work/here/bin/python"
	finds "$T/work/here" here/
	rm "$T/work/here/bin/python"
	fails "bin/python3': broken symlink to gone" here/
	mkdir "$T/pypy" "$T/pypy/bin"
	[ ! -x /usr/bin/pypy3 ] || {
		finds /usr /usr/bin/pypy3
		SEARCH=$T/a/bin:/usr/bin
		finds /usr pypy
		is implementation pypy
		finds /usr pypy3
		finds "$T/a" 3
	}
}

@test "a directory with python3.N only, as altinstall leaves it: the highest" {
	local dir
	python "$T/a" 0x030900f0
	python "$T/a" 0x030c01f0
	python "$T/a" 0x030d00f0 t
	mv a/bin/python3.13 a/bin/python3.13t
	rm a/bin/python a/bin/python3
	: >a/bin/python3.99-config
	: >a/bin/python3.98x
	mkdir a/bin/python3.97
	ln -s none a/bin/python3.96
	SEARCH=/nowhere
	for dir in a a/ a/bin; do
		finds "$T/a" "$T/$dir"
		is version 3.12.1.f.0
		is requested "$T/a/bin/python3.12"
	done
	rm a/bin/python3.12 a/bin/python3.9
	finds "$T/a" "$T/a"
	is version 3.13.0.f.0
	ln -s none a/bin/python3
	fails "broken symlink to none" "$T/a"
}

@test "names on PATH, with what is in the way" {
	python "$T/a" 0x030c01f0
	mkdir s e x dir
	printf '#!/bin/sh\necho no\n' >s/python3
	chmod +x s/python3
	ln -s /nowhere/python3 e/python3
	cp a/bin/python3.12 x/python3
	chmod -x x/python3
	mkdir dir/python3
	ln s/python3 dir/python
	SEARCH=::.:relative:$T/none:$T/s:$T/e:$T/x:$T/dir:$T/a/bin
	finds "$T/a"
	is why "first on PATH"
	is requested "$T/a/bin/python3"
	[ "$(fact note)" = "$T/s/python3: a script (#!/bin/sh), not a Python program
$T/x/python3: not executable" ]
	SEARCH=$T/none:$T/s:$T/e
	fails "no Python 3 found (looked for python3 and python in 3 director"
	grep -q "^note=$T/e/python3: broken symlink to /nowhere/python3" facts
	SEARCH=
	fails "in 0 directories of PATH"
	ln -s "$T/a/bin/python3" e/my-python
	SEARCH=$T/s:$T/e
	finds "$T/a" my-python
}

@test "only python3.N is there: the highest" {
	python "$T/a" 0x030900f0
	python "$T/a" 0x030c01f0
	python "$T/a" 0x030a00f0
	rm a/bin/python a/bin/python3
	: >a/bin/python3.99-config
	SEARCH=$T/a/bin
	finds "$T/a"
	is version 3.12.1.f.0
	is why "highest version on PATH"
	finds "$T/a" 3
	is version 3.12.1.f.0
	fails "no Python 3t found" 3t
	# one without a GIL comes last, but comes
	python "$T/b" 0x030d00f0 t
	rm b/bin/python b/bin/python3
	mv b/bin/python3.13 b/bin/python3.13t
	SEARCH=$T/b/bin
	finds "$T/b"
	finds "$T/b" 3
	finds "$T/b" 3t
	is version 3.13.0.f.0
	cp a/bin/python3.12 b/bin/
	cp -r a/lib/python3.12 b/lib/
	finds "$T/b"
	is version 3.12.1.f.0
	finds "$T/b" 3t
	is version 3.13.0.f.0
	: >b/bin/python3.99x
	chmod +x b/bin/python3.99x
	finds "$T/b"
	is note ""
}

@test "the directory the command is in" {
	python "$T/a" 0x030c01f0
	python "$T/own" 0x030d00f0
	SEARCH=$T/a/bin
	: >own/bin/pyvenv
	chmod +x own/bin/pyvenv
	export PROBE_ARGV0=$T/own/bin/pyvenv
	finds "$T/own"
	is why "in the directory of this command"
	finds "$T/own" 3.13
	finds "$T/a" 3.12
	finds "$T/a" python
	PROBE_ARGV0=../own/bin/pyvenv finds "$T/own"
	mkdir links
	ln -s "$T/own/bin/pyvenv" links/pyvenv
	PROBE_ARGV0=$T/links/pyvenv finds "$T/own"
	SEARCH=$T/links:$T/a/bin
	PROBE_ARGV0=pyvenv finds "$T/own"
	PROBE_ARGV0=nothing finds "$T/a"
	PROBE_ARGV0='' finds "$T/a"
	# a directory of all kinds of programs says nothing
	mkdir -p home/.local/bin
	ln -s "$T/own/bin/python3" home/.local/bin/python3
	PROBE_ARGV0=$T/home/.local/bin/pyvenv finds "$T/a"
	# even where there is a library for it
	python "$T/home/.local" 0x030d00f0
	for home in "$T/home" "$T/home/" "$T/home//"; do
		HOME=$home PROBE_ARGV0=$T/home/.local/bin/pyvenv finds "$T/a"
	done
	PROBE_ARGV0=/usr/bin/pyvenv finds "$T/a"
	# so does one that is not an installation's, or not this Python's
	mkdir Downloads proj proj/bin
	cp own/bin/python3.13 home/
	for dir in Downloads proj/bin .; do
		ln -s "$T/own/bin/python3" "$dir/python3"
		PROBE_ARGV0=$T/$dir/pyvenv finds "$T/a"
		# but what is on PATH is on PATH
		SEARCH=$T/$dir PROBE_ARGV0=$T/$dir/pyvenv finds "$T/own"
		is why "first on PATH"
		PROBE_ARGV0=$T/$dir/pyvenv finds "$T/a" 3
	done
	mkdir flat
	cp -r own/lib flat/
	cp own/bin/python3.13 flat/python3
	PROBE_ARGV0=$T/flat/pyvenv finds "$T/a"
	# of an installation's programs only its own
	ln -sf "$T/a/bin/python3" own/bin/python3
	ln -sf python3.13 own/bin/python
	PROBE_ARGV0=$T/own/bin/pyvenv finds "$T/own"
	ln -sf python3.13 own/bin/python3
	# but an environment's is one installation
	echo "home = $T/own/bin" >home/.local/pyvenv.cfg
	PROBE_ARGV0=$T/home/.local/bin/pyvenv finds "$T/own"
}

@test "installed versions, when one is asked for" {
	python "$T/home/.pyenv/versions/3.12.9" 0x030c09f0
	python "$T/home/.pyenv/versions/3.12.10" 0x030c0af0
	python "$T/home/.asdf/installs/python/3.10.1" 0x030a01f0
	python "$T/home/.local/share/mise/installs/python/3.9.1" 0x030901f0
	ln -s 3.9.1 "$T/home/.local/share/mise/installs/python/3.9"
	python "$T/home/.local/share/uv/python/cpython-3.13.0-linux-x" 0x030d00f0
	python "$T/home/.local/share/uv/python/cpython-3.13.0+freethreaded-x" \
		0x030d00f0 t
	SEARCH=/nowhere
	fails "no Python 3 found"
	finds "$T/home/.pyenv/versions/3.12.10" 3.12
	is why "installed by pyenv"
	finds "$T/home/.pyenv/versions/3.12.9" 3.12.9
	finds "$T/home/.asdf/installs/python/3.10.1" 3.10
	finds "$T/home/.local/share/uv/python/cpython-3.13.0-linux-x" 3.13
	finds "$T/home/.local/share/uv/python/cpython-3.13.0+freethreaded-x" 3.13t
	finds "$T/home/.local/share/mise/installs/python/3.9.1" 3.9.1
	fails "no Python 3.8 found" 3.8
	is note "found 3.12.10 ($T/home/.pyenv/versions/3.12.10/bin/python3)
found 3.12.9 ($T/home/.pyenv/versions/3.12.9/bin/python3)
found 3.10.1 ($T/home/.asdf/installs/python/3.10.1/bin/python3)
found 3.9.1 ($T/home/.local/share/mise/installs/python/3.9.1/bin/python3)
found 3.13.0t ($T/home/.local/share/uv/python/cpython-3.13.0+freethreaded-x/bin/python3)
found 3.13.0 ($T/home/.local/share/uv/python/cpython-3.13.0-linux-x/bin/python3)"
	mv home/.pyenv elsewhere
	PYENV_ROOT=$T/elsewhere finds "$T/elsewhere/versions/3.12.10" 3.12
	mv home/.local/share data
	XDG_DATA_HOME=$T/data finds "$T/data/mise/installs/python/3.9.1" 3.9
}

@test "thousands of versions, and of entries in PATH" {
	local v=$T/home/.pyenv/versions
	mkdir -p "$v" s
	(cd "$v" && eval 'mkdir 3.{1..120}.{1..120}')
	SEARCH=/nowhere
	# a sort that moves each by hand takes longer
	(ulimit -t 1 && fails "no Python 3.500 found" 3.500)
	printf '#!/bin/sh\necho no\n' >s/python3
	chmod +x s/python3
	cp s/python3 s/python
	for i in {1..3000}; do
		SEARCH=$SEARCH:$T/s
		SEARCH+=/
	done
	(ulimit -t 2 && fails "no Python 3 found (looked for python3 and \
python in 2 directories of PATH)")
	is note "$T/s/python3: a script (#!/bin/sh), not a Python program
$T/s/python: a script (#!/bin/sh), not a Python program"
	SEARCH=
	for i in {1..30}; do
		mkdir "s/$i"
		cp s/python3 "s/$i/"
		SEARCH=$SEARCH:$T/s/$i
	done
	fails "no Python 3 found"
	[[ $(<facts) == *"s/20/python3: a script"*"and 10 more"* ]]
	[[ $(<facts) != *s/21* ]]
	python "$T/a" 0x030c01f0
	SEARCH=$SEARCH:$T/a/bin
	finds "$T/a"
	[[ $(<facts) == *"and 10 more"* ]]
}

# pyenv_root VERSION...: a pyenv with these versions.
pyenv_root()
{
	local v n
	for v; do
		n=${v#*-}
		IFS=. read -r x y z <<<"$n"
		python "$T/pyenv/versions/$v" $((x << 24 | y << 16 | z << 8 | 0xf0))
	done
	mkdir -p pyenv/shims
	for n in python python3 python3.12; do
		cat >"pyenv/shims/$n" <<-END
		#!/usr/bin/env bash
		set -e
		touch $T/ran
		program="\${0##*/}"
		export PYENV_ROOT="$T/pyenv"
		exec "$T/pyenv/libexec/pyenv" exec "\$program" "\$@"
		END
		chmod +x "pyenv/shims/$n"
	done
	SEARCH=$T/pyenv/shims:$T/sys/bin
}

@test "pyenv's shim leads to the Python that pyenv chooses" {
	pyenv_root 3.12.1 3.12.10 3.12.9 3.11.7
	python "$T/sys" 0x030a00f0
	local v=$T/pyenv/versions
	finds "$T/sys"
	echo 3.11.7 >pyenv/version
	finds "$v/3.11.7"
	is why "pyenv shim, version 3.11.7 (set by $T/pyenv/version)"
	is requested "$T/pyenv/shims/python3"
	PYENV_VERSION=3.12.1 finds "$v/3.12.1"
	PYENV_VERSION=3.12 finds "$v/3.12.10"
	PYENV_VERSION=3 finds "$v/3.12.10"
	PYENV_VERSION=python-3.12.9 finds "$v/3.12.9"
	PYENV_VERSION=9.9:3.12.1 finds "$v/3.12.1"
	PYENV_VERSION=system finds "$T/sys"
	SEARCH=$T/pyenv/shims//:$SEARCH/ PYENV_VERSION=system finds "$T/sys"
	is requested "$T/pyenv/shims/python3"
	is note ""
	PYENV_VERSION=3.11.7 finds "$v/3.11.7" pyenv/../../pyenv/shims/python
	PYENV_VERSION=3.11.7 finds "$T/sys" 3.10
	printf '# mine\n\n  3.12.1 x\r\n3.11.7\n' >.python-version
	finds "$v/3.12.1"
	is why "pyenv shim, version 3.12.1 (set by $T/.python-version)"
	echo "3.12.9#" >work/.python-version
	finds "$v/3.12.9"
	mkdir other
	echo "3.11.7" >other/.python-version
	PYENV_DIR=$T/other finds "$v/3.11.7"
	printf '../../x\n..\n' >work/.python-version
	fails "version ../../x, .. (set by $T/work/.python-version) is not installed"
	# these are other tools' ways to write a version
	ln -s "$v/3.12.1" work/rel
	printf 'path:rel\nref:x\n3.12.9\n' >work/.python-version
	finds "$v/3.12.9"
	PYENV_VERSION=$v/3.12.1 fails "is not installed"
	PYENV_VERSION=.. fails "is not installed"
	echo 3.99 >work/.python-version
	fails "cannot use '$T/pyenv/shims/python3': pyenv shim, version 3.99 \
(set by $T/work/.python-version) is not installed"
	is note "installed by pyenv: 3.12.10
installed by pyenv: 3.12.9
installed by pyenv: 3.12.1
installed by pyenv: 3.11.7"
	# who asks for a version is not asked for the pin's
	finds "$v/3.12.10" 3.12
	finds "$v/3.11.7" 3.11
	finds "$v/3.12.10" '>=3.11'
	finds "$T/sys" 3.10
	fails "cannot use '$T/pyenv/shims/python3': pyenv shim, version 3.99" \
		"$T/pyenv/shims/python3"
	PYENV_VERSION=3.11.7 fails \
		"version 3.11.7 (set by \$PYENV_VERSION) has no python3.12" \
		"$T/pyenv/shims/python3.12"
	mkdir link
	ln -s "$T/pyenv/shims/python3" link/
	PYENV_VERSION=3.11.7 finds "$v/3.11.7" "$T/link/python3"
	[ ! -e ran ]
}

@test "pyenv's shim of an environment" {
	pyenv_root 3.12.1
	mkdir -p pyenv/versions/mine/bin
	ln -s "$T/pyenv/versions/3.12.1/bin/python3" pyenv/versions/mine/bin/
	echo "home = $T/pyenv/versions/3.12.1/bin" >pyenv/versions/mine/pyenv.cfg
	mv pyenv/versions/mine/pyenv.cfg pyenv/versions/mine/pyvenv.cfg
	PYENV_VERSION=mine finds "$T/pyenv/versions/3.12.1"
}

# finds_from DIR PREFIX: in DIR, with the links in its name, PREFIX is found.
finds_from()
{
	(cd "$1" && PATH=$SEARCH "$probe" -f) >facts || {
		cat facts
		return 1
	}
	is prefix "$2"
}

@test "pyenv's and asdf's shims: the current directory with its links, as in \$PWD" {
	local i=$T/home/.asdf/installs/python file
	pyenv_root 3.12.1 3.11.7 3.9.2
	python "$i/3.12.1" 0x030c01f0
	python "$i/3.11.7" 0x030b07f0
	mkdir -p asdf/shims home/.asdf/shims proj/sub other/sub/deep
	printf '%s\n' '#!/usr/bin/env bash' '# asdf-plugin: python 3.12.1' \
		'# asdf-plugin: python 3.11.7' 'exec asdf exec "python3" "$@"' \
		>home/.asdf/shims/python3
	chmod +x home/.asdf/shims/python3
	rmdir proj/sub
	ln -s ../other/sub proj/sub
	for file in .python-version .tool-versions; do
		case $file in
		.p*) v=$T/pyenv/versions ;;
		*) v=$i SEARCH=$T/home/.asdf/shims ;;
		esac
		echo "${file#.python-version}" | sed 's/..*/python /;s/$/3.12.1/' \
			>"proj/$file"
		sed 's/3.12.1/3.11.7/' "proj/$file" >"other/$file"
		finds_from proj/sub "$v/3.12.1"
		finds_from proj/sub/deep "$v/3.12.1"
		finds_from other/sub "$v/3.11.7"
		# one that lies is not believed
		for pwd in "$T/proj" proj/sub "$T/proj/../proj/sub" "$T/none" ''; do
			(
				cd other/sub
				export PWD=$pwd
				PATH=$SEARCH "$probe" -f
			) >facts
			is prefix "$v/3.11.7"
		done
	done
}

@test "pyenv's shim: several versions in one line, and names of environments" {
	pyenv_root 3.12.1 3.11.7 3.9.2
	python "$T/sys" 0x030a00f0
	local v=$T/pyenv/versions line
	for line in 3.12:3.9 3.99:3.12.1 :3.12: 3.12.1:x '3.99:3.98:3.12 3.9' \
		python-3.12:3.9; do
		echo "$line" >work/.python-version
		finds "$v/3.12.1"
	done
	echo 3.99:3.98 >work/.python-version
	fails "version 3.99, 3.98 (set by $T/work/.python-version) is not installed"
	echo 3.99:system >work/.python-version
	finds "$T/sys"
	mkdir -p "$v/3.9.2/envs/mine/bin"
	ln -s "$v/3.9.2/bin/python3" "$v/3.9.2/envs/mine/bin/"
	echo "home = $v/3.9.2/bin" >"$v/3.9.2/envs/mine/pyvenv.cfg"
	echo 3.9.2/envs/mine >work/.python-version
	finds "$v/3.9.2"
	is why "pyenv shim, version 3.9.2/envs/mine (set by $T/work/.python-version)"
	# what leads out of its directory, or to nothing, is not passed over
	python "$T/pyenv/x" 0x030b00f0
	for line in 3.9.2/envs/x ../x 3.9.2/../../x "$T/pyenv/x" .. . ./3.9.2 \
		3.9.2/./envs/mine; do
		echo "$line" >work/.python-version
		fails "version $line (set by $T/work/.python-version) is not installed"
	done
	printf '../x\n3.11\n' >work/.python-version
	finds "$v/3.11.7"
}

@test "a pin for another machine is not met by this one's" {
	pyenv_root 3.12.1
	python "$T/sys" 0x030a00f0
	local arch other=aarch64 this
	this=$(uname -m)
	[ "$this" != aarch64 ] || other=x86_64
	echo "cpython-3.12-linux-$this-gnu" >work/.python-version
	finds "$T/pyenv/versions/3.12.1"
	for arch in $other s390x powerpc64le riscv64 armv7 i686; do
		for version in cpython-3.12 cpython-3.12.1 pypy-3.12 cpython-3; do
			echo "$version-linux-$arch-gnu" >work/.python-version
			fails "$version-linux-$arch-gnu (set by $T/work/.python-version) is not"
		done
	done
	echo 3.12.1 >>work/.python-version
	finds "$T/pyenv/versions/3.12.1"
}

@test "asdf's shim leads to the Python that asdf chooses" {
	local i=$T/home/.asdf/installs/python
	python "$i/3.12.1" 0x030c01f0
	python "$i/ref-main" 0x030f00a1
	python "$T/by-path" 0x030b00f0
	python "$T/sys" 0x030a00f0
	mkdir -p home/.asdf/shims
	printf '%s\n' '#!/usr/bin/env bash' '# asdf-plugin: python 3.12.1' \
		'# asdf-plugin: python ref-main' \
		'exec /opt/asdf/bin/asdf exec "python3" "$@"' \
		>home/.asdf/shims/python3
	chmod +x home/.asdf/shims/python3
	SEARCH=$T/home/.asdf/shims:$T/sys/bin
	finds "$T/sys"
	is note "$T/home/.asdf/shims/python3: asdf shim, no version is set"
	printf 'nodejs 20\npython  3.12.1 system # x\n' >home/.tool-versions
	finds "$i/3.12.1"
	is why "asdf shim, version 3.12.1 (set by $T/home/.tool-versions)"
	echo "python ref:main" >.tool-versions
	finds "$i/ref-main"
	is version 3.15.0.a.1
	echo "python path:$T/by-path" >work/.tool-versions
	finds "$T/by-path"
	ln -s "$T/by-path" work/rel
	for v in path:rel path:./rel path:; do
		ASDF_PYTHON_VERSION=$v fails "cannot use \
'$T/home/.asdf/shims/python3': asdf shim, a version is a path that is not absolute"
	done
	ASDF_PYTHON_VERSION=$T/by-path fails "is not installed"
	ASDF_PYTHON_VERSION=system finds "$T/sys"
	echo "python 3.1 3.12.1" >work/.tool-versions
	finds "$i/3.12.1"
	rm work/.tool-versions .tool-versions home/.tool-versions
	sed -i /ref-main/d home/.asdf/shims/python3
	finds "$i/3.12.1"
}

@test "mise's shim leads to the Python that mise chooses" {
	local i=$T/home/.local/share/mise/installs/python
	python "$i/3.12.1" 0x030c01f0
	python "$i/3.11.7" 0x030b07f0
	ln -s 3.12.1 "$i/latest"
	ln -s 3.12.1 "$i/3.12"
	python "$T/sys" 0x030a00f0
	mkdir -p home/.local/share/mise/shims home/.config/mise bin
	cp /bin/true bin/mise
	ln -s "$T/bin/mise" home/.local/share/mise/shims/python3
	SEARCH=$T/home/.local/share/mise/shims:$T/sys/bin
	finds "$T/sys"
	is note "$T/home/.local/share/mise/shims/python3: mise shim, no version is set"
	printf '[env]\npython = "9"\n[tools]\nnode = "20"\npython = "3.11"\n' \
		>home/.config/mise/config.toml
	finds "$i/3.11.7"
	is why "mise shim, version 3.11 (set by $T/home/.config/mise/config.toml)"
	# only where a setting says so
	echo "3.12.1" >.python-version
	finds "$i/3.11.7"
	[[ $(<facts) == *"$T/.python-version: mise reads it only where"* ]]
	MISE_IDIOMATIC_VERSION_FILE_ENABLE_TOOLS=node,python finds "$i/3.12.1"
	echo '[settings]
	idiomatic_version_file_enable_tools = ["python"]' >mise.toml
	finds "$i/3.12.1"
	echo "python 3.11.7" >work/.tool-versions
	finds "$i/3.11.7"
	rm mise.toml
	printf "[tools]\npython = [ '3.12' , \"3.11\" ] # two\n" >work/mise.toml
	finds "$i/3.12"
	is real "$i/3.12.1/bin/python3.12"
	MISE_PYTHON_VERSION=latest finds "$i/latest"
	printf '[tools]\npython = { version = "3.12" }\n' >work/mise.toml
	finds "$i/3.12"
	# set_in_project LINE...
	set_in_project()
	{
		printf '%s\n' "$@" >work/mise.toml
	}
	for key in '"python"' "'python'"; do
		set_in_project '[ "tools" ] # x' "node = '1'" " $key = '3.11'"
		finds "$i/3.11.7"
	done
	rm .python-version work/.tool-versions
	printf '[tools]\npython = "3.12"\n' >home/.config/mise/config.toml
	set_311()
	{
		set_in_project "$@"
		finds "$i/3.11.7"
		is why "mise shim, version 3.11 (set by $T/work/mise.toml)"
	}
	set_311 '[tools.python]' 'version = "3.11"'
	set_311 '[ tools . "python" ]' 'version = "3.11"'
	set_311 '[[tools.python]]' 'version = "3.11"' '[[tools.python]]' \
		'version = "3.12"'
	set_311 'tools.python = "3.11"'
	set_311 '"tools" . python = "3.11"'
	set_311 'tools = { python = "3.11" }'
	set_311 '[tools]' 'python.version = "3.11"'
	set_311 '[tools]' '"python" .version = "3.11"'
	set_311 '[tools]' 'python = [' '"3.11", # old' ']'
	set_311 '[tools]' 'python = [{version = "3.12", os = ["macos"]},' \
		'{version = "3.11", os = ["linux"]}]'
	set_311 '[tools]' '"core:python" = "\u0033.11"'
	set_311 '[tools]' 'python = """' '3.11"""'
	set_311 $'\xef\xbb\xbf[tools]' 'python = "3.11"'
	set_311 '[tools]' 'python = 3.11'
	set_in_project '[tools]' 'python = "prefix:3.11"'
	finds "$i/3.11.7"
	set_in_project '[tools]' "python = 'path:../by-path'"
	python "$T/by-path" 0x030e00f0
	finds "$T/by-path"
	for text in 'python = "3.99"' 'python = ["3.99"]' 'python = {version = "3.99"}'
	do
		set_in_project '[tools]' "$text"
		fails "cannot use '$T/home/.local/share/mise/shims/python3': \
mise shim, version 3.99 (set by $T/work/mise.toml) is not installed"
	done
	set_in_project '[tools]' 'python = "{{ env.V }}"'
	fails "a template that only mise can expand"
	set_in_project '[tools]' 'python = '
	fails "$T/work/mise.toml cannot be parsed"
	set_in_project '[tools]' 'python = "3.11"' '[tools]'
	fails "$T/work/mise.toml cannot be parsed"
	# these are other tables, or text
	set_in_project '[env]' 'x = """' '[tools]' 'python = "3.11"' '"""'
	finds "$i/3.12"
	set_in_project '[env]' "x = '''" '[tools]' 'python = "3.11"' "'''"
	finds "$i/3.12"
	# none of these sets it
	for other in '[env]' '[tools.node]' '[toolset]' '[[tools]]'; do
		set_in_project "$other" 'python = "3.11"'
		finds "$i/3.12"
	done
	set_in_project '[tools]' 'python3 = "3.11"' '#python = "3.11"' \
		'[tasks.x]' 'run = """' 'echo' '"""'
	finds "$i/3.12"
}

@test "mise's shim: every file it reads, in its order" {
	local i=$T/home/.local/share/mise/installs/python n=0 file
	mkdir -p home/.local/share/mise/shims bin etc
	cp /bin/true bin/mise
	ln -s "$T/bin/mise" home/.local/share/mise/shims/python3
	SEARCH=$T/home/.local/share/mise/shims
	# from the least to the most important
	for file in ../.tool-versions .tool-versions \
		.config/mise/conf.d/1.toml .config/mise/conf.d/2.toml \
		.config/mise/config.toml .config/mise/mise.toml \
		.config/mise.toml .mise/conf.d/x.toml .mise/config.toml \
		mise/config.toml .rtx.toml mise.toml .mise.toml \
		.config/mise/config.local.toml .config/mise/mise.local.toml \
		.config/mise.local.toml .mise/config.local.toml \
		mise/config.local.toml mise.local.toml .mise.local.toml; do
		n=$((n + 1))
		python "$i/3.11.$n" $((0x030b00f0 + n * 256))
		mkdir -p "work/$(dirname "$file")"
		case $file in
		*.toml) printf '[tools]\npython = "3.11.%d"\n' $n ;;
		*) echo "python 3.11.$n" ;;
		esac >"work/$file"
		finds "$i/3.11.$n"
		grep -q "^why=.*$(basename "$file")" facts
	done
	echo 'tools.python = "3.11.1"' >work/mise.test.toml
	MISE_ENV=test,none finds "$i/3.11.1"
	MISE_PYTHON_VERSION=3.11.2 MISE_ENV=test finds "$i/3.11.2"
}

@test "mise's shim: the configuration of the user" {
	local i=$T/home/.local/share/mise/installs/python
	python "$i/3.11.1" 0x030b01f0
	mkdir -p home/.local/share/mise/shims home/.config/mise/conf.d bin x/conf.d
	cp /bin/true bin/mise
	ln -s "$T/bin/mise" home/.local/share/mise/shims/python3
	SEARCH=$T/home/.local/share/mise/shims
	echo 'tools.python = "3.98"' >home/.config/mise/conf.d/a.toml
	fails "home/.config/mise/conf.d/a.toml) is not installed"
	echo 'tools.python = "3.97"' >home/.config/mise/config.toml
	fails "version 3.97 (set by $T/home/.config/mise/config.toml)"
	echo 'tools.python = "3.96"' >x/config.toml
	MISE_CONFIG_DIR=$T/x fails "version 3.96 (set by $T/x/config.toml)"
	mkdir -p y/mise
	mv x/config.toml y/mise/
	XDG_CONFIG_HOME=$T/y fails "version 3.96 (set by $T/y/mise/config.toml)"
	MISE_GLOBAL_CONFIG_FILE=$T/y/mise/config.toml fails "version 3.96"
}

@test "asdf's shim: .python-version where asdfrc says so" {
	local i=$T/home/.asdf/installs/python
	python "$i/3.12.1" 0x030c01f0
	python "$i/3.11.1" 0x030b01f0
	python "$T/sys" 0x030a00f0
	mkdir -p home/.asdf/shims
	printf '%s\n' '#!/usr/bin/env bash' '# asdf-plugin: python 3.12.1' \
		'# asdf-plugin: python 3.11.1' \
		'exec asdf exec "python3" "$@"' >home/.asdf/shims/python3
	chmod +x home/.asdf/shims/python3
	SEARCH=$T/home/.asdf/shims:$T/sys/bin
	echo 3.11.1 >.python-version
	finds "$T/sys"
	[[ $(<facts) == *"$T/.python-version: asdf reads it only with"* ]]
	echo 'legacy_version_file = yes' >home/.asdfrc
	finds "$i/3.11.1"
	echo "python 3.12.1" >.tool-versions
	finds "$i/3.12.1"
	echo 3.99 >work/.python-version
	fails "asdf shim, version 3.99 (set by $T/work/.python-version) is not"
	mv home/.asdfrc rc
	ASDF_CONFIG_FILE=$T/rc fails "version 3.99"
	finds "$i/3.12.1"
	mv .tool-versions versions
	ASDF_TOOL_VERSIONS_FILENAME=versions finds "$i/3.12.1"
}

@test "a .python-version in the form of uv, met through a shim" {
	pyenv_root 3.12.3 3.12.4 3.11.7
	python "$T/pyenv/versions/3.13.0t" 0x030d00f0 t
	python "$T/sys" 0x030a00f0
	local v=$T/pyenv/versions
	pin()
	{
		printf '%s\n' "$@" >work/.python-version
	}
	pin cpython-3.12.3-linux-x86_64-gnu
	finds "$v/3.12.3"
	pin cpython@3.12
	finds "$v/3.12.4"
	pin '>=3.11,<3.12'
	finds "$v/3.11.7"
	pin 3.13t
	finds "$v/3.13.0t"
	pin 3.99 3.11 3.12
	finds "$v/3.11.7"
	# what uv itself has installed, by its whole name
	python "$T/home/.local/share/uv/python/cpython-3.12.8-linux-x86_64-gnu" \
		0x030c08f0
	pin cpython-3.12.8-linux-x86_64-gnu
	finds "$T/home/.local/share/uv/python/cpython-3.12.8-linux-x86_64-gnu"
	for v in cpython-3.12.9-linux-x86_64-gnu cpython@3.99 '>=3.14' 3.13; do
		pin "$v"
		fails "pyenv shim, version $v (set by $T/work/.python-version)"
	done
}

@test "mise's files are where its variables say" {
	local i=$T/home/.local/share/mise/installs/python n
	for n in 1 2 3 4; do
		python "$i/3.11.$n" $((0x030b00f0 + n * 256))
	done
	python "$T/other/python/3.12.1" 0x030c01f0
	python "$T/sys" 0x030a00f0
	mkdir -p home/.local/share/mise/shims bin work/deploy etc
	cp /bin/true bin/mise
	ln -s "$T/bin/mise" home/.local/share/mise/shims/python3
	SEARCH=$T/home/.local/share/mise/shims:$T/sys/bin
	printf '[tools]\npython = "3.11.1"\n' >work/mise.toml
	printf '[tools]\npython = "3.11.2"\n' >work/deploy/mise.toml
	printf '[tools]\npython = "3.11.3"\n' >etc/config.toml
	echo "python 3.11.4" >work/.tool-versions
	finds "$i/3.11.1"
	MISE_OVERRIDE_CONFIG_FILENAMES=deploy/mise.toml finds "$i/3.11.2"
	MISE_OVERRIDE_CONFIG_FILENAMES=mise.toml:deploy/mise.toml \
		finds "$i/3.11.2"
	MISE_OVERRIDE_CONFIG_FILENAMES=$T/etc/config.toml finds "$i/3.11.3"
	MISE_OVERRIDE_CONFIG_FILENAMES=none.toml finds "$i/3.11.4"
	export MISE_OVERRIDE_TOOL_VERSIONS_FILENAMES=none
	MISE_OVERRIDE_CONFIG_FILENAMES=none.toml finds "$T/sys"
	MISE_OVERRIDE_CONFIG_FILENAMES=none.toml MISE_SYSTEM_CONFIG_DIR=$T/etc \
		finds "$i/3.11.3"
	mv work/.tool-versions work/versions
	MISE_OVERRIDE_CONFIG_FILENAMES=none.toml \
		MISE_OVERRIDE_TOOL_VERSIONS_FILENAMES=x:versions finds "$i/3.11.4"
	MISE_NO_CONFIG=1 finds "$T/sys"
	MISE_NO_CONFIG=1 MISE_PYTHON_VERSION=3.11.2 finds "$i/3.11.2"
	MISE_PYTHON_VERSION=3.12.1 MISE_INSTALLS_DIR=$T/other \
		finds "$T/other/python/3.12.1"
}

# mise_root VERSION...: a mise with these versions of 3.11, and no other Python but
# 3.10 in sys.
mise_root()
{
	local n
	i=$T/home/.local/share/mise/installs/python
	for n; do
		python "$i/3.11.$n" $((0x030b00f0 + n * 256))
	done
	python "$T/sys" 0x030a00f0
	mkdir -p home/.local/share/mise/shims home/.config/mise bin
	cp /bin/true bin/mise
	ln -s "$T/bin/mise" home/.local/share/mise/shims/python3
	SEARCH=$T/home/.local/share/mise/shims:$T/sys/bin
}

@test "mise's shim: .python-versions where the setting allows it" {
	mise_root 1 2 3
	printf '# old\n3.11.9 # none\n3.11.1\n' >.python-versions
	finds "$T/sys"
	[[ $(<facts) == *"$T/.python-versions: mise reads it only where"* ]]
	export MISE_IDIOMATIC_VERSION_FILE_ENABLE_TOOLS=python
	finds "$i/3.11.1"
	is why "mise shim, version 3.11.1 (set by $T/.python-versions)"
	# it counts more than .python-version, and less than what is nearer
	echo 3.11.2 >.python-version
	finds "$i/3.11.1"
	echo 3.11.2 >work/.python-version
	finds "$i/3.11.2"
	echo "python 3.11.3" >work/.tool-versions
	finds "$i/3.11.3"
	rm work/.*s work/.*n
	echo 3.99 >work/.python-versions
	fails "version 3.99 (set by $T/work/.python-versions) is not installed"
}

@test "mise's shim: the names of files in its variables" {
	mise_root 1 2 3 4
	local name
	mkdir work/conf
	for name in foo.toml conf/foo.toml .foo "$T/work/conf/x.toml"; do
		(cd work && echo 'tools.python = "3.11.1"' >"$name")
		MISE_DEFAULT_CONFIG_FILENAME=$name finds "$i/3.11.1"
		finds "$T/sys"
	done
	export MISE_DEFAULT_CONFIG_FILENAME=foo.toml
	echo 'tools.python = "3.11.2"' >work/mise.toml
	finds "$i/3.11.1"
	echo 'tools.python = "3.11.3"' >work/.mise.toml
	finds "$i/3.11.3"
	MISE_OVERRIDE_CONFIG_FILENAMES=mise.toml finds "$i/3.11.2"
	rm work/.mise.toml
	# one that is read anyhow keeps its place
	echo 'tools.python = "3.11.4"' >work/.rtx.toml
	MISE_DEFAULT_CONFIG_FILENAME=.rtx.toml finds "$i/3.11.2"
	MISE_DEFAULT_CONFIG_FILENAME='' finds "$i/3.11.2"
	rm work/*.toml work/.rtx.toml
	echo "python 3.11.1" >work/.tool-versions
	echo "python 3.11.2" >work/versions
	finds "$i/3.11.1"
	export MISE_DEFAULT_TOOL_VERSIONS_FILENAME=versions
	finds "$i/3.11.2"
	MISE_OVERRIDE_TOOL_VERSIONS_FILENAMES=.tool-versions finds "$i/3.11.1"
	mv work/versions home/
	finds "$i/3.11.1"
	rm work/.tool-versions
	finds "$i/3.11.2"
}

@test "mise's shim: the names of Python, with the backend" {
	mise_root 1 2
	local name
	python "$i/../vfox-python/3.12.1" 0x030c01f0
	python "$i/../asdf-python/3.13.1" 0x030d01f0
	i=$(cd "$i" && pwd -P)
	for name in python core:python python: core:python: python::; do
		echo "$name 3.11.1" >work/.tool-versions
		finds "$i/3.11.1"
	done
	for name in vfox:python=3.12.1 asdf:python=3.13.1; do
		echo "${name%=*} ${name#*=}" >work/.tool-versions
		finds "${i%/*}/${name%:*}-python/${name#*=}"
		echo "tools.'${name%=*}' = '${name#*=}'" >work/mise.toml
		rm work/.tool-versions
		finds "${i%/*}/${name%:*}-python/${name#*=}"
		printf '%s\n' "[tools.\"${name%=*}\"]" "version = '3.99'" \
			>work/mise.toml
		fails "version 3.99 (set by $T/work/mise.toml) is not installed"
		is note "installed by mise: ${name#*=}"
		rm work/mise.toml
	done
	# the first one that has a version decides
	printf '%s\n' '[tools]' '"vfox:python" = {version = "3.12", os = ["macos"]}' \
		'python = "3.11.2"' '"asdf:python" = "3.13.1"' >work/mise.toml
	finds "$i/3.11.2"
	# one for another system decides nothing, not even the directory
	echo "tools.'vfox:python' = {version = '3.12', os = ['macos']}" \
		>work/mise.toml
	echo 3.11.1 >work/.python-version
	MISE_IDIOMATIC_VERSION_FILE_ENABLE_TOOLS=python finds "$i/3.11.1"
	rm work/.python-version
	for name in npm:python xcore:python python3 core:python3 core; do
		echo "tools.'$name' = '3.11.1'" >work/mise.toml
		echo "$name 3.11.1" >work/.tool-versions
		finds "$T/sys"
	done
}

@test "mise's shim: an alias of a version" {
	mise_root 1 2 3
	local table
	echo 'tools.python = "mine"' >work/mise.toml
	fails "version mine (set by $T/work/mise.toml) is not installed"
	for table in alias.python alias.python.versions tool_alias.python \
		tool_alias.python.versions; do
		printf '%s\n' "[$table]" "other = '3.11.3'" "mine = '3.11.1'" \
			>home/.config/mise/config.toml
		finds "$i/3.11.1"
		MISE_PYTHON_VERSION=other finds "$i/3.11.3"
	done
	printf '%s\n' '[tool_alias.python.versions]' "mine = '3.11.2'" \
		'[alias.python]' "mine = '3.11.3'" "'3.11' = '3.11.1'" >mise.toml
	finds "$i/3.11.2"
	# a version that could be had as it is, too
	MISE_PYTHON_VERSION=3.11 finds "$i/3.11.1"
	echo "python mine" >work/.tool-versions
	rm work/mise.toml
	finds "$i/3.11.2"
	echo "tool_alias.python.versions.mine = '3.99'" >mise.toml
	fails "version 3.99 (set by $T/work/.tool-versions) is not installed"
	echo "tool_alias.python.versions.mine = '{{ exec() }}'" >mise.toml
	fails "a template that only mise can expand"
	# of other tools
	rm home/.config/mise/config.toml
	for table in tool_alias.node.versions alias tool_alias env shell_alias; do
		printf '%s\n' "[$table]" "mine = '3.11.1'" >mise.toml
		fails "version mine (set by"
	done
	MISE_NO_CONFIG=1 MISE_PYTHON_VERSION=mine fails "version mine"
}

@test "a .python-version without a shim is only noted" {
	python "$T/sys" 0x030a00f0
	SEARCH=$T/sys/bin
	echo 3.99 >.python-version
	export PROBE_EXPLAIN=1
	finds "$T/sys"
	is note "$T/.python-version: it decides nothing, since PATH has no shim \
of pyenv, mise or asdf"
	finds "$T/sys" 3
	is note ""
}

@test "a range: the newest on PATH and in the stores" {
	python "$T/a" 0x030a01f0
	python "$T/b" 0x030c01f0
	python "$T/c" 0x030d00c1
	python "$T/t" 0x030d01f0 t
	python "$T/home/.pyenv/versions/3.11.4" 0x030b04f0
	python "$T/home/.local/share/uv/python/cpython-3.12.7-linux-x" 0x030c07f0
	SEARCH=$T/a/bin:$T/b/bin:$T/c/bin:$T/t/bin
	finds "$T/home/.local/share/uv/python/cpython-3.12.7-linux-x" '>=3.10'
	for range in '3.x' '3.*' '>=3.11,!=3.13.*' '~=3.11' 'python>=3.9' \
		'cpython>=3.9' '==3.12.*' '3.12.x' '<3.13' ' >= 3.9 , < 4 '; do
		finds "$T/home/.local/share/uv/python/cpython-3.12.7-linux-x" \
			"$range"
	done
	finds "$T/home/.pyenv/versions/3.11.4" '>3.10.9,<3.12'
	finds "$T/a" '<3.11'
	finds "$T/b" '>=3.10,<3.12.7'
	finds "$T/b" '==3.12.1'
	# a pre-release, and a build without a GIL, if there is nothing else
	finds "$T/c" '>=3.13rc1,<3.13.0rc9'
	finds "$T/t" '>=3.13.1'
	fails "no Python >=3.14 found" '>=3.14'
	[[ $(<facts) == *"note=found 3.12.1 ($T/b/bin/python3)"* ]]
	fails "no PyPy >=3.9 found" 'pypy>=3.9'
}

#!/usr/bin/env bats
# --root: the interpreter, the environment and all that is written are inside
# of a directory, whatever links are in it, and the host is not asked
# (spec interpreter.md, "--root ROOT"). The environment is used there, by the
# real Python of this machine in a root of its own.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base
	fake_python "$BASE" 3.12.4
}

# a_root: $R is a directory with a Python of version 3.12.4 in /usr.
a_root()
{
	R=$T/root
	mkdir "$R"
	cp -a "$BASE" "$R/usr"
	mkdir "$R/usr/lib/python3.12/encodings" "$R/lib64" "$R/lib"
	: >"$R/lib64/ld-linux-x86-64.so.2"
	: >"$R/lib/ld-linux-aarch64.so.1"
}

# real_root: $R has the Python of this machine, all of it that starting needs.
real_root()
{
	local file
	R=$T/root
	mkdir -p "$R"/{proc,dev,tmp,usr/lib}
	PYTHON=$(readlink -f /usr/bin/python3)
	for file in "$PYTHON" $(ldd "$PYTHON" | grep -o '/[^ )]*'); do
		mkdir -p "$R/${file%/*}"
		cp -L "$file" "$R/$file"
	done
	mkdir "$R/bin" "$R/etc" "$R/etc/alternatives"
	cp -a "/usr/lib/${PYTHON##*/}" "$R/usr/lib"
	ln -s "$PYTHON" "$R/etc/alternatives/python3"
	ln -s /etc/alternatives/python3 "$R/usr/bin/python3"
}

# in_root COMMAND...: runs it with $R as its root.
in_root()
{
	run bwrap --bind "$R" / --dev /dev --proc /proc --unshare-all \
		--clearenv "$@"
}

# nobody_was_asked: of the host's files only these may be used by their names;
# all others are below an open directory. What is no link is a step to the root.
nobody_was_asked()
{
	! grep -E -e 'AT_FDCWD, "' -e '^[a-z0-9]*\("/' \
		-e '^[a-z0-9]*at2?\([0-9]+, "/' trace |
		grep -vF -e "\"$R\"" -e '"/proc/self/exe"' -e symlinkat -e getcwd \
			-e '"/proc/self/mountinfo"' -e '= -1 EINVAL' -e execve
}

@test "no file that is written names the root" {
	a_root
	pv --root "$R" /opt/env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	[ "$(readlink "$R/opt/env/bin/python3")" = /usr/bin/python3 ]
	[ "$(sed -n 's/^home = //p' "$R/opt/env/pyvenv.cfg")" = /usr/bin ]
	grep -qx 'command = pyvenv /opt/env' "$R/opt/env/pyvenv.cfg"
	grep -q '/opt/env' "$R/opt/env/bin/activate"
	refuse grep -rF "$T" "$R/opt/env"
	[ ! -e /opt/env ]
}

@test "the environment works in the root, through absolute links of its own" {
	real_root
	mkdir "$R/srv"
	ln -s /srv "$R/opt"
	pv --root "$R" /opt/env
	[ "$status" = 0 ]
	in_root /opt/env/bin/python -c 'import sys, json
print(sys.prefix, sys.base_prefix, sys.executable)'
	[ "$output" = "/opt/env /usr /opt/env/bin/python" ]
	[ -d "$R/srv/env" ]
}

@test "a copy works in the root" {
	real_root
	pv --root "$R" --copies /env
	[ "$status" = 0 ]
	[ ! -L "$R/env/bin/python" ]
	in_root /env/bin/python -c 'import sys; print(sys.prefix)'
	[ "$output" = /env ]
}

@test "pip of the root's own directory of wheels" {
	ls /usr/share/python-wheels/pip-*.whl >/dev/null 2>&1 ||
		skip "no pip in /usr/share/python-wheels"
	real_root
	mkdir -p "$R/usr/share"
	cp -a /usr/share/python-wheels "$R/usr/share"
	pv --root "$R" --with-pip /opt/env
	[ "$status" = 0 ]
	[ "$(head -n 1 "$R/opt/env/bin/pip")" = '#!/opt/env/bin/python' ]
	refuse grep -rF "$T" "$R/opt/env"
	in_root /opt/env/bin/pip --version
	has " from /opt/env/lib/" "$output"
}

@test "a wheel is a file of the host, and its name stays there" {
	a_root
	mkdir wheels
	python3 - <<-'END'
		import zipfile
		files = {
		    'a.py': 'X = 1\n',
		    'a-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\n'
		        'Root-Is-Purelib: true\nTag: py3-none-any\n',
		    'a-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\n'
		        'Name: a\nVersion: 1.0\n',
		}
		import hashlib, base64
		def row(name, text):
		    sum = hashlib.sha256(text.encode()).digest()
		    sum = base64.urlsafe_b64encode(sum).rstrip(b'=').decode()
		    return f'{name},sha256={sum},{len(text)}\n'
		record = ''.join(row(n, t) for n, t in files.items())
		name = 'a-1.0.dist-info/RECORD'
		with zipfile.ZipFile('wheels/a-1.0-py3-none-any.whl', 'w') as z:
		    for n, t in files.items():
		        z.writestr(n, t)
		    z.writestr(name, record + name + ',,\n')
	END
	pv --root "$R" --wheel wheels/a-1.0-py3-none-any.whl /env
	[ "$status" = 0 ]
	site=$R/env/lib/python3.12/site-packages
	[ -f "$site/a.py" ]
	[ ! -e "$site/a-1.0.dist-info/direct_url.json" ]
	refuse grep -rF -e "$T" -e wheels "$R/env"
	pv --root "$R" --upgrade --wheel wheels /env
	[ "$status" = 0 ]
	pv --root "$R" --exist-ok --wheel wheels /env
	[ "$status" = 0 ]
}

@test "the variables of the host count for nothing" {
	a_root
	fake_python "$T/other" 3.11.1
	cp -a other "$R/other"
	export PATH=$T/other/bin:/other/bin:$PATH PYVENV_PYTHON=3.11 \
		PYENV_ROOT=$T HOME=/other VIRTUAL_ENV=/other PYENV_VERSION=3.11.1
	pv --root "$R" -v -n /env
	[ "$status" = 0 ]
	has "using /usr/bin/python3: first in the root" "$stderr"
	run env -u PATH "$T/links/pyvenv" --root "$R" -n /env
	[ "$status" = 0 ]
}

@test "a Python that only the host has is not found" {
	mkdir root
	pv --root root /env
	[ "$status" = 1 ]
	has "3 directories of the root" "$stderr"
	pv --root root -p "$BASE/bin/python3" /env
	[ "$status" = 1 ]
	[ ! -e root/env ]
}

@test "a link that climbs or is absolute stays inside" {
	a_root
	mkdir -p outside/opt "$R/deep" "$R$T/outside"
	ln -s ../../../../../../../../../../../.."$T/outside" "$R/deep/climb"
	ln -s "$T/outside" "$R/deep/absolute"
	ln -s /proc/self/root/tmp "$R/deep/magic"
	pv --root "$R" /deep/climb/env /deep/absolute/env2
	[ "$status" = 0 ]
	[ -d "$R$T/outside/env" ]
	[ -d "$R$T/outside/env2" ]
	[ "$(find outside | wc -l)" = 2 ]
	pv --root "$R" /deep/magic/env3
	[ "$status" = 1 ]
	[ ! -e /tmp/env3 ]
	# the interpreter, too, is one of the root
	ln -s "$BASE/bin/python3" "$R/usr/bin/python3.9"
	pv --root "$R" -p /usr/bin/python3.9 /env4
	[ "$status" = 1 ]
}

@test "nothing outside of the root is looked at" {
	need_itself "its own system calls are in the trace"
	need_static
	a_root
	strace -o trace "$T/links/pyvenv" --root "$R" /opt/env
	nobody_was_asked
	strace -o trace "$T/links/pyvenv" --root "$R" --copies --clear /opt/env
	nobody_was_asked
	strace -o trace "$T/links/pyvenv" --root "$R" --upgrade /opt/env
	nobody_was_asked
	strace -o trace "$T/links/pyvenv" --root "$R" --check /opt/env
	nobody_was_asked
	# and the trace shows it when it is
	strace -o trace "$T/links/pyvenv" -p "$BASE" -n env >/dev/null
	refuse nobody_was_asked
}

@test "--check, --exist-ok, --upgrade and --clear work inside" {
	a_root
	pv --root "$R" /opt/env
	pv --root "$R" --check /opt/env
	[ "$status" = 0 ]
	pv --root "$R" --exist-ok -n /opt/env
	has "would not change /opt/env" "$output"
	ln -sf /nowhere "$R/opt/env/bin/python3"
	pv --root "$R" --check /opt/env
	[ "$status" = 1 ]
	has "leads to nothing" "$output"
	pv --root "$R" --exist-ok /opt/env
	[ "$status" = 0 ]
	: >"$R/opt/env/mine"
	pv --root "$R" --upgrade /opt/env
	[ "$status" = 0 ]
	[ -e "$R/opt/env/mine" ]
	pv --root "$R" --clear /opt/env
	[ "$status" = 0 ]
	[ ! -e "$R/opt/env/mine" ]
	pv --root "$R" /opt/env
	[ "$status" = 1 ]
	has "cannot create '/opt/env': it exists" "$stderr"
}

@test "directories that must not be cleared are protected inside the root" {
	a_root
	mkdir -p "$R/home/me/project"
	pv --root "$R" --clear /usr
	[ "$status" = 1 ]
	pv --root "$R" --clear /
	[ "$status" = 1 ]
	HOME=$R/home/me
	pv --root "$R" --clear /home
	[ "$status" = 1 ]
	has "home directory" "$stderr"
	HOME=/
	cd "$R/home/me/project"
	pv --root "$R" --clear /home/me
	[ "$status" = 1 ]
	has "current directory" "$stderr"
}

@test "which machine it is for" {
	a_root
	pv --root "$R" -v /opt/env
	has "machine: $(uname -m), " "$stderr"
	pv --root "$R" --json -n /opt/env2
	[ "$(jq -r .python.machine <<<"$output")" = "$(uname -m)" ]
}

@test "the files that the Python of a root needs to start are looked for there" {
	real_root
	rm -r "$R/usr/lib/${PYTHON##*/}/encodings"
	find "$R" -name 'ld-linux*' -delete
	pv --root "$R" /env
	[ "$status" = 0 ]
	has "encodings: this interpreter will not start" "$stderr"
	has "needs the loader" "$stderr"
}

@test "a root that cannot be entered is an error" {
	a_root
	pv --root "" /env
	[ "$status" = 2 ]
	pv --root "$T/none" /env
	[ "$status" = 1 ]
	has "cannot enter '$T/none'" "$stderr"
	: >file
	pv --root file /env
	[ "$status" = 1 ]
	pv --root "$R" env
	[ "$status" = 2 ]
	has "has to be absolute" "$stderr"
}

@test "a root that is named twice is said" {
	a_root
	pv --root root "$R/env"
	[ "$status" = 0 ]
	has "inside it, that is '/env'" "$stderr"
	[ -d "$R$R/env" ]
}

@test "a root through a link, with a last slash" {
	a_root
	ln -s root link
	pv --root link/ /env
	[ "$status" = 0 ]
	[ -d "$R/env" ]
	[ "$(readlink "$R/env/bin/python3")" = /usr/bin/python3 ]
}

@test "the host's own root as a root" {
	run bwrap --ro-bind / / --dev /dev --tmpfs /opt --tmpfs /mnt \
		--setenv PATH /nowhere "$T/links/pyvenv" --root / -v /opt/env
	[ "$status" = 0 ]
	has "in the root" "$output"
}

@test "equal bytes with and without a root" {
	need_itself "the root has no emulator"
	need_static
	a_root
	export SOURCE_DATE_EPOCH=1700000000
	cp -a root other
	pv --root root /opt/env
	mkdir -p other/proc other/dev other/prog
	cp -L "$VENVBOX" other/prog/pyvenv
	bwrap --bind other / --dev /dev --proc /proc /prog/pyvenv \
		-p /usr/bin/python3 /opt/env
	sed -i 's/^command = pyvenv -p .usr.bin.python3/command = pyvenv/' \
		other/opt/env/pyvenv.cfg
	touch -d @1700000000 other/opt/env/pyvenv.cfg other/opt/env
	diff <(tree root/opt) <(tree other/opt)
	diff <(cd root && find opt/env -printf '%p %T@\n' | sort) \
		<(cd other && find opt/env -printf '%p %T@\n' | sort)
}

@test "an environment that is a mount point inside of the root" {
	a_root
	mkdir -p "$R/opt/env"
	run unshare -m sh -ec "mount -t tmpfs t '$R/opt/env'
		'$T/links/pyvenv' --root '$R' --exist-ok /opt/env
		: >'$R/opt/env/old'
		'$T/links/pyvenv' --root '$R' --clear /opt/env
		[ ! -e '$R/opt/env/old' ]
		ls -A '$R/opt/env'"
	[ "$status" = 0 ]
	has pyvenv.cfg "$output"
	refuse grep -q venvbox <<<"$output"
}

@test "an archive of a root names what links in the root lead to" {
	a_root
	ln -s /usr/bin "$R/bin"
	ln -s / "$R/top"
	"$T/links/pyvenv" --root "$R" --archive tar --minimal /bin/new/v >out.tar
	[ "$(tar tf out.tar | head -4 | tr '\n' ' ')" = \
		"usr/ usr/bin/ usr/bin/new/ usr/bin/new/v/ " ]
	[ "$(tar tf out.tar | grep -c '^usr/bin/new/v/bin/')" = 3 ]
	[ "$(tar tf out.tar | grep -c '^bin')" = 0 ]
	tar xOf out.tar usr/bin/new/v/pyvenv.cfg | grep ' /bin/new/v$'
	# what is the root or the Python there, by whatever name
	for name in /top /top/usr /bin; do
		pv --root "$R" --archive tar "$name"
		[ "$status" = 1 ]
		has "cannot create '$name'" "$stderr"
	done
	pv --root "$R" --archive tar /usr/bin/python3.12/v
	[ "$status" = 1 ]
}

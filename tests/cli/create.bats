#!/usr/bin/env bats
# A new environment (design.md section 3, the documentation of Python
# 3.3) and what -n, -v and --json say about it. That it works as one made by
# Python itself is for tests/conformance.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base
	fake_python "$BASE" 3.12.4
}

# key NAME FILE: the value of a key of a pyvenv.cfg.
key()
{
	sed -n "s/^$1 = //p" "$2"
}

@test "nothing is said and the tree is complete" {
	pv -p "$BASE" env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	run find env -mindepth 1 -printf '%P %l\n'
	[ "$(sort <<<"$output" | grep -v '^bin/[Aa]ctivate')" = "$(sort <<-END
		.gitignore 
		bin 
		bin/python python3
		bin/python3 $BASE/bin/python3
		bin/python3.12 python3
		include 
		include/python3.12 
		lib 
		lib/python3.12 
		lib/python3.12/site-packages 
		lib64 lib
		pyvenv.cfg 
		END
	)" ]
	[ -f env/bin/activate ]
}

@test "the machine's own Python sees the environment as its own" {
	pv -p /usr/bin/python3 env
	[ "$status" = 0 ]
	run env/bin/python -c 'import sys
print(sys.prefix, sys.base_prefix)'
	[ "$output" = "$T/env /usr" ]
}

@test "pyvenv.cfg has the keys of that Python, in its order" {
	pv -p "$BASE" env
	[ "$(sed 's/ = .*//' env/pyvenv.cfg | tr '\n' ' ')" = \
		"home include-system-site-packages version executable command " ]
	[ "$(key home env/pyvenv.cfg)" = "$BASE/bin" ]
	[ "$(key include-system-site-packages env/pyvenv.cfg)" = false ]
	[ "$(key version env/pyvenv.cfg)" = 3.12.4 ]
	[ "$(key executable env/pyvenv.cfg)" = "$BASE/bin/python3.12" ]
	[ "$(key command env/pyvenv.cfg)" = "pyvenv -p $BASE $T/env" ]
	[ -z "$(tail -c1 env/pyvenv.cfg)" ]
}

@test "--system-site-packages is recorded in pyvenv.cfg" {
	pv -p "$BASE" --system-site-packages env
	[ "$(key include-system-site-packages env/pyvenv.cfg)" = true ]
	has ' --system-site-packages ' "$(key command env/pyvenv.cfg)"
}

@test "the command key can be given to a shell again" {
	local first

	pv -p "$BASE" --copies --system-site-packages --activators '' \
		--prompt $'it\'s\n"' --without-scm-ignore-files "my env"
	first=$(key command "my env/pyvenv.cfg")
	tree "my env" >"$IO/first"
	rm -r "my env"
	(PATH=$T/links:$PATH bash -c "$first")
	[ "$(key command "my env/pyvenv.cfg")" = "$first" ]
	tree "my env" | diff "$IO/first" -
}

@test "--copies copies, --symlinks links" {
	pv -p "$BASE" --copies env
	for name in python python3 python3.12; do
		[ ! -L "env/bin/$name" ]
		cmp "env/bin/$name" "$BASE/bin/python3.12"
		[ "$(stat -c %a "env/bin/$name")" = 755 ]
	done
	[ -L env/lib64 ]
	pv -p "$BASE" --symlinks env2
	[ -L env2/bin/python3 ]
}

@test "--copies takes along the library that the copy looks for beside itself" {
	fake_python shared 3.12.4
	mv shared/bin/python3.12 shared/static
	printf 'const unsigned long Py_Version = 0x030c04f0; int Py_BytesMain(void) { return 1; }' |
		gcc -shared -fPIC -Wl,-soname,libpython3.12.so.1.0 -x c \
			-o shared/lib/libpython3.12.so.1.0 -
	# shellcheck disable=SC2016 # for the dynamic linker
	printf 'int Py_BytesMain(void); int main(void) { return Py_BytesMain(); }' |
		gcc -x c -o shared/bin/python3.12 - -x none -Lshared/lib \
			-l:libpython3.12.so.1.0 -Wl,-rpath,'$ORIGIN/../lib'
	pv -p ./shared --copies env
	[ "$status" = 0 ]
	cmp env/lib/libpython3.12.so.1.0 shared/lib/libpython3.12.so.1.0
	mv shared gone
	run env/bin/python
	[ "$status" = 1 ]
}

@test "missing parents are made" {
	pv -p "$BASE" a/b/c/env
	[ "$status" = 0 ]
	[ -f a/b/c/env/pyvenv.cfg ]
	[ "$(find a -maxdepth 3 -mindepth 1 | wc -l)" = 3 ]
}

@test "the recorded path is absolute, without . and .., links kept" {
	mkdir real
	ln -s real link
	pv -p "$BASE" ./link//x/../env/
	[ "$status" = 0 ]
	has " $T/link/env" "$(key command real/env/pyvenv.cfg)"
	grep -qF "$T/link/env" real/env/bin/activate
}

@test "several ENV_DIRs get identical environments" {
	pv -p "$BASE" env-1 env-2 env-3
	[ "$status" = 0 ]
	for i in 1 2 3; do
		find "env-$i" -type f -exec sed -i "s/env-$i/env-N/g" {} +
		tree "env-$i" >"$IO/tree-$i"
	done
	[ "$(wc -l <"$IO/tree-1")" -gt 15 ]
	cmp "$IO/tree-1" "$IO/tree-2"
	cmp "$IO/tree-1" "$IO/tree-3"
}

@test "each ENV_DIR is tried, one that fails makes the exit code 1" {
	mkdir two
	pv -p "$BASE" one two three
	[ "$status" = 1 ]
	has "'$T/two'" "$stderr"
	[ -f one/pyvenv.cfg ]
	[ -f three/pyvenv.cfg ]
	[ -z "$(ls -A two)" ]
}

@test "--prompt is in pyvenv.cfg as Python's repr and in the activator" {
	pv -p "$BASE" --prompt "it's" env
	[ "$(key prompt env/pyvenv.cfg)" = "\"it's\"" ]
	run bash -c '. env/bin/activate; printf %s "$VIRTUAL_ENV_PROMPT"'
	[ "$output" = "it's" ]
}

@test "without --prompt there is no such key and the directory's name is shown" {
	pv -p "$BASE" env
	[ "$(grep -c prompt env/pyvenv.cfg)" = 0 ]
	run bash -c '. env/bin/activate; printf %s "$VIRTUAL_ENV_PROMPT"'
	[ "$output" = env ]
}

@test "--prompt . is the name of the current directory" {
	mkdir project
	cd project
	pv -p "$BASE" --prompt . env
	[ "$(key prompt env/pyvenv.cfg)" = "'project'" ]
}

@test "an empty prompt is a prompt" {
	pv -p "$BASE" --prompt '' env
	[ "$status" = 0 ]
	[ "$(key prompt env/pyvenv.cfg)" = "''" ]
}

@test "a prompt cannot add keys to pyvenv.cfg" {
	pv -p "$BASE" --prompt $'x\ninclude-system-site-packages = true' env
	[ "$status" = 0 ]
	[ "$(grep -c '^include-system' env/pyvenv.cfg)" = 1 ]
	[ "$(key include-system-site-packages env/pyvenv.cfg)" = false ]
	[ "$(grep -c . env/pyvenv.cfg)" = 6 ]
}

@test "a hostile name of the directory is data" {
	local name="a'b\"c\$(touch pwned)\`touch pwned\`"$'\n'"home = x"

	pv -p "$BASE" "$name"
	[ "$status" = 0 ]
	[ "$(grep -c '^home' "$name/pyvenv.cfg")" = 1 ]
	[ "$(grep -c . "$name/pyvenv.cfg")" = 5 ]
	run bash -c '. "$1/bin/activate"; printf %s "$VIRTUAL_ENV"' - "$name"
	[ "$output" = "$T/$name" ]
	[ ! -e pwned ]
}

@test "a name that is not UTF-8 works" {
	pv -p "$BASE" $'a\xff'
	[ "$status" = 0 ]
	iconv -f UTF-8 $'a\xff/pyvenv.cfg' >/dev/null
	run bash -c '. "$1/bin/activate"; printf %s "$VIRTUAL_ENV"' - $'a\xff'
	[ "$output" = "$T/"$'a\xff' ]
}

@test "a name with ':' is refused, and so is the empty name" {
	pv -p "$BASE" a:b
	[ "$status" = 1 ]
	has "':'" "$stderr"
	[ ! -e a:b ]
	pv -p "$BASE" ''
	[ "$status" = 1 ]
	has empty "$stderr"
}

@test "a name that is too long is refused in one line" {
	pv -p "$BASE" "$(printf %0256d 0)"
	[ "$status" = 1 ]
	[ "$(wc -l <"$IO/err")" = 1 ]
	pv -p "$BASE" "$(printf %0255d 0)"
	[ "$status" = 0 ]
}

@test "a base whose path pyvenv.cfg cannot hold is refused, nothing written" {
	local odd=$T/odd$'\n'base

	fake_python "$odd" 3.12.4
	pv -p "$odd" env
	[ "$status" = 1 ]
	has pyvenv.cfg "$stderr"
	[ ! -e env ]
}

@test "ENV_DIR below a file, a dangling link or not writable: one line, nothing" {
	: >file
	ln -s nowhere dangling
	pv -p "$BASE" file/env
	[ "$status" = 1 ]
	[ "$(wc -l <"$IO/err")" = 1 ]
	pv -p "$BASE" file
	[ "$status" = 1 ]
	has 'a file' "$stderr"
	pv -p "$BASE" dangling
	[ "$status" = 1 ]
	[ -L dangling ]
	[ ! -e nowhere ]
	pv -p "$BASE" /proc/env
	[ "$status" = 1 ]
	has /proc/env "$stderr"
}

@test "--activators chooses the scripts" {
	pv -p "$BASE" env
	[ "$(cd env/bin && echo [Aa]ctivate*)" = \
		'Activate.ps1 activate activate.csh activate.fish' ]
	pv -p "$BASE" --activators sh env2
	[ "$(cd env2/bin && echo [Aa]ctivate*)" = activate ]
	pv -p "$BASE" --activators csh,fish env3
	[ "$(cd env3/bin && echo [Aa]ctivate*)" = 'activate.csh activate.fish' ]
	pv -p "$BASE" --activators none env4
	[ -z "$(find env4/bin -name '[Aa]ctivate*')" ]
	pv -p "$BASE" --activators '' env5
	[ -z "$(find env5/bin -name '[Aa]ctivate*')" ]
	pv -p "$BASE" --activators all env6
	[ "$(cd env6/bin && echo [Aa]ctivate*)" = "Activate.ps1 activate \
activate.csh activate.fish activate.nu activate.xsh" ]
}

@test "an unknown activator is an error of usage, nothing is written" {
	pv -p "$BASE" --activators sh,tclsh env
	[ "$status" = 2 ]
	has tclsh "$stderr"
	[ ! -e env ]
}

@test "activators are for reading, not for executing" {
	pv -p "$BASE" env
	[ "$(stat -c %a env/bin/activate)" = 644 ]
}

@test ".gitignore hides the directory; --without-scm-ignore-files" {
	pv -p "$BASE" env
	[ "$(grep -v '^#' env/.gitignore)" = '*' ]
	pv -p "$BASE" --without-scm-ignore-files env2
	[ ! -e env2/.gitignore ]
	has ' --without-scm-ignore-files ' "$(key command env2/pyvenv.cfg)"
}

@test "--without-pip is accepted and changes nothing" {
	pv -p "$BASE" --without-pip env
	[ "$status" = 0 ]
	pv -p "$BASE" env2
	diff <(cd env && find . | sort) <(cd env2 && find . | sort)
}

@test "modes obey the umask" {
	umask 077
	pv -p "$BASE" --copies env
	[ "$status" = 0 ]
	[ -z "$(find env ! -type l -perm /077)" ]
	umask 002
	pv -p "$BASE" --copies env2
	[ "$(stat -c %a env2 env2/bin env2/pyvenv.cfg env2/bin/python |
		tr '\n' ' ')" = "775 775 664 755 " ]
}

@test "SOURCE_DATE_EPOCH: every time, and the modes whatever the umask" {
	export SOURCE_DATE_EPOCH=1000000000
	umask 077
	pv -p "$BASE" env
	[ "$status" = 0 ]
	[ "$(find env -printf '%T@\n' | sort -u)" = 1000000000.0000000000 ]
	[ "$(stat -c %a env env/bin env/pyvenv.cfg | tr '\n' ' ')" = \
		"755 755 644 " ]
}

@test "two runs are byte-identical, archived with times" {
	export SOURCE_DATE_EPOCH=1000000000
	pv -p "$BASE" --copies env
	tar --sort=name -cf one.tar env
	rm -r env
	sleep 0.01
	umask 027
	pv -p "$BASE" --copies env
	tar --sort=name -cf two.tar env
	cmp one.tar two.tar
}

@test "SOURCE_DATE_EPOCH that is no number is refused" {
	SOURCE_DATE_EPOCH=yesterday pv -p "$BASE" env
	[ "$status" = 1 ]
	has SOURCE_DATE_EPOCH "$stderr"
	[ ! -e env ]
	# nor is an empty one: a variable that was forgotten makes no equal bytes
	SOURCE_DATE_EPOCH='' pv -p "$BASE" env
	[ "$status" = 1 ]
	has "cannot use SOURCE_DATE_EPOCH: '' is not a number of seconds" "$stderr"
	[ ! -e env ]
}

@test "--json is valid and true" {
	pv -p "$BASE" --json env $'two\n"\xff'
	[ "$status" = 0 ]
	BASE=$BASE T=$T python3 - "$IO/out" <<-'END'
	import json, os, sys
	data = json.load(open(sys.argv[1], encoding="utf-8"))
	base, t = os.environ["BASE"], os.environ["T"]
	py = data["python"]
	assert py["version"] == "3.12.4", py
	assert py["implementation"] == "cpython", py
	assert py["home"] == base + "/bin", py
	assert py["executable"] == base + "/bin/python3", py
	assert py["real"] == base + "/bin/python3.12", py
	assert py["stdlib"] == base + "/lib/python3.12", py
	assert py["free_threaded"] is False and py["debug"] is False, py
	assert py["is_64bit"] == (sys.maxsize > 2**32), py
	assert py["big_endian"] == (sys.byteorder == "big"), py
	one, two = data["environments"]
	assert one["env_dir"] == t + "/env" and one["outcome"] == "created"
	there = set()
	for top, dirs, files in os.walk("env"):
	    there |= {os.path.relpath(os.path.join(top, n), "env")
	              for n in dirs + files}
	assert there == {n["path"] for n in one["plan"]}, there
	for n in one["plan"]:
	    path = "env/" + n["path"]
	    if n["kind"] == "link":
	        assert os.readlink(path) == n["target"]
	    elif n["kind"] == "dir":
	        assert os.path.isdir(path)
	    else:
	        assert n["kind"] == "file"
	        assert os.path.getsize(path) == n["size"]
	END
}

@test "--json with one failure has the others" {
	mkdir two
	pv -p "$BASE" --json one two three
	[ "$status" = 1 ]
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert [e["env_dir"][-3:] for e in d["environments"]] == ["one", "ree"], d' \
		"$IO/out"
}

@test "-n shows the plan and changes nothing" {
	for option in -n --dry-run; do
		pv -p "$BASE" "$option" a/env
		[ "$status" = 0 ]
		has "$T/a/env" "$output"
		has "bin/python3 -> $BASE/bin/python3" "$output"
		has 'pyvenv.cfg' "$output"
		[ ! -e a ]
	done
	pv -p "$BASE" a/env
	[ "$(grep -c '^  ' <<<"$output")" = 0 ]
	[ "$(find a/env -mindepth 1 | wc -l)" = \
		"$(pv -p "$BASE" -n x >/dev/null; grep -c '^  ' "$IO/out")" ]
}

@test "-n fails where the run would fail" {
	mkdir env
	pv -p "$BASE" -n env
	[ "$status" = 1 ]
	has --exist-ok "$stderr"
}

@test "-n with --json prints valid JSON and makes nothing" {
	pv -p "$BASE" -n --json env
	[ "$status" = 0 ]
	python3 -m json.tool "$IO/out" >/dev/null
	[ ! -e env ]
}

@test "-v says which Python and why" {
	pv -p "$BASE" -v env
	[ "$status" = 0 ]
	[ -z "$output" ]
	has "$BASE/bin/python3" "$stderr"
	has 3.12.4 "$stderr"
	has asked "$stderr"
	[ -d env ]
	PATH=$BASE/bin:$PATH pv --verbose env2
	has PATH "$stderr"
}

@test "no shell, /proc, /dev, /tmp, HOME or variable is needed" {
	need_itself "the root has no emulator"
	need_static
	bwrap --dev-bind / / true 2>/dev/null || skip "bwrap may not run"
	mkdir out
	# nothing else than the program, the Python and the directory is there
	run bwrap --unshare-all --clearenv --ro-bind "$VENVBOX" /pyvenv \
		--ro-bind "$BASE" "$BASE" --bind out /out --chdir /out \
		--remount-ro / -- /pyvenv -q -p "$BASE" env
	[ "$status" = 0 ]
	[ -z "$output" ]
	[ -f out/env/pyvenv.cfg ]
	[ "$(ls out)" = env ]
}

@test "a failed run leaves nothing, parents neither" {
	# the disk is full: a file system of a few pages
	run unshare -rm true
	[ "$status" = 0 ] || skip "no user namespaces here"
	mkdir small
	# shellcheck disable=SC2016 # for the inner shell
	run unshare -rm sh -c 'mount -t tmpfs -o size=24k,nr_inodes=12 none small &&
		"$1" -p "$2" small/a/b/env; echo "status $?"; ls -A small' - \
		"$T/links/pyvenv" "$BASE"
	has 'status 1' "$output"
	has 'pyvenv: cannot ' "$output"
	[ "$(tail -n1 <<<"$output")" = 'status 1' ]
}

# ---- no symbolic links ---------------------------------------------------------

# unlinked ARG...: pyvenv where every symlink fails, as on vfat.
unlinked()
{
	need_itself "strace starts it"
	status=0
	strace -f -qq -o "$IO/trace" -e inject=symlinkat:error=EPERM \
		"$T/links/pyvenv" "$@" 2>"$IO/err" || status=$?
	stderr=$(cat "$IO/err")
	echo "$status $stderr"
}

@test "a file system without symbolic links gets copies" {
	local args
	for args in "" --copies --minimal; do
		# shellcheck disable=SC2086 # none or one
		unlinked -p "$BASE" $args env
		[ "$status" = 0 ]
		[ -z "$(find env -type l)" ]
		[ ! -e env/lib64 ]
		pv --check env
		[ "$status" = 0 ]
		rm -r env
	done
	unlinked -p "$BASE" env
	[ "$stderr" = "pyvenv: warning: '$T/env' has a copy of the interpreter: its \
file system has no symbolic links" ]
	unlinked --upgrade --prompt new env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	grep -q new env/pyvenv.cfg
	rm -r env
	unlinked -p "$BASE" --symlinks env
	[ "$status" = 1 ]
	has "has no symbolic links" "$stderr"
	[ "$(ls -A)" = $'home\nlinks' ]
}

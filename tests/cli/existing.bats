#!/usr/bin/env bats
# Runs on an ENV_DIR that exists: design.md section 3.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export OLD=$BATS_FILE_TMPDIR/311 NEW=$BATS_FILE_TMPDIR/312
	fake_python "$OLD" 3.11.5
	fake_python "$NEW" 3.12.4
}

# key NAME: the value of a key of env/pyvenv.cfg.
key()
{
	sed -n "s/^$1 = //p" env/pyvenv.cfg
}

# same_tree DIR COMMAND...: the command leaves what is in DIR as it was.
same_tree()
{
	local dir=$1

	shift
	tree "$dir" >"$IO/before"
	"$@"
	tree "$dir" | diff "$IO/before" -
}

# same DIR COMMAND...: the command leaves DIR as it was, times and all.
same()
{
	local dir=$1

	shift
	{ tree "$dir"; times "$dir"; } >"$IO/before"
	"$@"
	{ tree "$dir"; times "$dir"; } >"$IO/after"
	diff "$IO/before" "$IO/after"
}

# ---- no option ---------------------------------------------------------------

@test "an environment that exists is an error that names the three options" {
	pv -p "$NEW" env
	same env pv -p "$NEW" env
	[ "$status" = 1 ]
	has "'$T/env'" "$stderr"
	has exists "$stderr"
	for option in --clear --upgrade --exist-ok; do
		has "$option" "$stderr"
	done
}

@test "an empty directory is an error too, and so is a link to one" {
	mkdir dir
	ln -s dir link
	for env in dir link; do
		same dir pv -p "$NEW" "$env"
		[ "$status" = 1 ]
		has --exist-ok "$stderr"
	done
	[ -L link ]
}

# ---- --clear -----------------------------------------------------------------

@test "--clear keeps nothing of what was there" {
	pv -p "$OLD" --copies --prompt old env
	mkdir env/lib/python3.11/site-packages/package
	touch env/.hidden env/lib/python3.11/site-packages/package/a
	mkfifo env/fifo
	ln -s "$T/home" env/link
	touch home/precious
	pv -p "$NEW" --clear env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	[ -e home/precious ]
	mkdir fresh
	(cd fresh && "$T/links/pyvenv" -p "$NEW" env)
	diff <(cd env && find . -printf '%p %y %m\n' | sort) \
		<(cd fresh/env && find . -printf '%p %y %m\n' | sort)
}

@test "--clear keeps the mode of the directory" {
	mkdir -m 2751 env
	touch env/file
	pv -p "$NEW" --clear env
	[ "$status" = 0 ]
	[ "$(stat -c %a env)" = 2751 ]
	[ ! -e env/file ]
}

@test "--clear keeps the owner of the directory" {
	[ "$(id -u)" = 0 ] || skip "only root can give a directory away"
	mkdir env
	chown 12345:23456 env
	pv -p "$NEW" --clear env
	[ "$(stat -c %u:%g env)" = 12345:23456 ]
}

@test "--clear of what is not an environment, and of nothing" {
	mkdir -p dir/sub
	touch dir/sub/file
	pv -p "$NEW" --clear dir absent
	[ "$status" = 0 ]
	[ -f dir/pyvenv.cfg ]
	[ ! -e dir/sub ]
	[ -f absent/pyvenv.cfg ]
}

@test "--clear through a symlink: the link stays" {
	mkdir real
	touch real/file
	ln -s real link
	pv -p "$NEW" --clear link
	[ "$status" = 0 ]
	[ -L link ]
	[ ! -e real/file ]
	grep -q " $T/link\$" real/pyvenv.cfg
}

@test "--clear of the current directory" {
	mkdir env
	touch env/file
	cd env
	pv -p "$NEW" --clear .
	[ "$status" = 0 ]
	[ -f "$T/env/pyvenv.cfg" ]
	[ -f pyvenv.cfg ]
	[ ! -e file ]
}

@test "--clear refuses what a slip of the keyboard must not delete" {
	local dir

	mkdir -p home/env project/sub
	touch home/file project/file
	cp -a "$NEW" base
	for dir in / "$HOME" "$HOME/.." base base/bin/.. base/lib; do
		pv -p "$T/base" --clear "$dir"
		[ "$status" = 1 ]
		has 'cannot change' "$stderr"
		[ ! -e home/pyvenv.cfg ]
	done
	cd project/sub
	same "$T/project" pv -p "$NEW" --clear ..
	[ "$status" = 1 ]
	has 'current directory' "$stderr"
	[ -x "$T/base/bin/python3" ]
	[ -f "$T/base/lib/python3.12/os.py" ]
	pv -p "$NEW" --clear "$HOME/env"
	[ "$status" = 0 ]
}

@test "--clear refuses the same through symlinks" {
	touch home/file
	ln -s home link
	same "$T/home" pv -p "$NEW" --clear link
	[ "$status" = 1 ]
	HOME=$T/link pv -p "$NEW" --clear home
	[ "$status" = 1 ]
	[ -e home/file ]
}

# ---- --upgrade ---------------------------------------------------------------

@test "--upgrade to another minor version leaves a consistent environment" {
	pv -p "$OLD" env
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	[ "$(key home)" = "$NEW/bin" ]
	[ "$(key version)" = 3.12.4 ]
	[ "$(key executable)" = "$NEW/bin/python3.12" ]
	[ "$(cd env/bin && find . -name 'python*' -printf '%P\n' | sort |
		tr '\n' ' ')" = 'python python3 python3.12 ' ]
	for name in python python3 python3.12; do
		[ "$(readlink -f "env/bin/$name")" = "$NEW/bin/python3.12" ]
	done
	[ -d env/lib/python3.12/site-packages ]
	pv --check env
	[ "$status" = 0 ]
}

@test "--upgrade from PyPy to CPython and back: it starts" {
	[ -x /usr/bin/pypy3 ] || skip "no pypy3 on this machine"
	pv -p /usr/bin/pypy3 env
	pv -p /usr/bin/python3 --upgrade env
	[ "$status" = 0 ]
	run env/bin/python3 -c 'import sys
print(sys.prefix, sys.implementation.name)'
	[ "$output" = "$T/env cpython" ]
	[ ! -L env/bin/pypy3 ]
	pv -p /usr/bin/pypy3 --upgrade env
	run env/bin/python3 -c 'import sys
print(sys.prefix, sys.implementation.name)'
	[ "$output" = "$T/env pypy" ]
}

@test "--upgrade says which packages stay behind, and keeps them" {
	pv -p "$OLD" env
	touch env/lib/python3.11/site-packages/package.py
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	has 'pyvenv: warning: ' "$stderr"
	has lib/python3.11 "$stderr"
	[ -f env/lib/python3.11/site-packages/package.py ]
}

@test "--upgrade says nothing of a version without packages" {
	pv -p "$OLD" env
	pv -p "$NEW" --upgrade env
	[ -z "$stderr" ]
}

@test "--upgrade keeps the prompt and the system site setting" {
	pv -p "$OLD" --system-site-packages --prompt "it's \"mine\"" env
	pv -p "$NEW" --upgrade env
	[ "$(key include-system-site-packages)" = true ]
	[ "$(key prompt)" = "'it\\'s \"mine\"'" ]
	run bash -c '. env/bin/activate; printf %s "$VIRTUAL_ENV_PROMPT"'
	[ "$output" = "it's \"mine\"" ]
	pv -p "$NEW" --upgrade --prompt new env
	[ "$(key include-system-site-packages)" = true ]
	[ "$(key prompt)" = "'new'" ]
}

@test "--upgrade keeps the setting of a cfg that other tools wrote" {
	pv -p "$OLD" env
	printf 'home=%s\nINCLUDE-system-site-packages  =TRUE\r\nprompt=plain\n' \
		"$OLD/bin" >env/pyvenv.cfg
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	[ "$(key include-system-site-packages)" = true ]
	[ "$(key prompt)" = "'plain'" ]
}

@test "--upgrade keeps copies copies and links links" {
	pv -p "$OLD" --copies env
	pv -p "$NEW" --upgrade env
	for name in python python3 python3.12; do
		[ ! -L "env/bin/$name" ]
		cmp "env/bin/$name" "$NEW/bin/python3.12"
	done
	[ ! -e env/bin/python3.11 ]
	pv -p "$NEW" --upgrade --symlinks env
	[ -L env/bin/python3 ]
	[ -L env/bin/python ]
	cmp "$OLD/bin/python3" "$OLD/bin/python3.11"
	pv -p "$NEW" --upgrade env
	[ -L env/bin/python3 ]
}

@test "--upgrade of a directory with a new name that one shell cannot hold" {
	pv env
	mv env $'bad\xff'
	as pyvenv --upgrade $'bad\xff'
	[ "$status" = 0 ]
	has 'warning: Activate.ps1 is left out' "$stderr"
	grep -q bad $'bad\xff/bin/activate'
	as pyvenv --upgrade --activators powershell $'bad\xff'
	[ "$status" = 1 ]
}

@test "--upgrade --copies does not write through links" {
	pv -p "$OLD" env
	cksum "$OLD/bin/python3.11" >"$IO/base"
	pv -p "$NEW" --upgrade --copies env
	[ "$status" = 0 ]
	cksum "$OLD/bin/python3.11" | diff "$IO/base" -
	cmp env/bin/python "$NEW/bin/python3.12"
}

@test "--upgrade keeps all other files, and their modes and times" {
	pv -p "$NEW" env
	mkdir env/mine
	echo script >env/bin/tool
	echo code >env/lib/python3.12/site-packages/package.py
	echo config >env/bin/python-config
	chmod 751 env/bin/tool
	chmod 700 env/mine
	touch -d @1000000000 env/bin/tool env/lib/python3.12/site-packages/*
	kept()
	{
		find env/bin/tool env/bin/python-config \
			env/lib/python3.12/site-packages/package.py \
			-printf '%p %m %T@\n'
		find env/mine -printf '%p %m\n'
	}
	kept >"$IO/before"
	pv -p "$OLD" --upgrade env
	pv -p "$NEW" --upgrade env
	kept | diff "$IO/before" -
	[ "$(cat env/bin/tool)" = script ]
}

@test "--upgrade renews an activator and a link that were changed" {
	pv -p "$NEW" env
	cp env/bin/activate "$IO/good"
	echo broken >env/bin/activate
	ln -sf /nowhere env/bin/python
	pv -p "$NEW" --upgrade env
	cmp env/bin/activate "$IO/good"
	[ "$(readlink env/bin/python)" = python3 ]
}

@test "--upgrade of what is up to date changes nothing" {
	pv -p "$NEW" --upgrade env
	same env pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
}

@test "--upgrade of an absent directory creates it whole" {
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	[ -f env/bin/activate ]
	[ -f env/.gitignore ]
	pv --check env
	[ "$status" = 0 ]
}

@test "--upgrade of what is not an environment is refused" {
	mkdir dir
	touch dir/file
	same dir pv -p "$NEW" --upgrade dir
	[ "$status" = 1 ]
	has 'not a virtual environment' "$stderr"
	has --exist-ok "$stderr"
}

@test "--upgrade with something in the way touches nothing" {
	pv -p "$OLD" env
	rm env/bin/activate
	mkdir env/bin/activate
	same env pv -p "$NEW" --upgrade env
	[ "$status" = 1 ]
	has bin/activate "$stderr"
}

@test "--upgrade through a symlink and in the current directory" {
	pv -p "$OLD" env
	ln -s env link
	pv -p "$NEW" --upgrade link
	[ "$status" = 0 ]
	[ -L link ]
	[ "$(key version)" = 3.12.4 ]
	cd env
	pv -p "$OLD" --upgrade .
	[ "$status" = 0 ]
	grep -qx 'version = 3.11.5' pyvenv.cfg
	[ ! -e bin/python3.12 ]
}

@test "--upgrade from a Python that is gone" {
	cp -a "$OLD" gone
	pv -p "$T/gone" env
	rm -r gone
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	pv --check env
	[ "$status" = 0 ]
}

# ---- --exist-ok --------------------------------------------------------------

@test "--exist-ok leaves a healthy environment alone, byte for byte" {
	pv -p "$NEW" env
	touch env/lib/python3.12/site-packages/package.py
	touch -d @1000000000 env/bin/activate env
	same env pv --exist-ok env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	same env pv -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
}

@test "--exist-ok: a Python that was not asked for is no reason to change" {
	pv -p "$OLD" env
	PATH=$NEW/bin:$PATH
	same env pv --exist-ok env
	[ "$status" = 0 ]
	pv -p 3.12 --exist-ok env
	[ "$status" = 0 ]
	[ "$(key version)" = 3.12.4 ]
}

@test "--exist-ok makes it fit other wishes" {
	pv -p "$NEW" env
	pv -p "$NEW" --exist-ok --system-site-packages env
	[ "$(key include-system-site-packages)" = true ]
	pv -p "$NEW" --exist-ok --prompt p env
	[ "$(key prompt)" = "'p'" ]
	[ "$(key include-system-site-packages)" = true ]
	pv -p "$NEW" --exist-ok --copies env
	[ ! -L env/bin/python ]
	same env pv -p "$NEW" --exist-ok --copies --prompt p env
	same env pv -p "$NEW" --exist-ok --activators sh,fish env
	pv -p "$NEW" --exist-ok --activators xonsh,sh env
	[ -f env/bin/activate.xsh ]
	[ -f env/bin/activate.fish ]
}

@test "--exist-ok repairs: a base that is gone" {
	cp -a "$OLD" gone
	pv -p "$T/gone" env
	touch env/lib/python3.11/site-packages/package.py
	rm -r gone
	pv -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
	[ -f env/lib/python3.11/site-packages/package.py ]
	pv --check env
	[ "$status" = 0 ]
}

@test "--upgrade with SOURCE_DATE_EPOCH: every time that it changes" {
	pv -p "$OLD" env
	SOURCE_DATE_EPOCH=1000000000 pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	for path in . bin lib bin/python3 pyvenv.cfg lib/python3.12; do
		[ "$(stat -c %Y "env/$path")" = 1000000000 ]
	done
}

@test "--upgrade and --exist-ok keep that there are no activators, no .gitignore" {
	pv -p "$OLD" --activators none --without-scm-ignore-files env
	for mode in --upgrade --exist-ok; do
		rm env/bin/python
		pv -p "$NEW" "$mode" env
		[ "$status" = 0 ]
		[ -x env/bin/python ]
		[ ! -e env/.gitignore ]
		[ -z "$(find env/bin -iname 'activate*')" ]
	done
	pv -p "$NEW" --upgrade --activators sh env
	[ "$(cd env/bin && echo [aA]ctivate*)" = activate ]
}

@test "--upgrade and --exist-ok write again the activators that were chosen" {
	pv -p "$NEW" --activators sh,fish env
	for mode in --upgrade --exist-ok --upgrade; do
		rm env/bin/python env/bin/activate
		echo >env/bin/activate.fish
		pv -p "$NEW" "$mode" env
		[ "$status" = 0 ]
		[ "$(cd env/bin && echo [aA]ctivate*)" = 'activate activate.fish' ]
		grep -q VIRTUAL_ENV env/bin/activate.fish
		[ "$(grep -c -x 'activators = sh,fish' env/pyvenv.cfg)" = 1 ]
	done
}

@test "a key with shells that are unknown chooses no activators" {
	local key
	pv -p "$NEW" --activators csh env
	for key in '' sh,tclsh 'csh,' elvish; do
		sed -i "s/^activators = .*/activators = $key/" env/pyvenv.cfg
		rm -f env/bin/activate.fish
		pv -p "$NEW" --upgrade env
		[ -f env/bin/activate.fish ]
		[ "$(grep -c '^activators' env/pyvenv.cfg)" = 0 ]
		echo "activators = csh" >>env/pyvenv.cfg
	done
}

@test "an argument's looks choose no activators" {
	local prompt
	for prompt in "a --activators none b" --activators "it's --activators none" \
		$'\x01 \' --activators none' '\ --activators none'; do
		rm -rf env
		pv -p "$NEW" --prompt "$prompt" env
		[ "$status" = 0 ]
		rm env/bin/activate.fish
		pv -p "$NEW" --upgrade env
		[ -f env/bin/activate.fish ]
		rm -rf env
		pv -p "$NEW" --prompt "$prompt" --activators csh env
		rm env/bin/activate.csh
		pv -p "$NEW" --upgrade env
		[ "$(cd env/bin && echo [aA]ctivate*)" = activate.csh ]
	done
}

@test "--upgrade and --exist-ok write those of venv where one is lost, and keep more" {
	pv -p "$OLD" --activators all env
	sed -i '/^activators/d' env/pyvenv.cfg
	for mode in --upgrade --exist-ok; do
		rm env/bin/python env/bin/activate
		echo >env/bin/activate.nu
		pv -p "$OLD" "$mode" env
		[ "$status" = 0 ]
		[ "$(cd env/bin && echo [aA]ctivate*)" = "Activate.ps1 activate \
activate.csh activate.fish activate.nu activate.xsh" ]
		grep -q VIRTUAL_ENV env/bin/activate.nu
		rm env/bin/activate.xsh env/bin/activate.nu
		touch env/bin/activate.xsh env/bin/activate.nu
	done
	rm env/bin/activate.nu env/bin/activate.xsh env/bin/python
	pv -p "$OLD" --exist-ok env
	[ ! -e env/bin/activate.nu ]
}

@test "--exist-ok repairs: names, cfg, activator, site-packages" {
	# the command key tells how it was made, the rest is as before
	contents()
	{
		sed -i '/^command = /d' env/pyvenv.cfg
		tree env
	}
	pv -p "$NEW" env
	cp -a env work
	contents >"$IO/good"
	for damage in 'rm env/bin/python' 'rm env/bin/python3' \
		'ln -sf /nowhere env/bin/python3' 'rm env/pyvenv.cfg' \
		'rmdir env/lib/python3.12/site-packages' 'rm -r env/lib' \
		'rm -r env/bin' 'sed -i s,/env,/elsewhere,g env/bin/activate'; do
		rm -r env
		cp -a work env
		eval "$damage"
		pv -p "$NEW" --exist-ok env
		[ "$status" = 0 ]
		contents | diff "$IO/good" -
	done
}

@test "--exist-ok repairs an environment that was moved" {
	pv -p "$NEW" old
	mv old env
	pv -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
	grep -qF "$T/env" env/bin/activate
	pv --check env
	[ "$status" = 0 ]
}

@test "--exist-ok makes an environment of a directory and keeps its files" {
	mkdir -p env/src env/bin
	echo hello >env/src/main.py
	echo tool >env/bin/tool
	chmod 750 env/src
	times env | grep -E 'src|tool' >"$IO/before"
	pv -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
	times env | grep -E 'src|tool' | diff "$IO/before" -
	[ "$(cat env/src/main.py)" = hello ]
	pv --check env
	[ "$status" = 0 ]
}

@test "--exist-ok of a directory that is no environment keeps the directory" {
	mkdir env
	inode=$(stat -c %i env)
	pv -p "$NEW" --exist-ok env
	[ "$(stat -c %i env)" = "$inode" ]
}

@test "--exist-ok with something in the way touches nothing" {
	mkdir -p env/pyvenv.cfg
	same_tree env pv -p "$NEW" --exist-ok env
	[ "$status" = 1 ]
	has pyvenv.cfg "$stderr"
	rmdir env/pyvenv.cfg
	echo mine >env/bin
	same_tree env pv -p "$NEW" --exist-ok env
	[ "$status" = 1 ]
	has bin "$stderr"
}

@test "--exist-ok of an absent directory creates it" {
	pv -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
	[ -f env/pyvenv.cfg ]
}

@test "--upgrade and --exist-ok refuse the base Python and /" {
	local mode

	cp -a "$NEW" base
	for mode in --upgrade --exist-ok; do
		same base pv -p "$T/base" "$mode" base
		[ "$status" = 1 ]
		pv -p "$NEW" "$mode" /
		[ "$status" = 1 ]
	done
}

# ---- what a killed run left ----------------------------------------------------

# interrupted N ARG...: run pyvenv and kill it at its Nth rename. False if it has
# fewer.
interrupted()
{
	local n=$1

	shift
	status=0
	strace -qq -o "$IO/trace" -e trace=/rename \
		-e inject=/rename:signal=KILL:when="$n" \
		"$T/links/pyvenv" "$@" >/dev/null 2>&1 || status=$?
	[ "$status" = 0 ] || [ "$status" = 137 ]
	grep -q 'killed by SIGKILL' "$IO/trace"
}

# old_environment: env, of $OLD, with a package in it.
old_environment()
{
	rm -rf env
	"$T/links/pyvenv" -p "$OLD" env
	echo mine >env/lib/python3.11/site-packages/package.py
}

@test "killed within a change: the same command completes it" {
	local mode where n inode

	need_itself "what is killed is the emulator"
	for mode in --upgrade --exist-ok; do
		for where in beside inside; do
			cd "$T"
			old_environment
			"$T/links/pyvenv" -q -p "$NEW" "$mode" env
			tree env >"$IO/want"
			for ((n = 1; ; n++)); do
				cd "$T"
				old_environment
				inode=$(stat -c %i env)
				[ "$where" = beside ] || cd env
				interrupted "$n" -p "$NEW" "$mode" "$T/env" ||
					break
				[ -f "$T/env/pyvenv.cfg" ]
				pv -q -p "$NEW" "$mode" "$T/env"
				[ "$status" = 0 ]
				tree "$T/env" | diff "$IO/want" -
				[ "$(stat -c %i "$T/env")" = "$inode" ]
			done
			echo "$mode, $where: $n"
			[ "$n" -gt 5 ]
		done
	done
}

@test "killed within a change: a run that finds that ENV_DIR exists tidies up" {
	local n

	need_itself "what is killed is the emulator"
	for n in 1 3 5 7; do
		old_environment
		interrupted "$n" -p "$NEW" --upgrade env
		[ -n "$(find env -name '.venvbox-*')" ]
		tree env | grep -v '\.venvbox-' >"$IO/mixture"
		pv -p "$NEW" env
		[ "$status" = 1 ]
		has "it exists" "$stderr"
		tree env | diff "$IO/mixture" -
		pv -q -p "$NEW" --upgrade env
		[ "$status" = 0 ]
		pv --check env
		[ "$status" = 0 ]
		[ -f env/lib/python3.11/site-packages/package.py ]
	done
}

@test "killed within --clear in place: any mode gives a whole environment" {
	local n mode

	need_itself "what is killed is the emulator"
	for n in 1 3 5 7; do
		for mode in --exist-ok --clear; do
			cd "$T"
			old_environment
			cd env
			interrupted "$n" -p "$NEW" --clear .
			pv -p "$NEW" "$mode" .
			[ "$status" = 0 ]
			pv --check .
			[ "$status" = 0 ]
		done
	done
}

@test "killed beside: the old state or none, and the next run removes the litter" {
	need_itself "what is killed is the emulator"
	interrupted 1 -p "$NEW" a/b/env
	[ "$(ls -A)" = "$(printf '%s\n' .venvbox-* home links)" ]
	pv -p "$NEW" --exist-ok a/b/env
	[ "$status" = 0 ]
	tree a/b/env >"$IO/before"
	interrupted 1 -p "$OLD" --clear a/b/env
	tree a/b/env | diff "$IO/before" -
	[ -n "$(find a/b -maxdepth 1 -name '.venvbox-*')" ]
	pv -p "$OLD" a/b/env
	[ "$status" = 1 ]
	tree a/b/env | diff "$IO/before" -
	pv --check a/b/env
	[ "$status" = 0 ]
}

# ---- -n and --json -----------------------------------------------------------

@test "-n changes nothing in any mode and shows what would" {
	pv -p "$OLD" env
	same env pv -p "$NEW" --clear -n env
	[ "$status" = 0 ]
	has "would replace $T/env" "$output"
	same env pv -p "$NEW" --upgrade -n env
	[ "$status" = 0 ]
	has "would change $T/env" "$output"
	has "remove bin/python3.11" "$output"
	has "keep bin/python" "$output"
	same env pv --exist-ok -n env
	[ "$status" = 0 ]
	has "would not change $T/env" "$output"
}

@test "-n fails where a run would: what cannot be written to is seen" {
	need_itself "strace starts it"
	local dir
	for dir in /proc/x /proc/self/x/y /sys/x /dev/pts/x; do
		# without such a mount it is a directory like any other
		case $(stat -f -c %T "${dir%%/x*}" 2>/dev/null) in
		proc | sysfs | devpts | *pts*) ;;
		*) continue ;;
		esac
		pv -p "$NEW" "$dir"
		[ "$status" = 1 ]
		has "pyvenv: cannot create '$dir': " "$stderr"
		run=$stderr
		pv -n -p "$NEW" "$dir"
		[ "$status" = 1 ]
		[ -z "$output" ]
		[ "$stderr" = "$run" ]
	done
	unshare -rm true 2>/dev/null || skip "unshare may not run"
	mkdir ro
	for option in '' '-n '; do
		unshare -rm sh -c 'mount -t tmpfs -o ro none ro && "$@"' - \
			"$T/links/pyvenv" ${option:+-n} -p "$NEW" ro/a/b \
			>out 2>err && return 1
		[ ! -s out ]
		[ "$(cat err)" = "pyvenv: cannot create '$T/ro/a/b': Read-only\
 file system" ]
	done
}

@test "-n as a user who may not write says so, and only if there is a change" {
	unprivileged
	chmod -R go+rX "$NEW" "$BATS_FILE_TMPDIR"
	pv -p "$NEW" env
	local option
	for option in "new/env" "--exist-ok --prompt x env" "--clear env" \
		"--upgrade --prompt x env"; do
		read -ra words <<<"$option"
		as_other "$T/links/pyvenv" -p "$NEW" "${words[@]}"
		[ "$status" = 1 ]
		has "Permission denied" "$stderr"
		run=$stderr
		as_other "$T/links/pyvenv" -n -p "$NEW" "${words[@]}"
		[ "$status" = 1 ]
		[ -z "$output" ]
		[ "$stderr" = "$run" ]
	done
	# nothing is to be written
	as_other "$T/links/pyvenv" -n -p "$NEW" --exist-ok env
	[ "$status" = 0 ]
	# what is inside can be replaced, or the whole
	chown 65534 env
	as_other "$T/links/pyvenv" -n -p "$NEW" --clear env
	[ "$status" = 0 ]
	mkdir -m 777 open
	mv env open
	chown 0 open/env
	as_other "$T/links/pyvenv" -n -p "$NEW" --clear open/env
	[ "$status" = 0 ]
}

@test "--json says what happened" {
	outcome()
	{
		python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["environments"][0]["outcome"])' "$IO/out"
	}
	pv -p "$OLD" --json env
	[ "$(outcome)" = created ]
	pv -p "$NEW" --upgrade --json env
	[ "$(outcome)" = changed ]
	pv -p "$NEW" --upgrade --json env
	[ "$(outcome)" = unchanged ]
	pv -p "$NEW" --exist-ok --json env
	[ "$(outcome)" = unchanged ]
	pv -p "$NEW" --clear --json env
	[ "$(outcome)" = replaced ]
}

# ---- the environment's own Python ----------------------------------------------

# two_in_one_bin DIR: Pythons 3.11 and 3.12 in one bin, python3 is 3.12.
two_in_one_bin()
{
	cp -a "$NEW" "$1"
	cp -a "$OLD/lib/python3.11" "$1/lib"
	cp "$OLD/bin/python3.11" "$1/bin"
}

@test "--exist-ok and --upgrade keep the Python, whatever PATH, a pin or a variable says" {
	local mode
	pv -p "$NEW" env
	mkdir home/bin
	ln -s pyvenv links/pyvenv-3.11
	for mode in --exist-ok --upgrade; do
		PATH=$OLD/bin:$PATH pv "$mode" env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.12.4 ]
		rm env/bin/python
		PATH=$OLD/bin:$PATH pv "$mode" env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.12.4 ]
		PYVENV_PYTHON=$OLD/bin/python3 pv "$mode" env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.12.4 ]
		rm -r env/bin
		PYVENV_PYTHON=$OLD/bin/python3 pv "$mode" env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.12.4 ]
		PATH=$OLD/bin:$PATH as pyvenv-3.11 "$mode" env
		[ "$(key version)" = 3.12.4 ]
		[ "$(readlink -f env/bin/python)" = "$NEW/bin/python3.12" ]
	done
	PYVENV_PYTHON=$OLD/bin/python3 pv -v --upgrade env
	has "using $NEW/bin/python3.12: the environment's own" "$stderr"
	has "not used: $OLD/bin/python3" "$stderr"
	PATH=$OLD/bin:$PATH pv --json --exist-ok env
	[ "$(python3 -c 'import json, sys
e = json.load(open(sys.argv[1]))["environments"][0]
print(e["python"]["version"])' "$IO/out")" = 3.12.4 ]
	pv -p "$OLD" --upgrade env
	[ "$(key version)" = 3.11.5 ]
}

@test "several environments keep each its own" {
	pv -p "$OLD" one
	pv -p "$NEW" two
	pv --upgrade one two
	[ "$status" = 0 ]
	grep -q 'version = 3.11.5' one/pyvenv.cfg
	grep -q 'version = 3.12.4' two/pyvenv.cfg
}

@test "an environment follows its interpreter's path" {
	mkdir -p base/bin
	cp -a "$OLD/lib" base
	cp -a "$NEW/lib/python3.12" base/lib
	cp "$OLD/bin/python3.11" base/bin/python3
	pv -p "$T/base/bin/python3" env
	touch env/lib/python3.11/site-packages/package.py
	cp "$NEW/bin/python3.12" base/bin/python3
	PATH=$OLD/bin:$PATH pv --upgrade env
	[ "$status" = 0 ]
	[ "$(key version)" = 3.12.4 ]
	has "stay there" "$stderr"
}

@test "an interpreter that is gone is said, and home comes first" {
	two_in_one_bin "$T/base"
	pv -p "$T/base/bin/python3.11" env
	[ "$(key version)" = 3.11.5 ]
	ln -sf "$T/base/bin/python3.11.5" env/bin/python3.11
	for name in python python3; do ln -sf python3.11 "env/bin/$name"; done
	PATH=$NEW/bin:$PATH pv --exist-ok env
	[ "$status" = 0 ]
	has "'$T/base/bin/python3.11.5', which '$T/env' was made from, is gone: using '$T/base/bin/python3.11'" "$stderr"
	[ "$(key version)" = 3.11.5 ]
	rm -r base
	PATH=$NEW/bin:$PATH pv --exist-ok env
	[ "$status" = 0 ]
	has "'$T/base/bin/python3.11', which '$T/env' was made from, is gone: using '$NEW/bin/python3'" "$stderr"
	[ "$(key version)" = 3.12.4 ]
}

# unusable_base FORM: make base/bin/python3.12 something that is no Python to use; not
# 3.11, whose library /usr may have.
unusable_base()
{
	local python=base/bin/python3.12

	rm -rf base
	cp -a "$NEW" base
	case $1 in
	none | stdlib | bit) ;;
	*) rm "$python" ;;
	esac
	# shellcheck disable=SC2016 # for the script
	case $1 in
	script) printf '#!/bin/sh\nexec "${0%%/*}/../x/p" "$@"\n' >"$python" ;;
	text) echo text >"$python" ;;
	empty) : >"$python" ;;
	true) cp /bin/true "$python" ;;
	directory) mkdir "$python" ;;
	loop)
		ln -s loop "$python"
		ln -s python3.12 base/bin/loop
		;;
	fifo) mkfifo "$python" ;;
	stdlib) rm -r base/lib ;;
	bit) chmod -x "$python" ;;
	esac
	case $1 in
	script | text | empty | true) chmod +x "$python" ;;
	esac
}

@test "an own Python that is there and cannot be used is an error with the reason" {
	local form mode reason
	unusable_base none
	pv -p "$T/base/bin/python3.12" env
	cp -a env good
	# the words for a loop are those of the C library
	while IFS='|' read -r form reason; do
		unusable_base "$form"
		for mode in --exist-ok --upgrade '--exist-ok -n' '--upgrade --minimal'; do
			# shellcheck disable=SC2086 # two options
			PATH=$OLD/bin:$PATH same env pv $mode env
			[ "$status" = 1 ]
			has "cannot change '$T/env': cannot use '$T/base/bin/python3.12': $reason" "$stderr"
			has "hint: give a Python with --python" "$stderr"
		done
		pv -p "$OLD" --upgrade env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.11.5 ]
		rm -r env
		cp -a good env
	done <<-EOF
	script|a script (#!/bin/sh)
	text|not a program
	empty|the file is empty
	true|an ELF program
	directory|it is a directory
	loop|
	fifo|it is not a regular file
	stdlib|it is Python 3.12 but its standard library was not found
	bit|it is not executable
	EOF
	# the names are gone, and pyvenv.cfg tells
	rm env/bin/python*
	for form in text directory bit; do
		unusable_base "$form"
		PATH=$OLD/bin:$PATH same env pv --exist-ok env
		[ "$status" = 1 ]
		has "cannot change '$T/env': cannot use '$T/" "$stderr"
	done
}

@test "a copy whose base is there and cannot be used: the reason" {
	unusable_base none
	pv -p "$T/base/bin/python3.12" --copies env
	unusable_base stdlib
	for mode in --exist-ok --upgrade; do
		PATH=$OLD/bin:$PATH same env pv "$mode" env
		[ "$status" = 1 ]
		has "cannot change '$T/env': cannot use '$T/base/bin/python3.12': it is Python 3.12 but" "$stderr"
		has "hint: give a Python with --python" "$stderr"
	done
}

@test "a file that cannot be read is no reason for another Python" {
	local call
	need_itself "strace sees another program"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	pv -p "$NEW" env
	for path in env/pyvenv.cfg env/bin env/bin/python; do
		for call in '?openat,?openat2' '?readlink,?readlinkat'; do
			PATH=$OLD/bin:$PATH strace -qq -o /dev/null -P "$T/$path" \
				-e inject="$call:error=EACCES" \
				"$T/links/pyvenv" --exist-ok env || true
			[ "$(key version)" = 3.12.4 ]
		done
	done
}

@test "a Python that takes the place of one that is gone is said once" {
	local lost options said
	for lost in true 'rm env/bin/python' 'rm env/bin/python*' 'rm -r env/bin' \
		"rm env/bin/python*; sed -i '/^executable/d' env/pyvenv.cfg"; do
		for options in --exist-ok --upgrade '--upgrade --minimal' \
			'--exist-ok -n' '--exist-ok --json'; do
			rm -rf env base
			cp -a "$OLD" base
			pv -p "$T/base/bin/python3.11" env
			rm -r base
			eval "$lost"
			cp -a env "$IO/env"
			# shellcheck disable=SC2086 # two options
			PATH=$NEW/bin:$PATH pv $options env
			[ "$status" = 0 ]
			said="pyvenv: warning: '$T/base/bin/python3.11', which \
'$T/env' was made from, is gone: using '$NEW/bin/python3'"
			[ "$(grep -c 'is gone' "$IO/err")" = 1 ]
			grep -qxF "$said" "$IO/err"
			rm -r env
			mv "$IO/env" env
			# shellcheck disable=SC2086
			PATH=$NEW/bin:$PATH pv -q $options env
			[ "$status" = 0 ]
			[ -z "$stderr" ]
		done
	done
}

@test "another version in home is said where no link tells, and the same is not" {
	two_in_one_bin "$T/base"
	pv -p "$T/base/bin/python3.11" env
	rm env/bin/python*
	pv --exist-ok env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(key version)" = 3.11.5 ]
	rm env/bin/python* base/bin/python3.11
	pv --exist-ok env
	[ "$status" = 0 ]
	[ "$(key version)" = 3.12.4 ]
	has "'$T/base/bin/python3.11', which '$T/env' was made from, is gone: using '$T/base/bin/python3" "$stderr"
}

@test "several environments: each whose Python is gone is said" {
	cp -a "$OLD" base
	pv -p "$T/base" one
	pv -p "$T/base" two
	pv -p "$NEW" three
	rm -r base
	PATH=$NEW/bin:$PATH pv --exist-ok one two three
	[ "$status" = 0 ]
	[ "$(grep -c 'is gone: using' "$IO/err")" = 2 ]
	has "'$T/one' was made from" "$stderr"
	has "'$T/two' was made from" "$stderr"
}

@test "a copy is known by what it is, not by a name in home" {
	local version minor mode
	two_in_one_bin "$T/base"
	for version in 3.11.5 3.12.4; do
		minor=${version%.*}
		rm -rf env
		pv -p "$T/base/bin/python$minor" --copies env
		[ "$(key version)" = "$version" ]
		# as venv and virtualenv leave them: fewer keys, fewer names
		for keys in 'x' 'executable' 'executable\|version' \
			'executable\|version\|command'; do
			sed -i "/^\\($keys\\) /d" env/pyvenv.cfg
			pv --check env
			[ "$status" = 0 ]
			same env pv --exist-ok env
			[ "$status" = 0 ]
			[ -z "$stderr" ]
			pv -v -n -p "$T/env/bin/python" other
			has "using $T/base/bin/python$minor" "$stderr"
		done
		for mode in --upgrade --exist-ok; do
			pv "$mode" env
			[ "$status" = 0 ]
			[ "$(key version)" = "$version" ]
			same env pv "$mode" env
		done
	done
}

# old_python NAME [DECLARATION]: a program in base/bin that contains an interpreter
# and does not say which, as CPython before 3.11 is where it is static.
old_python()
{
	printf '%s const char *volatile v = "PYTHONHASHSEED";
		int main(void) { return 1; }' "$2" |
		gcc -rdynamic -x c -o "$T/base/bin/$1" -
}

@test "a copy that does not say its version is known by pyvenv.cfg and its build" {
	local name
	mkdir -p base/bin base/lib/python3.8/lib-dynload
	: >base/lib/python3.8/os.py
	old_python python3.8
	old_python python3.8d 'long _Py_RefTotal;'
	ln -s python3.8 base/bin/python3
	for name in python3 python3.8 python3.8d; do
		rm -rf env
		pv -p "$T/base/bin/$name" --copies env
		[ "$status" = 0 ]
		pv --check env
		[ "$status" = 0 ]
		same env pv --exist-ok env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		pv --upgrade env
		[ "$status" = 0 ]
		[ "$(key version)" = 3.8 ]
		same env pv --upgrade env
		pv -v -n -p "$T/env/bin/python" other
		has "using $T/base/bin/$name" "$stderr"
		cmp "env/bin/python" "base/bin/$name"
	done
}

@test "a copy whose base had another name lacks no name" {
	mkdir -p base/bin base/lib/python3.8/lib-dynload
	: >base/lib/python3.8/os.py
	old_python python3.8
	ln -s python3.8 base/bin/python3
	pv -p "$T/base/bin/python3" --copies env
	[ ! -e env/bin/python3.8 ]
	ln -sf "$NEW/bin/python3.12" base/bin/python3
	pv --check env
	[ "$status" = 0 ]
	[ -z "$output" ]
	pv --upgrade env
	[ "$status" = 0 ]
	[ "$(key version)" = 3.8 ]
	same env pv --upgrade env
}

@test "a copy never becomes another version without -p" {
	local mode
	two_in_one_bin "$T/base"
	pv -p "$T/base/bin/python3.11" --copies env
	rm "$T/base/bin/python3.11"
	for mode in --upgrade --exist-ok; do
		same env pv "$mode" env
		[ "$status" = 1 ]
		has "cannot change '$T/env': its Python is a copy" "$stderr"
		has "--python" "$stderr"
	done
	pv --check env
	[ "$status" = 1 ]
	has "a copy of Python 3.11, which is no longer in" "$output"
	pv -p "$NEW" --upgrade env
	[ "$status" = 0 ]
	[ "$(key version)" = 3.12.4 ]
}

@test "an environment whose Python is started by a wrapper is reported and mended" {
	local form
	cp -a "$NEW" base
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$T/base/bin/python3.12" >base/bin/w
	chmod +x base/bin/w
	for form in 'ln -sf' cp; do
		rm -rf env
		pv -p "$T/base" env
		rm env/bin/python3
		$form "$T/base/bin/w" env/bin/python3
		pv --check env
		[ "$status" = 1 ]
		has "by its own path, through" "$output"
		pv --exist-ok env
		[ "$status" = 0 ]
		pv --check env
		[ "$status" = 0 ]
		[ "$(readlink -f env/bin/python3)" = "$T/base/bin/python3.12" ]
	done
	for option in --copies --minimal --symlinks; do
		rm -rf env
		pv -p "$T/base/bin/w" "$option" env
		[ "$status" = 0 ]
		pv --check env
		[ "$status" = 0 ]
		refuse grep -q 'exec' env/bin/python
	done
}

#!/usr/bin/env bats
# --lock: a pylock.toml (PEP 751) says what is installed; the directories of
# --find-links only have it.

# shellcheck disable=SC2154 # status, output, stderr
load helpers
load locks

# a_root: ./root has a Python.
a_root()
{
	mkdir -p root/lib64 root/lib
	cp -a "$BASE" root/usr
	mkdir root/usr/lib/python3.13/encodings
	: >root/lib64/ld-linux-x86-64.so.2
	: >root/lib/ld-linux-aarch64.so.1
}

setup_file()
{
	# shellcheck source=tests/wheels/helpers.bash
	. "$BATS_TEST_DIRNAME/helpers.bash"
	base_for_wheels
}

@test "the wheels of a lock's URLs are found by name and hash" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/Bb_X-2.0-py3-none-any.whl Requires-Dist=aa
		house/aa-9.0-py3-none-any.whl
	END
	pylock house/aa-1.0-* house/Bb_X-*
	installs --lock pylock.toml --find-links house
	has_installed aa-1.0 Bb_X-2.0
	# every package of the lock is asked for, and none was given as a file
	requested aa-1.0 Bb_X-2.0
	[ ! -e "$(echo "env/$SITE"/*/direct_url.json)" ]
}

@test "a native wheel's project is taken from the wheel that is there" {
	wheels <<-END
		house/aa-1.0-cp313-cp313-manylinux_2_5_$(uname -m).whl
		house/aa-1.0-py3-none-any.whl
	END
	pylock house/aa-*
	mv house/aa-1.0-cp313-* .
	installs --lock pylock.toml --find-links house
	grep -Fx "Tag: py3-none-any" "env/$SITE"/aa-1.0.dist-info/WHEEL
	mv aa-1.0-cp313-* house
	installs --lock pylock.toml --find-links house
	grep -F "Tag: cp313" "env/$SITE"/aa-1.0.dist-info/WHEEL
}

@test "a lock whose wheels conflict is refused, unless --no-deps is given" {
	wheels <<-END
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa<2
	END
	pylock house/*
	refused "bb 1.0 requires aa<2, and aa 2.0 is chosen" \
		--lock pylock.toml --find-links house env
	hints "--no-deps"
	installs --no-deps --lock pylock.toml --find-links house
	has_installed aa-2.0 bb-1.0
}

@test "a lock that leaves a requirement out is refused" {
	wheels <<-END
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa>=1
		house/aa-1.0-py3-none-any.whl
		house/cc-1.0-py3-none-any.whl "Requires-Dist=dd; extra == 'x'" Provides-Extra=x
		house/ee-1.0-py3-none-any.whl Requires-Dist=cc[x] "Requires-Dist=ff; sys_platform == 'win32'"
	END
	pylock house/bb-* house/cc-* house/ee-*
	refused "the chosen wheels do not meet 2 requirements" \
		--lock pylock.toml --find-links house env
	has "bb 1.0 requires aa>=1, and no wheel of it is chosen" "$stderr"
	has "cc 1.0 requires dd, and no wheel of it is chosen" "$stderr"
	# an extra does not ask for what is required anyway
	wheels <<-END
		two/cc-1.0-py3-none-any.whl Requires-Dist=dd Provides-Extra=x
		two/ee-1.0-py3-none-any.whl Requires-Dist=cc[x]
	END
	pylock two/*
	refused "pyvenv: cc 1.0 requires dd, and no wheel of it is chosen" \
		--lock pylock.toml --find-links two env
}

@test "all that is missing is in one error" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
		house/cc-1.0-py3-none-any.whl
		house/dd-1.0-py3-none-any.whl
		house/ee-1.0-cp27-cp27m-win32.whl
		house/ff-1.0-py3-none-any.whl
	END
	pylock house/*
	echo '[[packages]]
name = "gg"
version = "1.0"
sdist = {url = "https://x.example/gg-1.0.tar.gz", hashes = {sha256 = "00"}}' >>pylock.toml
	touch house/gg-1.0.tar.gz
	rm house/aa-*
	truncate -s -3 house/bb-*
	wheel house/cc-1.0-py3-none-any.whl other=1
	rm house/dd-*
	touch house/dd-1.0.tar.gz house/dd-2.0-py3-none-any.whl
	refused "6 wheels are missing" --lock pylock.toml --find-links house env
	has "aa 1.0: 'aa-1.0-py3-none-any.whl' is not in any directory" "$stderr"
	has "house/bb-1.0-py3-none-any.whl: its size is not the one in 'pylock.toml'" "$stderr"
	has "house/cc-1.0-py3-none-any.whl: its size is not" "$stderr"
	has "dd 1.0: 'dd-1.0-py3-none-any.whl' is not in any directory" "$stderr"
	has "ee 1.0: none of the wheels in 'pylock.toml' is for" "$stderr"
	has "'ee-1.0-cp27-cp27m-win32.whl'" "$stderr"
	has "gg 1.0: it is locked as a source distribution only" "$stderr"
	refused "6 wheels are missing" -n --lock pylock.toml --find-links house env
	# the same in an environment that is there
	installs --wheel house/ff-1.0-py3-none-any.whl
	refused "6 wheels are missing" --exist-ok --lock pylock.toml \
		--find-links house env
	refused "6 wheels are missing" --upgrade --lock pylock.toml \
		--find-links house env
	refused "6 wheels are missing" --clear --lock pylock.toml \
		--find-links house env
}

@test "hash and size are verified before anything in a wheel is believed" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		other/bb-1.0-py3-none-any.whl
	END
	pylock house/*
	local file=house/aa-1.0-py3-none-any.whl size
	size=$(stat -c %s $file)
	cp $file good
	# without a size
	sed 's/, size = [0-9]*//' pylock.toml >pylock.less.toml
	for bytes in /dev/null other/bb-1.0-py3-none-any.whl "$VENVBOX"; do
		cat "$bytes" >$file
		refused "$file: its size is not the one in 'pylock.toml'" \
			--lock pylock.toml --find-links house env
		truncate -s "$size" $file
		refused "$file: its hash is not in 'pylock.toml'" \
			--lock pylock.toml --find-links house env
		refused "$file: its hash is not in 'pylock.less.toml'" \
			--lock pylock.less.toml --find-links house env
	done
	# one whose bytes are locked, and that is damaged
	cp other/bb-1.0-py3-none-any.whl $file
	pylock $file
	refused "$file: " --lock pylock.toml --find-links house env
	head -c 200 good >$file
	pylock $file
	refused "$file: " --lock pylock.toml --find-links house env
	sed "s/size = [0-9]*/size = 1/" pylock.toml >pylock.size.toml
	refused "its size is not" --lock pylock.size.toml --find-links house env
}

@test "all of sha256, sha384 and sha512 have to fit, others do not count" {
	wheel aa-1.0-py3-none-any.whl
	local file=aa-1.0-py3-none-any.whl sum bad
	sum()
	{
		"$1sum" <$file | cut -d' ' -f1
	}
	bad=$(printf '%0128d' 0)
	# lock HASHES: of the wheel
	lock()
	{
		pylock $file
		sed -i "s/hashes = {[^}]*}/hashes = {$1}/" pylock.toml
	}
	for good in "sha256 = '$(sum sha256)'" "sha384 = '$(sum sha384)'" \
		"sha512 = '$(sum sha512)'" \
		"sha256 = '$(sum sha256)', sha512 = '$(sum sha512)'" \
		"sha256 = '$(sum sha256)', md5 = 'x', blake3 = 'y'" \
		"sha256 = '$(sum sha256 | tr a-f A-F)'"; do
		lock "$good"
		installs --lock pylock.toml --find-links .
	done
	lock "sha256 = '$(sum sha256)', sha512 = '$bad'"
	refused "its hash is not in" --lock pylock.toml --find-links . env
	lock "sha512 = '$(sum sha512)', sha256 = '${bad:64}'"
	refused "its hash is not in" --lock pylock.toml --find-links . env
	for bad in "" "md5 = '$(sum md5)'" "blake3 = 'x'" "sha256 = '12'" \
		"sha256 = 1"; do
		lock "$bad"
		refused "pylock.toml: " --lock pylock.toml --find-links . env
	done
}

@test "a copy whose bytes are locked is taken from any directory" {
	wheels <<-END
		a/aa-1.0-py3-none-any.whl other=1
		b/aa-1.0-py3-none-any.whl other=2
		c/aa/aa-1.0-py3-none-any.whl other=33
		c/aa-x/aa-1.0-py3-none-any.whl other=444
	END
	for from in a b c/aa; do
		pylock $from/*.whl
		rm -rf env
		pv --lock pylock.toml --find-links a --find-links b \
			--find-links c env
		[ "$status" = 0 ]
	[ -z "$stderr" ]
		cmp "env/$SITE"/other <(unzip -p $from/*.whl other)
	done
	# not in the directory of another project
	pylock c/aa-x/*.whl
	refused "its size is not" --lock pylock.toml --find-links a \
		--find-links b --find-links c env
	# the wheel itself can be given as well as a directory
	installs --lock pylock.toml --find-links c/aa-x/*.whl
	# without a place to choose from
	refused "'aa-1.0-py3-none-any.whl' is not in any directory" \
		--lock pylock.toml env
	mkdir -p d/aa/aa
	mv c/aa-x/*.whl d/aa/aa
	refused "is not in any directory" --lock pylock.toml --find-links d env
}

@test "a path in the lock starts at the lock's directory" {
	wheels <<-END
		there/w/aa-1.0-py3-none-any.whl
		there/w/bb-1.0-py3-none-any.whl
	END
	(cd there && pylock w/*.whl)
	sed -i "s|url = 'https://x.example/w/|path = 'w/|" there/pylock.toml
	grep -q path there/pylock.toml
	installs --lock there/pylock.toml
	has_installed aa-1.0 bb-1.0
	[ ! -e "$(echo "env/$SITE"/*/direct_url.json)" ]
	# a lock that has moved: by name
	mv there/w w
	refused "2 wheels are missing" --lock there/pylock.toml env
	installs --lock there/pylock.toml --find-links w
}

@test "an archive in a lock is a wheel, and leaves direct_url.json" {
	wheel w/aa-1.0-py3-none-any.whl
	pylock w/*.whl
	local sum
	sum=$(sha256sum <w/*.whl | cut -d' ' -f1)
	head -n 2 pylock.toml >pylock.archive.toml
	printf '[[packages]]\nname = "aa"\narchive = {path = "w/%s", %s}\n' \
		aa-1.0-py3-none-any.whl "hashes = {sha256 = '$sum'}" \
		>>pylock.archive.toml
	installs --lock pylock.archive.toml
	has '"url":"file://'"$T/w/aa-1.0-py3-none-any.whl" \
		"$(tr -d ' ' <"env/$SITE/aa-1.0.dist-info/direct_url.json")"
	has "$sum" "$(cat "env/$SITE"/aa-1.0.dist-info/direct_url.json)"
	pv --archive tar --lock pylock.archive.toml /x
	[ "$status" = 0 ]
	refuse grep -q direct_url.json "$IO/out"
	sed -i 's/py3-none-any.whl/.tar.gz/' pylock.archive.toml
	refused "the locked archive is not a wheel" \
		--lock pylock.archive.toml env
}

@test "a project that has to be built is refused, unless its wheel is given" {
	wheels <<-END
		app-1.0-py3-none-any.whl Requires-Dist=aa
		house/aa-1.0-py3-none-any.whl
	END
	for kind in "directory = {path = '.', editable = true}" \
		"vcs = {type = 'git', url = 'https://x.example', commit-id = '1'}" \
		"sdist = {url = 'https://x.example/app-1.0.tar.gz', hashes = {sha256 = '00'}}"; do
		pylock house/aa-*
		printf '[[packages]]\nname = "app"\n%s\n' "$kind" >>pylock.toml
		refused "has to be built" --lock pylock.toml --find-links house env
		installs --lock pylock.toml --find-links house \
			--wheel app-1.0-py3-none-any.whl
		has_installed aa-1.0 app-1.0
	done
	# of another version than the locked one
	sed -i 's/^name = "app"/&\nversion = "2.0"/' pylock.toml
	refused "locks version 2.0, not 1.0" --lock pylock.toml \
		--find-links house --wheel app-1.0-py3-none-any.whl env2
}

@test "the requirements of --wheel are checked against the lock" {
	wheels <<-END
		app-1.0-py3-none-any.whl Requires-Dist=aa>=2
		house/aa-1.0-py3-none-any.whl
	END
	pylock house/*
	refused "app 1.0 requires aa>=2, and aa 1.0 is chosen" \
		--lock pylock.toml --find-links house \
		--wheel app-1.0-py3-none-any.whl env
	installs --no-deps --lock pylock.toml --find-links house \
		--wheel app-1.0-py3-none-any.whl
	has_installed aa-1.0 app-1.0
	# a wheel needs no hash unless that is asked for
	refused "--require-hashes needs a hash of app" --no-deps \
		--require-hashes --lock pylock.toml --find-links house \
		--wheel app-1.0-py3-none-any.whl env
}

@test "constraints are checked against a lock" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
	END
	pylock house/aa-1.0*
	lock="--lock pylock.toml --find-links house -c c.txt"
	# shellcheck disable=SC2086
	for line in 'aa<1' 'aa==2.0' 'aa!=1.0' "aa @ file://$T/house/aa-2.0-py3-none-any.whl"; do
		echo "$line" >c.txt
		refused "c.txt:1 allows only " $lock env
		refused "c.txt:1 allows only " --no-deps $lock env
	done
	echo "aa==1.0 $(hash house/aa-2.0*)" >c.txt
	# shellcheck disable=SC2086
	refused "its hash is not in 'c.txt'" $lock env
	for line in 'aa>=1' 'zz' "aa==1.0 $(hash house/aa-1.0*)" \
		"aa==2; python_version<'3'"; do
		echo "$line" >c.txt
		# shellcheck disable=SC2086
		installs $lock
		has_installed aa-1.0
	done
}

@test "extras and groups of a lock" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
		house/cc-1.0-py3-none-any.whl
		house/dd-1.0-py3-none-any.whl
	END
	pylock house/*
	sed -i "2a extras = ['x-y']\ndependency-groups = ['dev', 'docs']\ndefault-groups = ['dev']" \
		pylock.toml
	sed -i -e "/^name = \"bb\"/a marker = \"'x-y' in extras\"" \
		-e "/^name = \"cc\"/a marker = \"'dev' in dependency_groups\"" \
		-e "/^name = \"dd\"/a marker = \"'docs' in dependency_groups\"" \
		pylock.toml
	lock="--lock pylock.toml --find-links house"
	# shellcheck disable=SC2086
	{
		installs $lock
		has_installed aa-1.0 cc-1.0
		installs $lock --extra x_Y
		has_installed aa-1.0 bb-1.0 cc-1.0
		installs $lock --group docs
		has_installed aa-1.0 cc-1.0 dd-1.0
		installs $lock --no-default-groups
		has_installed aa-1.0
		installs $lock --no-default-groups --group docs --extra x-y
		has_installed aa-1.0 bb-1.0 dd-1.0
		refused "pylock.toml: " $lock --extra no env
		refused "pylock.toml: " $lock --group no env
	}
}

@test "a lock that is for another Python, system or version is refused" {
	wheel house/aa-1.0-py3-none-any.whl
	local line
	for line in "requires-python = '>=4'" "requires-python = '<3.13'" \
		"environments = [\"sys_platform == 'win32'\"]"; do
		pylock house/*
		sed -i "2a $line" pylock.toml
		refused "pylock.toml: " --lock pylock.toml --find-links house env
	done
	# pipenv writes an empty list for all environments, and pip takes it so
	pylock house/*
	sed -i "2a environments = []" pylock.toml
	installs --lock pylock.toml --find-links house
	has_installed aa-1.0
	rm -r env
	pylock house/*
	sed -i "/^version/a requires-python = '>=4'" pylock.toml
	refused "packages[0].requires-python: it requires Python >=4" \
		--lock pylock.toml --find-links house env
	pylock house/*
	sed -i "/^version/a marker = \"python_version < '3'\"\nrequires-python = '>=4'" pylock.toml
	installs --lock pylock.toml --find-links house
	has_installed
	pylock house/*
	sed -i 's/lock-version = "1.0"/lock-version = "2.0"/' pylock.toml
	refused "lock-version" --lock pylock.toml --find-links house env
	sed -i 's/lock-version = "2.0"/lock-version = "1.1"/' pylock.toml
	pv --lock pylock.toml --find-links house env2
	[ "$status" = 0 ]
	has "its lock-version 1.1 is newer" "$stderr"
}

@test "the kind of a lock is known by its content" {
	wheel house/aa-1.0-py3-none-any.whl
	pylock house/*
	mv pylock.toml any.name
	installs --lock any.name --find-links house
	refused "" -r any.name --find-links house env
	hints "use --lock"
	echo "aa==1.0" >r.txt
	refused "it is a requirements file, not a lock" --lock r.txt \
		--find-links house env
	hints "-r r.txt"
	printf '# This file is automatically @generated by Poetry 2.1.3 and should not be changed by hand.\n[[package]]\nname = "aa"\nversion = "1"\n[metadata]\nlock-version = "2.1"\ncontent-hash = "0"\n' >poetry.lock
	refused "" --lock poetry.lock --find-links house env
	hints "poetry export"
	printf '{"_meta": {"hash": {"sha256": "x"}, "pipfile-spec": 6}, "default": {}}\n' >Pipfile.lock
	refused "" --lock Pipfile.lock --find-links house env
	hints ""
	: >empty
	refused "empty: " --lock empty --find-links house env
	refused "cannot read 'none'" --lock none --find-links house env
	refused "cannot read 'house'" --lock house --find-links house env
	printf 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n' >none.toml
	installs --lock none.toml
	has_installed
}

@test "facts that a root or an archive does not tell are not guessed" {
	wheel house/aa-1.0-py3-none-any.whl
	pylock house/*
	sed -i "/^version/a marker = \"platform_release > '1'\"" pylock.toml
	a_root
	refused platform_release --root root --lock pylock.toml \
		--find-links house /env
	refused platform_release --archive tar --lock pylock.toml \
		--find-links house /env
	pv --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	# one whose truth does not depend on it
	sed -i "s/^marker = .*/marker = \"platform_release > '1' or os_name == 'posix'\"/" \
		pylock.toml
	pv --root root --lock pylock.toml --find-links house /env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ -e "root/env/$SITE"/aa-1.0.dist-info/REQUESTED ]
	# METADATA of a locked wheel
	wheel house/aa-1.0-py3-none-any.whl \
		"Requires-Dist=zz; platform_version == '1'"
	pylock house/*
	refused platform_version --root root --lock pylock.toml \
		--find-links house /env2
	pv --root root --no-deps --lock pylock.toml --find-links house /env2
	[ "$status" = 0 ]
}

@test "with --root, the lock and the directories are the host's" {
	wheel house/aa-1.0-py3-none-any.whl
	pylock house/*
	a_root
	pv --root root --lock "$T/pylock.toml" --find-links "$T/house" /env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ -d "root/env/$SITE"/aa-1.0.dist-info ]
	refuse grep -F "$T" root/env/pyvenv.cfg
}

@test "-n and --json say what a lock chooses" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
	END
	pylock house/*
	pv -n --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	[ ! -e env ]
	has "wheel $SITE/aa-1.0.dist-info" "$output"
	pv -nv --lock pylock.toml --find-links house env
	has "chosen: aa 1.0, in the lock: $T/house/aa-1.0-py3-none-any.whl" \
		"$stderr"
	pv -n --json --lock pylock.toml \
		--find-links house env
	[ "$status" = 0 ]
	[ ! -e env ]
	[ "$(jq -r '.wheels[] | .project, .version, .file' <<<"$output" | xargs)" = \
		"aa 1.0 $T/house/aa-1.0-py3-none-any.whl bb 1.0 $T/house/bb-1.0-py3-none-any.whl" ]
}

@test "--exist-ok and --upgrade make it what the lock says" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
		cc-1.0-py3-none-any.whl
	END
	installs --wheel house/aa-2.0-py3-none-any.whl \
		--wheel cc-1.0-py3-none-any.whl
	pylock house/aa-1.0-* house/bb-*
	# without --exist-ok
	refused "env" --lock pylock.toml \
		--find-links house env
	for option in --exist-ok --upgrade; do
		pv $option --lock pylock.toml --find-links house env
		[ "$status" = 0 ]
		has_installed aa-1.0 bb-1.0 cc-1.0
		pv $option --wheel house/aa-2.0-py3-none-any.whl env
		[ "$status" = 0 ]
		has_installed aa-2.0 bb-1.0 cc-1.0
	done
	pv --exist-ok --lock pylock.toml --find-links house env
	times env >before
	pv --exist-ok --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	[ -z "$output$stderr" ]
	times env | diff before -
	# what is there already needs no wheel
	pv --clear --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	has_installed aa-1.0 bb-1.0
}

@test "a lock does not break what stays in the environment" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		cc-1.0-py3-none-any.whl Requires-Dist=aa>=2
		dd-1.0-py3-none-any.whl Requires-Dist=nowhere
	END
	installs --wheel house/aa-2.0-py3-none-any.whl \
		--wheel cc-1.0-py3-none-any.whl --wheel dd-1.0-py3-none-any.whl
	pylock house/aa-1.0-*
	refused "cc 1.0 requires aa>=2, and aa 1.0 is chosen" --exist-ok \
		--lock pylock.toml --find-links house env
	# what was not met before is no matter of this run
	pylock house/aa-2.0-*
	pv --exist-ok --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	pylock house/aa-1.0-*
	pv --exist-ok --no-deps --lock pylock.toml --find-links house env
	[ "$status" = 0 ]
	has_installed aa-1.0 cc-1.0 dd-1.0
}

@test "pip of --with-pip is the locked one, or the newest of the directories" {
	wheels <<-END
		house/pip-30.0-py3-none-any.whl
		house/pip-31.0-py3-none-any.whl
		house/pip-32.0a1-py3-none-any.whl
		house/aa-1.0-py3-none-any.whl
	END
	pylock house/aa-* house/pip-30*
	installs --with-pip --lock pylock.toml --find-links house
	has_installed aa-1.0 pip-30.0
	pylock house/aa-*
	installs --with-pip --lock pylock.toml --find-links house
	has_installed aa-1.0 pip-31.0
	installs --with-pip --find-links house
	has_installed pip-31.0
	installs --with-pip --find-links house --wheel house/pip-30*
	has_installed pip-30.0
	echo 'pip<31' >c.txt
	installs --with-pip --find-links house -c c.txt
	has_installed pip-30.0
	# a locked one is not replaced by another
	pylock house/aa-* house/pip-30*
	mv house/pip-30* .
	refused "pip 30.0: 'pip-30.0-py3-none-any.whl' is not in any directory" \
		--with-pip --lock pylock.toml --find-links house env2
	pylock house/aa-*
	refused "--require-hashes needs a hash of pip" --with-pip \
		--require-hashes --lock pylock.toml --find-links house env2
}

@test "options of locks that mean nothing are usage errors" {
	wheel house/aa-1.0-py3-none-any.whl
	pylock house/*
	echo aa >r.txt
	misuse --lock pylock.toml -r r.txt
	misuse --lock pylock.toml --install aa
	misuse --lock pylock.toml --lock pylock.toml
	misuse --lock pylock.toml --wheel house
	misuse --lock ''
	misuse -r r.txt --wheel house
	misuse --install aa --wheel house
	misuse --find-links house --wheel house
	misuse --find-links house
	misuse --find-links house --require-hashes
	misuse --find-links house -c r.txt
	misuse --find-links house --no-deps
	misuse --extra x --find-links house -r r.txt
	misuse --group x --find-links house -r r.txt
	misuse --no-default-groups --find-links house --install aa
	misuse --require-hashes
	misuse -c r.txt
	misuse -c r.txt --wheel house/aa-1.0-py3-none-any.whl
	misuse --no-deps
	misuse --check -r r.txt
	misuse --check --find-links house
	misuse --check --lock pylock.toml
	[ ! -e env ]
}

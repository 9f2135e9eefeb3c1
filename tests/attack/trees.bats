#!/usr/bin/env bats
# ENV_DIR before the run has: trees that are hard to delete, attributes
# to keep, a lower layer not to copy.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016,SC2154
load helpers

# A Python program that makes such a tree in the directory of its argument.
nasty='if True:
	import os, socket, sys
	os.umask(0)
	os.chdir(sys.argv[1])
	top = os.getcwd()
	for i in range(3000):
		os.mkdir("d")
		if i % 50 == 0:
			open("file", "w").close()
			os.symlink("..", "up")
		os.chdir("d")
	os.chdir(top)
	os.mkdir("sub")
	os.chdir("sub")
	for mode in 0o000, 0o555, 0o300, 0o111, 0o7777:
		os.mkdir(f"{mode:o}")
		open(f"{mode:o}/file", "w").close()
		os.mkdir(f"{mode:o}/dir")
		open(f"{mode:o}/dir/file", "w").close()
		os.chmod(f"{mode:o}/file", 0)
		os.chmod(f"{mode:o}/dir", mode & 0o555)
		os.chmod(f"{mode:o}", mode)
	os.mkfifo("fifo", 0o600)
	socket.socket(socket.AF_UNIX).bind("socket")
	os.symlink("/", "root")
	os.symlink("nothing", "dangling")
	os.symlink(".", "self")
	os.symlink("../../victim", "victim")
	os.mkdir("victim-too")
	os.symlink("../../../victim/lib", "victim-too/lib")
	os.link("fifo", "fifo too")
	for name in "new line\n", "-rf", " ", "\\", "*", "x" * 255:
		os.mkdir(name)
		open(os.path.join(name, name), "w").close()
	os.mkdir("many")
	for i in range(500):
		os.mkdir(f"many/{i}")
	os.mkdir("old"), os.mkdir("new"), os.mkdir("d1"), os.mkdir("1")
	open("of", "w").close()
'

# clears PROGRAM...: the nasty tree goes, by a run from outside and in place.
clears()
{
	make_victim
	for place in outside inside; do
		rm -rf "${E:?}"
		"${by[@]}" "$P/pyvenv" "$E"
		"${by[@]}" python3 -c "$nasty" "$E"
		if [ "$place" = outside ]; then
			attempt "${by[@]}" "$P/pyvenv" --clear "$E"
		else
			cd "$E" || return 1
			attempt "${by[@]}" "$P/pyvenv" --clear .
			cd "$P" || return 1
		fi
		[ "$status" = 0 ]
		[ -z "$out" ]
		same_victim
		"$P/pyvenv" --check "$E"
		[ "$(ls -A "$E")" = "$plain" ]
		[ -z "$(litter "$P/box")" ]
	done
}

@test "--clear deletes trees of any depth, mode and kind: root and their owner" {
	public
	mkdir "$P/box"
	E=$P/box/env
	"$P/pyvenv" "$E"
	plain=$(ls -A "$E")
	by=()
	clears
	rm -rf "${E:?}" "$P/victim"
	chown 65534:65534 "$P/box"
	by=("${nobody[@]}")
	clears
}

@test "a file limit does not keep --clear from deleting a deep tree" {
	public
	mkdir "$P/box"
	E=$P/box/env
	"$P/pyvenv" "$E"
	python3 -c "$nasty" "$E"
	attempt bash -c 'exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
		ulimit -n 12; exec "$@"' limited "$P/pyvenv" --clear "$E"
	[ "$status" = 0 ]
	[ -z "$(litter "$P/box")" ]
	[ "$(find "$E" | wc -l)" -lt 40 ]
}

# attributes PATH...: owner, mode, links, ACL, attributes, capabilities.
attributes()
{
	local path
	for path; do
		stat -c '%n %a %u:%g' "$path"
		[ -d "$path" ] || stat -c %h "$path"
		getfacl -cnp "$path"
		getfattr -h -d -m - -e hex --absolute-names "$path"
		getcap "$path"
	done
}

need_attributes()
{
	local tool
	for tool in setfattr setfacl setcap; do
		command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] ||
			skip "no $tool"
	done
	export PATH=$PATH:/usr/sbin
	mkdir "$1"
	touch "$1/try"
	{ setfattr -n user.try -v 1 "$1/try" &&
		setfacl -m u:2001:r "$1/try"; } 2>/dev/null ||
		skip "the file system has no ACL or attributes"
	rm "$1/try"
}

# adorn: give ENV_DIR and files of a user in it what can be lost.
adorn()
{
	site=$(echo "$E"/lib/python3*/site-packages)
	mkdir -p "$site/pkg" "$E/data"
	cp /usr/bin/env "$E/data/program"
	echo mine | tee "$site/pkg/mod.py" "$E/data/file" >/dev/null
	ln "$E/data/file" "$E/data/other name"
	chmod 4750 "$E/data/program"
	chown 2002:2003 "$E/data/program"
	setcap cap_net_bind_service+ep "$E/data/program"
	setfacl -m u:2001:rw "$E/data/file"
	setfattr -n user.note -v kept "$E/data/file"
	setfattr -n trusted.note -v kept "$E/data/file" 2>/dev/null || :
	chown 2001:2001 "$site/pkg/mod.py"
	chmod 2775 "$E/data"
	chgrp 2003 "$E/data"
	setfacl -d -m u:2001:rwx "$E/data"
	setfattr -n user.note -v kept "$E/data"
	setfacl -m u:2001:rx "$E/bin" "$E"
	setfattr -n user.note -v kept "$E"
	chown 2001:2003 "$E"
	chmod 2770 "$E"
	setfacl -m u:2002:rx "$E"
	kept=("$E" "$E/bin" "$E/lib" "$E/data" "$E/data/"* "$site" "$site/pkg"
		"$site/pkg/mod.py")
}

@test "--upgrade and --exist-ok keep inode, owner, mode, ACL and attributes" {
	public
	need_attributes "$P/box"
	E=$P/box/env
	make_wheels "$P"
	"$P/pyvenv" --wheel "$P/demo-1.0-py3-none-any.whl" "$E"
	adorn
	before=$(attributes "${kept[@]}" && stat -c '%n %i' "${kept[@]}")
	for command in '--upgrade --prompt x' --exist-ok \
		"--upgrade --wheel $P/demo-2.0-py3-none-any.whl" \
		"--exist-ok --wheel $P/demo-1.0-py3-none-any.whl"; do
		rm "$E/bin/python"
		# shellcheck disable=SC2086
		attempt "$P/pyvenv" $command "$E"
		[ "$status" = 0 ]
		diff <(echo "$before") \
			<(attributes "${kept[@]}" && stat -c '%n %i' "${kept[@]}")
	done
}

@test "--clear keeps owner, mode, ACL and attributes of ENV_DIR" {
	public
	need_attributes "$P/box"
	E=$P/box/env
	"$P/pyvenv" "$E"
	adorn
	before=$(attributes "$E" | grep -v "^$E")
	mode=$(stat -c '%a %u:%g' "$E")
	for where in outside inside; do
		dir=$E
		if [ "$where" = inside ]; then
			cd "$E" || return 1
			dir=.
			inode=$(stat -c %i "$E")
		fi
		attempt "$P/pyvenv" --clear "$dir"
		cd "$P" || return 1
		[ "$status" = 0 ]
		after=$(attributes "$E" | grep -v "^$E")
		diff <(echo "$before") <(echo "$after")
		[ "$(stat -c '%a %u:%g' "$E")" = "$mode" ]
		[ "$where" = outside ] || [ "$(stat -c %i "$E")" = "$inode" ]
	done
}

@test "on an overlay a change copies only the files that change" {
	need overlay
	public
	export P
	mounted '
		mount -t tmpfs tmpfs "$P"
		cd "$P"
		mkdir lower upper work m
		cp -L "$V" pyvenv
		./pyvenv lower/env
		head -c 5000000 /dev/urandom >lower/env/lib/large
		head -c 5000000 /dev/urandom >lower/env/bin/large
		mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work \
			overlay m
		# so that the environment is at its own place
		sum=$(sha256sum <m/env/lib/large)
		./pyvenv --upgrade --prompt x m/env
		[ "$(sha256sum <m/env/lib/large)" = "$sum" ]
		grep -q "^prompt" m/env/pyvenv.cfg
		du -sk upper
		[ "$(du -sk upper | cut -f 1)" -lt 200 ]
		# that would have shown a copy
		chmod 600 m/env/lib/large
		[ "$(du -sk upper | cut -f 1)" -gt 4000 ]
		! find m upper -name ".venvbox-*" | grep . || exit 1'
	[ "$status" = 0 ]
}

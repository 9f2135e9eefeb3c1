#!/usr/bin/env bats
# What others left in the way, and what a slip of the keyboard must not do.

# SC2016: the script is for a shell of its own
# shellcheck disable=SC2016,SC2154
load helpers

# work_name NAME: that of the work directory beside NAME, as a run shows it.
work_name()
{
	mkdir "$T/probe"
	strace -qq -o "$IO/trace" -e trace=mkdirat \
		"$T/links/pyvenv" "$T/probe/$1" || return 1
	grep -o '\.venvbox-[0-9a-f]*' "$IO/trace" | head -n 1
	rm -r "$T/probe"
}

@test "--clear sees the home directory through any link" {
	mkdir -p real/home/documents
	ln -s real link
	export HOME=$T/real/home
	for dir in link/home link link/home/ "$T/link/../real/home" "/$T/link"; do
		pv --clear "$dir"
		[ "$status" = 1 ]
		has "the home directory or holds it" "$stderr"
		[ -d real/home/documents ]
	done
	export HOME=$T/link/home
	pv --clear real
	[ "$status" = 1 ]
	[ -d real/home/documents ]
}

@test "--clear sees the base Python through any link" {
	need bwrap
	# in a root of its own, where a mistake deletes nothing
	for dir in / // /usr //usr/ /lib/../usr /usr/bin; do
		run bwrap --tmpfs / --ro-bind /usr /usr --symlink usr/lib /lib \
			--symlink usr/lib64 /lib64 --dev /dev --proc /proc \
			--ro-bind "$T/links/pyvenv" /pyvenv \
			/pyvenv -p /usr/bin/python3 --clear "$dir"
		echo "$dir: $status $output"
		[ "$status" = 1 ]
		has "cannot change" "$output"
		has "it is " "$output"
	done
}

@test "a journal of another user is not obeyed" {
	public
	mkdir -m 1777 "$P/dir"
	echo precious >"$P/dir/file"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		mkdir -p "$P/dir/.venvbox-clear/new" "$P/dir/.venvbox-clear/old"
	for option in '' --clear --exist-ok; do
		run "$T/links/pyvenv" ${option:+"$option"} "$P/dir"
		[ "$status" = 1 ]
		[ "$(cat "$P/dir/file")" = precious ]
	done
}

@test "a journal that came with a copy is not obeyed" {
	mkdir -p dir/.venvbox-clear/new dir/.venvbox-clear/old
	ln -s 1 dir/.venvbox-clear/of
	echo precious >dir/file
	for option in '' --clear --exist-ok; do
		run "$T/links/pyvenv" ${option:+"$option"} dir
		echo "$output"
		[ "$status" = 1 ]
		[ "$(cat dir/file)" = precious ]
	done
	has "of another directory" "$output"
}

@test "a work directory of another user is neither used nor removed" {
	public
	mkdir -m 1777 "$P/dir"
	work=$(work_name env)
	setpriv --reuid 65534 --regid 65534 --clear-groups mkdir "$P/dir/$work"
	run "$T/links/pyvenv" "$P/dir/env"
	[ "$status" = 1 ]
	has "another user" "$output"
	has "$work" "$output"
	[ ! -e "$P/dir/env" ]
	[ -d "$P/dir/$work" ]
}

@test "a file in the place of the work directory is said" {
	mkdir dir
	work=$(work_name env)
	echo mine >"dir/$work"
	run "$T/links/pyvenv" dir/env
	[ "$status" = 1 ]
	has "in the way" "$output"
	has "$work" "$output"
	[ "$(cat "dir/$work")" = mine ]
}

@test "a lock that is held is not waited for for ever" {
	pv env
	flock -o env sleep 30 3>&- &
	sleep 0.3
	run timeout 30 "$T/links/pyvenv" --upgrade --prompt new env
	kill $!
	echo "$output"
	[ "$status" = 1 ]
	has "holds its lock" "$output"
	pv --upgrade --prompt new env
	[ "$status" = 0 ]
}

@test "a parent that is a symlink to nothing" {
	ln -s nowhere dangling
	pv dangling/a/env
	[ "$status" = 1 ]
	has "'dangling' in it is a symlink to nothing" "$stderr"
}

@test "what is mounted in a directory is not deleted with it" {
	need mounts
	pv env
	mkdir env/data elsewhere
	echo precious >elsewhere/file
	mounted '
		mount --bind elsewhere env/data
		for i in 1 2; do "$V" --clear env && exit 9; done
		[ -f env/pyvenv.cfg ]
		"$V" --upgrade --prompt new env
		[ -f env/data/file ]
		umount env/data'
	[ "$status" = 0 ]
	[ "$(cat elsewhere/file)" = precious ]
	grep -q new env/pyvenv.cfg
	whole "$T/env"
}

@test "a tree of any depth can be upgraded and cleared" {
	pv env
	(
		cd env
		for ((i = 0; i < 250; i++)); do
			mkdir d
			cd d
		done
		echo deep >file
	)
	pv --upgrade --prompt new env
	[ "$status" = 0 ]
	[ "$(find env -name file | wc -l)" = 1 ]
	pv --clear env
	[ "$status" = 0 ]
	whole "$T/env"
}

@test "limits: file size and open files" {
	pv -p /usr/bin/python3 model
	for n in 0 1; do
		run bash -c "ulimit -f $n; exec \"\$0\" --copies env" \
			"$T/links/pyvenv"
		echo "$output"
		[ "$status" = 1 ]
		has "File too large" "$output"
		[ "$(ls -A)" = $'home\nlinks\nmodel' ]
	done
	for ((n = 3; n < 9; n++)); do
		run bash -c "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
			ulimit -n $n; exec \"\$0\" --copies env" "$T/links/pyvenv"
		rm -rf env
		[ "$(ls -A)" = $'home\nlinks\nmodel' ]
	done
	[ "$status" = 0 ]
}

@test "a user who owns the directory cannot lead root's writes out of it" {
	need root
	pv env
	mkdir other
	echo precious >other/activate
	chown -R 65534:65534 env
	# while root writes, the stage is closed to its later owner
	strace -qq -o "$IO/trace" -e trace=mkdirat,fchown,fchmod,openat,renameat2 \
		"$T/links/pyvenv" --upgrade --prompt new env
	awk '/mkdirat.*"\.venvbox-[0-9a-f]*", 0700/ { closed = 1 }
		/fchown\(/ { last = NR }
		/O_CREAT/ { created = NR }
		/renameat2/ { renamed = NR }
		END { exit !(closed && created < last && last < renamed) }' \
		"$IO/trace"
	[ "$(stat -c %u env)" = 65534 ]
}

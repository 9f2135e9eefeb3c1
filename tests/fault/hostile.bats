#!/usr/bin/env bats
# Runs over files that others left, and after a slip of the keyboard.

# SC2016: the script is for a shell of its own
# shellcheck disable=SC2016,SC2154
load helpers

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

# lookalikes DIR: what one can plant beside or in an environment DIR: the work
# directories of old versions, and of a run, with a mark that is not theirs.
lookalikes()
{
	local name
	for name in .venvbox-clear .venvbox-merge .venvbox-stage \
		.venvbox-788e8bb4 .venvbox-0123456789abcdef \
		.venvbox-788e8bb40123456 .venvbox-788E8BB401234567 \
		.venvbox-788e8bb401234567 .venvbox-788e8bb4aaaaaaaa; do
		mkdir -m 700 "$1/$name"
		mkdir -p "$1/$name/new/bin" "$1/$name/old"
		echo planted >"$1/$name/new/pyvenv.cfg"
		echo planted >"$1/$name/old/1"
		ln -s /etc "$1/$name/new/bin/etc"
		ln -s 1:1 "$1/$name/of"
	done
	# the right mark, in a directory that others can enter
	mkdir -m 755 "$1/.venvbox-788e8bb4cccccccc"
	own_mark "$1/.venvbox-788e8bb4cccccccc"
	# a copy: the mark is that of another directory
	mkdir -m 700 "$1/.venvbox-788e8bb4bbbbbbbb"
	cp -P "$1/.venvbox-788e8bb4cccccccc/of" "$1/.venvbox-788e8bb4bbbbbbbb/of"
	ln -s /etc "$1/.venvbox-788e8bb4dddddddd"
	echo planted >"$1/.venvbox-788e8bb4eeeeeeee"
}

# own_mark DIR: mark DIR as a work directory marks itself.
own_mark()
{
	ln -s "$(printf '%x:%x' "$(($(stat -c '0x%D' "$1")))" \
		"$(stat -c %i "$1")")" "$1/of"
}

# planted DIR: everything in DIR that looks like a work directory, as text.
planted()
{
	(cd "$1" && find . -path './.venvbox-*' -printf '%y %m %U %p %l %C@\n' |
		sort && cat .venvbox-*/new/pyvenv.cfg .venvbox-*/old/1 \
		.venvbox-788e8bb4eeeeeeee)
}

# obeys_nothing ENV: no run on ENV does anything to what is planted beside and in
# it, or because of it.
obeys_nothing()
{
	local env=$1 option
	lookalikes "$(dirname "$env")"
	planted "$(dirname "$env")" >"$IO/beside"
	for option in '' --exist-ok --upgrade --clear; do
		if [ "$option" = --upgrade ]; then
			lookalikes "$env"
			planted "$env" >"$IO/inside"
			rm "$env/bin/python"
		fi
		run "$T/links/pyvenv" ${option:+"$option"} "$env"
		echo "$output"
		[ "$status" = 0 ]
		[ -z "$output" ]
		planted "$(dirname "$env")" | diff "$IO/beside" -
		[ "$option" != --upgrade ] ||
			planted "$env" | diff "$IO/inside" -
		"$T/links/pyvenv" --check "$env"
	done
	[ -z "$(find "$env" -name '.venvbox-*')" ]
}

@test "a directory like a work directory is not obeyed and does not block" {
	mkdir dir
	obeys_nothing "$T/dir/env"
}

@test "a work directory of another user is neither used nor removed" {
	public
	mkdir -m 1777 "$P/dir"
	export -f lookalikes own_mark
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		bash -c 'lookalikes "$0"' "$P/dir"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		bash -c 'mkdir -m 700 "$0"; own_mark "$0"; echo x >"$0/file"' \
		"$P/dir/.venvbox-788e8bb4ffffffff"
	planted "$P/dir" >"$IO/beside"
	for option in '' --exist-ok --upgrade --clear; do
		run "$T/links/pyvenv" ${option:+"$option"} "$P/dir/env"
		echo "$output"
		[ "$status" = 0 ]
		planted "$P/dir" | diff "$IO/beside" -
	done
}

@test "a directory of root's that got a work directory's name survives" {
	public
	mkdir -m 777 "$P/dir"
	mkdir -m 700 "$P/dir/backup"
	echo precious >"$P/dir/backup/file"
	# who may write to the parent may rename what is in it
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		mv "$P/dir/backup" "$P/dir/.venvbox-788e8bb401234567"
	for option in '' --exist-ok --clear; do
		run "$T/links/pyvenv" ${option:+"$option"} "$P/dir/env"
		[ "$status" = 0 ]
		[ "$(cat "$P/dir"/.venvbox-*/file)" = precious ]
	done
}

@test "the next run of any mode removes what a killed run left" {
	mkdir dir
	for option in '' --exist-ok --upgrade --clear; do
		pv -p /usr/bin/python3 dir/env
		for place in dir dir/env; do
			mkdir -m 700 "$place/.venvbox-788e8bb401234567"
			mkdir -p "$place/.venvbox-788e8bb401234567/new/a/b"
			echo x >"$place/.venvbox-788e8bb401234567/new/a/b/file"
			own_mark "$place/.venvbox-788e8bb401234567"
			# killed before the mark was made
			mkdir -m 700 "$place/.venvbox-788e8bb489abcdef"
		done
		run "$T/links/pyvenv" ${option:+"$option"} dir/env
		[ "$status" = "$([ -n "$option" ] && echo 0 || echo 1)" ]
		tidy
		rm -r dir/env
	done
}

@test "a lock that is held is not waited for for ever" {
	pv env
	flock -o env sleep 100 3>&- &
	sleep 0.3
	begun=$SECONDS
	run timeout 300 "$T/links/pyvenv" --upgrade --prompt new env
	kill $!
	echo "$output"
	[ "$status" = 1 ]
	has "holds its lock" "$output"
	[ $((SECONDS - begun)) -ge 29 ]
	pv --upgrade --prompt new env
	[ "$status" = 0 ]
}

@test "a parent that is a symlink to nothing" {
	ln -s nowhere dangling
	pv dangling/a/env
	[ "$status" = 1 ]
	has "'$T/dangling' is a symlink to nothing" "$stderr"
}

@test "a mount in a directory is not deleted with it" {
	need mounts
	pv env
	mkdir env/data elsewhere
	echo precious >elsewhere/file
	mounted '
		mount --bind elsewhere env/data
		for i in 1 2; do
			"$V" --clear env 2>message && exit 9
			cat message
			grep -qF "cannot replace '\''$T/env'\'': '\''$T/env/data'\'' is a mount point" message
		done
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
	chown -R 65534:65534 env
	strace -qq -o "$IO/trace" "$T/links/pyvenv" --upgrade --prompt new env
	# what creates, changes or removes something names one entry of a
	# directory that is open, or is below the closed directory
	awk '/mkdirat\(.*"\.venvbox-[0-9a-f]*", 0700/ { closed = 1; next }
		/^(open|mkdir|unlink|rmdir|rename|link|symlink|chmod|chown)\(/ ||
		/O_CREAT|^(mkdirat|symlinkat|linkat|unlinkat|renameat2?)\(AT_/ {
			if (!closed || /AT_FDCWD/) wrong = wrong $0 "\n" }
		/^renameat2\(.* [0-9]+, "[^"]*\/[^"]*", RENAME/ {
			wrong = wrong $0 "\n" }
		/^renameat2\(.*RENAME_EXCHANGE/ { renamed++ }
		END { printf "%s", wrong; exit !(closed && renamed && !wrong) }' \
		"$IO/trace"
	[ "$(stat -c %u env)" = 65534 ]
}

# swap CALL NUMBER COMMAND ARG...: run pyvenv ARG... and stop it after its
# NUMBERth CALL, let the owner of the directory run COMMAND, and let it go on.
# Sets status.
swap()
{
	local call=$1 number=$2 command=$3 tracer
	shift 3
	strace -qq -o "$IO/trace" -e "trace=$call" -e \
		"inject=$call:delay_exit=500000:when=$number" \
		"$T/links/pyvenv" "$@" >"$IO/out" 2>&1 &
	tracer=$!
	for _ in $(seq 500); do
		[ "$(grep -c "^$call(" "$IO/trace" 2>/dev/null)" -ge "$number" ] &&
			break
		kill -0 "$tracer" 2>/dev/null || break
		sleep 0.01
	done
	# what was written of the call, was written before it
	sleep 0.1
	setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$command"
	status=0
	wait "$tracer" || status=$?
	cat "$IO/out"
}

@test "the owner of the parent exchanges the work directory as it is made" {
	public
	mkdir "$P/dir" "$P/victim"
	echo precious >"$P/victim/file"
	snapshot "$P/victim" >"$IO/before"
	mkdir "$P/dir/full"
	echo precious >"$P/dir/full/file"
	chmod 700 "$P/dir/full"
	chown 65534:65534 "$P/dir"
	for theirs in 'mkdir -m 700 $w' 'mkdir -m 777 $w' 'ln -s $P/victim $w' \
		'mv full $w' 'echo x >$w'; do
		swap mkdirat 1 "cd $P/dir && P=$P && w=\$(echo .venvbox-*) &&
			mv \$w away && $theirs" "$P/dir/env"
		snapshot "$P/victim" | diff "$IO/before" -
		[ -e "$P/dir/env" ] || [ "$status" = 1 ]
		# nothing of ours is in it
		[ -z "$(find "$P/dir"/.venvbox-*/ -mindepth 1 ! -name file)" ]
		for w in "$P/dir"/.venvbox-*; do
			[ -L "$w" ] || [ ! -e "$w/file" ] || mv "$w" "$P/dir/full"
		done
		[ "$(cat "$P/dir/full/file")" = precious ]
		rm -rf "$P/dir/env" "$P/dir/away" "$P/dir"/.venvbox-*
	done
}

@test "a package that becomes a link while root changes the environment" {
	public
	mkdir "$P/victim"
	"$T/links/pyvenv" -p /usr/bin/python3 "$P/env"
	echo precious >"$P/victim/activate"
	echo precious >"$P/victim/python"
	snapshot "$P/victim" >"$IO/before"
	chown -R 65534:65534 "$P/env"
	cp -a "$P/env" "$P/good"
	strace -qq -o "$IO/count" "$T/links/pyvenv" --upgrade --prompt new "$P/env"
	calls=$(grep -c '^renameat2(' "$IO/count")
	[ "$calls" -gt 3 ]
	for number in $(seq "$calls"); do
		rm -rf "$P/env"
		cp -a "$P/good" "$P/env"
		swap renameat2 "$number" "cd $P/env && mv bin was &&
			ln -s $P/victim bin" --upgrade --prompt new "$P/env"
		snapshot "$P/victim" | diff "$IO/before" -
		[ -L "$P/env/bin" ]
	done
}

@test "a link of another user on the way is refused" {
	public
	mkdir -m 777 "$P/theirs"
	mkdir "$P/victim"
	echo precious >"$P/victim/file"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		ln -s "$P/victim" "$P/theirs/env"
	before=$(snapshot "$P/victim")
	for dir in "$P/theirs/env" "$P/theirs/env/new"; do
		for option in '' --clear --exist-ok --upgrade; do
			run "$T/links/pyvenv" ${option:+"$option"} "$dir"
			echo "$output"
			[ "$status" = 1 ]
			has "'$P/theirs/env' is a symlink that another user has made" \
				"$output"
			[ "$(snapshot "$P/victim")" = "$before" ]
		done
	done
	# to what is that user's own, it may lead
	mkdir "$P/own"
	chown -h 65534:65534 "$P/own"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		ln -s "$P/own" "$P/theirs/fine"
	"$T/links/pyvenv" --clear "$P/theirs/fine"
	[ "$(stat -c %u "$P/own")" = 65534 ]
	"$T/links/pyvenv" --check "$P/own"
}

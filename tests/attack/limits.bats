#!/usr/bin/env bats
# The system lacks or refuses something: the environment is right all the
# same, or it is as it was and nothing is left behind.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016,SC2154
load helpers

# content PATH: what is there, without the command that pyvenv.cfg names.
content()
{
	(cd "$1" && find . -printf '%y %m %p %l\n' | LC_ALL=C sort &&
		find . -type f ! -name pyvenv.cfg -print0 | LC_ALL=C sort -z |
		xargs -0r sha256sum && grep -v ^command pyvenv.cfg)
}

# make_models: $P/old and $fresh, the environments before and after.
make_models()
{
	public
	mkdir "$P/wheels" "$P/box"
	make_wheels "$P/wheels"
	old_wheel=$P/wheels/demo-1.0-py3-none-any.whl
	new_wheel=$P/wheels/demo-2.0-py3-none-any.whl
	E=$P/box/env
	"$P/pyvenv" --wheel "$new_wheel" "$E"
	fresh=$(content "$E")
	rm -r "$E"
	"$P/pyvenv" --wheel "$old_wheel" "$E"
	before=$(content "$E")
	mv "$E" "$P/old"
}

modes="new --exist-ok --upgrade --clear ."

# set_up MODE: sets args and dir.
set_up()
{
	rm -rf "$E"
	[ "$1" = new ] || cp -a "$P/old" "$E" || return 1
	args=(--wheel "$new_wheel" "$E")
	dir=$P
	case $1 in
	.)
		args=(--clear --wheel "$new_wheel" .)
		dir=$E
		;;
	--*) args=("$1" "${args[@]}") ;;
	esac
}

# judge MODE: after a run that may have failed.
judge()
{
	[ -z "$(litter "$P/box")" ]
	if [ "$status" = 0 ]; then
		diff <(echo "$fresh") <(content "$E")
	elif [ "$1" = new ]; then
		[ ! -e "$E" ]
	else
		diff <(echo "$before") <(content "$E")
	fi
}

# without FAULT...: each mode has to succeed all the same.
without()
{
	local fault calls=
	local words=()
	for fault; do
		words+=(-e "inject=$fault")
		calls+=${calls:+,}${fault%%:*}
	done
	for mode in $modes; do
		set_up "$mode"
		cd "$dir" || return 1
		attempt strace -f -qqq --seccomp-bpf -o /dev/null \
			-e "trace=$calls" "${words[@]}" "$P/pyvenv" "${args[@]}"
		cd "$P" || return 1
		[ "$status" = 0 ]
		judge "$mode"
	done
}

@test "names that cannot be exchanged, and links and locks that are missing" {
	need_strace
	make_models
	for error in EINVAL ENOSYS; do
		without "renameat2:error=$error"
		without "renameat2:error=$error" linkat:error=EPERM
	done
	without linkat:error=EPERM
	without flock:error=ENOLCK
	without flock:error=ENOSYS
	without openat2:error=ENOSYS statx:error=ENOSYS
	without openat2:error=EPERM statx:error=EPERM
}

@test "random numbers that are missing, and names that are taken" {
	need_strace
	make_models
	for error in EAGAIN ENOSYS; do
		without "getrandom:error=$error"
		# the first names are taken
		without "getrandom:error=$error" mkdirat:error=EEXIST:when=1..5
	done
	set_up new
	attempt strace -f -qqq -o "$IO/trace" -e trace=getrandom \
		"$P/pyvenv" "${args[@]}"
	refuse grep -v GRND_NONBLOCK "$IO/trace"
}

@test "open files that run out" {
	make_models
	for mode in $modes; do
		passed=
		for n in 3 4 5 6 7 8 9 10 11 12 16; do
			set_up "$mode"
			cd "$dir" || return 1
			attempt bash -c "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
				ulimit -n $n; exec \"\$@\"" limited \
				"$P/pyvenv" "${args[@]}"
			cd "$P" || return 1
			judge "$mode"
			[ "$status" != 0 ] || passed=$n
		done
		[ "$passed" = 16 ]
	done
}

@test "a file system that fills up at any point" {
	need mounts
	make_models
	# pages: from those that hold the old state to those that hold both
	mount_sizes='12 16 18 20 22 24 26 28 30 32 34 36 40 44 48 52 56 60 72 96'
	[ -z "${ATTACK_ALL:-}" ] || mount_sizes=$(seq -s ' ' 4 100)
	export P fresh before new_wheel E modes mount_sizes
	mounted "$(declare -f content set_up litter)"'
		for mode in $modes; do
			worked= failed=
			for pages in $mount_sizes; do
				mount -t tmpfs -o "size=$((pages * 4))k" tmpfs "$P/box"
				if ! set_up "$mode" 2>/dev/null; then
					umount "$P/box"
					continue
				fi
				cd "$dir"
				status=0
				out=$("$P/pyvenv" "${args[@]}" 2>&1) || status=$?
				echo "$mode, $pages: $status: $out"
				cd "$P"
				if [ "$status" = 0 ]; then
					worked=$pages
					diff <(echo "$fresh") <(content "$E")
				else
					[ "$status" = 1 ]
					failed=$pages
					case $out in *"No space left"*) ;; *) exit 1 ;; esac
					if [ "$mode" = new ]; then
						[ ! -e "$E" ]
					else
						diff <(echo "$before") <(content "$E")
					fi
				fi
				[ -z "$(litter "$P/box")" ]
				umount "$P/box"
			done
			[ -n "$worked" ]
			[ -n "$failed" ]
		done'
	[ "$status" = 0 ]
}

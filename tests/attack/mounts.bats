#!/usr/bin/env bats
# Something is mounted below ENV_DIR: its contents stay, whatever tells of it.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016,SC2154
load helpers

# The mounts of publish.md's table, and how they are hidden from the program.
# Functions for the shell with the mounts.
prelude='
	kinds="bind file tmpfs nested"
	set_up()
	{
		umount -R "$E/cache" "$E/lib/file" 2>/dev/null || :
		rm -rf "${E:?}" "$P/data"
		"$P/pyvenv" "$E"
		mkdir "$E/cache" "$P/data" "$P/data/dir"
		echo old >"$E/lib/file"
		echo precious | tee "$P/data/file" "$P/data/dir/file" >/dev/null
		case $1 in
		bind) mount --bind "$P/data" "$E/cache" ;;
		file) mount --bind "$P/data/file" "$E/lib/file" ;;
		tmpfs) mount -t tmpfs tmpfs "$E/cache" ;;
		nested)
			mount -t tmpfs tmpfs "$E/cache"
			mkdir -p "$E/cache/a/b"
			mount --bind "$P/data" "$E/cache/a/b"
			;;
		esac
		[ "$1" = file ] || {
			echo precious >"$E/cache/mounted"
			mkdir "$E/cache/d"
			echo precious >"$E/cache/d/f"
		}
		where=cache
		[ "$1" != file ] || where=lib/file
		data=$(contents "$E/$where")
		[ "$1" = tmpfs ] || more=$(contents "$P/data")
	}
	contents()
	{
		(cd "${1%/*}" && find "${1##*/}" -printf "%y %m %U %i %p\n" | sort &&
			find "${1##*/}" -type f -exec sha256sum {} + | sort)
	}
	# The mounted data is all there, at its place or moved along with the rest.
	same_data()
	{
		local at
		[ "$1" = tmpfs ] || [ "$more" = "$(contents "$P/data")" ]
		at=$(find "$P/box" -name "${where##*/}" | while read -r p; do
			[ "$data" != "$(contents "$p")" ] || echo "$p"; done)
		[ -n "$at" ] || { echo "mounted data: not at $where"; exit 1; }
	}
	run()
	{
		status=0
		out=$("$@" 2>&1 </dev/null) || status=$?
		echo "$kind, $how: $*: $status: $out"
	}
'

# The program's view: "all" of /proc, statx and openat2; "proc"; "statx";
# "nothing" of them.
views()
{
	printf '%s\n' all no-proc no-proc-bwrap no-proc-openat2 statx-ENOSYS \
		statx-EPERM openat2-ENOSYS openat2-EPERM nothing-ENOSYS nothing-EPERM
}

# under VIEW SCRIPT: run SCRIPT for each kind of mount in a mount namespace;
# ${by[@]} runs a program with that view.
under()
{
	export P E=$P/box/env how=$1
	mounted "$prelude"'
		strace=(strace -f -qqq -o /dev/null --seccomp-bpf)
		by=()
		faults()
		{
			local e=$1 call
			shift
			by=("${strace[@]}" -e "trace=$(IFS=,; echo "$*")")
			for call; do by+=(-e "inject=$call:error=$e"); done
		}
		case $how in
		all) ;;
		no-proc) ;;
		no-proc-bwrap) by=(bwrap --bind / / --tmpfs /proc) ;;
		no-proc-openat2) faults ENOSYS openat2 ;;
		statx-*) faults "${how#*-}" statx ;;
		openat2-*) faults "${how#*-}" openat2 ;;
		nothing-*) faults "${how#*-}" statx openat2 name_to_handle_at ;;
		esac
		mount -t tmpfs tmpfs "$P/box"
		for kind in $kinds; do
			# also on the file system of the rest
			set_up "$kind"
			case $how in
			no-proc | no-proc-openat2 | nothing-*)
				mount -t tmpfs tmpfs /proc ;;
			esac
			'"$2"'
			case $how in
			no-proc | no-proc-openat2 | nothing-*) umount /proc ;;
			esac
			umount -lR "$P/box"
			mount -t tmpfs tmpfs "$P/box"
		done'
	[ "$status" = 0 ]
}

setup_box()
{
	need mounts
	need bwrap
	need_strace
	public
	mkdir "$P/box"
}

@test "--upgrade leaves what is mounted in ENV_DIR alone" {
	setup_box
	for view in $(views); do
		under "$view" '
			run "${by[@]}" "$P/pyvenv" --upgrade --prompt x "$E"
			[ "$status" = 0 ]
			[ "$data" = "$(contents "$E/$where")" ]
			"$P/pyvenv" --check "$E"
			! find "$P/box" -name ".venvbox-*" | grep . || exit 1'
	done
}

# The rule, where something tells of mounts.
named='
	[ "$status" = 1 ]
	case $out in *"$where"*) ;; *) echo "does not name $where"; exit 1 ;; esac
	case $out in *"mount point"*) ;; *) echo "no reason"; exit 1 ;; esac
	[ "$data" = "$(contents "$E/$where")" ]
	[ "$before" = "$(cd "$E" && find . -path ./cache -prune -o \
		-printf "%y %m %i %p %l\n" | sort)" ]
	! find "$P/box" -name ".venvbox-*" | grep . || exit 1'

look='before=$(cd "$E" && find . -path ./cache -prune -o \
	-printf "%y %m %i %p %l\n" | sort)'

@test "--clear names what is mounted in ENV_DIR and changes nothing" {
	setup_box
	for view in $(views | grep -v nothing); do
		under "$view" "$look"'
			run "${by[@]}" "$P/pyvenv" -q --clear "$E"
			'"$named"'
			same_data "$kind"'
	done
}

@test "--clear in place names what is mounted there and changes nothing" {
	setup_box
	for view in $(views | grep -v nothing); do
		under "$view" "$look"'
			cd "$E"
			run "${by[@]}" "$P/pyvenv" -q --clear .
			cd /
			'"$named"'
			same_data "$kind"'
	done
}

@test "where nothing tells of mounts, --clear keeps the data and says where" {
	setup_box
	for view in $(views | grep nothing); do
		for dir in '"$E"' .; do
			under "$view" '
				'"$look"'
				[ '"$dir"' != . ] || cd "$E"
				run "${by[@]}" "$P/pyvenv" -q --clear '"$dir"'
				cd /
				same_data "$kind"
				if [ "$status" = 0 ]; then
					work=$(find "$P/box" -maxdepth 2 -name ".venvbox-*")
					[ -n "$work" ]
					case $out in *"$work"*) ;; *) exit 1 ;; esac
				else
					[ "$status" = 1 ]
					[ "$data" = "$(contents "$E/$where")" ]
					[ "$before" = "$(cd "$E" && find . -path ./cache \
						-prune -o -printf "%y %m %i %p %l\n" | sort)" ]
				fi
				"$E/bin/python" -c "import sys; sys.exit(sys.prefix != \"$E\")"
				# another run neither loses it
				run "${by[@]}" "$P/pyvenv" --upgrade --prompt x "$E"
				[ "$status" = 0 ]
				same_data "$kind"'
		done
	done
}

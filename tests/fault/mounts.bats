#!/usr/bin/env bats
# File systems that are full, read-only, mounted on ENV_DIR or laid over
# another one. All mounts are made in a namespace of the test.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016
load helpers

@test "a file system without room" {
	need mounts
	mounted '
		mkdir "$T/m"
		mount -t tmpfs -o size=4k tmpfs "$T/m"
		echo x >"$T/m/keep"
		for dir in "$T/m/env" "$T/m/a/b/env"; do
			"$V" "$dir" && exit 9
			[ "$(ls -A "$T/m")" = keep ]
		done'
	[ "$status" = 0 ]
	[ "$(grep -c 'No space left on device$' "$IO/err")" = 2 ]
}

@test "a file system without room: --clear, --exist-ok and --upgrade" {
	need mounts
	mounted '
		mkdir "$T/m"
		mount -t tmpfs -o size=100k tmpfs "$T/m"
		"$V" "$T/m/env"
		rm "$T/m/env/bin/python"
		head -c 1000000 /dev/zero >"$T/m/fill" 2>/dev/null || :
		cp -a "$T/m/env" "$T/old"
		cd "$T/m"
		for option in --clear --exist-ok --upgrade; do
			"$V" $option "$T/m/env" && exit 9
			[ "$(ls -A "$T/m")" = "$(printf "env\nfill")" ]
			diff -r --no-dereference "$T/m/env" "$T/old"
		done
		cd env
		for option in --clear --exist-ok --upgrade; do
			"$V" $option . && exit 9
			diff -r --no-dereference . "$T/old"
		done'
	[ "$status" = 0 ]
	[ "$(grep -c 'No space left on device$' "$IO/err")" = 6 ]
}

@test "a file system without inodes, at every number of them" {
	need mounts
	mounted '
		mkdir "$T/m"
		for n in $(seq 2 40); do
			mount -t tmpfs -o nr_inodes=$n tmpfs "$T/m"
			if "$V" "$T/m/a/env"; then
				made=$n
				"$V" --check "$T/m/a/env" >/dev/null
				"$V" --upgrade "$T/m/a/env" ||
					"$V" --check "$T/m/a/env" >/dev/null
			else
				[ -z "$(ls -A "$T/m")" ]
			fi
			umount "$T/m"
		done
		[ -n "$made" ]'
	[ "$status" = 0 ]
	[ "$(grep -c 'No space left on device$' "$IO/err")" -gt 10 ]
}

@test "runs on a read-only mount fail and change nothing" {
	need mounts
	"$T/links/pyvenv" "$T/m/env"
	rm "$T/m/env/bin/python"
	before=$(snapshot "$T/m")
	mounted '
		mount --bind "$T/m" "$T/m"
		mount -o remount,ro,bind "$T/m"
		"$V" "$T/m/new" && exit 9
		for option in --clear --exist-ok --upgrade; do
			"$V" $option "$T/m/env" && exit 9
		done
		exit 0'
	[ "$status" = 0 ]
	[ "$(grep -c 'Read-only file system$' "$IO/err")" = 4 ]
	[ "$(snapshot "$T/m")" = "$before" ]
}

@test "ENV_DIR is a mount point: tmpfs, bind, and bind below a link" {
	need mounts
	mkdir "$T/m" "$T/other"
	ln -s m "$T/link"
	mounted '
		for how in "-t tmpfs tmpfs" "--bind $T/other" "--bind $T/m"; do
			mount $how "$T/m"
			echo x >"$T/m/file"
			"$V" "$T/m" 2>/dev/null && exit 9
			for option in --exist-ok --upgrade --clear; do
				"$V" $option "$1/m"
				"$V" --check "$T/m" >/dev/null
				rm "$T/m/bin/python"
				"$V" --exist-ok "$T/link"
				"$V" --check "$T/link" >/dev/null
				[ "$option" = --clear ] || [ -e "$T/m/file" ]
			done
			[ ! -e "$T/m/file" ]
			if find "$T" -name ".venvbox-*" | grep .; then exit 1; fi
			umount "$T/m"
		done' "$T"
	[ "$status" = 0 ]
	[ -L "$T/link" ]
}

@test "a mount point inside ENV_DIR stays with --upgrade and --exist-ok" {
	need mounts
	"$T/links/pyvenv" "$T/env"
	mkdir "$T/env/vol"
	mounted '
		mount -t tmpfs tmpfs "$T/env/vol"
		echo x >"$T/env/vol/data"
		for option in --upgrade --exist-ok; do
			rm "$T/env/bin/python"
			"$V" $option "$T/env"
			[ -e "$T/env/vol/data" ]
			"$V" --check "$T/env" >/dev/null
		done'
	[ "$status" = 0 ]
	tidy
}

@test "overlayfs, the old environment in the lower layer" {
	need overlay
	mkdir "$T/m" "$T/layers"
	mounted '
		mount -t tmpfs tmpfs "$T/layers"
		cd "$T/layers"
		mkdir lower
		"$V" "$T/layers/lower/env"
		mkdir -p lower/env/lib/python3/site-packages/pkg
		echo x >lower/env/lib/python3/site-packages/pkg/a
		rm lower/env/bin/python
		for option in --exist-ok --upgrade --clear; do
			mkdir upper work
			mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work \
				overlay "$T/m"
			"$V" "$option" "$T/m/env"
			"$V" --check "$T/m/env" >/dev/null
			"$T/m/env/bin/python" -c "import sys; assert sys.prefix == \"$T/m/env\""
			[ "$option" = --clear ] ||
				[ -e "$T/m/env/lib/python3/site-packages/pkg/a" ]
			[ "$(ls -A "$T/m")" = env ]
			if find "$T/m" -name ".venvbox-*" | grep .; then exit 1; fi
			"$V" "$T/m/new"
			"$V" --clear "$T/m/new"
			umount "$T/m"
			rm -r upper work
		done'
	[ "$status" = 0 ]
	[ -z "$stderr" ]
}

# below WAY SCRIPT: something is mounted at env/a/data, in each of some ways; WAY
# hides what tells of mounts. SCRIPT runs pyvenv by v().
below()
{
	local way=$1
	mkdir -p elsewhere/dir
	echo precious >elsewhere/dir/file
	snapshot "$T/elsewhere" >"$IO/before"
	export WAY=$way
	mounted '
		v()
		{
			case $WAY in
			"no statx") strace -qq -o /dev/null \
				-e inject=statx:error=ENOSYS "$V" "$@" ;;
			"no permission") strace -qq -o /dev/null \
				-e inject=statx,openat2:error=EPERM "$V" "$@" ;;
			*) "$V" "$@" ;;
			esac
		}
		case $WAY in
		proc) ;;
		*) mount -t tmpfs tmpfs /proc ;;
		esac
		for source in dir dir/file tmpfs; do
			mkdir "$T/$WAY.$(basename $source)"
			cd "$T/$WAY.$(basename $source)"
			"$V" env
			case $source in
			dir)
				mkdir -p env/a/data
				mount --bind "$T/elsewhere/dir" env/a/data
				;;
			dir/file)
				mkdir -p env/a
				touch env/a/data
				mount --bind "$T/elsewhere/dir/file" env/a/data
				;;
			tmpfs)
				mkdir -p env/a/data
				mount -t tmpfs tmpfs env/a/data
				echo precious >env/a/data/file
				;;
			esac
			'"$2"'
		done'
	[ "$status" = 0 ]
	snapshot "$T/elsewhere" | diff "$IO/before" -
}

@test "--clear with a mount below is refused, with and without /proc" {
	need mounts
	for way in proc statx; do
		below "$way" '
			"$V" --check env
			env=$PWD/env
			for dir in . env; do
				(cd $dir && v --clear "$env" 2>"$T/message") && exit 9
				cat "$T/message"
				grep -qF "cannot replace '\''$env'\'': '\''$env/a/data'\'' is a mount point" "$T/message"
			done
			[ ! "$(find . -name ".venvbox-*")" ]
			"$V" --check env
			v --upgrade --prompt new env
			[ -s env/a/data ] || [ -f env/a/data/file ]
			grep -q new env/pyvenv.cfg'
	done
}

@test "--clear does not delete what is mounted below where nothing tells of it" {
	need mounts
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	for way in "no statx" "no permission"; do
		below "$way" '
			v --clear env 2>message
			cat message
			grep -q "cannot delete .* which has old files of" message
			[ ! -e env/a ]
			[ -f env/pyvenv.cfg ]
			[ "$source" != tmpfs ] ||
				[ "$(cat .venvbox-*/*/data/file .venvbox-*/*/a/data/file 2>/dev/null)" = precious ]'
	done
}

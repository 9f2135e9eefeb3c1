#!/usr/bin/env bats
# ENV_DIR is a volume of a container: a mount point that root made for a group,
# with the setgid bit, and an unprivileged user who can write nothing else. The
# example in dist/examples/kubernetes itself is run by tests/fleet.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016
load helpers

# volume SCRIPT: run it where $M is such a volume, once in memory and once of a
# directory. `user` runs pyvenv, as ${by[@]} runs any program.
volume()
{
	need mounts
	public
	local how
	mkdir "$P/m"
	for how in "-t tmpfs tmpfs" "--bind $P/m"; do
		export HOW=$how M=$P/m P
		mounted '
			mount $HOW "$M"
			chgrp 2000 "$M"
			chmod 2777 "$M"
			mount --rbind "$P" "$P"
			mount -o remount,bind,ro "$P"
			by=(setpriv --reuid 1000 --regid 1000 --groups 2000
				--no-new-privs --bounding-set=-all)
			user()
			{
				"${by[@]}" "$P/pyvenv" "$@"
			}
			tree()
			{
				(cd "$M" && find . -printf "%p %y %m %U:%G %T@ %l\n" |
					sort)
			}
			works()
			{
				[ "$("$M/bin/python" -c \
					"import sys; print(sys.prefix)")" = "$M" ]
				user --check "$M"
				[ "$(stat -c %a:%g "$M")" = 2777:2000 ]
				! find "$M" -name ".venvbox-*" | grep .
			}
			'"$1"
		[ "$status" = 0 ]
		find "$P/m" -mindepth 1 -delete
	done
}

@test "an unprivileged user, the group and the setgid bit" {
	volume '
		user --exist-ok "$M"
		works
		[ -z "$(find "$M" ! -group 2000)" ]
		[ -z "$(find "$M" -type d ! -perm 2755 ! -path "$M")" ]
		before=$(tree)
		user --exist-ok "$M"
		[ "$(tree)" = "$before" ]
		echo x >"$M/file"
		for option in --upgrade --exist-ok --clear; do
			rm "$M/bin/python"
			user $option "$M"
			works
			[ "$option" = --clear ] || [ -e "$M/file" ]
		done
		[ ! -e "$M/file" ]'
}

# The calls of pyvenv in a trace of strace, as NAME NUMBER: one in ten.
moments()
{
	awk -F "(" '
		{ number[$1]++ }
		/^execve\("[^"]*\/pyvenv"/ { begun = 1; next }
		begun && $1 ~ /^[a-z]/ && ++calls % 10 == 0 {
			print $1, number[$1] }' "$1"
}

@test "killed at a moment in ten, and run again" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	volume "$(declare -f moments)"'
		for option in --exist-ok --clear; do
			# what is there before: nothing, or an environment
			old()
			{
				find "$M" -mindepth 1 -delete
				[ "$option" = --exist-ok ] || user "$option" "$M"
			}
			old
			strace -qq -o "$T/trace" "${by[@]}" \
				"$P/pyvenv" "$option" "$M"
			killed=0
			while read -r call number; do
				old
				strace -qq -o /dev/null -e signal=none -e \
					"inject=$call:signal=KILL:when=$number" \
					"${by[@]}" "$P/pyvenv" "$option" "$M" &&
					exit 9
				user --exist-ok "$M"
				works
				killed=$((killed + 1))
			done < <(moments "$T/trace")
			echo "$option: killed $killed times"
			[ "$killed" -gt 10 ]
		done'
}

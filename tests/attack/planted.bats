#!/usr/bin/env bats
# Directories that look like those of runs, planted before the run: they are
# neither obeyed nor removed.

# The script in quotes is for a shell of its own.
# shellcheck disable=SC2016,SC2154
load helpers

# make_templates: $P/plant.KIND for each kind: the tree under each of $names. KIND
# is the part of it that is a link to the victim, or "none".
make_templates()
{
	local kind name part
	names=(.venvbox-merge .venvbox-clear .venvbox-stage .venvbox-env .venvbox-
		.venvbox-0123456789abcdef "${pattern}01234567")
	for kind in none old new; do
		mkdir -p "$P/plant.$kind/${names[0]}"
		cd "$P/plant.$kind/${names[0]}" || return 1
		for part in old new; do
			if [ "$kind" = "$part" ]; then
				ln -s "$P/victim" "$part"
				continue
			fi
			mkdir -p "$part/bin" "$part/lib"
			echo planted | tee "$part/pyvenv.cfg" "$part/bin/python" \
				"$part/lib/file" >/dev/null
			ln -s "$P/victim/lib" "$part/lib/link"
		done
		# the marks that versions of this program have used
		ln -s fe00:1 of
		ln -s "$P/victim" undo
		echo 1 >list
		cd ..
		for name in "${names[@]:1}"; do
			cp -a "${names[0]}" "$name"
		done
	done
	cd "$T" || return 1
}

# own OWNER PATH...: "root", "root alone" or "nobody" has the planted trees.
own()
{
	local owner=$1
	shift
	case $owner in
	nobody) chown -hR 65534:65534 "$@" ;;
	"root alone") chmod 700 "$@" ;;
	esac
}

# make_box OWNER KIND MODE: a directory of nobody with the environment `env` in
# it, planted trees in and beside it, and something to do for MODE.
make_box()
{
	rm -rf "${box:?}"
	mkdir "$box"
	beside=()
	inside=()
	if [ "$3" != new ]; then
		"$P/pyvenv" "$box/env" 2>/dev/null
		cp -a "$P/plant.$2/." "$box/env"
		inside=("${names[@]/#/$box/env/}")
		[ "$3" != --exist-ok ] || rm "$box/env/bin/python"
		chown -hR 65534:65534 "$box/env"
		chown -hR root:root "${inside[@]}"
		own "$1" "${inside[@]}"
	fi
	cp -a "$P/plant.$2/." "$box"
	beside=("${names[@]/#/$box/}")
	own "$1" "${beside[@]}"
	chown 65534:65534 "$box"
	[ "$3" != --clear ] || inside=()
	before=$(picture "${beside[@]}" "${inside[@]}")
}

# try_all PROGRAM...: each owner, kind and mode; the program is followed by
# options and ENV_DIR. $step: take every so many of them.
try_all()
{
	local owner kind mode at=0
	[ -z "${ATTACK_ALL:-}" ] || step=1
	make_victim
	[ -d "$P/plant.new" ] || make_templates
	for owner in root "root alone" nobody; do
		for kind in none old new; do
			for mode in new plain --exist-ok --upgrade --clear; do
				((at++ % ${step:-1} == 0)) || continue
				echo "= $owner, link: $kind, $mode"
				make_box "$owner" "$kind" "$mode"
				try "$mode" "$@"
			done
		done
	done
}

try()
{
	local options=() mode=$1
	shift
	case $mode in
	--upgrade) options=(--upgrade --prompt other) ;;
	--*) options=("$mode") ;;
	esac
	attempt "$@" "${options[@]}" "${dir:-$box/env}"
	same_victim
	diff <(echo "$before") <(picture "${beside[@]}" "${inside[@]}")
	if [ "$mode" = plain ]; then
		[ "$status" = 1 ]
	elif [ -z "${may_fail:-}" ]; then
		[ "$status" = 0 ]
		[ -f "$box/env/pyvenv.cfg" ]
		refuse grep -q planted "$box/env/pyvenv.cfg"
	fi
}

@test "planted work directories are neither obeyed nor removed" {
	public
	box=$P/box
	step=2
	try_all "$P/pyvenv"
}

@test "planted work directories in a hostile image are neither obeyed nor removed" {
	public
	make_image "$P/image"
	mkdir "$P/image/srv"
	box=$P/image/srv/box
	dir=/srv/box/env
	# an image of a foreign user, as a container builder unpacks it
	chown 65534:65534 "$P/image" "$P/image/srv"
	step=4
	try_all "$P/pyvenv" --root "$P/image" -p /usr/bin/python3
	# its links lead to the host's tree only by mistake
	ln -s "$P/victim" "$P/image/victim"
	ln -s "../../../../../../../../../../../..$P/victim" "$P/image/up"
	for dir in /victim /up /victim/env /up/env; do
		for option in '' --clear --exist-ok --upgrade; do
			attempt "$P/pyvenv" --root "$P/image" -p /usr/bin/python3 \
				${option:+"$option"} "$dir"
			same_victim
		done
	done
}

@test "planted work directories without /proc are neither obeyed nor removed" {
	need bwrap
	public
	box=$P/box
	step=7
	try_all bwrap --ro-bind / / --bind "$P" "$P" --tmpfs /proc "$P/pyvenv"
}

@test "planted work directories are neither obeyed nor removed in a user namespace" {
	need root
	unshare -r true 2>/dev/null || skip "no user namespaces"
	public
	box=$P/box
	# the owner of the files is unknown there, and cannot be given
	may_fail=1
	step=7
	try_all unshare -r "$P/pyvenv"
}

@test "planted work directories are neither obeyed nor removed by an ordinary user" {
	public
	box=$P/box
	may_fail=1
	step=7
	try_all "${nobody[@]}" "$P/pyvenv"
	"${nobody[@]}" unshare -r true 2>/dev/null || skip "no user namespaces"
	try_all "${nobody[@]}" unshare -r "$P/pyvenv"
}

@test "root's private directory survives under a name like a work directory's" {
	public
	for mode in new plain --exist-ok --upgrade --clear; do
		for place in beside inside; do
			[ "$mode/$place" != new/inside ] || continue
			[ "$mode/$place" != --clear/inside ] || continue
			rm -rf "$P/box"
			mkdir -p "$P/box"
			[ "$mode" = new ] || "$P/pyvenv" "$P/box/env"
			at=$P/box
			[ "$place" = beside ] || at=$P/box/env
			mkdir -m 700 "$at/backup" "$at/backup/new" "$at/backup/old"
			echo precious >"$at/backup/file"
			echo precious >"$at/backup/new/file"
			# a mark that came with a copy of a work directory
			ln -s fe00:1 "$at/backup/of"
			before=$(cd "$at/backup" && picture .)
			[ "$mode" != --exist-ok ] || rm "$P/box/env/bin/python"
			chown 65534:65534 "$P/box" "$at"
			name=$at/${pattern}deadbeef
			"${nobody[@]}" mv "$at/backup" "$name"
			case $mode in
			new | plain) options=() ;;
			--upgrade) options=(--upgrade --prompt x) ;;
			*) options=("$mode") ;;
			esac
			attempt "$P/pyvenv" "${options[@]}" "$P/box/env"
			[ "$mode" = plain ] || [ "$status" = 0 ]
			diff <(echo "$before") <(cd "$name" && picture .)
			attempt "$P/pyvenv" --check "$P/box/env"
			diff <(echo "$before") <(cd "$name" && picture .)
		done
	done
}

# leftover DIR OWNER: what a killed run of OWNER leaves there.
leftover()
{
	local w
	w=$1/${pattern}0badcafe
	mkdir -m 700 "$w" "$w/new" "$w/old"
	echo x >"$w/new/file"
	ln -s "$(stat -c '%d %i' "$w" | xargs printf '%x:%x')" "$w/of"
	chown -hR "$2:$2" "$w"
}

@test "a killed run's work directory is removed by its own user only" {
	public
	for mode in new plain --exist-ok --upgrade --clear; do
		for owner in 0 65534; do
			rm -rf "$P/box"
			mkdir -m 1777 "$P/box"
			[ "$mode" = new ] || "$P/pyvenv" "$P/box/env"
			leftover "$P/box" "$owner"
			before=$(picture "$P/box/.venvbox-"*)
			case $mode in
			new | plain) options=() ;;
			--upgrade) options=(--upgrade --prompt x) ;;
			*) options=("$mode") ;;
			esac
			attempt "$P/pyvenv" "${options[@]}" "$P/box/env"
			if [ "$owner" = 0 ]; then
				[ -z "$(litter "$P/box")" ]
			else
				diff <(echo "$before") <(picture "$P/box/.venvbox-"*)
			fi
		done
	done
}

@test "a work directory whose run lives is not removed" {
	public
	mkdir "$P/box"
	"$P/pyvenv" "$P/box/env"
	leftover "$P/box" 0
	leftover "$P/box/env" 0
	exec 8<"$(echo "$P"/box/.venvbox-*)" 9<"$(echo "$P"/box/env/.venvbox-*)"
	flock 8
	flock 9
	before=$(picture "$P"/box/.venvbox-* "$P"/box/env/.venvbox-*)
	for option in '' --exist-ok '--upgrade --prompt x'; do
		# shellcheck disable=SC2086
		attempt "$P/pyvenv" $option "$P/box/env" 8<&- 9<&-
		diff <(echo "$before") \
			<(picture "$P"/box/.venvbox-* "$P"/box/env/.venvbox-*)
	done
	exec 8<&- 9<&-
}

@test "names that another user takes in a sticky directory block nobody" {
	public
	mkdir -m 1777 "$P/tmp"
	P=$P pattern=$pattern "${nobody[@]}" bash -c '
		cd "$P/tmp" || exit
		for ((i = 0; i < 4096; i++)); do
			printf "%s%08x\n" "$pattern" "$i"
			printf "%s%08x\n" "$pattern" $((0xfffff000 + i))
		done | xargs mkdir
		for name in merge clear stage env; do
			ln -s "$P/victim" ".venvbox-$name"
		done'
	make_victim
	before=$(find "$P/tmp" -name '.venvbox-*' | LC_ALL=C sort | sha256sum)
	for option in '' --exist-ok '--upgrade --prompt x' --clear; do
		# shellcheck disable=SC2086
		attempt "$P/pyvenv" $option "$P/tmp/env"
		[ "$status" = 0 ]
		same_victim
		[ "$(find "$P/tmp" -name '.venvbox-*' | LC_ALL=C sort | sha256sum)" = "$before" ]
	done
	"$P/pyvenv" --check "$P/tmp/env"
}

@test "the name of a work directory cannot be predicted from an earlier run" {
	need_strace
	public
	mkdir -m 1777 "$P/tmp"
	for _ in 1 2 3 4; do
		attempt strace -qq -o "$IO/trace" -e trace=mkdirat \
			"$P/pyvenv" "$P/tmp/env"
		[ "$status" = 0 ]
		rm -r "$P/tmp/env"
		grep -o '\.venvbox-[0-9a-z]*' "$IO/trace" >"$IO/names"
		cd "$P/tmp" || return 1
		"${nobody[@]}" xargs mkdir -p <"$IO/names"
		cd "$P" || return 1
	done
}

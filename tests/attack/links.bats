#!/usr/bin/env bats
# ENV_DIR, or a directory above it, is a symlink.

# SC2034: $victim is read by same_victim
# shellcheck disable=SC2034,SC2154
load helpers

# refused COMMAND...: it fails for the link's sake, and the victim is the same.
refused()
{
	attempt "$@"
	[ "$status" = 1 ]
	has "is a symlink that another user has made" "$out"
	same_victim
}

each_mode()
{
	"$1" "$P/pyvenv" "$2"
	"$1" "$P/pyvenv" --exist-ok "$2"
	"$1" "$P/pyvenv" --upgrade --prompt x "$2"
	"$1" "$P/pyvenv" --clear "$2"
	"$1" "$P/pyvenv" -q --clear "$2"
}

# an environment of root's, which all modes accept, and a directory
make_victims()
{
	mkdir "$P/victim"
	"$P/pyvenv" "$P/victim/env"
	rm "$P/victim/env/bin/python"
	echo precious >"$P/victim/file"
	mkdir "$P/victim/empty"
	victim=$(picture "$P/victim")
	mkdir "$P/theirs"
	chown 65534:65534 "$P/theirs"
}

@test "ENV_DIR that is another user's link to root's directory is refused" {
	public
	make_victims
	for to in env env/ env// env/. empty empty/ . nothing; do
		"${nobody[@]}" ln -s "$P/victim/$to" "$P/theirs/env"
		for dir in "$P/theirs/env" "$P/theirs/env/" "$P/theirs/./env/."; do
			if [ "$to" = nothing ]; then
				attempt "$P/pyvenv" --clear "$dir"
				[ "$status" = 1 ]
				same_victim
			else
				each_mode refused "$dir"
			fi
		done
		rm "$P/theirs/env"
	done
}

@test "another user's link above ENV_DIR is refused" {
	public
	make_victims
	"${nobody[@]}" ln -s "$P/victim" "$P/theirs/link"
	"${nobody[@]}" ln -s ../victim "$P/theirs/relative"
	ln -s "$P/theirs/link" "$P/chain"
	for dir in link/env link/new link/empty/a/b relative/env ../chain/env; do
		each_mode refused "$P/theirs/$dir"
	done
}

@test "another user's link in an image is refused" {
	public
	make_image "$P/image"
	mkdir "$P/image/victim" "$P/image/theirs"
	echo precious >"$P/image/victim/file"
	chown 65534:65534 "$P/image/theirs"
	"${nobody[@]}" ln -s /victim "$P/image/theirs/env"
	before=$(picture "$P/image/victim")
	for option in '' --clear --exist-ok --upgrade; do
		attempt "$P/pyvenv" --root "$P/image" -p /usr/bin/python3 \
			${option:+"$option"} /theirs/env
		[ "$status" = 1 ]
		has "is a symlink that another user has made" "$out"
		diff <(echo "$before") <(picture "$P/image/victim")
	done
}

works()
{
	rm -f "$at/env/bin/python"
	attempt "${by[@]}" "$@"
	case $2 in
	-*) [ "$status" = 0 ] ;;
	*) [ "$status" = 1 ] && has "it exists" "$out" ;;
	esac
	if [ "$status" = 0 ]; then
		"${by[@]}" "$P/pyvenv" --check "$at/env"
	fi
	[ -L "$P/theirs/link" ]
}

# followed LINK-OWNER TREE-OWNER [COMMAND...]: a run by COMMAND follows a link
followed()
{
	local link=$1 tree=$2
	shift 2
	by=("$@")
	at=$P/at
	rm -rf "$at" "$P/theirs/link"
	mkdir "$at"
	"$P/pyvenv" "$at/env"
	chown -hR "$tree:$tree" "$at"
	ln -s "$at" "$P/theirs/link"
	chown -h "$link:$link" "$P/theirs/link"
	each_mode works "$P/theirs/link/env"
}

@test "a link of root's, of the caller's or of the directory's owner is followed" {
	public
	make_victims
	followed 0 0 env
	followed 0 65534 env
	followed 65534 65534 env
	followed 65534 65534 "${nobody[@]}"
	followed 0 65534 "${nobody[@]}"
	same_victim
	# the caller's own link into a directory that everybody may write to
	mkdir -m 1777 "$P/shared"
	rm "$P/theirs/link"
	"${nobody[@]}" ln -s "$P/shared" "$P/theirs/link"
	attempt "${nobody[@]}" "$P/pyvenv" "$P/theirs/link/env"
	[ "$status" = 0 ]
	"$P/pyvenv" --check "$P/shared/env"
}

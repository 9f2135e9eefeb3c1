# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# For tests of what is chosen from directories of wheels: made wheels, locks of
# them, and what an environment has then.

eval "$(declare -f setup | sed '1s/setup/setup_alone/')"

setup()
{
	setup_alone
	PATH=$BASE/bin:$PATH
}

# pylock WHEEL...: pylock.toml locks these wheels, by URLs, as others write it. The
# wheels of one version have to follow each other.
pylock()
{
	local wheel name stem last=
	printf 'lock-version = "1.0"\ncreated-by = "hand"\n' >pylock.toml
	[ $# != 0 ] || echo 'packages = []' >>pylock.toml
	for wheel; do
		name=${wheel##*/}
		stem=$(cut -d- -f1,2 <<<"$name")
		[ "$stem" = "$last" ] ||
			printf '[[packages]]\nname = "%s"\nversion = "%s"\n' \
				"$(tr A-Z_. a-z-- <<<"${stem%-*}")" "${stem#*-}"
		last=$stem
		printf "[[packages.wheels]]\nurl = 'https://x.example/w/%s'\n" "$name"
		printf 'size = %s\nhashes = {sha256 = "%s"}\n' \
			"$(stat -Lc %s "$wheel")" \
			"$(sha256sum <"$wheel" | cut -d' ' -f1)"
	done >>pylock.toml
}

# hash WHEEL: "--hash=sha256:..." of it.
hash()
{
	echo "--hash=sha256:$(sha256sum <"$1" | cut -d' ' -f1)"
}

# installs ARG...: pyvenv ARG... makes env anew, without a word.
installs()
{
	rm -rf env
	pv "$@" env
	[ "$status" = 0 ] && [ -z "$output$stderr" ]
}

# has_installed STEM...: what env has, and nothing else.
has_installed()
{
	local stem
	diff <(for stem; do echo "$stem.dist-info"; done | LC_ALL=C sort) \
		<(cd "env/$SITE" && LC_ALL=C && find . -name "*.dist-info" |
			sed 's|^./||' | sort)
}

# requested STEM...: what of env was asked for by name.
requested()
{
	local stem
	diff <(for stem; do echo "$stem.dist-info"; done | LC_ALL=C sort) \
		<(cd "env/$SITE" && LC_ALL=C && find . -path "*.dist-info/REQUESTED" |
			cut -d/ -f2 | sort)
}

# hints TEXT: the last hint has TEXT.
hints()
{
	has "$1" "$(grep '^hint: ' "$IO/err" | tail -n 1)"
	grep -q '^hint: ' "$IO/err"
}

# misuse ARG...: a usage error, before anything is looked at.
misuse()
{
	pv "$@" env
	[ "$status" = 2 ]
	[ "$(grep -c '^pyvenv: ' "$IO/err")" = 1 ]
	[ ! -e env ]
}

#!/bin/sh
# usage: deps.sh SECTION...
# Installs what is missing of these sections of dist/debian-packages. Asks
# nothing and does nothing when all is there. Where there is no apt-get it
# says what is wanted and goes on: the build will tell what is really missing.
set -eu

list=$(dirname "$0")/debian-packages

one_line()
{
	echo "$1" | tr '\n' ' '
}

wanted=$(for section; do
	sed -n "s/^${section}[[:blank:]][[:blank:]]*//p" "$list"
done | sort -u)
[ -n "$wanted" ] || {
	echo "deps: no such section: $*" >&2
	exit 2
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo "deps: no apt-get; wanted, by Debian's names: $(one_line "$wanted")"
	exit 0
fi

# dpkg-query fails when it does not know a package: that one is missing.
# shellcheck disable=SC2016 # dpkg-query's own variables
have=$(echo "$wanted" |
	xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
	sed -n 's/^installed //p') || true
missing=$(echo "$wanted" | while read -r package; do
	echo "$have" | grep -Fqx -e "$package" || echo "$package"
done)
[ -n "$missing" ] || exit 0

sudo=''
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
	command -v sudo >/dev/null || {
		echo "deps: neither root nor sudo; missing:" \
			"$(one_line "$missing")" >&2
		exit 1
	}
fi

echo "deps: installing $(one_line "$missing")"
$sudo apt-get update -qq
echo "$missing" | xargs $sudo env DEBIAN_FRONTEND=noninteractive \
	apt-get install -qq -y --no-install-recommends >/dev/null

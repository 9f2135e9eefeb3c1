#!/bin/sh
# usage: deps.sh SECTION...
# Installs what is missing of these sections of dist/debian-packages. Asks
# nothing, removes nothing and does nothing when all is there. Where there is no
# apt-get it says what is wanted and goes on: the build will tell what is really
# missing.
# What comes from npm goes to $BUILD/npm (BUILD: ours) and is for tests only:
# where it cannot be had, that is said, and those tests are skipped.
set -eu

list=$(dirname "$0")/debian-packages
# packages that this release was found not to have
absent_list=${BUILD:-$(dirname "$0")/../build}/absent-packages
lock_wait=600 # seconds
npm_dir=${BUILD:-$(dirname "$0")/../build}/npm

one_line()
{
	echo "$1" | tr '\n' ' '
}

# Debian's packages that are not installed, of those in $1. dpkg-query fails
# when it does not know a package: that one is missing.
# shellcheck disable=SC2016 # dpkg-query's own variables
missing_debian()
{
	have=$(echo "$1" |
		xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
			2>/dev/null | sed -n 's/^installed //p') || true
	echo "$1" | while read -r package; do
		echo "$have" | grep -Fqx -e "$package" ||
			grep -Fqsx -e "$package" "$absent_list" || echo "$package"
	done
}

# Another apt on this machine may hold the lock of the lists, as unattended
# upgrades do after a start: wait for it.
update()
{
	for try in $(seq $((lock_wait / 5))); do
		said=$($sudo apt-get update -qq 2>&1) && return 0
		case $said in
		*'Could not get lock'* | *'Unable to lock'*) ;;
		*) break ;;
		esac
		[ "$try" != 1 ] || echo "deps: waiting for another apt"
		sleep 5
	done
	echo "$said" >&2
	return 1
}

install_debian()
{
	sudo=''
	if [ "$(id -u)" != 0 ]; then
		sudo=sudo
		command -v sudo >/dev/null || {
			echo "deps: neither root nor sudo; missing:" \
				"$(one_line "$1")" >&2
			return 1
		}
	fi
	update || return 1
	# a release may lack a shell that another one has
	absent=$(echo "$1" | while read -r package; do
		apt-cache show -q=0 "$package" >/dev/null 2>&1 || echo "$package"
	done)
	if [ -n "$absent" ]; then
		echo "deps: this release does not have these, and what needs them" \
			"will be skipped: $(one_line "$absent")"
		mkdir -p "${absent_list%/*}" && echo "$absent" >>"$absent_list"
	fi
	set -- "$(echo "$1" | grep -Fvx -e "${absent:-.}")"
	[ -n "$1" ] || return 0
	echo "deps: installing $(one_line "$1")"
	# without --no-remove, -y agrees to remove what is in the way, such as
	# gcc-multilib, which no cross compiler can be beside
	if ! echo "$1" |
		xargs $sudo env DEBIAN_FRONTEND=noninteractive \
			apt-get -o DPkg::Lock::Timeout=$lock_wait install -qq -y --no-remove \
			--no-install-recommends >/dev/null; then
		echo "deps: to see what is in the way: apt-get install -s" \
			"$(one_line "$1")" >&2
		return 1
	fi
}

# NAME@VERSION for this machine, of each line npm:NAME@VERSION in $1.
wanted_npm()
{
	case $(uname -m) in
	x86_64) cpu=x64 ;;
	aarch64) cpu=arm64 ;;
	*) cpu='' ;;
	esac
	echo "$1" | sed -n 's/^npm://p' | while read -r package; do
		case $package in
		*CPU*) [ -n "$cpu" ] || continue ;;
		esac
		echo "$package" | sed "s/CPU/$cpu/"
	done
}

missing_npm()
{
	for package in $1; do
		grep -Fqs "\"version\": \"${package##*@}\"" \
			"$npm_dir/node_modules/${package%@*}/package.json" ||
			echo "$package"
	done
}

# npm removes what it is not told of, so it is told of all.
# shellcheck disable=SC2086 # lists of words
install_npm()
{
	if ! command -v npm >/dev/null; then
		command -v apt-get >/dev/null || return 1
		install_debian npm || return 1
	fi
	echo "deps: installing from npm, to $npm_dir: $(one_line "$1")"
	mkdir -p "$npm_dir" || return 1
	npm install --ignore-scripts --no-save --no-audit --no-fund \
		--loglevel=error --fetch-retries=1 \
		--fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=2000 \
		--prefix "$npm_dir" $1 >/dev/null 2>"$npm_dir/log" || {
		sed 's/^/deps: /;5q' "$npm_dir/log" >&2
		return 1
	}
}

wanted=$(for section; do
	sed -n "s/^${section}[[:blank:]][[:blank:]]*//p" "$list"
done | sort -u)
[ -n "$wanted" ] || {
	echo "deps: no such section: $*" >&2
	exit 2
}
debian=$(echo "$wanted" | sed '/^npm:/d')
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo "deps: no apt-get; wanted, by Debian's names: $(one_line "$debian")"
else
	missing=$(missing_debian "$debian")
	[ -z "$missing" ] || install_debian "$missing"
fi

packages=$(wanted_npm "$wanted")
if [ -n "$(missing_npm "$packages")" ]; then
	all=$(wanted_npm "$(sed -n 's/^[a-z]*[[:blank:]]*npm:/npm:/p' "$list")")
	for package in $all; do
		[ ! -d "$npm_dir/node_modules/${package%@*}" ] ||
			packages="$packages $package"
	done
	install_npm "$(echo "$packages" | tr ' ' '\n' | sort -u)" ||
		echo "deps: what needs these will be skipped:" \
			"$(one_line "$(missing_npm "$packages")")"
fi

#!/usr/bin/env bats
# Which shell activate-print writes for when no one says: the shells
# themselves, each with a SHELL that misleads, and processes that pass for
# others (parent.c).

# shellcheck disable=SC2016 # code for other shells
load ../cli/helpers
load nu_path

setup_file()
{
	"${HOSTCC:-cc}" -o "$BATS_FILE_TMPDIR/parent" "$BATS_TEST_DIRNAME/parent.c"
}

# The environment v, and activate-print first in PATH.
prepare()
{
	mkdir -p v/bin bin
	printf 'home = /usr/bin\n' >v/pyvenv.cfg
	export PATH=$T/links:$PATH RUN=$T/links/activate-print ENV_DIR=$T/v
}

need()
{
	command -v "$1" >/dev/null || skip "no $1"
}

# is ROW: what is in the file out is code for ROW.
is()
{
	"$T/links/activate-print" -s "$1" "$T/v" >want
	cmp out want
}

# fake NAME: a program of that name that has activate-print as a child.
fake()
{
	rm -f "bin/$1"
	cp "$BATS_FILE_TMPDIR/parent" "bin/$1"
}

# enters ROW SHELL CODE...: below SHELL CODE activates, and prints VIRTUAL_ENV.
enters()
{
	local row=$1
	shift
	prepare
	need "$1"
	export SHELL=/usr/bin/fish
	[ "$row" != fish ] || SHELL=/bin/sh
	"$@" </dev/null >got
	cat got
	grep -qF "<$T/v>" got
}

# restricted SHELL: it is known, too; but it may not change PATH, says so and is
# left as it was.
restricted()
{
	prepare
	need "$1"
	export SHELL=/usr/bin/fish
	"$@" -c 'activate-print "$ENV_DIR"; :' >out
	is sh
	"$@" -c "$posix" >got 2>err || true
	grep -q PATH err
	if grep -F "<$T/v>" got; then
		return 1
	fi
}

posix='eval "$(activate-print "$ENV_DIR")"; echo "<$VIRTUAL_ENV>"'
csh='eval `activate-print $ENV_DIR`; echo "<${VIRTUAL_ENV}>"'

@test "bash" { enters sh bash -c "$posix"; }
@test "bash, a function in a subshell" {
	enters sh bash -c 'f() { ( eval "$(activate-print "$ENV_DIR")"; echo "<$VIRTUAL_ENV>" ) }; f | cat'
}
@test "bash, from a file" {
	enters sh bash -c '. /dev/stdin <<<"$(activate-print "$ENV_DIR" | cat)"; echo "<$VIRTUAL_ENV>"'
}
@test "sh" { enters sh sh -c "$posix"; }
@test "rbash" { restricted rbash; }
@test "bash-static" { enters sh bash-static -c "$posix"; }
@test "dash" { enters sh dash -c "$posix"; }
@test "zsh" { enters sh zsh -fc "$posix"; }
@test "zsh as ksh" { enters sh zsh --emulate ksh -fc "$posix"; }
@test "ksh93" { enters sh ksh93 -c "$posix"; }
@test "rksh93" {
	need ksh93
	ln -s "$(command -v ksh93)" rksh
	restricted ./rksh
}
@test "mksh" { enters sh mksh -c "$posix"; }
@test "yash" { enters sh yash -c "$posix"; }
@test "posh" { enters sh posh -c "$posix"; }
@test "busybox sh" { enters sh busybox sh -c "$posix"; }
@test "busybox ash" { enters sh busybox ash -c "$posix"; }
@test "busybox, by the name sh" {
	need busybox
	ln -s "$(command -v busybox)" sh
	enters sh ./sh -c "$posix"
	# a login shell: /etc/profile sets PATH
	enters sh bash -c 'exec -a -ash ./sh -c "$1"' x \
		'eval "$("$RUN" "$ENV_DIR")"; echo "<$VIRTUAL_ENV>"'
}
@test "tcsh" { enters csh tcsh -fc "$csh"; }
@test "bsd-csh" { enters csh bsd-csh -fc "$csh"; }
@test "tcsh by the name csh" {
	need tcsh
	ln -s "$(command -v tcsh)" csh
	enters csh ./csh -fc "$csh"
}
@test "fish" {
	enters fish fish -Nc 'activate-print $ENV_DIR | source; echo "<$VIRTUAL_ENV>"'
}
@test "elvish" {
	enters elvish elvish -norc -c \
		'eval (activate-print $E:ENV_DIR | slurp); echo "<"$E:VIRTUAL_ENV">"'
}
@test "xonsh" {
	enters xonsh xonsh --no-rc -c 'execx($(activate-print $ENV_DIR))
print("<" + $VIRTUAL_ENV + ">")'
}
@test "xonsh, started as a module or with options of Python" {
	local code='execx($(activate-print $ENV_DIR))
print("<" + $VIRTUAL_ENV + ">")'
	need xonsh
	python3 -c 'import xonsh' || skip "no xonsh for python3"
	enters xonsh python3 -m xonsh --no-rc -c "$code"
	enters xonsh python3 -W ignore -X dev -E "$(command -v xonsh)" --no-rc -c "$code"
}
@test "nu" {
	local nu
	nu=$(nu_path) || skip "no nu"
	enters nu "$nu" -n -c \
		'activate-print $env.ENV_DIR | from json | load-env; print $"<($env.VIRTUAL_ENV)>"'
}

@test "make, whose recipes a shell runs" {
	need make
	prepare
	printf 'all:\n\t@eval "$$(activate-print v)"; echo "<$$VIRTUAL_ENV>" >out\n' >Makefile
	SHELL=/usr/bin/fish make
	[ "$(cat out)" = "<$T/v>" ]
}

# under_fish COMMAND: what activate-print says as part of COMMAND below fish.
under_fish()
{
	SHELL=/bin/none fish -Nc "$1 >out; true"
}

@test "programs that start programs" {
	local way
	need fish
	prepare
	for way in env 'nice -n 1' 'ionice -c 3' 'timeout 300' nohup 'setsid -w' \
		'timeout 300 env nice timeout 300' setpriv; do
		under_fish "$way activate-print v" 2>err
		is fish
	done
	under_fish 'echo v | xargs activate-print'
	is fish
}

@test "programs that start programs, by their names" {
	local name
	need fish
	prepare
	for name in sudo sudo-rs su doas env nice nohup time timeout strace \
		ltrace runuser setsid stdbuf xargs unshare nsenter chroot bwrap \
		firejail proot pkexec script flock taskset chrt ionice setarch \
		setpriv uv; do
		fake $name
		under_fish "bin/$name -x y"
		is fish
	done
}

@test "sudo" {
	need sudo
	need fish
	sudo -n true 2>/dev/null || skip "sudo asks for a password"
	prepare
	under_fish "sudo -n $T/links/activate-print $T/v"
	is fish
}

@test "strace" {
	need strace
	need fish
	strace -o /dev/null true || skip "nothing can be traced"
	prepare
	under_fish 'strace -f -o /dev/null timeout 300 activate-print v'
	is fish
}

@test "a program that is neither shell nor launcher: SHELL" {
	local name
	prepare
	need fish
	for name in make cron docker-init python3 perl sshd tmux 'tmux: server' \
		screen code unheard-of json docker systemd github nothing.sh \
		shell fishy refish a; do
		fake "$name"
		SHELL=/bin/tcsh fish -Nc "'bin/$name' >out; true"
		is csh
	done
	# and without one that is known, an error
	for name in '' / /bin/ /bin/none env /usr/bin/env json nothing; do
		! SHELL=$name bin/make >out 2>err || return 1
		[ "$(cat out)" = 'false;' ]
		has 'cannot find out which shell is calling' "$(cat err)"
		has 'hint: name it with -s, one of sh, csh, fish' "$(cat err)"
	done
	! env -u SHELL bin/make >out 2>err || return 1
	has 'cannot find out which shell' "$(cat err)"
}

@test "a shell run by the dynamic linker" {
	local ld
	need fish
	ld=$(readelf -lW "$(command -v fish)" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
	[ -x "$ld" ] || skip "fish has no dynamic linker"
	prepare
	SHELL=/bin/none "$ld" --argv0 bash --library-path /none "$(command -v fish)" \
		-Nc 'activate-print v >out'
	is fish
}

@test "programs that are what they are told to be" {
	local words
	prepare
	export SHELL=/bin/none
	for words in 'qemu-aarch64 /bin/fish' 'qemu-arm-static -cpu max /bin/fish' \
		'qemu-x86_64 -L /sh -E X=/bin/sh -0 sh /bin/fish -c sh' \
		'.buildkit_qemu_emulator -0 /bin/sh /bin/fish /bin/sh -c true' \
		'rosetta /bin/fish fish' 'ld-musl-x86_64.so.1 --preload sh /bin/fish' \
		'ld.so --argv0 sh fish' 'busybox fish' 'toybox fish -c sh' \
		'qemu-ppc64le /bin/busybox fish' 'python3.11 -X sh fish' \
		'pypy3 -W sh -m fish' 'coreutils fish'; do
		# shellcheck disable=SC2086 # words
		set -- $words
		fake "$1"
		"bin/$1" "${@:2}" >out
		is fish
	done
	# a launcher among them
	need tcsh
	for words in 'busybox timeout sh' 'qemu-arm /bin/busybox env fish' \
		'coreutils env fish'; do
		# shellcheck disable=SC2086
		set -- $words
		fake "$1"
		tcsh -fc "bin/$words >out"
		is csh
	done
	# programs, scripts and code that only have such an argument
	SHELL=/bin/tcsh
	for words in 'python3 build.py fish' 'python3 -c x/fish fish' 'python3' \
		'python3 -W' 'python3 - fish' 'busybox' 'busybox httpd fish' 'perl fish' \
		'qemu-arm' 'qemu-arm -L'; do
		# shellcheck disable=SC2086
		set -- $words
		fake "$1"
		"bin/$1" "${@:2}" >out
		is csh
	done
}

@test "other names of a shell" {
	local name
	need fish
	prepare
	export SHELL=/bin/none
	for name in fish4 fish-3.6 fish.real .fish-wrapped fish_; do
		cp "$(command -v fish)" "bin/$name"
		[ "$name" != fish_ ] || SHELL=/bin/tcsh
		bash -c 'exec -a x "$0" -Nc "activate-print v >out; true"' "bin/$name"
		[ "$name" = fish_ ] || is fish
	done
	is csh
	SHELL=/bin/none
	ln -s "$(command -v fish)" bin/weird
	bin/weird -Nc 'activate-print v >out; true'
	is fish
}

@test "a shell that was replaced since it was started" {
	need fish
	prepare
	cp "$(command -v fish)" bin/fish
	ln -s fish bin/weird
	SHELL=/bin/none bash -c 'exec -a x bin/weird -Nc "rm bin/fish
		readlink /proc/\$fish_pid/exe >exe; activate-print v >out; true"'
	grep -q '/fish (deleted)$' exe
	is fish
}

@test "a name that a process gives itself does not hide its program" {
	local name
	need fish
	prepare
	export SHELL=/bin/none
	cd "$T"
	for name in '$(touch CANARY)' '`touch CANARY`' "'; touch CANARY; '" '' - / \
		. .. -- '-/' bash /bin/tcsh sudo '%s%n' $'\xff\xfe' $'\n' ' sh bash ' \
		"$(printf '%04000d' 0)" "$(printf '/%03999d' 0)/sh" python3 \
		'python3 -c x' busybox; do
		bash -c 'exec -a "$0" fish -Nc "activate-print v >out; true"' "$name"
		is fish
	done
	# of a program that is unknown, the name counts
	fake make
	for name in fish -fish /bin/-fish ./fish 'fish -c a/b' '/x/fish /x/sh'; do
		bash -c 'exec -a "$0" bin/make' "$name" >out
		is fish
	done
	for name in fish 'fish -c a/b' '.fish-wrapped'; do
		COMM=$name bash -c 'exec -a x bin/make' >out
		is fish
	done
	SHELL=/bin/tcsh
	# what does not fit in the part that is read is unknown, not cut
	for name in '$(touch CANARY)' 'a fish' ' fish' $'fish\n' '' \
		"$(printf '%01018d' 0)/fishes" "$(printf '%04000d' 0)/fish"; do
		bash -c 'exec -a "$0" bin/make' "$name" >out
		is csh
		COMM='fish) S 1 (' bash -c 'exec -a "$0" bin/make' "$name" >out
		is csh
	done
	BARE=1 bin/make >out
	is csh
	BARE=1 COMM=fish bin/make >out
	is fish
	[ -z "$(find "$T" -name CANARY)" ]
}

@test "a name that tells lies about the parent" {
	need fish
	prepare
	fake sudo
	SHELL=/bin/none COMM='x) S 1 1 (' fish -Nc 'bin/sudo >out; true'
	is fish
	SHELL=/bin/none COMM='sudo) ) )' fish -Nc 'bin/sudo >out; true'
	is fish
}

@test "more launchers than anyone has" {
	local i deep=''
	need fish
	prepare
	for ((i = 0; i < 12; i++)); do
		deep+='timeout 300 '
	done
	under_fish "$deep activate-print v"
	is fish
	SHELL=/bin/tcsh fish -Nc "$deep $deep activate-print v >out; true"
	is csh
}

# powerless: put before a command, it may not read what is of mightier
# processes, though it is the same user.
need_powerless()
{
	[ "$(id -u)" = 0 ] || skip "only root can give up capabilities"
	powerless='setpriv --bounding-set=-all --inh-caps=-all'
	if $powerless readlink /proc/$$/exe >/dev/null; then
		skip "a process without capabilities may read all of /proc"
	fi
}

@test "a program that may not be read" {
	local name
	need fish
	need_powerless
	prepare
	under_fish "$powerless activate-print v"
	is fish
	# a login shell of su, and names that say nothing
	for name in -fish -su '$(touch CANARY)' '' su@host; do
		SHELL=/bin/none bash -c 'exec -a "$0" fish -Nc "$1 activate-print v >out; true"' \
			"$name" "$powerless"
		is fish
	done
	# past a launcher that may not be read
	under_fish "timeout 300 $powerless timeout 300 activate-print v"
	is fish
	[ ! -e CANARY ]
}

@test "processes that are hidden: SHELL" {
	need fish
	need_powerless
	prepare
	unshare -m sh -c 'mount -t proc -o hidepid=2,gid=99 proc /proc' ||
		skip "no /proc can be mounted"
	SHELL=/bin/tcsh unshare -m sh -c 'mount -t proc -o hidepid=2,gid=99 proc /proc
		fish -Nc "$1 activate-print v >out; true"' x "$powerless"
	is csh
}

@test "no /proc: SHELL" {
	need fish
	need bwrap
	prepare
	bwrap --ro-bind / / --dev /dev --tmpfs /proc true ||
		skip "bwrap does not work here"
	SHELL=/bin/tcsh bwrap --ro-bind / / --dev /dev --bind "$T" "$T" --tmpfs /proc \
		fish -Nc 'activate-print v >out; true'
	is csh
}

@test "a process without a parent: SHELL" {
	prepare
	unshare -pf true || skip "no new pid namespace"
	SHELL=/bin/tcsh unshare -pf "$T/links/activate-print" v >out
	is csh
}

@test "the usual parent costs one system call" {
	need strace
	prepare
	strace -o /dev/null true || skip "nothing can be traced"
	strace -f -e trace=file -o trace bash -c 'activate-print v >out; true'
	[ "$(grep -c '"/proc/[0-9]' trace)" = 1 ]
	grep -q 'readlink.*"/proc/[0-9]*/exe"' trace
}

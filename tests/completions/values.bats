#!/usr/bin/env bats
# Offers for each place: environments, directories, interpreters, commands.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # applets, offered
load helpers

directories()
{
	need_shell "$1"
	local line
	mkdir -p x/{.venv,plain/{sub,.hid},way/deep,-lead,far/far,'a b'}/bin
	touch x/{.venv,way/deep,-lead,'a b'}/pyvenv.cfg x/file
	for line in activate-print activate-run 'pyvenv --check' \
		'pyvenv --check y' 'pyvenv --upgrade -p 3' 'venvbox activate-run' \
		'activate-print --prompt y' 'activate-print --'; do
		names "$1" "$line x/" .venv way -lead 'a b'
	done
	for line in 'activate-print --prompt y' 'pyvenv --upgrade -p 3'; do
		names "$1" "$line x/.v" .venv
		names "$1" "$line x/a\\ " 'a b'
		names "$1" "$line 'x/a " 'a b'
		names "$1" "$line x/way/" deep
		# nothing is on the way, but something may be further down
		names "$1" "$line x/f" far
		names "$1" "$line x/plain/" sub
		names "$1" "$line x/.venv/"
	done
	for line in 'pyvenv' 'pyvenv y' 'venvbox --install'; do
		names "$1" "$line x/" plain way -lead far 'a b'
		names "$1" "$line x/.v" .venv
	done
	# one operand; zsh tells the options where it has nothing else
	ask "$1" 'activate-print x/.venv '
	lacks -v '^-'
	for line in 'pyvenv --prompt ' 'pyvenv --prompt=' \
		'activate-print --prompt '; do
		names "$1" "$line"
	done
	ln -s "$T/x" home/x
	names "$1" 'activate-print ~/x/w' way
	# no option is made of a name
	cd x || return
	ask "$1" 'activate-print '
	lacks -qx -- '-.*'
}

interpreters()
{
	need_shell "$1"
	mkdir more
	cp /bin/true more/python3.99
	cp /bin/true more/python3.99t
	cp /bin/true more/pypy3.98
	cp /bin/true more/python3.99-config
	# zsh takes every file in PATH for a command
	[ "$1" = zsh ] || touch more/python3.9999
	ask "$1" 'pyvenv -p 3.9'
	grep -x 3.99 "$IO/offered"
	grep -x 3.99t "$IO/offered"
	lacks 3.9999
	ask "$1" 'pyvenv --python=pypy3.98'
	[[ ${offered[*]} =~ ^(--python=)?pypy3.98$ ]]
	ask "$1" 'pyvenv --python python3.99'
	is python3.99 python3.99t
}

commands()
{
	need_shell "$1"
	mkdir -p more env/bin
	touch env/pyvenv.cfg env/bin/qqq-file
	[ "$1" = zsh ] || touch more/qqq-file
	cp /bin/true env/bin/qqq-env
	cp /bin/true more/qqq-path
	ask "$1" 'activate-run env qqq-'
	is qqq-env qqq-path
	ask "$1" 'activate-run "env" qqq-e'
	is qqq-env
	mkdir -p win/Scripts
	touch win/pyvenv.cfg
	cp /bin/true win/Scripts/qqq-tool.exe
	ask "$1" 'activate-run win qqq-t'
	is qqq-tool.exe
	for line in 'deactivate qqq-' 'venvbox deactivate qqq-' \
		'deactivate -- qqq-'; do
		ask "$1" "$line"
		is qqq-path
	done
}

# A command that is to be run is completed as if it were alone.
of_their_own()
{
	need_shell "$1"
	mkdir -p env/bin x:y=z/bin
	touch env/pyvenv.cfg x:y=z/pyvenv.cfg
	for line in 'deactivate' 'activate-run env' 'activate-run x:y=z' \
		'venvbox activate-run env' 'deactivate activate-run env'; do
		ask "$1" "$line activate-print --sh"
		is --shell
		ask "$1" "$line activate-print -s fi"
		is fish
		names "$1" "$line activate-print e" env
	done
	ask "$1" 'deactivate ls --she'
	is
}

# A substitution on the line is not executed to see what is below it.
substitutions()
{
	need_shell "$1"
	local line
	mkdir -p home/sub
	for line in 'activate-print $(touch CANARY)/' 'pyvenv "$(touch CANARY)/' \
		'activate-run `touch CANARY`/' 'activate-run $(touch CANARY) lsb' \
		'pyvenv --prompt=$(touch CANARY) ' 'deactivate "`touch CANARY`' \
		'pyvenv -p "$(touch CANARY)/' 'venvbox $(touch CANARY) '; do
		ask "$1" "$line"
	done
}

# Completions of the options about wheels: files, directories or nothing.
of_wheels()
{
	need_shell "$1"
	local option
	mkdir -p x/wheels
	touch x/pylock.toml
	for option in --extra --group; do
		names "$1" "pyvenv $option x/"
		names "$1" "pyvenv $option=x/"
	done
	# of bash, readline itself completes files
	[ "$1" != bash ] || return 0
	for option in -r --requirement -c --constraint --lock --wheel --install; do
		names "$1" "pyvenv $option x/" pylock.toml wheels
	done
	names "$1" 'pyvenv --find-links x/' wheels
}

@test "directories: bash" { directories bash; }
@test "directories: zsh" { directories zsh; }
@test "directories: fish" { directories fish; }
@test "arguments of options about wheels: bash" { of_wheels bash; }
@test "arguments of options about wheels: zsh" { of_wheels zsh; }
@test "arguments of options about wheels: fish" { of_wheels fish; }
@test "interpreters: bash" { interpreters bash; }
@test "interpreters: zsh" { interpreters zsh; }
@test "interpreters: fish" { interpreters fish; }
@test "commands: bash" { commands bash; }
@test "commands: zsh" { commands zsh; }
@test "commands: fish" { commands fish; }
@test "completions of commands: bash" {
	export LOADED=/usr/share/bash-completion/bash_completion
	[ -e "$LOADED" ] || skip "no bash-completion"
	of_their_own bash
}
@test "completions of commands: zsh" { of_their_own zsh; }
@test "completions of commands: fish" { of_their_own fish; }
@test "substitutions: bash" { substitutions bash; }
@test "substitutions: zsh" { substitutions zsh; }
@test "substitutions: fish" { substitutions fish; }

@test "lists of activators" {
	ask bash 'pyvenv --activators sh,f'
	is sh,fish
	ask bash 'pyvenv --activators=fish,s'
	is fish,sh
	ask bash 'pyvenv --activators sh,sh,n'
	lacks none
	need_shell zsh
	ask zsh 'pyvenv --activators sh,'
	lacks -x -e sh -e all -e none
	grep -x fish "$IO/offered"
	need_shell fish
	ask fish 'pyvenv --activators sh,f'
	is sh,fish
}

@test "bash: words and redirections" {
	mkdir -p a:b=c
	names bash 'pyvenv a:b' b=c
	names bash 'pyvenv a:b=' c
	names bash 'pyvenv "a:b=' a:b=c
	BREAKS=' ' names bash 'pyvenv a:b=' a:b=c
	BREAKS=' ' ask bash 'activate-print --shell=fi'
	is --shell=fish
	for line in 'pyvenv x >a' 'pyvenv x 2> ' 'pyvenv </dev/null >>a'; do
		ask bash "$line"
		is '<-o default>'
	done
	names bash 'pyvenv x 2>log >&2 ' a:b=c home links
}

@test "bash: files where an option has one" {
	local option
	for option in --wheel -r --requirement -c --constraint -nr --lock \
		--install --root --python-target; do
		ask bash "pyvenv $option "
		is '<-o default>'
	done
	ask bash "pyvenv --find-links "
	is '<-o dirnames>'
}

@test "bash: without bash-completion, files after a command" {
	ask bash 'deactivate ls h'
	is '<-o default>'
}

@test "zsh: options that exclude each other" {
	need_shell zsh
	ask zsh 'pyvenv --symlinks --c'
	is --clear --check --constraint
	ask zsh 'pyvenv --upgrade -'
	lacks -x -e --clear -e --exist-ok -e --check
	ask zsh 'pyvenv --lock x -'
	lacks -x -e -r -e --requirement -e --install -e --lock
	ask zsh 'pyvenv -r x -'
	lacks -x -e --lock
	grep -x -e -r "$IO/offered"
	ask zsh 'pyvenv -v -'
	lacks -x -e -q -e --verbose
}

@test "zsh: pyvenv-3.12" {
	need_shell zsh
	ask zsh 'pyvenv-3.12 --cop'
	is --copies
}

#!/usr/bin/env bats
# Python's own scripts and ours in one shell: each leaves what the other has
# entered, and says nothing.

# shellcheck disable=SC2016 # code for other shells
load ../cli/helpers

setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export D=$BATS_FILE_TMPDIR
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || return 0
	python3 -m venv --without-pip "$D/theirs"
	"$T/links/pyvenv" "$D/ours"
}

# both SHELL...: run "script" in it, with either one entered first.
both()
{
	command -v "$1" >/dev/null || skip "no $1"
	[ -e "$D/theirs" ] || skip "no python3, or one before 3.11"
	local pair
	echo 'exit 0' >>script
	for pair in "theirs ours" "ours theirs"; do
		env -i PATH=/usr/bin:/bin PYTHONHOME=/p A="$D/${pair% *}" \
			B="$D/${pair#* }" "$@" script >said 2>&1
		# what Python's own gives no way to take back
		grep -v '^pydoc' said >out
		printf '%s\n' "$D/${pair#* } $D/${pair#* }/bin:/usr/bin:/bin none" \
			'none /usr/bin:/bin /p' 'old> ' | diff - out
	done
}

posix()
{
	cat >script <<-'END'
		PS1='old> '
		. "$A/bin/activate"
		. "$B/bin/activate"
		echo "$VIRTUAL_ENV $PATH ${PYTHONHOME-none}"
		deactivate
		echo "${VIRTUAL_ENV-none} $PATH $PYTHONHOME"
		echo "$PS1"
		set | /usr/bin/grep VIRTUAL
	END
	both "$@"
}

@test "bash" { posix bash; }
@test "dash" { posix dash; }
@test "zsh" { posix zsh -f; }
@test "ksh93" { posix ksh93; }
@test "busybox ash" { posix busybox ash; }

@test "fish" {
	cat >script <<-'END'
		function fish_prompt; echo 'old> '; end
		source $A/bin/activate.fish
		source $B/bin/activate.fish
		echo $VIRTUAL_ENV (string join : $PATH) "none$PYTHONHOME"
		deactivate
		set -q VIRTUAL_ENV; or echo none (string join : $PATH) $PYTHONHOME
		fish_prompt
		set | /usr/bin/grep VIRTUAL
		set | /usr/bin/grep OLD_FISH
	END
	both fish -N
}

csh()
{
	cat >script <<-'END'
		set prompt = 'old> '
		unsetenv PYTHONHOME # Python's own does not put it back
		source $A/bin/activate.csh
		source $B/bin/activate.csh
		if ( $?PYTHONHOME == 0 ) echo $VIRTUAL_ENV $PATH none
		deactivate
		if ( $?VIRTUAL_ENV == 0 ) echo none $PATH /p
		echo "$prompt"
		set | /usr/bin/grep VIRTUAL
		alias
		env | /usr/bin/grep VIRTUAL
	END
	both "$@"
}

@test "tcsh" { csh tcsh -f; }
@test "bsd-csh" { csh bsd-csh -f; }

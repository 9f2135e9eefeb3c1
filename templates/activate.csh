# For csh and tcsh: "source bin/activate.csh", then "deactivate".
#: One statement a line, each ended by ";": what is printed for eval `...` is
#: all of this in one line. So no "then", no newline in a value, and
#: `if (...) eval '...'` where a variable may not be set, for csh puts in the
#: variables of a command that it will not run. $x:q and not "$x:q", from which
#: bsd-csh loses bytes. No "!", the alias would take it for history.
#:
#: PATH: put back as it was if nobody edited it (then VIRTUAL_ENV goes first, as
#: a mark), else made anew of the other directories by code that evaluates
#: itself: "repeat" ends at an eval in bsd-csh, and loops take several lines.
if ( $?VIRTUAL_ENV && $?_OLD_VIRTUAL_PATH ) eval 'if ( x$PATH:q == x$VIRTUAL_ENV:q/@BIN@ || x$PATH:q == x$VIRTUAL_ENV:q/@BIN@:$_OLD_VIRTUAL_PATH:q ) unsetenv VIRTUAL_ENV';
if ( $?VIRTUAL_ENV ) set _OLD_VIRTUAL_PATH = ( );
set _virtual_env = 'if ( ( x$path[1]:q == x$VIRTUAL_ENV:q/@BIN@ ) == 0 ) set _OLD_VIRTUAL_PATH = ( $_OLD_VIRTUAL_PATH:q $path[1]:q ); shift path; if ( $#path ) eval $_virtual_env:q';
if ( $?VIRTUAL_ENV && $#path ) eval $_virtual_env:q;
if ( $?VIRTUAL_ENV ) eval 'set path = ( $_OLD_VIRTUAL_PATH:q )';
if ( $?VIRTUAL_ENV == 0 && $?_OLD_VIRTUAL_PATH ) eval 'setenv PATH $_OLD_VIRTUAL_PATH:q';
if ( $?_OLD_VIRTUAL_PYTHONHOME ) eval 'setenv PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME:q';
if ( $?_OLD_VIRTUAL_PROMPT ) eval 'set prompt = $_OLD_VIRTUAL_PROMPT:q';
unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PROMPT _virtual_env;
#: some shells above keep these in the environment
unsetenv _OLD_VIRTUAL_PATH;
unsetenv _OLD_VIRTUAL_PYTHONHOME;
unsetenv VIRTUAL_ENV;
unsetenv VIRTUAL_ENV_PROMPT;
unalias deactivate;
#:leave
#:enter
alias deactivate @LEAVE@;
setenv VIRTUAL_ENV @ENV_DIR@;
setenv VIRTUAL_ENV_PROMPT @PROMPT@;
if ( $?PATH == 0 ) set path = ( $path:q );
set _OLD_VIRTUAL_PATH = $PATH:q;
setenv PATH $VIRTUAL_ENV:q/@BIN@;
if ( x$_OLD_VIRTUAL_PATH:q != x ) setenv PATH $PATH:q\:$_OLD_VIRTUAL_PATH:q;
if ( $?PYTHONHOME ) eval 'set _OLD_VIRTUAL_PYTHONHOME = $PYTHONHOME:q; unsetenv PYTHONHOME';
set _virtual_env = "";
if ( $?VIRTUAL_ENV_DISABLE_PROMPT ) eval 'set _virtual_env = $VIRTUAL_ENV_DISABLE_PROMPT:q';
if ( $?prompt && x$_virtual_env:q == x ) eval 'set _OLD_VIRTUAL_PROMPT = $prompt:q';
#: tcsh puts the name in when it draws the prompt.
set _virtual_env = \(@DRAWN@\)\ ;
if ( $?tcsh ) set _virtual_env = '(%$VIRTUAL_ENV_PROMPT) ';
if ( $?_OLD_VIRTUAL_PROMPT ) eval 'set prompt = $_virtual_env:q$prompt:q';
unset _virtual_env;
#:locate
#: Only in a file that is to find itself. csh cannot; so it works where it was
#: made. tcsh looks whether that is the file it has open, for there may be a copy.
set _virtual_env = @ENV_DIR@
set _virtual_env_here = 0
if ( -e $_virtual_env:q/bin/activate.csh ) set _virtual_env_here = 1
if ( $?tcsh && $_virtual_env_here && $?noglob == 0 && -d /proc/self/fd ) then
	set _virtual_env_here = 0
	foreach _virtual_env_file ( /proc/self/fd/* )
		if ( -F $_virtual_env_file == -F $_virtual_env:q/bin/activate.csh ) set _virtual_env_here = 1
	end
endif
if ( $_virtual_env_here == 0 ) then
	echo 'activate.csh: the environment is not where it was made; use eval `activate-print DIR` or activate-run DIR COMMAND'
	unset _virtual_env _virtual_env_here _virtual_env_file
	exit 1
endif
unset _virtual_env_here _virtual_env_file
#:located

# For fish: "source bin/activate.fish", then "deactivate".
#: Commands are called by `builtin`, as people wrap them in functions; nothing
#: of a value goes through (...), which splits at newlines; what is saved is
#: not exported, a child fish has no deactivate. Lines end in ";" for
#: `eval (activate-print)`, which joins them.
function deactivate --description 'Leave the virtual environment';
	if builtin set -q argv[1]; and builtin test "$argv[1]" != nondestructive;
		command deactivate $argv;
		return;
	end;
	builtin set -l --path entered $VIRTUAL_ENV/@BIN@ $_OLD_VIRTUAL_PATH;
	if builtin test -n "$VIRTUAL_ENV"; and builtin test "$PATH" != "$entered";
		while builtin contains -- $VIRTUAL_ENV/@BIN@ $PATH;
			builtin set -e PATH[(builtin contains -i -- $VIRTUAL_ENV/@BIN@ $PATH)];
		end;
	else if builtin set -q _OLD_VIRTUAL_PATH;
		builtin set -gx PATH $_OLD_VIRTUAL_PATH;
	else if builtin test -n "$VIRTUAL_ENV";
		builtin set -e PATH;
	end;
	if builtin set -q _OLD_VIRTUAL_PYTHONHOME;
		builtin set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME;
	end;
	if builtin functions -q _old_fish_prompt;
		builtin functions -e fish_prompt;
		builtin functions -c _old_fish_prompt fish_prompt;
		builtin functions -e _old_fish_prompt _virtual_env_status;
	end;
	for name in VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_FISH_PROMPT_OVERRIDE;
		builtin set -e $name;
	end;
	if builtin test "$argv[1]" != nondestructive;
		builtin functions -e deactivate;
	end;
end;
#:leave
deactivate;
#:enter
deactivate nondestructive;
set -gx VIRTUAL_ENV @ENV_DIR@;
set -gx VIRTUAL_ENV_PROMPT @PROMPT@;
if builtin set -q PATH;
	builtin set -gu _OLD_VIRTUAL_PATH $PATH;
end;
builtin set -gx PATH $VIRTUAL_ENV/@BIN@ $PATH;
if builtin set -q PYTHONHOME;
	builtin set -gu _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME;
	builtin set -e PYTHONHOME;
end;
if builtin test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and builtin functions -q fish_prompt;
	builtin functions -c fish_prompt _old_fish_prompt;
	#: by this Python's own script knows that there is an old prompt
	builtin set -gu _OLD_FISH_PROMPT_OVERRIDE $VIRTUAL_ENV;
	#: the old prompt may show $status and $pipestatus
	function _virtual_env_status;
		return $argv[1];
	end;
	function fish_prompt;
		builtin set -l last $status;
		builtin printf '(%s) ' "$VIRTUAL_ENV_PROMPT";
		_virtual_env_status $last;
		_old_fish_prompt;
	end;
end;
#:locate
#: Only in a file that is to find itself. A name that leads through a link and
#: back is taken as the kernel sees it. What is local goes with this file.
builtin set -l _virtual_env_file (builtin status filename | builtin string collect)
builtin set -l _virtual_env_real (builtin realpath -- $_virtual_env_file 2>/dev/null | builtin string collect)
builtin set -l _virtual_env_path (builtin realpath -s -- $_virtual_env_file 2>/dev/null | builtin string collect)
builtin set -l _virtual_env_same (builtin realpath -- $_virtual_env_path 2>/dev/null | builtin string collect)
if builtin test "$_virtual_env_same" != "$_virtual_env_real"
	builtin set _virtual_env_path $_virtual_env_real
end
builtin set -l _virtual_env_dir
builtin set -l _virtual_env_name
builtin string match -qr '(?s)^(?<_virtual_env_dir>.*/(?<_virtual_env_name>[^/]+))/[^/]+/[^/]+$' -- "$_virtual_env_path"
if not builtin test -f "$_virtual_env_dir/pyvenv.cfg"
	builtin echo 'activate.fish: cannot find out where this file is; use activate-print DIR | source, or activate-run DIR COMMAND' >&2
	builtin false
else if builtin string match -q '*:*' -- "$_virtual_env_dir"
	builtin echo "activate.fish: PATH cannot hold a name with ':' in it" >&2
	builtin false
else
#:located
end

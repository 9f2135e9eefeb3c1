# Completions of pyvenv, activate-print, activate-run, deactivate and venvbox for
# fish, which looks for a file with the name of the command: the others are links
# to this one, and each file completes the command that it is named after.
#
# Nothing on the line is expanded. Candidates end with a NUL, for a name can have
# a newline in it; a tab begins a description: a name with one is not offered.

# The words of the command up to the cursor, without their quotes. (What
# `commandline -o` prints has two words where a word has two lines.)
function __venvbox_words
    set -l words
    printf %s (commandline -pc | string collect) |
        read --null --tokenize --list words
    string length -q -- (commandline -ct)
    or set -a words ''
    string join0 -- $words
end

# __venvbox_operand OPTION...: where the first operand is among these words;
# these options have a value.
function __venvbox_operand
    set -l words (__venvbox_words | string split0)
    set -l i 2
    while string match -q -- '-?*' "$words[$i]"
        set -l word $words[$i]
        set i (math $i + 1)
        test $word = --
        and break
        contains -- $word $argv
        and set i (math $i + 1)
    end
    echo $i
end

# True if the cursor is not after the first operand.
function __venvbox_no_operand
    test (__venvbox_words | string split0 | count) -le (__venvbox_operand $argv)
end

# The completions of the words from the Nth on, as a command of their own.
function __venvbox_command --argument-names n
    set -l words (__venvbox_words | string split0)
    test (count $words) -eq $n; and string match -q -- '-*' $words[$n]
    and return # an option
    set -l line (string escape -- $words[$n..-2]) (commandline -ct | string collect)
    complete --do-complete="$line"
end

# The command that activate-run runs: also one of the environment.
function __venvbox_run
    set -l words (__venvbox_words | string split0)
    set -l n (__venvbox_operand)
    if test (count $words) -eq (math $n + 1)
        set -l env (string replace -r '^~/' ~/ -- $words[$n] | string collect)
        for program in $env/bin/* $env/Scripts/*
            test -f $program -a -x $program
            and string replace -r '(.|\n)*/' '' -- $program\t"Command of the environment"
        end
    end
    __venvbox_command (math $n + 1)
end

# Directories; with "environments", those that are one or hold one, also hidden
# ones (.venv). Where there is none, one may be further down, but not below an
# environment.
function __venvbox_directories --argument-names which
    set -l raw (commandline -ct | string collect)
    if string match -qr '^~[^/]|^[^\']*(?<!\\\\)\$' -- $raw
        string join0 -- (__fish_complete_directories)
        return
    end
    set -l token (string unescape -- $raw | string collect)
    set -l home
    if string match -q '~/*' -- $raw
        set home ~
        set token $home(string sub -s 2 -- $token | string collect)
    end
    set -l all $token*/
    set -l hidden
    string match -qr '(^|/)$' -- "$token"
    and set hidden $token.*/
    set -l found
    if test "$which" = environments
        for dir in $all $hidden
            set -l below $dir*/pyvenv.cfg $dir.*/pyvenv.cfg
            test -e $dir/pyvenv.cfg
            and set -a found $dir\tEnvironment
            or set -q below[1]
            and set -a found $dir\tDirectory
        end
        set -q found[1]
        or test -e "$token"pyvenv.cfg
        and set all
    end
    set -q found[1]
    or set found $all\tDirectory
    for dir in $found
        string match -qr '\t(.|\n)*\t' -- $dir
        and continue
        if set -q home[1]
            set dir '~'(string sub -s (math 1 + (string length -- $home)) -- $dir | string collect)
        else if string match -qr '^[-~]' -- $dir
            set dir ./$dir
        end
        string join0 -- $dir
    end
end

# Names and versions of the interpreters in PATH.
function __venvbox_pythons
    for python in $PATH/python $PATH/python3* $PATH/pypy $PATH/pypy3*
        test -x $python
        or continue
        string match -r '(?:python|pypy)(?:3[0-9.]*t?)?$' -- $python
        string replace -rf '.*/python([0-9][0-9.]*t?)$' '$1\tVersion' -- $python
    end
end

# List the shells that the program itself names: "  NAME   what to type".
function __venvbox_shells
    set -l help (command activate-print --help 2>/dev/null
        or command venvbox activate-print --help 2>/dev/null)
    string replace -rf '^  ([a-z][a-z0-9-]*)(?: +(.*))?$' '$1\t$2' -- $help
end

# Names with commas between them; all and none stand alone, the others are
# offered once.
function __venvbox_activators
    set -l done (string match -r '.*,' -- (commandline -ct))
    set -q done[1]
    or printf '%s\n' all none
    for name in sh csh fish powershell cmd nu xonsh
        contains -- $name (string split , -- "$done")
        or echo "$done$name"
    end
end

switch (string replace -r '.*/' '' -- (status filename))
    case pyvenv.fish
        complete -c pyvenv -f
        complete -c pyvenv -s h -l help -d 'Print the usage'
        complete -c pyvenv -s V -l version -d 'Print the version'
        complete -c pyvenv -l system-site-packages -d 'Give access to the base Python\'s packages'
        complete -c pyvenv -l symlinks -d 'Link the interpreter'
        complete -c pyvenv -l copies -d 'Copy the interpreter'
        complete -c pyvenv -l clear -d 'Delete what is in the directory first'
        complete -c pyvenv -l upgrade -d 'Point an environment at its Python'
        complete -c pyvenv -l exist-ok -d 'Keep a healthy environment, repair a broken one'
        complete -c pyvenv -l prompt -x -d 'Name shown in the prompt'
        complete -c pyvenv -s p -l python -r -F -a '(__venvbox_pythons)' -d 'Base Python'
        complete -c pyvenv -l with-pip -d 'Install pip'
        complete -c pyvenv -l with-setuptools -d 'Install setuptools'
        complete -c pyvenv -l without-pip -d 'Do not install pip, the default'
        complete -c pyvenv -l wheel -r -F -d 'Install a wheel, or those of a directory'
        complete -c pyvenv -l find-links -x -a '(__fish_complete_directories)' -d 'Choose wheels from this directory'
        complete -c pyvenv -s r -l requirement -r -F -d 'Install what this file asks for'
        complete -c pyvenv -s c -l constraint -r -F -d 'Allow only the versions that this file allows'
        complete -c pyvenv -l lock -r -F -d 'Install what this file locks'
        complete -c pyvenv -l extra -x -d 'Add this extra of the lock'
        complete -c pyvenv -l group -x -d 'Add this dependency group of the lock'
        complete -c pyvenv -l no-default-groups -d 'Leave out the default groups of the lock'
        complete -c pyvenv -l install -r -F -d 'Install this project'
        complete -c pyvenv -l require-hashes -d 'Refuse wheels without a hash'
        complete -c pyvenv -l no-deps -d 'Do not install or check what the wheels require'
        complete -c pyvenv -l sync -d 'Remove the projects that are not needed'
        complete -c pyvenv -l root -x -a '(__fish_complete_directories)' -d 'Work inside this directory'
        complete -c pyvenv -l archive -x -a 'cpio tar' -d 'Write to standard output'
        complete -c pyvenv -l relocatable -d 'Make scripts find the environment they are in'
        complete -c pyvenv -l python-target -r -F -d 'Where the interpreter will be'
        complete -c pyvenv -l env-target -r -F -d 'Where the environment will be'
        complete -c pyvenv -l minimal -d 'Make only pyvenv.cfg, links and site-packages'
        complete -c pyvenv -l fsync -d 'Write everything to the disk'
        complete -c pyvenv -l without-scm-ignore-files -d 'Do not write .gitignore'
        complete -c pyvenv -l activators -x -d 'Activation scripts to write' \
            -a '(__venvbox_activators)'
        complete -c pyvenv -l check -d 'Say what is wrong with environments'
        complete -c pyvenv -s n -l dry-run -d 'Print what would be done'
        complete -c pyvenv -s v -l verbose -d 'Say which Python was chosen and why'
        complete -c pyvenv -s q -l quiet -d 'Print no warnings'
        complete -c pyvenv -l json -d 'Print what was made or found as JSON'
        set -l change '__fish_contains_opt check upgrade'
        complete -c pyvenv -n $change -a '(__venvbox_directories environments | string split0)'
        complete -c pyvenv -n "not $change" -a '(__venvbox_directories | string split0)'
    case activate-print.fish
        complete -c activate-print -f
        complete -c activate-print -s h -l help -d 'Print the usage'
        complete -c activate-print -s V -l version -d 'Print the version'
        complete -c activate-print -s s -l shell -x -a '(__venvbox_shells)' -d 'For this shell'
        complete -c activate-print -l prompt -x -d 'Name shown in the prompt'
        complete -c activate-print -n '__venvbox_no_operand -s --shell --prompt' \
            -a '(__venvbox_directories environments | string split0)'
    case activate-run.fish
        complete -c activate-run -f
        complete -c activate-run -n __venvbox_no_operand -s h -l help -d 'Print the usage'
        complete -c activate-run -n __venvbox_no_operand -s V -l version -d 'Print the version'
        complete -c activate-run -n __venvbox_no_operand \
            -a '(__venvbox_directories environments | string split0)'
        complete -c activate-run -n 'not __venvbox_no_operand' -a '(__venvbox_run)'
    case deactivate.fish
        set -l first '__venvbox_no_operand -s --shell'
        complete -c deactivate -f
        complete -c deactivate -n $first -s h -l help -d 'Print the usage'
        complete -c deactivate -n $first -s V -l version -d 'Print the version'
        complete -c deactivate -n $first -s s -l shell -x -a '(__venvbox_shells)' -d 'For this shell'
        complete -c deactivate -a '(__venvbox_command (__venvbox_operand -s --shell))'
    case venvbox.fish
        set -l first 'test (__venvbox_words | string split0 | count) -eq 2'
        complete -c venvbox -f
        complete -c venvbox -n $first -s h -l help -d 'Print the usage and the applets'
        complete -c venvbox -n $first -s V -l version -d 'Print the version'
        complete -c venvbox -n $first -l list -d 'Print the names of the applets'
        complete -c venvbox -n $first -l install -d 'Link every applet into a directory'
        complete -c venvbox -n $first -a pyvenv -d 'Make, upgrade, repair or check environments'
        complete -c venvbox -n $first -a activate-print -d 'Print what enters an environment'
        complete -c venvbox -n $first -a activate-run -d 'Run a command inside an environment'
        complete -c venvbox -n $first -a deactivate -d 'Leave an environment'
        complete -c venvbox -n '__fish_contains_opt install' -s s -d 'Make symbolic links'
        complete -c venvbox -n '__fish_contains_opt install' -a '(__venvbox_directories | string split0)'
        complete -c venvbox -n "not $first; and not __fish_contains_opt install" -a '(__venvbox_command 2)'
end

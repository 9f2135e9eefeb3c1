"""Cells for the shells of the POSIX family."""
import os
import re
import subprocess

PRELUDE = b"""
see() {
	/usr/bin/env -0 "@PATH=${PATH+=$PATH}" \
		"@VIRTUAL_ENV=${VIRTUAL_ENV+=$VIRTUAL_ENV}" \
		"@VIRTUAL_ENV_PROMPT=${VIRTUAL_ENV_PROMPT+=$VIRTUAL_ENV_PROMPT}" \
		"@PYTHONHOME=${PYTHONHOME+=$PYTHONHOME}" "@PS1=${PS1+=$PS1}" \
		"@=$2" "$1"
}
case $(typeset -f 2>/dev/null) in
("") functions() { :; } ;;
(*) functions() { typeset -f; } ;;
esac
case ${KSH_VERSION-} in # ksh93 quotes it
(Version*) found() { eval "print -r -- $(command -v python)"; } ;;
(*) found() { command -v python || echo none; } ;;
esac
case ${BASH_VERSION:+bash}${ZSH_VERSION:+zsh}${POSH_VERSION:+posh} in
(bash) options() { set +o; shopt -p; alias; } ;;
(zsh) options() { setopt; alias -L; } ;;
(posh) options() { set +o; } ;;
(*) options() { set +o; alias; } ;;
esac
look() {
	: last # in $_
	set
	functions
	options
	trap
}
ID=
see "@@@=before 0" ""
"""
CELL = b"""
ID=%d DIR=%s OTHER=%s
%s
look; see "@@@=before $ID" "$#:${1+$*}"
%s
found; see "@@@=active $ID" "$#:${1+$*}"
%s
look; see "@@@=after $ID" "$#:${1+$*}"
"""
# what a shell changes by itself, among it "$" and "?" of zsh
VOLATILE = re.compile(
    rb"('[^a-z]'|[^a-zA-Z_]|_|BASH_(ARGC|ARGV|LINENO)|FUNCNAME|LINENO|RANDOM|"
    rb"PIPESTATUS|SECONDS|EPOCH[A-Z]*|SRANDOM|PPID|status|pipestatus|argv|"
    rb"OPTIND|TTYIDLE|ERRNO|\.sh\..*|func(stack|filetrace|trace|sourcetrace)|"
    rb"_AST_FEATURES|zsh_eval_context|ZSH_EVAL_CONTEXT|KSH_MATCH|BASHPID|"
    rb"KSH_VERSION)=|psvar=\(  \)$")

def quote(text):
    return b"'" + os.fsencode(text).replace(b"'", b"'\\''") + b"'"


# in zsh
ALSO = {b"PATH": (b"path",), b"PS1": (b"PROMPT", b"prompt")}

# label: what is so before; what is wanted while active
BEFORE = {
    "PATH unset": ("unset PATH", {"PATH": "<D>/bin"}),
    "PATH empty": ("PATH=", {"PATH": "<D>/bin"}),
    "PATH with empty parts": ("PATH=:$PATH::/x:", {}),
    "PYTHONHOME unset": ("unset PYTHONHOME", {}),
    "PYTHONHOME empty": ("PYTHONHOME=", {}),
    "PS1 unset": ("unset PS1", {}),
    "PS1 empty": ("PS1=", {}),
    "PS1 exported": ("PS1='\\w \\[x\\]! '; export PS1", {}),
    "no prompt wanted": ("PS1='$ ' VIRTUAL_ENV_DISABLE_PROMPT=1",
                         {"PS1": "$ "}),
    "no prompt wanted, PS1 unset":
        ("unset PS1; VIRTUAL_ENV_DISABLE_PROMPT=1", {"PS1": None}),
    "VIRTUAL_ENV_DISABLE_PROMPT empty": ("VIRTUAL_ENV_DISABLE_PROMPT=", {}),
    "set -a": ("set -a; PS1='$ ' IFS=$IFS PSVAR=", {}),
    "CDPATH": ("CDPATH=/:/usr", {}),
    "ENV": ("ENV=/nowhere; export ENV", {}),
    "locale C": ("LC_ALL=C; export LC_ALL", {}),
    "no locale": ("unset LC_ALL LANG", {}),
    "arguments": ("set -- nondestructive 'a  b' '*'", {}),
    "umask": ("umask 777", {}),
}
for ifs in ":", "/", " ", "", "inavoe_", "$", "'", "\\":
    BEFORE["IFS=%r" % ifs] = "IFS=%s" % quote(ifs).decode(), {}
BEFORE["IFS unset"] = "unset IFS", {}
for letter in "Cf":
    BEFORE["set -" + letter] = "set -" + letter, {}
BEFORE["set +eu"] = "set +eu", {}

# label: what is so before, how it is entered, how it is left, PATH after that
DURING = {
    "twice": ("", "<E>; <E>", "", None),
    "three times": ("", "<E>; <E>; <E>", "", None),
    "another one before": ("", "<O>; <E>", "", None),
    "another one in between": ("", "<E>; <O>; <E>", "", None),
    "all of them": ("", "<E>; <O>; <O>; <E>; <E>", "", None),
    "entered again after leaving": ("", "<E>; deactivate; <E>", "", None),
    "PATH appended": ("", "<E>", "PATH=$PATH:/x", "<P>:/x"),
    "PATH prepended": ("", "<E>", "PATH=/x:$PATH", "/x:<P>"),
    "PATH, both": ("", "<E>", "PATH=/x:$PATH:/y", "/x:<P>:/y"),
    "bin moved": ("", "<E>", 'PATH=/usr/bin:/bin:$DIR/bin', "/usr/bin:/bin"),
    "bin removed": ("", "<E>", "PATH=/usr/bin:/bin:/x", "/usr/bin:/bin:/x"),
    "bin doubled": ("", "<E>", "PATH=$DIR/bin:$DIR/bin:$PATH", "<P>"),
    "bin everywhere": ("", "<E>", "PATH=$DIR/bin:/x:$DIR/bin:$PATH::$DIR/bin:"
                       "/y:$DIR/bin:$DIR/bin", "/x:<P>::/y"),
    "empty parts": ("", "<E>", "PATH=:$PATH:", ":<P>:"),
    "nothing but empty parts": ("", "<E>", "PATH=:$DIR/bin:$DIR/bin:", ":"),
    "nothing but bin": ("", "<E>", "PATH=$DIR/bin", ""),
    "bin was there before": ("PATH=/x:$DIR/bin:$PATH", "<E>", "", None),
    "PATH unset in between": ("", "<E>", "unset PATH", "<P>"),
    "edited while another one was active":
        ("", "<O>; PATH=/x:$PATH; <E>", "", "/x:<P>", "<D>/bin:/x:<P>"),
    "others of that name": ("", "<E>", "PATH=$DIR/bin/x:$DIR/binx:x$DIR/bin:"
                            "$PATH", "<D>/bin/x:<D>/binx:x<D>/bin:<P>"),
    "PATH edited before": ("PATH=/x:$PATH", "<E>", "", None),
    "PYTHONHOME set in between": ("", "<E>", "PYTHONHOME=/q", None),
    "VIRTUAL_ENV unset in between": ("", "<E>", "unset VIRTUAL_ENV", None),
}

# options that end the script, print what it does or need a terminal, what is
# the shell's to say and not ours to set, and what is a state of its own here
NO_OPTIONS = set("""
exec noexec onecmd singlecommand verbose xtrace traceall sourcetrace stdin
shinstdin interactive login login_shell restricted restricted_shell privileged
monitor notify ignoreeof rc zle cmdline posixlycorrect allexport
""".split())


# label: what is so before, in a shell below others where $OTHER is active; PS1
# while $DIR is active, and after that
OURS = ("($VIRTUAL_ENV_PROMPT) ", "(${VIRTUAL_ENV_PROMPT//!/!!}) ",
        "(${VIRTUAL_ENV_PROMPT//\\\\/\\\\\\\\}) ")
INHERITED = {"": ("$ ", "$ ")}
for ours in OURS:
    INHERITED["PS1=%r" % ours] = (ours + "$ ", "$ ")
INHERITED["PS1, ours only"] = (OURS[0], None)

CANARY = "touch CANARY;"
EVERY = "unalias unset export eval return command break shopt".split()
ALIASES = "\n".join(
    ["alias %s='%s'" % (n, CANARY) for n in EVERY[1:] + EVERY[:1]] +
    ["\\<E>", "\\unalias " + " ".join(EVERY)])
FUNCTIONS = "\n".join("%s() { %s }" % (n, CANARY) for n in
                      "test echo printf cd hash which pwd".split())
# not in bash --posix, which forbids it
WRAPPED = "case :${SHELLOPTS-}: in (*:posix:*) ;; (*)\n%s\nesac" % "\n".join(
    '%s() { builtin %s "$@"; }' % (n, n)
    for n in "unalias unset export eval shopt".split())

# kinds of shell; what is so before, how it is entered, how it is left
SPECIAL = {
    "left by the program": ("", "", "<E>", 'eval "$("$BIN/deactivate" -s sh)"'),
    "in a function":
        ("", "", "f() { <E>; }; f nondestructive x; unset -f f",
         "f() { deactivate; }; f x; unset -f f"),
    "with an argument":
        ("bash zsh dash ksh93 mksh lksh busybox posh", "",
         '. "$DIR/bin/activate" nondestructive', "deactivate"),
    "functions of such names": ("", FUNCTIONS, "<E>", "deactivate"),
    "functions that wrap":
        ("bash zsh", WRAPPED, "<E>", "deactivate"),
    "aliases for all":
        ("bash zsh dash mksh lksh yash busybox",
         "case ${BASH_VERSION:+bash} in (bash) shopt -s expand_aliases; esac",
         ALIASES, "deactivate"),
    "an alias deactivate":
        ("bash dash mksh lksh yash busybox",
         "case ${BASH_VERSION:+bash} in (bash) shopt -s expand_aliases; esac",
         "alias deactivate='%s'\n<E>" % CANARY, "deactivate"),
    "trap ERR": ("bash ksh93 mksh lksh", "case ${BASH_VERSION:+bash} in "
                 "(bash) set -o errtrace; esac; trap 'touch CANARY' ERR", "<E>",
                 "deactivate"),
    "trap ZERR": ("zsh", "trap 'touch CANARY' ZERR", "<E>", "deactivate"),
    "trap DEBUG": ("bash zsh ksh93", "trap : DEBUG", "<E>", "deactivate"),
    "trap EXIT": ("", "trap : EXIT", "<E>", "deactivate"),
    "the case of letters":
        ("bash", "shopt -s nocasematch; PATH=/x:${DIR^^}/bin:$PATH", "<E>",
         "PATH=/y:$PATH\ndeactivate", "/y:<P>"),
    "no path twice": ("zsh", "typeset -U path", "<E>", "deactivate"),
    "no path twice, edited": ("zsh", "typeset -U path", "<E>",
                              "PATH=$PATH:/y\ndeactivate", "<P>:/y"),
}


class Shell:
    name = "sh"
    forms = "file", "printed"
    together = 1  # so many cells of states in one process
    refuses = False
    fails = b"false;\n"
    plain = "PS1='$ '"
    nothing = ":"
    leave = 'eval "$("$BIN/deactivate" -s sh)"'
    enter = {
        "file": '. "$DIR/bin/activate"',
        "printed": 'eval "$("$BIN/activate-print" -s sh -- "$DIR")"',
    }

    def __init__(self, argv):
        self.kind = argv[0].lstrip("-")
        self.argv = argv

    def holds(self, cell):
        """yash has no strings but of characters."""
        try:
            (cell.directory + cell.name).decode()
        except UnicodeError:
            return self.kind != "yash"
        return True

    def script(self, cells):
        """A script that runs CELLS."""
        parts = [b"set -eu" + PRELUDE]
        for c in cells:
            code = self.enter.get(c.form, "")
            enter = c.enter.replace("<E>", code).replace(
                "<O>", code.replace("$DIR", "$OTHER"))
            parts.append(CELL % (
                c.number, quote(c.directory), quote(c.other),
                os.fsencode(c.before),
                os.fsencode(enter), os.fsencode(c.leave)))
        return b"".join(parts)

    def active_text(self, cell, want):
        if want[b"VIRTUAL_ENV"] is None:
            return b""
        return want[b"VIRTUAL_ENV"] + b"/bin/python\n"

    def lines(self, text, changed):
        """Return what is compared of the state TEXT."""
        gone = list(changed)
        for name in changed:
            gone += ALSO.get(name, ())
        return [l for l in text.split(b"\n") if not VOLATILE.match(l) and
                l.partition(b"=")[0] not in gone]

    def parents(self, other):
        sh = '. "$0/bin/activate"; PS1="x"; export PS1; exec "$@"'
        for kind in "bash", "zsh", "dash", "ksh93", "mksh", "yash", "posh":
            yield kind, kind, "-c", sh, other
        yield "busybox", "busybox", "ash", "-c", sh, other
        yield ("fish", "fish", "-N", "-c", "source $argv[1]/bin/activate.fish"
               "; exec $argv[2..-1]", other)
        yield ("tcsh", "tcsh", "-f", "-c", "source $argv[1]:q/bin/activate.csh"
               "; exec $argv[2-]:q", other)
        yield ("elvish", "elvish", "-norc", "-c", "eval ((external "
               "$E:BIN/activate-print) -s elvish -- $args[0] | slurp); "
               "exec (all $args[1..])", other)

    def options(self):
        """Every option that is on, off, and the other way round."""
        listings = {"set -o": ("set -o %s", "set +o %s")}
        if self.kind == "zsh":
            listings = {"setopt kshoptionprint; setopt":
                        ("setopt %s", "unsetopt %s")}
        elif self.kind == "bash":
            listings["shopt"] = "shopt -s %s", "shopt -u %s"
        for listing, change in listings.items():
            out = subprocess.run(
                [self.kind] + self.argv[1:] + ["-c", listing], text=True,
                capture_output=True, check=True).stdout
            for name, now in re.findall(r"(\S+)\s+(on|off)\b", out):
                if name not in NO_OPTIONS:
                    yield name, change[now == "on"] % name

    def states(self, options):
        """Labels, and what is so then (see Cell)."""
        home = "PS1='$ ' PYTHONHOME='/p  h'\nexport PYTHONHOME\n"
        if options:
            for name, code in self.options():
                yield "option " + name, {"before": home + code}
        for label, (before, active) in BEFORE.items():
            yield label, {"before": home + before, "active": active}
        for label, (before, enter, between, *path) in DURING.items():
            how = {"before": home + before, "enter": enter,
                   "leave": between + "\ndeactivate"}
            if path[0] is not None:
                how["after"] = {"PATH": path[0]}
            if path[1:]:
                how["active"] = {"PATH": path[1]}
            yield label, how
        for label, (kinds, before, enter, leave, *path) in SPECIAL.items():
            if not kinds or self.kind in kinds.split():
                yield label, {"before": home + before, "enter": enter,
                              "leave": leave,
                              "after": {"PATH": p for p in path}}
        yield from self.inherited(home)

    def inherited(self, home):
        """As states(): in shells below others where $OTHER is active."""
        left = {"VIRTUAL_ENV": None, "VIRTUAL_ENV_PROMPT": None,
                "PATH": "/x:/usr/bin:/bin"}
        inherit = (home + "VIRTUAL_ENV=$OTHER VIRTUAL_ENV_PROMPT=p "
                   "PATH=/x:$OTHER/bin:/usr/bin:/bin\n"
                   "export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PS1\n")
        enter = {"active": {"PATH": "<D>/bin:/x:/usr/bin:/bin"}}
        for label, (ps1, after) in INHERITED.items():
            before = inherit + "PS1=%s" % quote(ps1).decode()
            after = dict(left, PS1=after)
            yield "inherited " + label, dict(
                enter, before=before, after=after)
            yield "inherited and left " + label, {
                "before": before, "enter": self.leave, "leave": ":",
                "active": dict(left, PYTHONHOME="/p  h"), "after": after}
        before = inherit + ("_OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME\n"
                            "_OLD_VIRTUAL_PATH=/x:/usr/bin:/bin\n"
                            "export _OLD_VIRTUAL_PYTHONHOME "
                            "_OLD_VIRTUAL_PATH; unset PYTHONHOME")
        all_left = dict(left, PYTHONHOME="/p  h", _OLD_VIRTUAL_PATH=None,
                        _OLD_VIRTUAL_PYTHONHOME=None)
        yield "inherited, all of it", dict(
            enter, before=before, after=all_left)
        yield "inherited and left, all of it", {
            "before": before, "enter": self.leave, "leave": ":",
            "active": all_left, "after": all_left}
        own = OURS[0] + "own> "
        yield "inherited, with a prompt of one's own", dict(
            enter, before=inherit + "VIRTUAL_ENV_DISABLE_PROMPT=1 PS1=%s" %
            quote(own).decode(), after=dict(left, PS1=own))
        if self.kind == "zsh":
            yield "inherited, global variables warned of", dict(
                enter, before=inherit + "setopt warncreateglobal",
                after=left)

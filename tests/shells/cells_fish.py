"""Cells for fish."""
import re

import cells_posix

# builtin: functions of these names are among what is tested
PRELUDE = b"""
function see
	/usr/bin/env -0 "@status=$status" $argv
end
function look
	builtin functions -a
	builtin functions fish_prompt
	builtin functions fish_right_prompt
	builtin set -L
	builtin set -q PATH
	builtin echo $status
end
function fish_prompt
	builtin echo "$status $pipestatus old> "
end
see "@@@=before 0"
"""
CELL = b"""
set DIR %(directory)s
set OTHER %(other)s
%(before)s
look; see "@@@=before %(n)d"
%(enter)s
builtin command -v python; or builtin echo none
/bin/false; fish_prompt
see "@@@=active %(n)d"
%(leave)s
look; see "@@@=after %(n)d"
"""
VOLATILE = re.compile(
    rb"(status|status_generation|_status_generation|pipestatus|history|argv|"
    rb"fish_pid|last_pid|# Defined)\b|# Defined ")
HOME = "set -gx PYTHONHOME '/p  h'\n"

# label: what is so before; what is wanted while active
BEFORE = {
    "PATH unset": ("set -e PATH", {"PATH": "<D>/bin"}),
    "PATH empty": ("set -gx PATH", {"PATH": "<D>/bin"}),
    "PATH with blanks": ("set -gx PATH '/b  c' $PATH '/x\\ny'", {}),
    "PYTHONHOME unset": ("set -e PYTHONHOME", {}),
    "PYTHONHOME empty": ("set -gx PYTHONHOME ''", {}),
    "no prompt wanted": ("set -gx VIRTUAL_ENV_DISABLE_PROMPT 1", {}),
    "VIRTUAL_ENV_DISABLE_PROMPT empty":
        ("set -gx VIRTUAL_ENV_DISABLE_PROMPT ''", {}),
    "locale C": ("set -gx LC_ALL C", {}),
    "no locale": ("set -e LC_ALL", {}),
    "arguments": ("set argv nondestructive 'a  b'", {}),
    "a name": ("set -g name x", {}),
    "functions of such names": ("".join(
        "function %s; /usr/bin/touch CANARY; end\n" % name
        for name in "echo printf contains functions source cd ls which".split()
    ), {}),
    "a right prompt":
        ("function fish_right_prompt; builtin echo right; end", {}),
    "another function deactivate left": ("functions -e deactivate", {}),
    "CDPATH": ("set -gx CDPATH / /usr", {}),
}
# label: how it is entered, what is done then, PATH after that, and before
DURING = {
    "twice": ("<E>; <E>", "", None),
    "another one before": ("<O>; <E>", "", None),
    "another one in between": ("<E>; <O>; <E>", "", None),
    "entered again after leaving": ("<E>; deactivate; <E>", "", None),
    "PATH appended": ("<E>", "set -gx PATH $PATH /x", "<P>:/x"),
    "PATH prepended": ("<E>", "set -gx PATH /x $PATH", "/x:<P>"),
    "bin moved": ("<E>", "set -gx PATH /usr/bin /bin $DIR/bin",
                  "/usr/bin:/bin"),
    "bin removed": ("<E>", "set -gx PATH /usr/bin /bin /x", "/usr/bin:/bin:/x"),
    "bin doubled": ("<E>", "set -gx PATH $DIR/bin $PATH", "<P>"),
    "bin everywhere": ("<E>", "set -gx PATH $DIR/bin /x $DIR/bin $PATH '/b  c' "
                       "$DIR/bin", "/x:<P>:/b  c"),
    "others of that name": ("<E>", "set -gx PATH $DIR/bin/x $DIR/binx $PATH",
                            "<D>/bin/x:<D>/binx:<P>"),
    "edited while another one was active":
        ("<O>; set -gx PATH /x $PATH; <E>", "", "/x:<P>", "<D>/bin:/x:<P>"),
    "PYTHONHOME set in between": ("<E>", "set -gx PYTHONHOME /q", None),
    "in a function": ("function f; <E>; end; f nondestructive; functions -e f",
                      "", None),
    "by eval": ('eval ($BIN/activate-print -s fish -- $DIR)', "", None),
}


def quote(text):
    return b"'" + text.replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


class Shell(cells_posix.Shell):
    name = "fish"
    plain = nothing = ""
    leave = "$BIN/deactivate -s fish | builtin source"
    enter = {
        "file": "builtin source $DIR/bin/activate.fish",
        "printed": "$BIN/activate-print -s fish -- $DIR | builtin source",
    }

    def holds(self, cell):
        return True

    def script(self, cells):
        parts = [PRELUDE]
        for c in cells:
            code = self.enter.get(c.form, "")
            enter = c.enter.replace("<E>", code).replace(
                "<O>", code.replace("$DIR", "$OTHER"))
            parts.append(CELL % {
                b"n": c.number, b"directory": quote(c.directory),
                b"other": quote(c.other), b"before": c.before.encode(),
                b"enter": enter.encode(), b"leave": c.leave.encode()})
        return b"".join(parts)

    def active_text(self, cell, want):
        """The old prompt sees the status of before."""
        python, name = b"", b""
        if want[b"VIRTUAL_ENV"] is not None:
            python = want[b"VIRTUAL_ENV"] + b"/bin/python\n"
            name = b"(%s) " % want[b"VIRTUAL_ENV_PROMPT"]
        else:
            python = b"none\n"
        if cell.label == "no prompt wanted":
            name = b""
        return python + name + b"1 1 old> \n"

    def lines(self, text, changed):
        names = tuple(k + b" " for k in changed)
        return [l for l in text.split(b"\n") if not VOLATILE.match(l) and
                not (names and l.startswith(names))]

    def states(self, options):
        for label, (before, active) in BEFORE.items():
            yield label, {"before": HOME + before, "active": active}
        for label, (enter, between, path, *on) in DURING.items():
            yield label, {"before": HOME, "enter": enter,
                          "leave": between + "\ndeactivate",
                          "after": {} if path is None else {"PATH": path},
                          "active": {"PATH": p for p in on}}
        left = {"VIRTUAL_ENV": None, "VIRTUAL_ENV_PROMPT": None,
                "PATH": "/x:/usr/bin:/bin"}
        before = HOME + ("set -gx VIRTUAL_ENV $OTHER\n"
                         "set -gx VIRTUAL_ENV_PROMPT p\n"
                         "set -gx PATH /x $OTHER/bin /usr/bin /bin")
        yield "inherited", {"before": before, "after": left, "active":
                            {"PATH": "<D>/bin:/x:/usr/bin:/bin"}}
        yield "inherited and left", {
            "before": before, "enter": self.leave, "leave": "", "after": left,
            "active": dict(left, PYTHONHOME="/p  h")}
        before += ("\nset -e PYTHONHOME\n"
                   "set -gx _OLD_VIRTUAL_PYTHONHOME '/p  h'\n"
                   "set -gx _OLD_VIRTUAL_PATH /x /usr/bin /bin")
        left = dict(left, PYTHONHOME="/p  h", _OLD_VIRTUAL_PATH=None,
                    _OLD_VIRTUAL_PYTHONHOME=None)
        yield "inherited, all of it", {
            "before": before, "after": left,
            "active": {"PATH": "<D>/bin:/x:/usr/bin:/bin"}}
        yield "inherited and left, all of it", {
            "before": before, "enter": self.leave, "leave": "", "after": left,
            "active": left}
        yield "left by the program", {"before": HOME, "leave": self.leave}

"""Cells for csh and tcsh."""
import re

import cells_posix

PRELUDE = b"""
set ID = 0
/usr/bin/env -0 "@@@=before 0"
"""
SEE = b"""set
alias
echo * $#argv
/usr/bin/env -0 "@@@=%s %d"
"""
CELL = b"""
setenv DIR %(directory)s
setenv OTHER %(other)s
%(before)s
%(see_before)s
%(enter)s
%(found)s
%(leave)s
%(see_after)s
"""
FOUND = b"""
/usr/bin/printf "%%s/python\\n" $path[1]:q
/usr/bin/env -0 "@@@=active %d"
"""
VOLATILE = re.compile(rb"(_|status|\?|cwd|owd|dirstack|csubstnonl)\t")
HOME = "set prompt = 'a b\\! '\nsetenv PYTHONHOME '/p  h'\n"

# label: what is so before; what is wanted while active
BEFORE = {
    "prompt unset": ("unset prompt", {}),
    "prompt empty": ('set prompt = ""', {}),
    "PATH with blanks": ("setenv PATH /x:'/b  c':$PATH", {}),
    "PYTHONHOME unset": ("unsetenv PYTHONHOME", {}),
    "PYTHONHOME empty": ('setenv PYTHONHOME ""', {}),
    "no prompt wanted": ("setenv VIRTUAL_ENV_DISABLE_PROMPT 1", {}),
    "VIRTUAL_ENV_DISABLE_PROMPT empty":
        ('setenv VIRTUAL_ENV_DISABLE_PROMPT ""', {}),
    "cdpath": ("set cdpath = ( / /usr )", {}),
    "noglob": ("set noglob", {}),
    "nonomatch": ("set nonomatch", {}),
    "noclobber": ("set noclobber", {}),
    "no history": ("set histchars = ''", {}),
    "backslash_quote": ("set backslash_quote", {}),
    "arguments": ("set argv = ( a 'b  c' )", {}),
    "locale C": ("setenv LC_ALL C", {}),
    "no locale": ("unsetenv LC_ALL", {}),
    "aliases": ("alias ls touch CANARY; alias cd 'touch CANARY'", {}),
}
for name in ("anyerror autolist autoexpand complete compat_expr correct "
             "csubstnonl dunique ellipsis globdot globstar highlight implicitcd "
             "inputmode killdup listjobs loginsh noding nokanji promptchars "
             "recexact savedirs symlinks tperiod visiblebell").split():
    BEFORE["set " + name] = "set %s = x" % name, {}

# label: how it is entered, what is done then, PATH after that, and before
DURING = {
    "an alias deactivate": ("alias deactivate 'touch CANARY'\n<E>", "", None),
    "twice": ("<E>\n<E>", "", None),
    "another one before": ("<O>\n<E>", "", None),
    "another one in between": ("<E>\n<O>\n<E>", "", None),
    "entered again after leaving": ("<E>\ndeactivate\n<E>", "", None),
    "PATH appended": ("<E>", "setenv PATH $PATH:q\\:/x", "<P>:/x"),
    "PATH prepended": ("<E>", "setenv PATH /x\\:$PATH:q", "/x:<P>"),
    "bin moved": ("<E>", "setenv PATH /usr/bin:/bin\\:$DIR:q/bin",
                  "/usr/bin:/bin"),
    "bin removed": ("<E>", "setenv PATH /usr/bin:/bin:/x", "/usr/bin:/bin:/x"),
    "bin doubled": ("<E>", "setenv PATH $DIR:q/bin\\:$PATH:q", "<P>"),
    "bin everywhere": ("<E>", "setenv PATH $DIR:q/bin\\:/x\\:$DIR:q/bin\\:"
                       "$PATH:q\\:'/b  c'\\:$DIR:q/bin", "/x:<P>:/b  c"),
    "path set": ("<E>", "set path = ( /x $path:q )", "/x:<P>"),
    "others of that name": ("<E>", "setenv PATH $DIR:q/bin/x\\:$DIR:q/binx\\:"
                            "$PATH:q", "<D>/bin/x:<D>/binx:<P>"),
    "edited while another one was active":
        ("<O>\nsetenv PATH /x\\:$PATH:q\n<E>", "", "/x:<P>", "<D>/bin:/x:<P>"),
    "PYTHONHOME set in between": ("<E>", "setenv PYTHONHOME /q", None),
    "rehash": ("<E>", "rehash; unhash", None),
}


def quote(text):
    """TEXT as a word in a file: every byte but a newline after a backslash."""
    out = b""
    for c in text:
        out += b'"\\\n"' if c == 10 else (b"\\" if c < 128 else b"") + bytes([c])
    return out or b'""'


class Shell(cells_posix.Shell):
    name = "csh"
    refuses = True
    plain = "set prompt = 'a b\\! '"
    nothing = ""
    leave = "eval `$BIN:q/deactivate -s csh`"
    enter = {
        "file": "source $DIR:q/bin/activate.csh",
        "printed": "eval `$BIN:q/activate-print -s csh -- $DIR:q`",
    }

    def holds(self, cell):
        """The eval loses some."""
        try:
            text = (cell.directory + cell.name).decode()
        except UnicodeError:
            return cell.form == "file"
        return cell.form == "file" or "\n" not in text

    def script(self, cells):
        parts = [PRELUDE]
        for c in cells:
            code = self.enter.get(c.form, "")
            enter = c.enter.replace("<E>", code).replace(
                "<O>", code.replace("$DIR", "$OTHER"))
            parts.append(CELL % {
                b"directory": quote(c.directory), b"other": quote(c.other),
                b"before": c.before.encode(), b"see_before": SEE % (b"before", c.number),
                b"enter": enter.encode(), b"found": FOUND % c.number,
                b"leave": c.leave.encode(), b"see_after": SEE % (b"after", c.number)})
        return b"".join(parts)

    def active_text(self, cell, want):
        if want[b"VIRTUAL_ENV"] is None:
            return b""
        return want[b"VIRTUAL_ENV"] + b"/bin/python\n"

    def lines(self, text, changed):
        gone = {b"PATH": b"path\t"}
        names = tuple(gone.get(k, k + b"\t") for k in changed)
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
        yield "PATH empty", {
            "before": HOME + 'setenv PATH ""', "active": {"PATH": "<D>/bin"},
            # for eval, braces are made by tr, which PATH has to find
            "plain": "printed"}
        yield "PATH unset", {
            "before": HOME + "unsetenv PATH",
            "active": {"PATH": "<D>/bin:/usr/bin:/bin"},
            "after": {"PATH": "/usr/bin:/bin"}}
        left = {"VIRTUAL_ENV": None, "VIRTUAL_ENV_PROMPT": None,
                "PATH": "/x:/usr/bin:/bin"}
        before = HOME + ("setenv VIRTUAL_ENV $OTHER:q\n"
                         "setenv VIRTUAL_ENV_PROMPT p\n"
                         "setenv PATH /x\\:$OTHER:q/bin:/usr/bin:/bin")
        yield "inherited", {"before": before, "after": left, "active":
                            {"PATH": "<D>/bin:/x:/usr/bin:/bin"}}
        yield "inherited and left", {
            "before": before, "enter": self.leave, "leave": "", "after": left,
            "active": dict(left, PYTHONHOME="/p  h")}
        before += ("\nunsetenv PYTHONHOME\n"
                   "setenv _OLD_VIRTUAL_PYTHONHOME '/p  h'\n"
                   "setenv _OLD_VIRTUAL_PATH /x:/usr/bin:/bin")
        left = dict(left, PYTHONHOME="/p  h", _OLD_VIRTUAL_PATH=None,
                    _OLD_VIRTUAL_PYTHONHOME=None)
        yield "inherited, all of it", {
            "before": before, "after": left,
            "active": {"PATH": "<D>/bin:/x:/usr/bin:/bin"}}
        yield "inherited and left, all of it", {
            "before": before, "enter": self.leave, "leave": "", "after": left,
            "active": left}

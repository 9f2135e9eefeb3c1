"""Cells for elvish. There is no file, and an eval leaves no function."""
import os

import cells_posix

PRELUDE = br"""
fn see {|mark|
	var seen = [(for name [PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME] {
		if (has-env $name) {
			put '@'$name'=='(get-env $name)
		} else {
			put '@'$name'='
		}
	})]
	/usr/bin/env -0 $@seen '@@@='$mark
}
fn look {
	echo PATH=(repr $paths)
	put $pwd $args [*[nomatch-ok]] | each $repr~
}
fn found {
	try { search-external python } catch { put none }
}
see 'before 0'
"""
CELL = b"""
var dir = %s
var other = %s
%s
look
see 'before %d'
%s
echo (found)
see 'active %d'
%s
look
see 'after %d'
"""
# label: what is so before; what is wanted while active
BEFORE = {
    "PATH unset": ("unset-env PATH", {"PATH": "<D>/bin"}),
    "PATH empty": ("set-env PATH ''", {"PATH": "<D>/bin"}),
    "PATH an empty list": ("set paths = []", {"PATH": "<D>/bin"}),
    "PATH with empty parts": ("set-env PATH ':/bin::/x:'", {}),
    "PATH of empty parts": ("set-env PATH ':'", {}),
    "PATH with odd parts": (r'set-env PATH "~/x:$x:\xff:*: :\n:/bin"', {}),
    "bin in PATH": ("set paths = [/x $dir/bin /y]", {}),
    "nothing but bin in PATH": ("set paths = [$dir/bin]", {}),
    "bin in PATH, and empty parts": ("set paths = ['' $dir/bin '']", {}),
    "PYTHONHOME unset": ("unset-env PYTHONHOME", {}),
    "PYTHONHOME empty": ("set-env PYTHONHOME ''", {}),
    "VIRTUAL_ENV empty": ("set-env VIRTUAL_ENV ''\nset paths = [$@paths /bin]",
                          {}),
    "no prompt wanted": ("set-env VIRTUAL_ENV_DISABLE_PROMPT 1", {}),
    "another directory": ("cd /", {}),
    "names that are ours": ("""fn leave { fail x }
        var str bin = x y""", {}),
}
# label: what is so before, how it is entered, what happens before it is left,
# and PATH after that
DURING = {
    "twice": ("", "<E>\n<E>", "", None),
    "three times": ("", "<E>\n<E>\n<E>", "", None),
    "another one before": ("", "<O>\n<E>", "", None),
    "another one in between": ("", "<E>\n<O>\n<E>", "", None),
    "all of them": ("", "<E>\n<O>\n<O>\n<E>\n<E>", "", None),
    "entered again after leaving": ("", "<E>\n<L>\n<E>", "", None),
    "in a function": ("fn f { <E> }", "f", "", None),
    "PATH appended": ("", "<E>", "set paths = [$@paths /x]", "<P>:/x"),
    "PATH prepended": ("", "<E>", "set-env PATH /x:$E:PATH", "/x:<P>"),
    "bin removed": ("", "<E>", "set paths = [/usr/bin /x]", "/usr/bin:/x"),
    "bin everywhere": ("", "<E>", "set paths = [$dir/bin /x $dir/bin $@paths "
                       "'' $dir/bin /y $dir/bin]", "/x:<P>::/y"),
    "empty parts": ("", "<E>", "set-env PATH ':'$E:PATH':'", ":<P>:"),
    "nothing but bin": ("", "<E>", "set paths = [$dir/bin]", "unset"),
    "nothing but bin, and it was there before": (
        "set paths = [/x $dir/bin]", "<E>", "set paths = [$dir/bin]", ""),
    "bin was there before": ("set paths = [/x $dir/bin /bin]", "<E>\n<O>\n<E>",
                             "", None),
    "bin was there before, and PATH appended": (
        "set paths = [/x $dir/bin]", "<E>", "set paths = [$@paths /y]", "/x:/y"),
    "PATH unset in between": ("", "<E>", "unset-env PATH", "unset"),
    "others of that name": ("", "<E>", "set paths = [$dir/bin/x $dir/binx "
                            "x$dir/bin $@paths]",
                            "<D>/bin/x:<D>/binx:x<D>/bin:<P>"),
    "PATH edited before another one":
        ("", "<O>\nset paths = [/x $@paths]\n<E>", "", "/x:<P>",
         "<D>/bin:/x<:P>"),
    "PYTHONHOME set in between": ("", "<E>", "set-env PYTHONHOME /q", None),
}


def quote(text):
    """Not the form that is tested."""
    return b'"%s"' % b"".join(b"\\x%02x" % c for c in text)


class Shell(cells_posix.Shell):
    name = "elvish"
    forms = ("printed",)
    plain = ""
    nothing = "nop"
    leave = "eval ((external $E:BIN/deactivate) -s elvish | slurp)"
    enter = "eval ((external $E:BIN/activate-print) -s elvish -- $dir | slurp)"

    def holds(self, cell):
        return True

    def script(self, cells):
        parts = [PRELUDE]
        for c in cells:
            enter = self.enter if c.form in self.forms else ""
            code = []
            for text in (c.before, c.enter, c.leave):
                if text == "deactivate":
                    text = "<L>"
                text = text.replace("<E>", enter).replace("<L>", self.leave)
                text = text.replace("<O>", enter.replace("$dir", "$other"))
                code.append(os.fsencode(text))
            parts.append(CELL % (
                quote(c.directory), quote(c.other), code[0], c.number,
                code[1] if c.form in self.forms else self.leave.encode(),
                c.number, code[2], c.number))
        return b"".join(parts)

    def active_text(self, cell, want):
        if want[b"VIRTUAL_ENV"] is None:
            return b"none\n"
        return want[b"VIRTUAL_ENV"] + b"/bin/python\n"

    def states(self, _options):
        home = "set-env PYTHONHOME '/p  h'\n"
        for label, (before, active) in BEFORE.items():
            yield label, {"before": home + before, "active": active,
                          "after": {"VIRTUAL_ENV": None}
                          if label == "VIRTUAL_ENV empty" else {}}
        for label, (before, enter, between, path, *on) in DURING.items():
            after = {} if path is None else {
                "PATH": None if path == "unset" else path}
            yield label, {"before": home + before, "enter": enter,
                          "leave": between + "\n<L>", "after": after,
                          "active": {"PATH": p for p in on}}

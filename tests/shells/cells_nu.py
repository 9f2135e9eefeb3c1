"""Cells for Nushell. $READ is how it reads the file: overlay use, or source."""
import os
import re

import cells_posix

PRELUDE = br"""
def see [...last] {
	let seen = [
		[PATH $env.PATH?] [VIRTUAL_ENV $env.VIRTUAL_ENV?]
		[VIRTUAL_ENV_PROMPT $env.VIRTUAL_ENV_PROMPT?]
		[PYTHONHOME $env.PYTHONHOME?]
	] | each {|v|
		$"@($v.0)=" + (if $v.1 == null { '' } else {
			'=' + ([$v.1] | flatten | str join ':')
		})
	}
	^/usr/bin/env -0 @PROMPT_COMMAND= @_OLD_VIRTUAL= @CURRENT_FILE= @FILE_PWD= ...$seen ...$last
}
def drawn [] {
	if ($env.PROMPT_COMMAND? | describe) == 'closure' {
		do $env.PROMPT_COMMAND
	} else {
		$env.PROMPT_COMMAND?
	}
}
def look [nulls] {
	let values = $env | reject config LAST_EXIT_CODE? | sort | items {|name, value|
		if $nulls or $value != null {
			$name + '=' + ($value | to nuon --serialize | str replace --all "\n" ' ')
		}
	} | compact
	let config = $env.config | to nuon --serialize | hash md5
	print ($values | append [$config (drawn) (ls -as | get name | to nuon)] | str join "\n")
}
$env.PROMPT_COMMAND = {|| 'old' }
see '@@@=before 0'
"""
CELL = b"""
$env.ID = '%d'
%s
look %s; see $"@@@=before ($env.ID)"
%s
print (which python | get path | append none | first) (drawn | default '')
see $"@@@=active ($env.ID)"
%s
look %s; see $"@@@=after ($env.ID)"
"""
UNSET = object()
# label: what is so before; what is wanted while active; and after
BEFORE = {
    "PATH unset": ("hide-env PATH", {"PATH": "<D>/bin"}, {}),
    "PATH empty": ("$env.PATH = ['']", {"PATH": "<D>/bin"}, {}),
    "PATH an empty list": ("$env.PATH = []", {"PATH": "<D>/bin"},
                           {"PATH": ""}),
    "PATH an empty string": ("$env.PATH = ''", {"PATH": "<D>/bin"},
                             {"PATH": ""}),
    "PATH a string": ("$env.PATH = '/usr/bin:/bin'", {}, {"PATH": "<P>"}),
    "Path": ("$env.Path = ['/x' '/usr/bin']", {}, {}),
    "PATH with empty parts": ("$env.PATH = ['' '/usr/bin' '' '' '/x' '']",
                              {}, {}),
    "PATH of two empty parts": ("$env.PATH = ['' '']", {}, {}),
    "PATH with dots": ("$env.PATH = ['...' './x' '../y' '/bin/.../z']", {},
                       {}),
    "PATH with names": ("$env.PATH = ['/a b' '/$x' '/(y)' '/*' '/`' '/\"']",
                        {}, {}),
    "PYTHONHOME empty": ("$env.PYTHONHOME = ''", {}, {}),
    "PYTHONHOME unset": ("hide-env -i PYTHONHOME", {}, {}),
    "PROMPT_COMMAND unset": ("hide-env PROMPT_COMMAND", {}, {}),
    "PROMPT_COMMAND a string": ("$env.PROMPT_COMMAND = 'old'", {}, {}),
    "PROMPT_COMMAND of a program": (
        "$env.PROMPT_COMMAND = {|| ^/bin/echo old }", {}, {}),
    "no prompt wanted": ("$env.VIRTUAL_ENV_DISABLE_PROMPT = '1'", {}, {}),
    "no prompt wanted, true": ("$env.VIRTUAL_ENV_DISABLE_PROMPT = true", {},
                               {}),
    "VIRTUAL_ENV_DISABLE_PROMPT empty": (
        "$env.VIRTUAL_ENV_DISABLE_PROMPT = ''", {}, {}),
    "VIRTUAL_ENV null": ("$env.VIRTUAL_ENV = null", {}, {"VIRTUAL_ENV": None}),
    "ENV_CONVERSIONS": ("""$env.ENV_CONVERSIONS = { PATH: {
	from_string: {|s| $s | split row (char esep) | path expand --no-symlink }
	to_string: {|v| $v | path expand --no-symlink | str join (char esep) } } }
	""", {}, {}),
    "another directory": ("cd /", {}, {}),
}
# label: what is so before, how it is entered, how it is left, PATH after that,
# and while active
DURING = {
    "twice": ("", "<E>\n<E>", "", None),
    "three times": ("", "<E>\n<E>\n<E>", "", None),
    "another one before": ("", "<O>\n<E>", "", None),
    "another one in between": ("", "<E>\n<O>\n<E>", "", None),
    "all of them": ("", "<E>\n<O>\n<O>\n<E>\n<E>", "", None),
    "entered again after leaving": ("", "<E>\n<L>\n<E>", "", None),
    "PATH appended": ("", "<E>", "$env.PATH ++= ['/x']", "<P>:/x"),
    "PATH prepended": ("", "<E>", "$env.PATH = ['/x' ...$env.PATH]",
                       "/x:<P>"),
    "PATH prepended by prepend": (
        "", "<E>", "$env.PATH = ($env.PATH | prepend '/x')", "/x:<P>"),
    "PATH made a string": ("", "<E>", "$env.PATH = ($env.PATH | append '/x' |"
                           " str join ':')", "<P>:/x"),
    "bin removed": ("", "<E>", "$env.PATH = ['/usr/bin' '/x']", "/usr/bin:/x"),
    "bin everywhere": ("", "<E>", "let b = $env.PATH.0; $env.PATH = [$b /x $b "
                       "...$env.PATH '' $b /y $b $b]", "/x:<P>::/y"),
    "empty parts": ("", "<E>", "$env.PATH = ['' ...$env.PATH '']", ":<P>:"),
    "nothing but bin": ("", "<E>", "$env.PATH = [$env.PATH.0]", UNSET),
    "bin was there before": ("$env.PATH = ['/x' <B> '/bin']", "<E>", "",
                             "/x:/bin"),
    "others of that name": ("", "<E>", "let d = $env.VIRTUAL_ENV; $env.PATH = "
                            "[($d + '/bin/x') ($d + '/binx') ('x' + $d + '/bin')"
                            " ...$env.PATH]",
                            "<D>/bin/x:<D>/binx:x<D>/bin:<P>"),
    "PATH edited before another one":
        ("", "<O>\n$env.PATH = ($env.PATH | prepend '/x')\n<E>", "",
         "/x:<P>", "<D>/bin:/x<:P>"),
    "PYTHONHOME set in between": ("", "<E>", "$env.PYTHONHOME = '/q'", None),
    "others set in between": ("", "<E>", "$env.NEW = 'n'\nhide-env NEW", None),
}
# the same, whatever the form; each is left as said here
MIXED = {
    "file, then printed": ("<F>\n<P>", "deactivate"),
    "printed, then file": ("<P>\n<F>", "deactivate"),
    "left by the program in between": ("<F>\n<LP>\n<F>", "deactivate"),
    "left by the file in between":
        ("<F>\n<P>\ndeactivate\n<P>\n<F>", "deactivate"),
    "left by the program": ("<F>", "<LP>"),
}


def quote(text):
    """A raw string: not the form that is tested."""
    text = os.fsencode(text)
    marks = b"#" * (1 + max([0] + [len(m) for m in re.findall(b"'(#+)", text)]))
    return b"r" + marks + b"'" + text + b"'" + marks


class Shell(cells_posix.Shell):
    name = "nu"
    refuses = True
    fails = b"false\n"
    plain = ""
    nothing = ""
    leave = "^($env.BIN + '/deactivate') -s nu | from json | load-env"

    def __init__(self, argv):
        super().__init__(argv)
        self.read = os.environ.get("READ", "overlay use")

    def holds(self, cell):
        """Its strings are text."""
        try:
            (cell.directory + cell.name).decode()
        except UnicodeError:
            return False
        return True

    def code(self, form, directory):
        """Return the code that enters DIRECTORY."""
        if form == "file":
            tail = b" *" if self.read == "use" else b""
            return self.read.encode() + b" " + quote(
                directory + b"/bin/activate.nu") + tail
        return (b"^($env.BIN + '/activate-print') -s nu -- " +
                quote(directory) + b" | from json | load-env")

    def script(self, cells):
        parts = [PRELUDE]
        for c in cells:
            words = {
                b"<E>": self.code(c.form, c.directory),
                b"<O>": self.code(c.form, c.other),
                b"<F>": self.code("file", c.directory),
                b"<P>": self.code("printed", c.directory),
                b"<LP>": self.leave.encode(),
                b"<L>": ("deactivate" if c.form == "file"
                         else self.leave).encode(),
                b"<B>": quote(c.directory + b"/bin"),
            }
            code = [c.before, c.enter, c.leave]
            if c.form == "printed" and c.leave.endswith("deactivate") and \
                    c.label not in MIXED:
                code[2] = c.leave[:-len("deactivate")] + self.leave
            for i, text in enumerate(code):
                code[i] = os.fsencode(text)
                for word, value in words.items():
                    code[i] = code[i].replace(word, value)
            # what is null is not set, but one sees that in $env
            nulls = b"true" if c.form == "file" and not (
                "null" in c.label or "below" in c.label or
                c.label == "PATH unset" or c.label in MIXED) else b"false"
            parts.append(CELL % (c.number, code[0], nulls, code[1], code[2],
                                 nulls))
        return b"".join(parts)

    def active_text(self, cell, want):
        if want[b"VIRTUAL_ENV"] is None:
            return b"none\nold\n"
        drawn = b"old"
        if (cell.form == "file" or cell.label in MIXED) and \
                not cell.label.startswith(("no prompt", "PROMPT_COMMAND un")):
            drawn = b"(%s) old" % want[b"VIRTUAL_ENV_PROMPT"]
        if cell.label == "PROMPT_COMMAND unset":
            drawn = b""
        return want[b"VIRTUAL_ENV"] + b"/bin/python\n" + drawn + b"\n"

    def lines(self, text, changed):
        names = tuple(k + b"=" for k in changed)
        return [l for l in text.split(b"\n")
                if not (names and l.startswith(names))]

    def states(self, options):
        home = "$env.PYTHONHOME = '/p  h'\n"
        for label, (before, active, after) in BEFORE.items():
            yield label, {"before": home + before, "active": active,
                          "after": after}
        for label, (before, enter, between, path, *on) in DURING.items():
            after = {} if path is None else {
                "PATH": None if path is UNSET else path}
            yield label, {"before": home + before, "enter": enter,
                          "leave": between + "\ndeactivate", "after": after,
                          "active": {"PATH": p for p in on}}
        for label, (enter, leave) in MIXED.items():
            # what a program cannot say in JSON
            after = {n: None for n in ("PROMPT_COMMAND", "_OLD_VIRTUAL",
                                       "CURRENT_FILE", "FILE_PWD")}
            yield label, {"before": home, "enter": enter, "leave": leave,
                          "after": after if leave == "<LP>" else {}}

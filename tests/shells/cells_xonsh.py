"""Cells for xonsh. Each runs in a process that is forked from one, as xonsh
takes its time to start, and as where somebody types: so that there is a prompt,
which is drawn here as xonsh does it without an editor.
"""
import os

import cells_posix

PRELUDE = br"""
import functools, os, subprocess, sys, traceback
from xonsh.ansi_colors import ansi_partial_color_format
from xonsh.prompt.base import PromptFormatter

aliases, env = __xonsh__.aliases, __xonsh__.env
$XONSH_INTERACTIVE = True
$TERM = 'dumb' # no title
$PROMPT_FIELDS['env_name'] = 'none '

def see(mark):
	args = []
	for name in 'PATH', 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT', 'PYTHONHOME':
		if env.is_manually_set(name):
			args.append('@%s==%s' % (name, env.get_detyped(name)))
		else:
			args.append('@%s=' % name)
	args.append('@@@=' + mark)
	sys.stdout.flush()
	subprocess.run(['/usr/bin/env', '-0'] + args, env=env.detype())

def show(text):
	sys.stdout.buffer.write(os.fsencode(text) + b'\n')

def path():
	return getattr(env['PATH'], '_l', env['PATH']) if env.is_manually_set('PATH') else None

def look():
	for name in sorted(env.rawkeys(), key=str):
		if env.is_manually_set(name) and name not in ('PATH', 'LAST_RETURN_CODE'):
			show('%s=%s' % (name, ascii(env[name])))
	show('PATH=' + ascii(path()))
	show(ascii([sorted(aliases), aliases.get('deactivate'), os.listdir('.')]))
	show(ascii(dict($PROMPT_FIELDS)))
	show(ascii(sorted(name for name in __xonsh__.ctx if name != 'sys')))

def active():
	show(__xonsh__.commands_cache.locate_binary('python') or 'none')
	show(ansi_partial_color_format(PromptFormatter()('{env_name}>', fields=$PROMPT_FIELDS)))

@functools.cache
def code(text):
	return __xonsh__.execer.compile(text + '\n', 'exec', globals())

def cell(number, directory, other, before, enter, leave):
	steps = [code(before), code(enter), code(leave)]
	sys.stdout.flush()
	child = os.fork()
	if child:
		if os.waitpid(child, 0)[1] != 0:
			print('it failed')
		return
	try:
		globals().update(DIR=os.fsdecode(directory), OTHER=os.fsdecode(other))
		exec(steps[0], globals())
		look()
		see('before %d' % number)
		exec(steps[1], globals())
		active()
		see('active %d' % number)
		exec(steps[2], globals())
		look()
		see('after %d' % number)
		os._exit(0)
	except BaseException:
		traceback.print_exc()
		os._exit(1)

DIR = OTHER = ''
$(true) # the first sets a variable
__xonsh__.commands_cache.locate_binary('python') # the first reads /usr/bin
see('before 0')
"""
# label: what is so before; what is wanted while active
BEFORE = {
    "PATH unset": ("del $PATH", {"PATH": "<D>/bin"}),
    "PATH empty": ("$PATH = ''", {"PATH": "<D>/bin"}),
    "PATH an empty list": ("$PATH = []", {"PATH": "<D>/bin"}),
    "PATH a list of its own": ("env._d['PATH'] = ['/usr/bin', '/bin']", {}),
    "PATH with empty parts": ("$PATH = ':/bin::/x:'", {}),
    "PATH of empty parts": ("$PATH = ':'", {}),
    "PATH with what it expands": (
        "$PATH = ['~/x', '$HOME/y', 'a=~', '/usr/bin', '/bin']", {}),
    "PATH with bytes that are not UTF-8": (
        "$PATH = ['/\\udcff', '/usr/bin', '/bin']", {}),
    "bin in PATH": ("$PATH = ['/x', DIR + '/bin', '/y']", {}),
    "nothing but bin in PATH": ("$PATH = [DIR + '/bin']", {}),
    "PYTHONHOME unset": ("del $PYTHONHOME", {}),
    "PYTHONHOME empty": ("$PYTHONHOME = ''", {}),
    "VIRTUAL_ENV empty": ("$VIRTUAL_ENV = ''; $PATH.append('/bin')", {}),
    "no prompt wanted": ("$VIRTUAL_ENV_DISABLE_PROMPT = '1'", {}),
    "VIRTUAL_ENV_DISABLE_PROMPT empty": ("$VIRTUAL_ENV_DISABLE_PROMPT = ''",
                                         {}),
    "not interactive": ("$XONSH_INTERACTIVE = False", {}),
    "no expansion": ("$EXPAND_ENV_VARS = False", {}),
    "os.environ too": ("$UPDATE_OS_ENVIRON = True", {}),
    "errors of commands raised": ("$RAISE_SUBPROC_ERROR = True", {}),
    "another directory": ("os.chdir('/')", {}),
}
# label: what is so before, how it is entered, what happens before it is left,
# and PATH after that
DURING = {
    "twice": ("", "<E>;<E>", "", None),
    "three times": ("", "<E>;<E>;<E>", "", None),
    "another one before": ("", "<O>;<E>", "", None),
    "another one in between": ("", "<E>;<O>;<E>", "", None),
    "all of them": ("", "<E>;<O>;<O>;<E>;<E>", "", None),
    "entered again after leaving": ("", "<E>;deactivate;<E>", "", None),
    "file, then printed": ("", "<F>;<P>", "", None),
    "printed, then file": ("", "<P>;<F>", "", None),
    "left by the program": ("", "<E>", "<L>", None),
    "left by the program in between": ("", "<E>;<L>;<E>", "", None),
    "PATH appended": ("", "<E>", "$PATH.append('/x')", "<P>:/x"),
    "PATH prepended": ("", "<E>", "$PATH.insert(0, '/x')", "/x:<P>"),
    "PATH made anew": ("", "<E>", "$PATH = ['/x'] + $PATH[1:]", "/x:<P>"),
    "PATH added to": ("", "<E>", "$PATH.add('/x', front=True)", "/x:<P>"),
    "bin removed": ("", "<E>", "$PATH = '/usr/bin:/x'", "/usr/bin:/x"),
    "bin everywhere": ("", "<E>", "$PATH = path()[:1] + ['/x'] + path() + "
                       "[''] + path()[:1] + ['/y'] + path()[:1]", "/x:<P>::/y"),
    "nothing but bin": ("", "<E>", "$PATH = path()[:1]", "unset"),
    "bin was there before": ("$PATH = ['/x', DIR + '/bin']", "<E>;<O>;<E>",
                             "", None),
    "PATH unset in between": ("", "<E>", "del $PATH", "unset"),
    "others of that name": ("", "<E>", "$PATH.append('/x/bin/x')",
                            "<P>:/x/bin/x"),
    "PATH edited before another one":
        ("", "<O>;$PATH.insert(0, '/x');<E>", "", "/x:<P>", "<D>/bin:/x<:P>"),
    "PYTHONHOME set in between": ("", "<E>", "$PYTHONHOME = '/q'", None),
}


class Shell(cells_posix.Shell):
    name = "xonsh"
    together = 1000
    plain = ""
    nothing = "pass"
    leave = "execx($(@($BIN + '/deactivate') -s xonsh))"
    enter = {
        "file": "source @(DIR + '/bin/activate.xsh')",
        "printed":
            "execx($(@($BIN + '/activate-print') -s xonsh -- @(DIR)))",
    }

    def holds(self, cell):
        return True

    def code(self, text, form):
        enter = self.enter.get(form, "pass")
        text = text.replace("<E>", enter).replace("<L>", self.leave)
        text = text.replace("<O>", enter.replace("DIR", "OTHER"))
        text = text.replace("<F>", self.enter["file"])
        text = text.replace("<P>", self.enter["printed"])
        return "\n".join(line.strip() for line in text.split(";")).strip() or "pass"

    def script(self, cells):
        parts = [PRELUDE]
        for c in cells:
            parts.append(b"cell(%d, %r, %r, %r, %r, %r)\n" % (
                c.number, c.directory, c.other, self.code(c.before, c.form),
                self.code(c.enter, c.form), self.code(c.leave, c.form)))
        return b"".join(parts)

    def active_text(self, cell, want):
        if want[b"VIRTUAL_ENV"] is None:
            return b"none\nnone >\n"
        drawn = b"(%s) >" % want[b"VIRTUAL_ENV_PROMPT"].decode(
            errors="replace").encode()
        if cell.label in ("no prompt wanted", "not interactive"):
            drawn = b"none >"
        return want[b"VIRTUAL_ENV"] + b"/bin/python\n" + drawn + b"\n"

    def states(self, _options):
        home = "$PYTHONHOME = '/p  h';"
        for label, (before, active) in BEFORE.items():
            yield label, {"before": home + before, "active": active,
                          "after": {"VIRTUAL_ENV": None}
                          if label == "VIRTUAL_ENV empty" else {}}
        for label, (before, enter, between, path, *on) in DURING.items():
            after = {} if path is None else {
                "PATH": None if path == "unset" else path}
            yield label, {"before": home + before, "enter": enter,
                          "leave": between +
                          ("" if between == "<L>" else ";deactivate"),
                          "after": after, "active": {"PATH": p for p in on}}

"""usage: draw_editor.py DIR elvish|xonsh [ARG ...]

Start the shell on a pseudo-terminal, and for each DIR/NUMBER.act evaluate it
there and look at the prompt that is then drawn; leave now and then. The name in
DIR/NUMBER.name must be in it, in parentheses, and after it the prompt of
before. Prints what was drawn otherwise, then "N cells, N wrong, 0 refused"; the
status is 1 if there was a wrong one.
"""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

# per shell: what is typed first, to enter and to leave, and what is drawn after
# an empty line: elvish hides the cursor while it draws, and puts it after the
# prompt. It draws the one of before first, and then only what is new in it.
SHELLS = {
    "elvish": (
        (b"set edit:rprompt = { }; set edit:prompt = { put 'READY> ' }",
         b"var old = $edit:prompt; fn enter {|n| eval (slurp < names/$n.act) }"),
        b"enter %d; echo DO''NE",
        b"deactivate; echo (if (eq $old $edit:prompt) { put DO''NE })",
        rb"\x1b\[\?2004h\x1b\[\?25l\r(.*?)\r\x1b\[\d+C\x1b\[\?25h"),
    "xonsh": (
        (b"$PROMPT = '{env_name}READY> '", b"old = $PROMPT_FIELDS['env_name']"),
        b"execx(open('names/%d.act').read()); print('DO' 'NE')",
        b"deactivate; print('DO' 'NE') if old is $PROMPT_FIELDS['env_name'] "
        b"else 0",
        rb"\n\r*(.*?READY> )"),
}
# colours, bracketed paste, titles
CONTROL = re.compile(rb"\x1b\[[?0-9;]*[a-z]|\x1b\]0;[^\x07]*\x07")


class Terminal:
    def __init__(self, argv):
        pid, self.fd = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 50, 200, 0, 0))

    def run(self, line, pattern):
        """Return what PATTERN finds after LINE is typed."""
        os.write(self.fd, line + b"\r")
        end, seen = time.time() + 10, b""
        while time.time() < end:
            if select.select([self.fd], [], [], 0.1)[0]:
                seen += os.read(self.fd, 65536)
            found = re.search(pattern, seen, re.S)
            if found:
                break
        else:
            sys.exit("no %r in %r" % (pattern, seen[-2000:]))
        while select.select([self.fd], [], [], 0.03)[0]:
            os.read(self.fd, 65536)
        return CONTROL.sub(b"", found[1]).lstrip(b"\r")


def main(where, argv):
    terminal = Terminal(argv)
    first, enter, leave, drawn = SHELLS[argv[0]]
    terminal.run(b"\r", b"()[#$>]")
    for line in first:
        terminal.run(line, b"()READY> " if b"old" not in line else b"()\n")
    numbers = sorted(int(f[:-5]) for f in os.listdir(where) if f[-5:] == ".name")
    wrong = 0
    for number in numbers:
        with open("%s/%d.name" % (where, number), "rb") as file:
            name = file.read()
        steps = [(enter % number, b"(%s) READY> " % name)]
        if number % 8 == 0 or number == numbers[-1]:
            steps.append((leave, b"READY> "))
        for line, want in steps:
            terminal.run(line, rb"DONE\r\n.*()READY> ")
            got = terminal.run(b"", drawn)
            if got != want:
                wrong += 1
                print("drawn %r, wanted %r" % (got, want))
    print("%d cells, %d wrong, 0 refused" % (len(numbers), wrong))
    return bool(wrong)


sys.exit(main(sys.argv[1], sys.argv[2:]))

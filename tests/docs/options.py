#!/usr/bin/env python3
"""The man page explains each option with the words of --help first."""

import glob
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def help_texts(program):
    """{option: text} of what PROGRAM --help prints."""
    text = subprocess.run([program, "--help"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    options, words = {}, None
    for line in text.splitlines():
        found = re.match(r" {2,6}(-.*?)(?: {2,}(\S.*)|$)", line)
        if found:
            # its last name: --python of "-p, --python PYTHON"
            name = re.findall(r"(?:^|, )(--?[a-z-]+)", found[1])[-1]
            words = options.setdefault(name, [found[2] or ""])
        elif words is not None and line.startswith(" " * 8):
            words.append(line.strip())
        else:
            words = None
    return {o: " ".join(w).strip() for o, w in options.items()}


def plain(lines):
    """Return what mandoc makes of LINES, of an item: words only."""
    out = []
    for line in lines:
        if line.startswith("."):
            macro, *words = line[1:].split()
            if macro == "Fl":
                words[0] = "-" + words[0]
            line = " ".join(words)
            line = f"({line})" if macro == "Pq" else line
        out.append(line)
    text = " ".join(out).replace("\\&", "")
    return re.sub(r"\s+", " ", re.sub(r" (?=[.,:;](?: |$))", "", text))


def man_text(page, option):
    with open(page, encoding="utf-8") as f:
        lines = f.read().splitlines()
    item = re.compile(r"\.It .*Fl " + re.escape(option[1:]) + r"(?![\w-])")
    start = next((i for i, s in enumerate(lines) if item.match(s)), None)
    if start is None:
        return ""
    end = next(i for i, s in enumerate(lines[start + 1:], start + 1)
               if re.match(r"\.(It|El|Pp|Bl|Sh)\b", s))
    return plain(lines[start + 1:end])


def main(build):
    """Return how many options there are, and what is wrong with which."""
    count, wrong = 0, []
    for page in sorted(glob.glob(ROOT + "/applets/*.1")):
        name = os.path.basename(page)[:-2]
        for option, text in help_texts(os.path.join(build, name)).items():
            count += 1
            start = re.split(r"[;:(]", text)[0].strip()
            man = man_text(page, option)
            if not start or not man.lower().startswith(start.lower()):
                wrong.append(f"{name} {option}: --help has {start!r}, "
                             f"the man page {man[:len(start) + 20]!r}")
    return count, wrong

#!/usr/bin/env python3
"""usage: judge_hostile.py PYVENV BASE CORPUS BOX SECTION

Runs PYVENV --wheel for each wheel of the SECTION (of its rule's number) in
CORPUS, which make_hostile.py wrote, with the Python in BASE, to make BOX/env,
and says what is not as it should be. Exits 1 if anything was.
"""

import base64
import csv
import hashlib
import json
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../fault"))
import tree  # noqa: E402 pylint: disable=wrong-import-position

sys.setrecursionlimit(10000)  # some trees are that deep
SITE = "lib/python3.13/site-packages"


def run(pyvenv, base, file, env):
    run_ = subprocess.run(
        [pyvenv, "--wheel", file, env], check=False, capture_output=True,
        env={"PATH": base + "/bin", "HOME": "/nonexistent"}, timeout=300)
    return run_.returncode, run_.stdout, run_.stderr.decode("utf-8", "replace")


def judge_refusal(file, word, code, stderr, box):
    name = re.escape(os.path.dirname(file) + "/")
    message = rf"(pyvenv: warning: [^\n]*: it is untidy: [^\n]*\n)?" \
        rf"pyvenv: {name}[^\n]*\.(whl|WHL|zip): [^\n]+\n(hint: [^\n]*\n)?"
    if code != 1:
        return f"exit code {code}: {stderr!r}"
    if not re.fullmatch(message, stderr):
        return f"not one line FILE: REASON: {stderr!r}"
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", stderr):
        return f"control characters in {stderr!r}"
    if word not in stderr.split(": ", 2)[2]:
        return f"'{word}' is not in {stderr!r}"
    left = os.listdir(box)
    return f"left behind: {left}" if left else ""


def judge_record(env):
    """RECORD has all files, in order, each once, with hash and size."""
    site = os.path.join(env, SITE)
    info = next(n for n in os.listdir(site) if n.endswith(".dist-info"))
    with open(f"{site}/{info}/RECORD", newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f))
    paths = [os.path.normpath(os.path.join(site, r[0])) for r in rows]
    if rows != sorted(rows) or len(set(paths)) != len(paths):
        return f"RECORD is in disorder: {rows}"
    for path, (name, hash_, size) in zip(paths, rows):
        if name == info + "/RECORD":
            if hash_ or size:
                return "RECORD has its own hash"
            continue
        with open(path, "rb") as f:
            data = f.read()
        kind, _, sum_ = hash_.partition("=")
        if base64.urlsafe_b64encode(hashlib.new(kind, data).digest()) \
                .decode().rstrip("=") != sum_ or \
                size and int(size) != len(data):
            return f"RECORD has a wrong row for {name}: {hash_}, {size}"
    for where, _, names in os.walk(site):
        for name in names:
            if os.path.join(where, name) not in paths:
                return f"RECORD does not have {where}/{name}"
    return ""


def judge_file(env, want):
    """WANT is as the corpus has it; see make_hostile.py."""
    name, kind, value = re.fullmatch(r"([^=@]+)([=@]?)(.*)", want,
                                     re.DOTALL).groups()
    path = os.path.join(env, name.lstrip("!"))
    if want.startswith("!"):
        return f"{name} is there" if os.path.lexists(path) else ""
    if not os.path.lexists(path):
        return f"{name} is missing"
    mode = os.lstat(path).st_mode
    if kind and not stat.S_ISREG(mode):
        return f"{name} is no file"
    if kind == "@" and f"{stat.S_IMODE(mode):o}" != value:
        return f"{name} has mode {mode:o}"
    if kind == "=":
        with open(path, encoding="utf-8", newline="") as f:
            lines = f.read().replace(env, "ENV").split("\n")
        if value not in lines:
            return f"{name} has no line {value!r}, but {lines}"
    return ""


def judge_success(outcome, word, files, code, stderr, env):
    pattern = r"pyvenv: warning: [^\n]*\n" if outcome == "warned" else ""
    if code != 0 or not re.fullmatch(pattern, stderr) or word not in stderr:
        return f"exit code {code}: {stderr!r}"
    if os.listdir(os.path.dirname(env)) != ["env"]:
        return f"left behind: {os.listdir(os.path.dirname(env))}"
    wrong = [w for w in (judge_file(env, f) for f in files) if w]
    return "; ".join(wrong) or judge_record(env)


def main(pyvenv, base, corpus, box, section):
    before = tree.take(base)
    bad = count = 0
    with open(os.path.join(corpus, "cases"), encoding="utf-8") as f:
        cases = json.load(f)
    for rule, what, place, outcome, word, files in cases:
        if re.split(r"[.(]", rule)[0] != section:
            continue
        count += 1
        file = os.path.join(place, os.listdir(place)[0])
        env = os.path.join(box, "env")
        code, stdout, stderr = run(pyvenv, base, file, env)
        wrong = judge_refusal(file, word, code, stderr, box) \
            if outcome == "refused" else judge_success(
                outcome, word, files, code, stderr, env)
        if not wrong and stdout:
            wrong = f"it said {stdout!r}"
        if not wrong and os.path.lexists("/tmp/CANARY"):
            wrong = "/tmp/CANARY"
        tree.empty(box)
        if wrong:
            bad += 1
            print(f"{rule}: {what} ({place}): {wrong}")
    if tree.take(base) != before:
        bad += 1
        print("the base Python was changed")
    if count == 0:
        bad += 1
        print("no wheel")
    print(f"{count} wheels, {bad} bad")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

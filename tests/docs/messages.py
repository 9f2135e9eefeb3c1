#!/usr/bin/env python3
"""Every message in the sources is in one style (shared rules: one line; no full
stop; plain words). Prints what is wrong, and how many messages there are."""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
CALLS = re.compile(r"\b(diag_(?:set|hint|warn|alarm|note)|cli_usage|miss|report|"
                   r"trial_note|shim_add_legacy)\s*\(")
# words that hide what is meant, and what to write
WORDS = {
    r"\bbehind\b": "after", r"\binside of\b": "inside",
    r"\boutside of\b": "outside", r"\bfits?\b": "compatible",
    r"\bin the way\b": "name what conflicts", r"\bis none of\b": "not one of",
    r"\bunderst(?:and|ood)\b": "cannot be parsed", r"\bprove": "verify",
    r"\bgoes with\b": "can be used with", r"\bwho\b": "name the subject",
    r"\bpassed over\b": "skipped", r"\bis not to be\b": "must not",
}
FIRST = re.compile(r"[a-z%'\"$-]|PATH\b|RECORD|ENV_DIR|COMMAND|VIRTUAL_ENV|"
                   r"[A-Z]+\b.*(is|are) missing")


def arguments(text, start):
    """The text of a call from START, after its parenthesis, to its end."""
    depth, i = 1, start
    while depth:
        if text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 1 + (text[i] == "\\")
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        i += 1
    return text[start:i]


def messages():
    """(where, call, message) of each literal; adjacent ones are one."""
    for path in sorted(glob.glob(ROOT + "/lib/*/*.c") +
                       glob.glob(ROOT + "/applets/*.c")):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for call in CALLS.finditer(text):
            words = arguments(text, call.end())
            line = text.count("\n", 0, call.start()) + 1
            for found in re.finditer(r'(?:"(?:[^"\\]|\\.)*"\s*)+', words):
                message = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found[0]))
                # a part of another one has no words of its own
                if re.search(r"\w+ \w+|%s", message):
                    yield f"{os.path.relpath(path, ROOT)}:{line}", call[1], message


def flaws(call, message):
    if "\\n" in message:
        yield "it is more than one line"
    if re.search(r"[^.]\.$", message):
        yield "it ends with a full stop"
    if not FIRST.match(message.lstrip(" ,;:")):
        yield "it starts with a capital"
    for word, better in WORDS.items():
        if re.search(word, message):
            yield f"plain English: {better}"
    if call == "diag_set" and re.match(r"(could not|failed|unable|error)\b",
                                       message):
        yield "an error starts with 'cannot VERB'"


def main():
    count, wrong = 0, []
    for where, call, message in messages():
        count += 1
        wrong += [f"{where}: {flaw}: {message}" for flaw in flaws(call, message)]
    if count < 200:
        wrong.append(f"only {count} messages were found")
    return count, wrong


if __name__ == "__main__":
    COUNT, WRONG = main()
    print("\n".join([*WRONG, f"{COUNT} messages"]))
    sys.exit(bool(WRONG))

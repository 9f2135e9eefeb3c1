"""
The differences from pip that are meant: the one list of them.

A rule says in what (a file of the "tree", a row of "record"), whose name is
like NAME, only WHOSE has it ("ours", "theirs", None: one or both), or for which
differences it FITS, and for pips from FIRST to below BELOW. A rule that was
wanted and never needed fails the suite.
"""

import json
import re

import compare


class Rule:
    """A difference that is meant, and WHY."""

    def __init__(self, why, where, name, whose=None, first=(0,), below=(99,),
                 fits=lambda difference, theirs: True):
        self.why, self.where, self.name = why, where, re.compile(name)
        self.whose, self.first, self.below = whose, first, below
        self.fits = fits
        self.wanted = self.used = False

    def covers(self, d, theirs):
        """True if this is about the difference D from their tree."""
        whose = ("ours" if d.theirs is None else
                 "theirs" if d.ours is None else None)
        return (d.where in self.where and self.name.search(d.name) and
                self.whose in (None, whose) and self.fits(d, theirs))


def without_hash(d, _):
    """They left out the hash of the archive, which ours has."""
    if not d.ours or not d.theirs or d.ours.mode != d.theirs.mode:
        return False
    a, b = json.loads(d.ours.data.decode()), json.loads(d.theirs.data.decode())
    return b.get("archive_info") == {} and a["url"] == b["url"]


def is_not_there(d, theirs):
    """The row is of nothing."""
    return d.name not in theirs


def is_untidy(d, theirs):
    """Their row has no hash, a weak one, or one in another form."""
    for path in filter(compare.RECORD.match, theirs):
        record = compare.Record(theirs, path)
        for row in record.rows:
            if record.name(row) == d.name and (
                    re.fullmatch(r"[^=]*=[0-9a-f]{64}", row[1]) or
                    not re.fullmatch(r"sha(256|384|512)=[\w-]+", row[1])):
                return True
    return False


def is_of_the_last(d, theirs):
    """Several projects list the file: ours is from the last by name, theirs
    from another."""
    if not d.ours or not d.theirs:
        return False
    records = [record for record in compare.records(theirs)
               if d.name in map(record.name, record.rows)]
    return (records and records[-1].is_true(d.name, d.ours) and
            any(r.is_true(d.name, d.theirs) for r in records[:-1]))


ORIGIN = r"\.dist-info/direct_url\.json$"

RULES = [
    Rule("pip 20.2 began to write it", "tree record",
         r"\.dist-info/REQUESTED$", "ours", below=(20, 2)),
    Rule("pip 20.1 began to write it", "tree record", ORIGIN, below=(20, 1),
         fits=lambda d, _: not d.theirs or d.where == "record" or
         d.theirs.data == b"{}"),  # one that the wheel brought
    Rule("until 23.1 pip did not say the hash of a wheel given by its path",
         "tree", ORIGIN, first=(20, 1), below=(23, 2), fits=without_hash),
    Rule("the row of that", "record", ORIGIN, first=(20, 1), below=(23, 2)),
    Rule("they give a script of a wheel that has no x bits none", "tree",
         r"^bin/vb_unable$",
         fits=lambda d, _: d.ours and d.theirs and
         d.ours.mode == d.theirs.mode | 0o111 != d.theirs.mode and
         d.ours.data == d.theirs.data),
    Rule("they hashed a script before they changed its first line", "record",
         r"^bin/", below=(23,)),
    Rule("before 25.3 pip did not normalise the name in this path",
         "tree record",
         r"^include/site/python[^/]+/(vb-odd-name|VB-Odd.Name)(/|$)",
         below=(25, 3)),
    Rule("they keep rows of what is not there, and of scripts that an entry "
         "point has made instead", "record", "", "theirs", fits=is_not_there),
    Rule("they keep a row without a hash, and a hash in hexadecimal", "record",
         "", fits=is_untidy),
    Rule("they keep the row of what they have overwritten, too", "record",
         r"\.dist-info/(INSTALLER|REQUESTED|direct_url\.json)$", "theirs"),
    Rule("a wheel of a directory has none, and what it brings itself cannot "
         "know where it was taken from; pip keeps that", "tree", ORIGIN,
         "theirs", first=(20, 1)),
    Rule("compiled code hides the source, which is what RECORD vouches for",
         "tree record", r"/__pycache__/", "theirs"),
    Rule("signatures of a RECORD that is no longer the one signed",
         "tree record", r"\.dist-info/RECORD\.(jws|p7s)$", "theirs"),
    Rule("of two wheels' files at one path, pip keeps the one that it installs "
         "last, we keep that of the last project by name", "tree", "",
         fits=is_of_the_last),
]


def unmeant(differences, theirs, pip):
    """Those of the DIFFERENCES from THEIRS, a tree, that no rule covers."""
    rules = [rule for rule in RULES if rule.first <= pip < rule.below]
    left = []
    for rule in rules:
        rule.wanted = True
    for difference in differences:
        covering = [rule for rule in rules if rule.covers(difference, theirs)]
        for rule in covering:
            rule.used = True
        if not covering:
            left.append(difference)
    return left


def stale():
    """Why of the rules that could have been needed and never were."""
    return [rule.why for rule in RULES if rule.wanted and not rule.used]

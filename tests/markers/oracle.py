"""
What the library "packaging" says of markers. Runs in an environment that has
it: reads lines of JSON, [MARKER, [ENVIRONMENT...]], and writes one for each,
[ANSWERS, KINDS]: true, false or "refused" for each environment, and the kinds
of comparison in the marker that we refuse on purpose. A line that is a text is
a dependency specifier: the answer is the same specifier as it is written, or
null if it is refused, and the kinds in its marker.
"""

import json
import sys

import packaging.markers
from packaging._parser import Variable
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement

REFUSALS = (packaging.markers.InvalidMarker, KeyError,
            packaging.markers.UndefinedComparison)
SETS = ("extras", "dependency_groups")


def kinds_of(markers):
    """Yield the comparisons in a parsed marker that only we refuse."""
    for item in markers:
        if isinstance(item, list):
            yield from kinds_of(item)
        elif isinstance(item, tuple):
            left, op, right = item
            variables = [x.value for x in (left, right)
                         if isinstance(x, Variable)]
            if len(variables) != 1:
                yield "%d variables" % len(variables)
            elif variables[0] in SETS and op.value not in ("in", "not in"):
                yield "another operator than in for a set"


def answer(marker, environment):
    """Return one answer. ENVIRONMENT has all variables that are allowed."""
    environment = {name: set(value) if isinstance(value, list) else value
                   for name, value in environment.items()}
    try:
        return marker.evaluate(environment, context="requirement")
    except REFUSALS:
        return "refused"


def written(text):
    """The dependency specifier TEXT as it is written, and the kinds in it."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None, []
    kinds = set()
    if requirement.marker:
        kinds.update(kinds_of(requirement.marker._markers))
        try:
            requirement.marker.evaluate({"extras": set(),
                                         "dependency_groups": set()})
        except REFUSALS:
            kinds.add("a comparison that cannot be evaluated")
    return str(requirement), sorted(kinds)


def main():
    """Answer until the end."""
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, str):
            print(json.dumps(written(asked)))
            continue
        text, environments = asked
        try:
            marker = Marker(text)
        except REFUSALS:
            answers, kinds = ["refused"] * len(environments), []
        else:
            answers = [answer(marker, e) for e in environments]
            kinds = sorted(set(kinds_of(marker._markers)))
        print(json.dumps([answers, kinds]))


if __name__ == "__main__":
    main()

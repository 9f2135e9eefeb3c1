"""
usage: judge.py PROBE KIND SEED COUNT

Runs in an environment that has the library "packaging". Solve COUNT made-up problems
with our probe, and judge: does what it chose hold, and is there really nothing where it
found nothing? The first line printed counts the answers; then come the errors.
"""

import functools
import random
import subprocess
import sys

from packaging.specifiers import SpecifierSet
from packaging.version import Version

import generate

BUDGET = 40000


@functools.lru_cache(None)
def contains(specifiers, version):
    """Does VERSION fit, permission for pre-releases aside?"""
    return SpecifierSet(specifiers).contains(version, prereleases=True)


@functools.lru_cache(None)
def is_early(version):
    """Is it a pre-release?"""
    return Version(version).is_prerelease


@functools.lru_cache(None)
def admitted(specifiers, versions, everything):
    """Which of VERSIONS a set of specifiers takes."""
    return frozenset(SpecifierSet(specifiers).filter(
        versions, prereleases=True if everything else None))


class Problem:
    """A problem, with what follows from it."""

    def __init__(self, made):
        self.made = made
        self.limits = {}
        for one in made["constraints"]:
            self.limits.setdefault(one[0], []).append(one)
        self.usable = {
            name: tuple(sorted((version for version in versions
                                if (name, version) not in made["unusable"]),
                               key=Version, reverse=True))
            for name, versions in made["projects"].items()}
        self.with_file = {one[0] for one in made["roots"] + made["constraints"]
                          if one[3]}

    def closure(self, pick):
        """The needs on each project, for what is picked."""
        asked, extras, done = {}, {}, set()
        todo = list(self.made["roots"])
        while todo:
            one = todo.pop()
            name = one[0]
            if name not in asked:
                asked[name] = list(self.limits.get(name, ()))
                extras[name] = {"-"}
            asked[name].append(one)
            extras[name].update(one[1])
            if name in pick:
                of = self.made["projects"][name][pick[name]]
                for extra in extras[name]:
                    if (name, extra) not in done:
                        done.add((name, extra))
                        todo += of.get(extra, ())
        return asked

    def fits(self, name, version, needs):
        """Does VERSION meet NEEDS, permission aside?"""
        return all(contains(specifiers, version) and file in (None, version)
                   for _, _, specifiers, file in needs)

    def holds(self, name, version, needs):
        """Does it meet them, and is it admitted if it is a pre-release?"""
        if version not in self.usable.get(name, ()):
            return False
        if not self.fits(name, version, needs):
            return False
        if not is_early(version) or (name, version) in self.made["installed"]:
            return True
        only_final = (name in self.made["only_final"] and
                      name not in self.with_file)
        if only_final:
            return False
        everything = self.made["pre"] or name in self.made["all_releases"]
        specifiers = ",".join(sorted({part for one in needs
                                      for part in one[2].split(",") if part}))
        files = {one[3] for one in needs if one[3]}
        versions = tuple(v for v in self.usable[name]
                         if not files or files == {v})
        return version in admitted(specifiers, versions, everything)

    def valid(self, pick):
        """Why PICK is no solution; "" if it is one."""
        asked = self.closure(pick)
        if set(asked) != set(pick):
            return "projects: %s" % sorted(set(asked) ^ set(pick))
        for name, needs in asked.items():
            if not self.holds(name, pick[name], needs):
                return "%s %s" % (name, pick[name])
        return ""

    def exists(self, pick, budget):
        """Is there a solution with PICK? None: too many to try."""
        budget[0] -= 1
        if budget[0] < 0:
            return None
        asked = self.closure(pick)
        for name, version in pick.items():
            if not self.fits(name, version, asked[name]):
                return False
        left = sorted(set(asked) - set(pick))
        if not left:
            return not self.valid(pick)
        # what has the fewest choices first
        choices = {name: [v for v in self.usable.get(name, ())
                          if self.fits(name, v, asked[name])] for name in left}
        name = min(left, key=lambda one: len(choices[one]))
        unsure = False
        for version in choices[name]:
            found = self.exists({**pick, name: version}, budget)
            if found:
                return True
            unsure |= found is None
        return None if unsure else False


def newest_first(versions):
    """VERSIONS sorted."""
    return sorted(versions, key=Version, reverse=True)


def judge(made, answer):
    """(a word for the answer, an error or "")."""
    kind, _, rest = answer.partition(" ")
    one = Problem(made)
    if kind == "ok":
        pick = {}
        for word in rest.split()[3:]:
            name, _, version = word.partition("==")
            pick[name.partition("[")[0]] = version
        return "solved", one.valid(pick)
    if kind != "none":
        return kind, answer
    found = one.exists({}, [BUDGET])
    if found:
        return "none", "there is a solution, but: " + answer
    return "none" if found is False else "none, not verified", ""


def main(probe, kind, seed, count):
    """Print what was found; was it right?"""
    source = random.Random("%s %s" % (kind, seed))
    problems = [generate.problem(source, kind) for _ in range(int(count))]
    texts = [generate.text(one, newest_first) for one in problems]
    done = subprocess.run([probe], input="".join(texts).encode(), check=True,
                          stdout=subprocess.PIPE)
    answers = done.stdout.decode().splitlines()
    if len(answers) != len(problems):
        print("%d answers to %d problems" % (len(answers), len(problems)))
        return False
    counts, errors, steps, memory = {}, [], 0, 0
    for made, text, answer in zip(problems, texts, answers):
        word, error = judge(made, answer)
        counts[word] = counts.get(word, 0) + 1
        steps = max(steps, int(answer.split()[1]))
        memory = max(memory, int(answer.split()[2]))
        if error:
            errors.append("%s\n%s\n%s" % (error, answer, text))
    print("%s; at most %d steps, %d bytes" % (", ".join(
        "%d %s" % (n, word) for word, n in sorted(counts.items())), steps,
                                              memory))
    print("\n".join(errors[:5]))
    return not errors


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))

"""The plots in README and their caption are those of doc/bench/bench.json."""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PLACE = os.path.join(ROOT, "doc/bench")
DRAW = os.path.join(ROOT, "tests/bench/plot")
sys.path.insert(0, os.path.join(ROOT, "tests/bench"))
import figures  # noqa: E402 pylint: disable=wrong-import-position

SVG = "{http://www.w3.org/2000/svg}"


def shown(path):
    """Return the texts of an SVG, and the lengths of its bars in order."""
    texts, lengths = [], {}
    for node in xml.etree.ElementTree.parse(path).iter():
        if node.tag == SVG + "text":
            texts.append("".join(node.itertext()))
        found = re.fullmatch(r"bar (\d+)", node.get("id", ""))
        if found:
            ways = [float(x) for x, _ in re.findall(
                r"[ML] (\S+) (\S+)", node.find(SVG + "path").get("d"))]
            lengths[int(found[1])] = max(ways) - min(ways)
    return texts, [lengths[number] for number in sorted(lengths)]


def flaws(plot, row, path):
    """Return what the SVG at PATH shows and PLOT of ROW does not, or the
    reverse."""
    texts, lengths = shown(path)
    bars = figures.bar_labels(plot, row)
    wrong = []
    for want in [plot.heading(row) + " (log scale)",
                 *(text for label, _, time in bars for text in (label, time))]:
        if texts.count(want) != 1:
            wrong.append(f"{path}: {want!r} is there {texts.count(want)} times")
    ticks = sum(bool(re.fullmatch(r"[\d.]+ m?s", text)) for text in texts) - 1
    if len(lengths) != len(bars) or len(texts) != 1 + 2 * len(bars) + ticks:
        return [*wrong, f"{path}: {len(lengths)} bars, {texts}"]
    # equal ratios of times are equal distances
    slowest = max(range(len(bars)), key=lambda i: bars[i][1])
    scale = (lengths[slowest] - lengths[0]) / math.log(
        bars[slowest][1] / bars[0][1])
    for length, (label, median, _) in zip(lengths, bars):
        off = length - lengths[0] - scale * math.log(median / bars[0][1])
        if abs(off) > 0.01:
            wrong.append(f"{path}: the bar of {label} is {off:.2f} too long")
    return wrong


def committed():
    """Return what doc/bench/bench.json has."""
    with open(os.path.join(PLACE, "bench.json"), encoding="utf-8") as file:
        return json.load(file)


def differences(readme):
    """Return where README and the committed plots differ from their data."""
    data = committed()
    wrong = [] if figures.block(data, "doc/bench") in readme else [
        "README does not have the caption of doc/bench/bench.json: make plots"]
    for plot in figures.PLOTS:
        wrong += flaws(plot, data["plots"][plot.name],
                       os.path.join(PLACE, plot.name + ".svg"))
    return wrong


def drawn(top, name, data):
    """Draw DATA in a new directory of TOP. Return {file: bytes}; None if
    there is no matplotlib."""
    source, into = os.path.join(top, name + ".json"), os.path.join(top, name)
    with open(source, "w", encoding="utf-8") as file:
        json.dump(data, file)
    done = subprocess.run(["/usr/bin/python3", DRAW, source, into], check=False,
                          text=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE)
    if "no matplotlib" in done.stderr:
        return None
    assert done.returncode == 0, done.stderr
    found = {}
    for file_name in os.listdir(into):
        with open(os.path.join(into, file_name), "rb") as file:
            found[file_name] = file.read()
    return found


def redrawn(top):
    """Return what is wrong with plots that are drawn now; None if they cannot
    be drawn."""
    data = committed()
    first, second = drawn(top, "first", data), drawn(top, "second", data)
    if first is None:
        return None
    wrong = [] if first == second else ["two drawings differ"]
    wrong += [f"{name} has a date" for name, content in first.items()
              if b"<dc:date" in content]
    # one contender less
    plot = figures.PLOTS[0]
    row = data["plots"][plot.name]
    del row["wall_ms"]["uv venv"]
    if drawn(top, "less", data) == first:
        wrong.append("what was not measured is drawn")
    wrong += flaws(plot, row, os.path.join(top, "less", plot.name + ".svg"))
    shutil.rmtree(os.path.join(top, "less"))
    return wrong

"""The figures that README shows: chosen from the results of tests/bench/peers,
and the words for them. It needs no plotting library, so that tests/docs can
compare README and the plots with the committed results."""

import re
import statistics
import textwrap

PLACE = "/var/tmp"  # the disk of measure.PARENTS
# the programs whose versions the caption gives
PROGRAMS = "pyvenv", "python", "uv", "virtualenv", "pip"
# projects that a reader knows
KNOWN = {"django": "Django", "celery": "Celery"}
BEGIN, END = "<!-- Written by `make plots`: -->\n", "<!-- end of plots -->\n"
BUSY = 0.5  # load average


class Plot:
    """A plot: its NAME, the SET of the results that it shows, its TITLE, and
    contenders of that set with the labels of their bars."""

    def __init__(self, name, set_name, title, labels):
        self.name = name
        self.set_name = set_name
        self.title = title
        self.labels = labels

    def heading(self, row):
        """Return the title for ROW of the results."""
        return self.title.format(projects=len(row["wheels"]))

    def bars(self, row):
        """Return (label, milliseconds of each run) of those that were there."""
        return [(label, row["wall_ms"][name])
                for name, label in self.labels.items()
                if row["wall_ms"].get(name)]


PLOTS = [
    Plot("environment", "no wheels", "Make an environment, without pip", {
        "pyvenv": "pyvenv", "uv venv": "uv venv",
        "virtualenv": "virtualenv", "python -m venv": "python -m venv"}),
    Plot("lock", "lock", "Install a lock of {projects} projects, offline", {
        "pyvenv": "pyvenv --lock", "uv, warm, hard links": "uv, links to cache",
        "uv, warm, copies": "uv, copies of cache",
        "uv, cold cache": "uv, empty cache", "venv and pip": "venv and pip"})]


def number(text):
    """Return the version number in TEXT."""
    return re.search(r"\d[\w.]*", text)[0]


def chosen(results):
    """Return what doc/bench/bench.json has of RESULTS of tests/bench/peers:
    for each plot, the runs on the disk with the most processors."""
    machine = results["machine"]
    rows = {}
    for plot in PLOTS:
        found = [row for row in results["results"]
                 if row["set"] == plot.set_name and row["place"] == PLACE]
        if not found:
            continue
        row = max(found, key=lambda row: row["cpus"])
        rows[plot.name] = {
            "cpus": row["cpus"], "wheels": row["wheels"],
            "members": row["members"], "packed": row["packed"],
            "filesystem": row["filesystem"].partition("(")[2].rstrip(")"),
            "wall_ms": {name: [round(run["wall"] * 1e3, 3) for run in runs]
                        for name, runs in row["samples"].items()
                        if name in plot.labels}}
    return {
        "date": results["date"][:10],
        "machine": {"processor": machine["processor"],
                    "architecture": machine["architecture"],
                    "load": machine["load"],
                    "kernel": re.match(r"\w+ \d+\.\d+",
                                       machine["kernel"])[0]},
        "versions": {name: number(text)
                     for name, text in results["versions"].items()
                     if name in PROGRAMS},
        "plots": rows}


def milliseconds(value):
    """Return VALUE with two digits or more: 0.93 ms, 24 ms, 2.1 s."""
    if value >= 1000:
        return "%.1f s" % (value / 1000)
    return "%.*f ms" % (2 if value < 1 else 1 if value < 10 else 0, value)


def bar_labels(plot, row):
    """Return (label, median in milliseconds, text) of each bar, the first one
    of PLOT and then the fastest. The text is the time, and how many times the
    first one's."""
    found = [(label, statistics.median(samples))
             for label, samples in plot.bars(row)]
    first, ours = found[0]
    return [(first, ours, milliseconds(ours))] + [
        (label, median, "%s (%.*f ×)" % (
            milliseconds(median), median < 10 * ours, median / ours))
        for label, median in sorted(found[1:], key=lambda bar: bar[1])]


def runs(row):
    """Return how often the contenders of ROW ran: "96", or "3 to 6"."""
    counts = sorted({len(samples) for samples in row["wall_ms"].values()})
    return str(counts[0]) if len(counts) == 1 else "%d to %d" % (
        counts[0], counts[-1])


def conditions(data):
    """Return where and when DATA was measured, and with which programs."""
    machine = data["machine"]
    row = data["plots"]["environment"]
    text = "%d %s processor%s (%s, %s), %s, %s" % (
        row["cpus"], machine["processor"], "s" if row["cpus"] > 1 else "",
        machine["architecture"], machine["kernel"], row["filesystem"],
        data["date"])
    if machine["load"] > BUSY:
        text += ", **while other programs ran (load %.1f)**" % machine["load"]
    return text + "; " + ", ".join(
        ("CPython" if name == "python" else name) + " " +
        data["versions"][name]
        for name in PROGRAMS if name in data["versions"])


def caption(data):
    """Return the sentences below the plots."""
    rows = data["plots"]
    lock = rows["lock"]
    known = [title for name, title in KNOWN.items()
             if any(wheel.startswith(name + "-") for wheel in lock["wheels"])]
    return "Medians of %s runs, %s for the lock, on %s. The lock has hashes " \
        "and %.0f MB of wheels%s; pip does not compile." % (
            runs(rows["environment"]), runs(lock), conditions(data),
            lock["packed"] / 1e6, ", %s among them" % " and ".join(known)
            if known else "")


def block(data, directory):
    """Return what README has from BEGIN to END, with the plots of DIRECTORY."""
    lines = []
    for plot in PLOTS:
        row = data["plots"][plot.name]
        words = "; ".join("%s %s" % (label, milliseconds(median))
                          for label, median, _ in bar_labels(plot, row))
        lines.append("![%s: %s](%s/%s.svg)\n" % (
            plot.heading(row), words, directory, plot.name))
    return "%s%s\n%s\n%s" % (BEGIN, "\n".join(lines), textwrap.fill(
        "%s All runs are in [bench.json](%s/bench.json)." % (
            caption(data), directory), 85, break_on_hyphens=False), END)


def replaced(text, data, directory):
    """Return TEXT, of README, with the block for DATA."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("README has no place for plots: " + BEGIN + END)
    return before + block(data, directory) + after

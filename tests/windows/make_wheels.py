"""Make wheels for environments of Windows in a directory: `make_wheels.py DIR`; or one,
bad-1.0, with the members that are named: `make_wheels.py DIR MEMBER...`."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../wheels"))
import make_odd  # noqa: E402

LAUNCHERS = ["t32", "t64", "t64-arm", "w32", "w64", "w64-arm"]


def main(target, *members):
    if members:
        make_odd.make(target, "bad-1.0", {name: "x" for name in members})
        return
    make_odd.make(target, "odd-1.0", {
        "odd.py": "def main():\n    return 1\n",
        "odd-1.0.data/scripts/plain.py": "#!python\nprint(1)\n",
        "odd-1.0.data/scripts/odd.bat": "@echo off\r\n",
        "odd-1.0.data/data/lib/Site-Packages/oddcase.py": "X = 1\n",
        "odd-1.0.data/data/share/odd.txt": "x",
        "odd-1.0.data/headers/odd.h": "x",
        "odd-1.0.dist-info/entry_points.txt":
            "[console_scripts]\nodd = odd:main\n[gui_scripts]\noddw = odd:main\n"})
    make_odd.make(target, "pip-99.0", {
        "pip/__init__.py": "def main():\n    return 1\n",
        "pip-99.0.dist-info/entry_points.txt":
            "[console_scripts]\npip = pip:main\npip3 = pip:main\n",
        **{f"pip/_vendor/distlib/{name}.exe": name for name in LAUNCHERS}})
    make_odd.make(target, "plain-1.0", {"plain.py": "X = 1\n"})
    # only the name of the file says for what it is
    os.rename(os.path.join(target, "plain-1.0-py3-none-any.whl"),
              os.path.join(target, "plain-1.0-cp312-cp312-win_amd64.whl"))


main(*sys.argv[1:])

#!/usr/bin/env python3
"""usage: make_wheels.py DIR

Makes DIR/demo-1.0-py3-none-any.whl and demo-2.0, of some files each."""

import sys

import lab

lab.make_wheel(sys.argv[1], "1.0", "demo/a.py", "demo/sub/b.py", "gone/c.py")
lab.make_wheel(sys.argv[1], "2.0", "demo/a.py", "demo/sub/b.py", "demo/sub/d.py")

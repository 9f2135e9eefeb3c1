"""Print the environment argv[1] as the node list of floor.c."""
import os
import sys

top = sys.argv[1]


def c_string(data):
    return '"' + "".join("\\%03o" % byte for byte in data) + '"'


for folder, dirs, files in os.walk(os.fsencode(top)):
    dirs.sort()
    for name in sorted(dirs + files):
        full = os.path.join(folder, name)
        path = c_string(os.path.relpath(full, os.fsencode(top)))
        if os.path.islink(full):
            print(f"LINK_NODE({path}, {c_string(os.readlink(full))})")
        elif os.path.isdir(full):
            print(f"DIR_NODE({path})")
        else:
            with open(full, "rb") as file:
                print(f"FILE_NODE({path}, {c_string(file.read())})")

# Run by the Python of an environment: prints as JSON what it thinks of itself.
# Must work on Python 3.3.
import json
import os
import site
import sys
import sysconfig

import select  # from lib-dynload of the base, where it is not built in

report = {
    "sys." + name: getattr(sys, name)
    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix",
                 "executable", "path", "platlibdir", "_base_executable",
                 "_home")
    if hasattr(sys, name)
}
report["sys.version"] = ".".join(str(n) for n in sys.version_info[:3])
report["sys.flags"] = list(sys.flags)
report["realpath"] = os.path.realpath(sys.executable)
report["os.__file__"] = os.__file__
report["select.__file__"] = getattr(select, "__file__", None)
report["site.PREFIXES"] = site.PREFIXES
report["site.getsitepackages"] = site.getsitepackages()
report["site.ENABLE_USER_SITE"] = site.ENABLE_USER_SITE
report["site.USER_SITE"] = site.USER_SITE
for scheme in (None, "venv"):
    if scheme is None:
        paths = sysconfig.get_paths()
    elif scheme in sysconfig.get_scheme_names():
        paths = sysconfig.get_paths(scheme)
    else:
        continue
    for key, path in paths.items():
        report["sysconfig.%s.%s" % (scheme or "paths", key)] = path
for key in ("base", "platbase", "installed_base", "installed_platbase",
            "prefix", "exec_prefix", "projectbase"):
    report["sysconfig.var." + key] = sysconfig.get_config_vars().get(key)
json.dump(report, sys.stdout)

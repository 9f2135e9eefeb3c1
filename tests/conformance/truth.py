# Print what an interpreter says of itself, in the form of inspect_probe. It has
# to run under every Python since 3.3.
import os
import sys
import sysconfig

v = sys.version_info
level = {'alpha': 'a', 'beta': 'b', 'candidate': 'c', 'final': 'f'}
facts = [
    ('implementation', sys.implementation.name),
    ('version', '%d.%d.%d.%s.%d' % (v[0], v[1], v[2], level[v[3]], v[4])),
    ('free_threaded', int(bool(sysconfig.get_config_var('Py_GIL_DISABLED')))),
    ('debug', int(hasattr(sys, 'gettotalrefcount'))),
    ('64bit', int(sys.maxsize > 2 ** 32)),
    ('big_endian', int(sys.byteorder == 'big')),
    ('home', os.path.dirname(sys.executable)),
    ('real', os.path.realpath(sys.executable)),
    ('prefix', sys.prefix),
    ('platlibdir', getattr(sys, 'platlibdir', 'lib')),
    ('stdlib', os.path.dirname(os.__file__)),
]
for fact in facts:
    print('%s=%s' % fact)

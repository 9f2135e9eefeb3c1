"""
nox calls its makers of environments as modules of Python. A session without
one of these (`venv_backend="none"`) makes its own by pyvenv.
"""

import nox


@nox.session(venv_backend="none")
def tests(session):
    env = session.create_tmp() + "/env"
    session.run("pyvenv", "--exist-ok", "--with-pip", env)
    session.run("activate-run", env, "pip", "install", "app")
    session.run("activate-run", env, "app")

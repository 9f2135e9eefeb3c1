"""
tox 4: a runner that lets pyvenv make the environments. To be put beside the
configuration of tox; `runner = pyvenv` there asks for it, for one environment
or in the section that all of them have in common.
"""

import subprocess

from tox.plugin import impl
from tox.tox_env.errors import Fail
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner


class PyvenvRunner(VirtualEnvRunner):
    """As tox does it, but for the one step that makes the environment."""

    @staticmethod
    def id():
        return "pyvenv"

    def create_python_env(self):
        command = ["pyvenv", "--with-pip", "--exist-ok",
                   "-p", str(self.base_python.extra["executable"])]
        if self.conf["system_site_packages"]:
            command.append("--system-site-packages")
        if self.conf["always_copy"]:
            command.append("--copies")
        done = subprocess.run([*command, str(self.env_dir)], text=True,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Fail(done.stderr.strip())


@impl
def tox_register_tox_env(register):
    register.add_run_env(PyvenvRunner)

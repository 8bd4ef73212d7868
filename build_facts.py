"""Build hook: pack facts/ into the SQLite file that goes into the wheel."""

import runpy
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Runs the packer by its path, because the package itself is not installed yet."""

    def initialize(self, version, build_data):
        """Pack the facts and add the file to the wheel."""
        root = Path(self.root)
        target = root / "src" / "tfshift" / "facts" / "facts.sqlite"
        pack = runpy.run_path(str(root / "src" / "tfshift" / "facts" / "build" / "pack.py"))
        sys.argv = [sys.argv[0], str(root / "facts"), str(target)]
        pack["main"]()
        build_data["artifacts"].append("src/tfshift/facts/facts.sqlite")

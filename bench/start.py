"""`tfshift --version` takes at most twice the time of a bare click program."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.timing import Claim, process, ratio

_BARE = (
    "import click, sys\n"
    "@click.command()\n"
    "@click.version_option('1', prog_name='bare')\n"
    "def main(): pass\n"
    "main(['--version'])\n"
)


def measure() -> Iterator[Claim]:
    ours = process([sys.executable, "-m", "tfshift", "--version"])
    bare = process([sys.executable, "-c", _BARE])
    yield "tfshift --version / bare click program", ratio(ours, bare, 11), 2.0, False

"""Run the command line in this process, as the installed program does."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.cli import main

TF = "import tensorflow as tf\n"
OLD = TF + "x = tf.placeholder(tf.float32)\n"


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def tfshift(*arguments: object) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(a) for a in arguments])
        except SystemExit as ending:
            code = ending.code
    assert isinstance(code, int)
    return Outcome(code, out.getvalue(), err.getvalue())


def lay(folder: Path, **files: str) -> Path:
    """Write files; a double underscore in a keyword is a dot, a triple one a slash."""
    for name, text in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder

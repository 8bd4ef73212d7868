"""Diagnose an environment: ask its interpreter, read its files and its machine's, run all checks."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tfshift.domain.releases import Release
from tfshift.environment import subject as subjects
from tfshift.environment.checks import Check, all_checks
from tfshift.environment.subject import Subject
from tfshift.environment.system import System
from tfshift.facts import Facts

_IMPORT_WITHIN_S = 300


def gather(
    python: Path,
    facts: Facts,
    *,
    root: Path,
    working_folder: Path,
    target: Release | None = None,
    libraries: Iterable[Path] = (),
) -> Subject:
    """Collect what the checks look at; TensorFlow is not imported and nothing is written.

    Args:
        python: the interpreter.
        facts: the opened facts.
        root: below which the machine's files lie, ``/`` for this machine.
        working_folder: from where the interpreter is started; libraries below it are looked at.
        target: ask for this release's needs instead of those of the installed one.
        libraries: custom-op libraries to look at besides.

    Raises:
        TfshiftError: if the interpreter does not answer.
    """
    probe = subjects.ask(python, working_folder)
    value = str(probe["variables"].get("LD_LIBRARY_PATH", ""))
    extra = tuple(p for p in re.split("[:;]", value) if p) if root == Path("/") else ()
    named = [p.resolve() for p in libraries]
    below = subjects.libraries_below([working_folder])
    asked = Subject(probe, System(root, extra), facts, working_folder, target)
    own = [f for f in below if f.resolve() not in named and _asks_for_tensorflow(f)]
    return Subject(
        probe,
        asked.system,
        facts,
        working_folder,
        target,
        (*libraries, *own, *(_inside(asked) if target is None else ())),
    )


def _inside(subject: Subject) -> list[Path]:
    """Return libraries of installed packages that bring operations of their own."""
    found: list[Path] = []
    for one in subject.packages.values():
        if not re.match(
            r"tensorflow-(text|addons|io|ranking|recommenders|decision-forests)", one.name
        ):
            continue
        files = (one.folder / f for f in one.files if f.endswith(".so"))
        found += [f for f in files if f.is_file() and _asks_for_tensorflow(f)]
    return found


def _asks_for_tensorflow(file: Path) -> bool:
    """Tell from its bytes whether a file may be a library that uses TensorFlow."""
    try:
        with file.open("rb") as stream:
            return stream.read(4) == b"\x7fELF" and b"10tensorflow" in stream.read(64 << 20)
    except OSError:
        return False


def diagnose(subject: Subject) -> list[Check]:
    """Run all checks, in their order."""
    return [answer for module in all_checks() for answer in module.checks(subject)]


def deep(subject: Subject) -> Check:
    """Import TensorFlow in the interpreter and compute something: the only check that runs it."""
    code = "import tensorflow as tf; print(tf.__version__, tf.constant([1.0, 2.0]) * 2.0)"
    environ = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [str(subject.probe["executable"]), "-B", "-c", code],
            cwd=subject.working_folder, env=environ, capture_output=True, text=True,
            errors="replace", stdin=subprocess.DEVNULL, timeout=_IMPORT_WITHIN_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Check(
            "import", "no", f"no answer within {_IMPORT_WITHIN_S} s", "it imports", "it hangs"
        )
    if done.returncode == 0:
        return Check("import", "yes", done.stdout.strip()[:200], "it imports")
    lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    said = (named or lines or [f"exit status {done.returncode}"])[-1]
    return Check(
        "import", "no", said[:300], "it imports", "import tensorflow fails in this environment",
        (f"{subject.probe['executable']} -c 'import tensorflow' 2>&1 | tfshift explain",),
    )  # fmt: skip

"""The models and files that a command has left behind, under names that two runs share."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_TIMESTAMP = re.compile(r"^(temp-)?(b')?1\d{9}(\d{3})?'?$")
_MADE_UP = re.compile(r"^tmp[a-z0-9_]{6,10}$")


def _parts(path: Path, cwd: Path) -> list[str]:
    for root in (cwd.resolve(), Path(tempfile.gettempdir()).resolve()):
        try:
            return list(path.resolve().relative_to(root).parts)
        except ValueError:
            continue
    return list(path.parts[-2:])


def name_of(path: Path, cwd: Path) -> str:
    """Return a SavedModel's name: its relative folder without timestamps and made-up names."""
    parts = _parts(path, cwd)
    kept = [part for part in parts if not _TIMESTAMP.match(part) and not _MADE_UP.match(part)]
    return "/".join(kept) or "."


def _is_model(path: Path) -> bool:
    return any((path / f"saved_model.{ending}").is_file() for ending in ("pb", "pbtxt"))


def models(written: Iterable[str], cwd: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Return the SavedModels that are there, in the order written, and those that are gone.

    Args:
        written: folders as the command wrote them; each counts once.
        cwd: the command's working folder.
    """
    found: list[dict[str, str]] = []
    gone: list[str] = []
    seen: dict[str, int] = {}
    for text in dict.fromkeys(written):
        path = Path(text)
        if not _is_model(path):
            if not path.name.startswith("temp-"):  # an Estimator's, renamed when complete
                gone.append(name_of(path, cwd))
            continue
        name = name_of(path, cwd)
        seen[name] = seen.get(name, 0) + 1
        title = name if seen[name] == 1 else f"{name}#{seen[name]}"
        found.append({"path": text, "name": title})
    return found, [name for name in dict.fromkeys(gone) if name not in seen]


_STEP = re.compile(r"-\d+$")


def checkpoints(written: Iterable[str], cwd: Path) -> list[dict[str, str]]:
    """Return the last checkpoint that is left of each series, in the order written.

    Args:
        written: prefixes as the command wrote them.
        cwd: the command's working folder.
    """
    last: dict[str, str] = {}
    for text in dict.fromkeys(written):
        path = Path(text)
        if path.parent.name == "variables" and _is_model(path.parent.parent):
            continue  # a SavedModel's own, whose signatures are run
        if path.is_file() or path.with_name(path.name + ".index").is_file():
            last[name_of(path.with_name(_STEP.sub("", path.name)), cwd)] = text
    return [{"path": path, "name": name} for name, path in last.items()]


def summaries(written: Iterable[str], cwd: Path, since: float) -> list[dict[str, Any]]:
    """Return the folders of event files that are there, in the order written.

    Args:
        written: folders as the command named them.
        cwd: the command's working folder.
        since: seconds since the epoch when the command began.
    """
    return [
        {"path": text, "name": name_of(Path(text), cwd), "since": since}
        for text in dict.fromkeys(written)
        if Path(text).is_dir()
    ]

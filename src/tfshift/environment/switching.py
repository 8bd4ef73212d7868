"""A link that a project uses as its environment: flipped at once, with a history to go back in."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tfshift.atomic import write_atomic
from tfshift.domain.environments import Environment
from tfshift.domain.errors import TfshiftError
from tfshift.environment import store


@dataclass(frozen=True)
class Switched:
    """What a link pointed to and what it points to now.

    Args:
        link: the link.
        before: folder that it led to, None where there was no link.
        after: folder that it leads to; None where going back took the link away.
    """

    link: Path
    before: str | None
    after: str | None


def switch(environment: Environment, link: Path) -> Switched:
    """Point a link at an environment; what it pointed to is remembered.

    Args:
        environment: one of the store's.
        link: the link, made where there is none.

    Raises:
        TfshiftError: if something else than a link lies there.
    """
    link = _place(link)
    before = _target(link)
    history = _read(link)
    if not history or history[-1] != before:
        history.append(before)
    # The history is written first: a kill in between leaves one entry too many, nothing lost.
    _write(link, [*history, environment.path])
    _flip(link, environment.path)
    return Switched(link, before, environment.path)


def rollback(link: Path) -> Switched:
    """Point a link at what it led to before the last switch.

    Raises:
        TfshiftError: if it was never switched, or that environment has been removed.
    """
    link = _place(link)
    before = _target(link)
    history = _read(link)
    while history and history[-1] == before:
        history.pop()
    if not history:
        raise TfshiftError(
            "there is nothing to roll back to", where=str(link), why="it was never switched"
        )
    after = history[-1]
    if after is not None and not Path(after).is_dir():
        raise TfshiftError(
            "the environment before has been removed",
            where=after,
            remedy="make it again with: tfshift env create, then: tfshift env switch",
        )
    if after is None:
        link.unlink(missing_ok=True)
    else:
        _flip(link, after)
    _write(link, history)
    return Switched(link, before, after)


def _place(link: Path) -> Path:
    """Return a link's own absolute place, the links above it followed."""
    return link.parent.resolve() / link.name


def _target(link: Path) -> str | None:
    if link.is_symlink():
        return os.readlink(link)  # noqa: PTH115 (as it is written, not resolved)
    if link.exists():
        raise TfshiftError(
            "not a link of tfshift's", where=str(link), why="something else lies there",
            remedy=f"move it away, or choose another place with --link: mv {link} {link}.old",
        )  # fmt: skip
    return None


def _flip(link: Path, target: str) -> None:
    temporary = link.with_name(f".{link.name}.{secrets.token_hex(4)}")
    try:
        temporary.symlink_to(target, target_is_directory=True)
        temporary.replace(link)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise TfshiftError(
            "cannot make the link", where=str(link), why=error.strerror or ""
        ) from None


def _file(link: Path) -> Path:
    key = hashlib.sha256(str(link).encode()).hexdigest()[:24]
    return store.root() / "links" / f"{key}.json"


def _read(link: Path) -> list[str | None]:
    try:
        found = json.loads(_file(link).read_text("utf-8"))["history"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [x for x in found if x is None or isinstance(x, str)] if isinstance(found, list) else []


def _write(link: Path, history: list[str | None]) -> None:
    file = _file(link)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, json.dumps({"link": str(link), "history": history}) + "\n")

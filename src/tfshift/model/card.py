"""The card of a model: what it is, its files' hashes, which releases load it, and golden outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model

SCHEMA = "tfshift.model.card/1"
_SUFFIX = ".tfshift.json"
_MOST_BYTES = 64 << 20


def card_of(path: Path) -> Path:
    """Return where the card of a model lies: beside it."""
    return path.with_name(path.name.rstrip("/") + _SUFFIX)


def hashes(path: Path, model: Model) -> dict[str, str]:
    """Return the SHA-256 of each file of a model, by its path from the folder that holds the model."""
    root = path if path.is_dir() else path.parent
    found = {}
    for name in sorted(model.sizes):
        file = root / name
        if not file.is_file():
            file = path if path.is_file() else root / Path(name).name
        digest = hashlib.sha256()
        with file.open("rb") as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
        found[name] = digest.hexdigest()
    return found


def compose(
    path: Path, model: Model, loads: Mapping[str, str], golden: Mapping[str, Any] | None, facts: str
) -> dict[str, Any]:
    """Compose a card.

    Args:
        path: the model.
        model: as it was read.
        loads: verdict by release, as predicted.
        golden: where and how the golden outputs were made, and the outputs; None where they were not.
        facts: the facts' version.
    """
    return {
        "schema": SCHEMA,
        "facts": facts,
        "format": model.format,
        "produced_by": model.produced_by,
        "signatures": [s.to_json() for s in model.signatures],
        "files": hashes(path, model),
        "loads": dict(loads),
        "golden": dict(golden) if golden is not None else None,
    }


def read_card(file: Path) -> dict[str, Any]:
    """Read a card.

    Raises:
        TfshiftError: if it is none.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too large")
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TfshiftError(
            "the model's card cannot be read", where=str(file), why=str(error)
        ) from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise TfshiftError(
            "not a card of a model", where=str(file), why=f"its schema is not {SCHEMA}"
        )
    return found


def verify(card: Mapping[str, Any], path: Path, model: Model) -> Sequence[str]:
    """Return what of a model is no longer as its card says."""
    here, noted = hashes(path, model), card.get("files") or {}
    wrong = [f"{name} is not the file that was recorded" for name in here.keys() & noted.keys()
             if here[name] != noted[name]]  # fmt: skip
    wrong += [
        f"{name} was not there when the card was written" for name in here.keys() - noted.keys()
    ]
    wrong += [f"{name} is gone" for name in noted.keys() - here.keys()]
    if card.get("format") != model.format:
        wrong.append(f"it is {model.format}, and was {card.get('format')}")
    return sorted(wrong)

"""The replayable proof of a move: everything that is needed to do it again, in one JSON file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tfshift import __version__, facts
from tfshift.atomic import write_atomic
from tfshift.domain.errors import TfshiftError
from tfshift.migrate import trees
from tfshift.migrate.request import Outcome, Request
from tfshift.proof.account import to_json
from tfshift.proof.recording import load

SCHEMA = "tfshift.certificate/1"


def _side(out: Path, name: str) -> dict[str, Any]:
    """Describe one side: its lock whole, its recording by digest."""
    result: dict[str, Any] = {"lock": None, "recording": None}
    lock_file, recording = out / f"{name}.lock", out / "recordings" / name
    if lock_file.is_file():
        text = lock_file.read_text("utf-8")
        result["lock"] = {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    if (recording / "recording.json").is_file():
        about = load(recording).about
        result["recording"] = {
            "path": recording.relative_to(out).as_posix(),
            "sha256": hashlib.sha256((recording / "recording.json").read_bytes()).hexdigest(),
            **{
                key: about.get(key)
                for key in ("status", "seconds", "environment", "versions", "seeding")
            },
        }
    return result


def compose(out: Path, original: Path, request: Request, outcome: Outcome) -> dict[str, Any]:
    """Compose the certificate of a migration.

    Args:
        out: the migration's folder, with project/, locks and recordings.
        original: the project as it was.
        request: what was asked.
        outcome: what became of it.
    """
    given = request.tolerance
    return {
        "schema": SCHEMA,
        "tfshift": __version__,
        "facts": facts.version(),
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "from": outcome.origin.version,
        "to": outcome.target.version,
        "project": request.path.resolve().name,
        "command": list(request.command),
        "seed": request.seed,
        "style": request.style,
        "transplanted": request.transplant,
        "graphs_became_functions": outcome.graphs,
        "unstable": sorted([list(key) for key in outcome.unstable], key=str),
        "given_tolerance": {"rtol": given.rtol, "atol": given.atol} if given else None,
        "before": _side(out, "before"),
        "after": _side(out, "after"),
        "tree": {
            "before_sha256": trees.digest(original),
            "after_sha256": trees.digest(out / "project"),
            "changes": trees.record_changes(original, out / "project"),
        },
        "comparison": to_json(outcome.comparison),
        "stages": [stage.to_json() for stage in outcome.stages],
        "broke_at": outcome.broke_at,
    }


def write_certificate(out: Path, original: Path, request: Request, outcome: Outcome) -> None:
    """Write certificate.json, at once."""
    text = json.dumps(compose(out, original, request, outcome), indent=1, ensure_ascii=False) + "\n"
    write_atomic(out / "certificate.json", text)


def read_certificate(path: Path) -> dict[str, Any]:
    """Read a certificate.

    Raises:
        TfshiftError: if it is missing, damaged or of another kind.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TfshiftError(
            "cannot read the certificate", where=str(path), why=str(error.strerror)
        ) from None
    except ValueError as error:
        raise TfshiftError("the certificate is damaged", where=str(path), why=str(error)) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise TfshiftError(
            "this is no certificate", where=str(path), remedy="give migrate's certificate.json"
        )
    return data

"""The replayable proof of a move: everything that is needed to do it again, in one JSON file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift import __version__, facts
from tfshift.domain.errors import TfshiftError
from tfshift.migrate import trees
from tfshift.proof.account import to_json
from tfshift.proof.recording import load

if TYPE_CHECKING:
    from tfshift.migrate.journey import Journey, Outcome

SCHEMA = "tfshift.certificate/1"


def _side(journey: Journey, lock_file: Path, recording: Path) -> dict[str, Any]:
    result: dict[str, Any] = {"lock": None, "recording": None}
    if lock_file.is_file():
        text = lock_file.read_text("utf-8")
        result["lock"] = {
            "text": text,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
    if (recording / "recording.json").is_file():
        about = load(recording).about
        result["recording"] = {
            "path": recording.relative_to(journey.out).as_posix(),
            "sha256": hashlib.sha256((recording / "recording.json").read_bytes()).hexdigest(),
            "status": about.get("status"),
            "seconds": about.get("seconds"),
            "environment": about.get("environment"),
            "versions": about.get("versions"),
            "seeding": about.get("seeding"),
        }
    return result


def compose(journey: Journey, outcome: Outcome) -> dict[str, Any]:
    """Compose the certificate of a finished journey."""
    assert outcome.comparison is not None
    return {
        "schema": SCHEMA,
        "tfshift": __version__,
        "facts": facts.version(),
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "from": outcome.origin.version,
        "to": outcome.target.version,
        "project": journey.request.path.resolve().name,
        "command": list(journey.request.command),
        "seed": journey.request.seed,
        "style": journey.request.style,
        "unstable": sorted([list(key) for key in journey.unstable], key=str),
        "given_tolerance": (
            {"rtol": journey.request.tolerance.rtol, "atol": journey.request.tolerance.atol}
            if journey.request.tolerance
            else None
        ),
        "before": _side(journey, journey.before.lock_file, journey.recording("before")),
        "after": _side(journey, journey.after.lock_file, journey.recording("after")),
        "tree": {
            "before_sha256": trees.digest(journey.original),
            "after_sha256": trees.digest(journey.project),
            "changes": trees.record_changes(journey.original, journey.project),
        },
        "comparison": to_json(outcome.comparison),
        "stages": [stage.to_json() for stage in outcome.stages],
        "broke_at": outcome.broke_at,
    }


def write_certificate(journey: Journey, outcome: Outcome) -> None:
    """Write certificate.json, at once."""
    text = json.dumps(compose(journey, outcome), indent=1, ensure_ascii=False) + "\n"
    target = journey.out / "certificate.json"
    temporary = target.with_name(".certificate.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(target)


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

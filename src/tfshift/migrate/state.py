"""What an unfinished migration already did, so that it can go on after anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.errors import TfshiftError

FOLDER = ".tfshift"


@dataclass(frozen=True)
class Stage:
    """One stage and how it went."""

    name: str
    verdict: str
    seconds: float
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 2),
            "detail": self.detail,
        }


@dataclass
class State:
    """The journal of one output folder."""

    folder: Path
    request: dict[str, Any]
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished: bool = False

    @property
    def work(self) -> Path:
        """Where copies and the journal lie."""
        return self.folder / FOLDER

    def done(self, stage: str) -> bool:
        """Tell whether a stage was finished by this or an earlier run."""
        return stage in self.stages

    def forget(self, stage: str) -> None:
        """Take a stage out of the journal, at once."""
        self.stages.pop(stage, None)
        self.save()

    def note(self, stage: Stage) -> None:
        """Write a stage into the journal, at once."""
        self.stages[stage.name] = stage.to_json()
        self.save()

    def save(self) -> None:
        """Write the journal, at once."""
        data = {"request": self.request, "stages": self.stages, "finished": self.finished}
        write_atomic(self.work / "state.json", json.dumps(data, indent=1, sort_keys=True))


def read_state(folder: Path) -> State | None:
    """Read the journal of an output folder; None where there is none.

    Raises:
        TfshiftError: if it is not readable.
    """
    file = folder / FOLDER / "state.json"
    if not file.is_file():
        return None
    try:
        data = json.loads(file.read_text("utf-8"))
        return State(folder, data["request"], data["stages"], data["finished"])
    except (ValueError, KeyError) as error:
        raise TfshiftError(
            "the journal of an earlier migration cannot be read",
            where=str(file),
            why=str(error),
            remedy=f"remove {folder} or choose another --out",
        ) from None


def is_ours_or_free(folder: Path) -> bool:
    """Tell whether a migration may write into a folder: absent, empty, or an earlier one's."""
    if not folder.exists():
        return True
    return folder.is_dir() and (not any(folder.iterdir()) or (folder / FOLDER).is_dir())

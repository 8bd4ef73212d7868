"""Small facts, made up: what the agent would write of a release, folded as measuring does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tfshift.facts.build.merge import merged_files


def snapshot(
    symbols: dict[str, dict[str, Any]], ops: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    modules = [path for path, record in symbols.items() if record["k"] == "module"]
    return {
        "symbols": symbols,
        "importable": modules,
        "ops": ops or {},
        "files": ["tensorflow" + path[2:] for path in modules],
        "unreadable": {},
    }


def fold_into(folder: Path, minor: str, snap: dict[str, Any]) -> None:
    """Fold a release into a facts folder and note it as measured."""
    for name, text in merged_files(folder, {minor: snap}).items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    record = {"version": f"{minor}.0", "date": "2020-01-01", "pythons": ["3.7"]}
    (folder / "releases").mkdir(parents=True, exist_ok=True)
    (folder / "releases" / f"{minor}.json").write_text(json.dumps(record))


def contents(folder: Path) -> dict[str, str]:
    """Return all files of a folder with their texts."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in files}

"""Check and fix programs given as text, at the surface that the commands use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tfshift import facts
from tfshift.code import writing
from tfshift.code.check import CheckResult, check, fix_file
from tfshift.code.destinations import Move
from tfshift.domain.findings import Finding

Text = str | bytes


def move(origin: str = "1.15", target: str = "2.15", style: str = "compat") -> Move:
    return Move(facts.open(), origin, target, style)


def lay(folder: Path, files: Mapping[str, Text]) -> Path:
    """Write a project."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def checked(files: Mapping[str, Text], the_move: Move) -> CheckResult:
    with TemporaryDirectory() as folder:
        return check([lay(Path(folder), files)], the_move)


def findings(code: Text, *version: str, rule: str | None = None) -> list[Finding]:
    """Check one script, from 1.15 to 2.15 unless told otherwise."""
    result = checked({"program.py": code}, move(*version))
    assert not result.skipped, result.skipped
    return [f for f in result.findings if rule in (None, f.rule)]


def errors(code: Text, *version: str) -> list[tuple[int, str]]:
    """Return (line, symbol) of what fails on the target."""
    return [(f.line, f.symbol) for f in findings(code, *version) if f.severity.value == "error"]


def fixed_project(
    files: Mapping[str, Text], the_move: Move, *, unsafe: bool = False
) -> dict[str, bytes]:
    """Fix a project as ``fix --write`` does and read it back whole."""
    with TemporaryDirectory() as name:
        folder = lay(Path(name), files)
        result = check([folder], the_move)
        writing.write(folder, [fix_file(r, unsafe=unsafe) for r in result.results])
        present = (p for p in folder.rglob("*") if p.is_file())
        read = {p.relative_to(folder).as_posix(): p for p in present}
        return {shown: path.read_bytes() for shown, path in sorted(read.items())}


def fixed(code: Text, *version: str, unsafe: bool = False) -> Text:
    """Fix one script; the answer is of the question's type."""
    after = fixed_project({"program.py": code}, move(*version), unsafe=unsafe)["program.py"]
    return after if isinstance(code, bytes) else after.decode()

"""Pack the committed facts into the one SQLite file that the wheel carries.

Standard library only: the wheel's build runs this file before the package is installed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

_SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE releases (minor TEXT PRIMARY KEY, position INTEGER, data TEXT) WITHOUT ROWID;
CREATE TABLE records (id INTEGER PRIMARY KEY, data TEXT UNIQUE);
CREATE TABLE api (path TEXT PRIMARY KEY, spans TEXT) WITHOUT ROWID;
CREATE TABLE ops (path TEXT PRIMARY KEY, spans TEXT) WITHOUT ROWID;
CREATE TABLE modules (path TEXT PRIMARY KEY, spans TEXT) WITHOUT ROWID;
CREATE TABLE unusable (path TEXT PRIMARY KEY, spans TEXT) WITHOUT ROWID;
CREATE TABLE aliases (owner TEXT, path TEXT, PRIMARY KEY (owner, path)) WITHOUT ROWID;
CREATE TABLE changes (id TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
"""


def _minor(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def sources(facts: Path) -> list[Path]:
    """List the files that the database is made from, in a fixed order."""
    return sorted(p for p in facts.rglob("*") if p.suffix in (".json", ".toml"))


def digest(facts: Path) -> str:
    """Name the facts by their content: twelve hexadecimal digits."""
    sha = hashlib.sha256()
    for file in sources(facts):
        sha.update(file.relative_to(facts).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return sha.hexdigest()[:12]


class _Packer:
    """Writes tables, each distinct record once."""

    def __init__(self, connection: sqlite3.Connection, minors: list[str]) -> None:
        self.connection = connection
        self.minors = minors
        self.ids: dict[str, int] = {}

    def record_id(self, record: Any) -> int:
        text = json.dumps(record, sort_keys=True, separators=(",", ":"))
        if text not in self.ids:
            self.ids[text] = len(self.ids)
            self.connection.execute("INSERT INTO records VALUES (?, ?)", (self.ids[text], text))
        return self.ids[text]

    def bounds(self, key: str) -> tuple[int, int]:
        first, _, last = key.partition("..")
        start = self.minors.index(first) if first else 0
        return start, self.minors.index(last) if last else len(self.minors) - 1

    def table(self, facts: Path, name: str) -> None:
        for file in sorted((facts / name).glob("*.json")):
            for path, merged in json.loads(file.read_text("utf-8")).items():
                spans = []
                for key, record in merged.items():
                    first, last = self.bounds(key)
                    spans.append(f"{first}-{last}:{self.record_id(record)}")
                    if isinstance(record, dict) and "o" in record:
                        self.connection.execute(
                            "INSERT OR IGNORE INTO aliases VALUES (?, ?)", (record["o"], path)
                        )
                row = (path, ";".join(spans))
                self.connection.execute(f"INSERT INTO {name} VALUES (?, ?)", row)  # noqa: S608


def _changes(connection: sqlite3.Connection, facts: Path) -> None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    for file in sorted((facts / "changes").rglob("*.toml")):
        for change in tomllib.loads(file.read_text("utf-8")).get("change", []):
            data = json.dumps(change, sort_keys=True, default=str)
            connection.execute("INSERT INTO changes VALUES (?, ?)", (change["id"], data))


def pack(facts: Path, target: Path) -> None:
    """Build the database beside its place and put it there at once.

    Args:
        facts: the ``facts/`` folder.
        target: the SQLite file to write.
    """
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    minors = sorted((f.stem for f in (facts / "releases").glob("*.json")), key=_minor)
    connection = sqlite3.connect(temporary, isolation_level=None)
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (digest(facts),))
    for position, minor in enumerate(minors):
        data = (facts / "releases" / f"{minor}.json").read_text("utf-8")
        connection.execute("INSERT INTO releases VALUES (?, ?, ?)", (minor, position, data))
    packer = _Packer(connection, minors)
    for name in ("api", "ops", "modules", "unusable"):
        packer.table(facts, name)
    _changes(connection, facts)
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.close()
    temporary.replace(target)


def main() -> None:
    """Pack ``facts/`` of this checkout where the package looks for it, if it is out of date."""
    facts, target = Path(sys.argv[1]), Path(sys.argv[2])
    if target.is_file():
        connection = sqlite3.connect(f"file:{target}?mode=ro", uri=True)
        row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        connection.close()
        if row and row[0] == digest(facts):
            return
    pack(facts, target)


if __name__ == "__main__":
    main()

"""Pack the committed facts into the one SQLite file that the wheel carries.

Standard library only: the wheel's build runs this file before the package is installed.

A *shelf* holds the names below one module or class: a compressed text, one name a line, with
the number of a pattern (the runs of releases in which something holds), what holds in each run
(the number of a record, or ``@`` with the owner of the object), and other names of the object.
Records lie in compressed blocks. A lookup reads one shelf and one block, both kept once read.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser

BLOCK = 32
# How a kind of object is spelled in an alias; modules that can be imported have a capital.
KINDS = {"module": "m", "class": "c", "function": "f", "attribute": "a", "property": "p",
         "method": "h"}  # fmt: skip
_SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE releases (axis TEXT, position INTEGER, minor TEXT, data TEXT,
                       PRIMARY KEY (axis, position)) WITHOUT ROWID;
CREATE TABLE shelves (path TEXT PRIMARY KEY, data BLOB);
CREATE TABLE blocks (id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE changes (id TEXT PRIMARY KEY, data TEXT);
CREATE TABLE examples (id TEXT PRIMARY KEY, data BLOB);
CREATE TABLE companions (name TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
CREATE TABLE methods (name TEXT PRIMARY KEY, owners TEXT) WITHOUT ROWID;
CREATE TABLE returns (symbol TEXT PRIMARY KEY, class TEXT) WITHOUT ROWID;
CREATE TABLE same_defaults (symbol TEXT, parameter TEXT, spellings TEXT);
CREATE TABLE errors (id TEXT PRIMARY KEY, needles TEXT, data TEXT) WITHOUT ROWID;
CREATE TABLE gone (symbol TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
CREATE TABLE notes (minor TEXT, number INTEGER, data TEXT, PRIMARY KEY (minor, number)) WITHOUT ROWID;
"""
_TABLES = ("api", "ops", "modules", "unusable", "scripts", "kernels", "behaviour")
# Where the releases of each axis lie, and which names belong to it.
AXES = {"tf": "releases", "keras": "keras", "tf_keras": "tf_keras"}


def _minor(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def sources(facts: Path) -> list[Path]:
    """List the files that the database is made from, in a fixed order."""
    return sorted(p for p in facts.rglob("*") if p.suffix in (".json", ".toml"))


def digest(facts: Path) -> str:
    """Name the facts by their content: twelve hexadecimal digits."""
    sha = hashlib.sha256()
    for file in [Path(__file__), *sources(facts)]:
        name = file.name if file == Path(__file__) else file.relative_to(facts).as_posix()
        sha.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return sha.hexdigest()[:12]


def axis_of(name: str) -> str:
    """Return on which axis of releases a name lies: that of its root, TensorFlow's for all others."""
    root = name.partition(".")[0]
    return root if root in AXES else "tf"


def shelf_of(table: str, name: str) -> tuple[str, str]:
    """Return on which shelf a name lies and how it is called there."""
    if table == "ops":
        return f"ops:{name[:1]}", name
    if table in ("unusable", "scripts", "kernels"):
        return f"{table}:", name
    if table == "behaviour":
        # A probe is named by its symbol, then mode and call.
        symbol, _, rest = name.partition(" ")
        return f"{table}:{symbol}", rest
    parent, _, last = name.rpartition(".")
    return f"{table}:{parent}", last


def compress(text: str) -> bytes:
    """Compress a shelf or block."""
    return zlib.compress(text.encode(), 9)


# A method of more classes than these, over all releases, tells nothing of an object by its name.
MOST_OWNERS = 16


class _Packer:
    """Collects names on shelves and distinct records in blocks."""

    def __init__(self, axes: dict[str, list[str]]) -> None:
        self.axes = axes
        self.ids: dict[str, int] = {}
        self.patterns: dict[str, int] = {}
        self.shelves: dict[str, dict[str, tuple[int, str]]] = {}
        self.aliases: dict[str, set[str]] = {}
        self.methods: dict[str, set[str]] = {}

    def reference(self, record: Any, path: str) -> str:
        """Spell what holds in a run: an alias in place, anything else by its number."""
        if isinstance(record, dict) and "o" in record and not record.keys() - {"k", "o", "i"}:
            self.aliases.setdefault(record["o"], set()).add(path)
            letter = KINDS[record["k"]]
            return f"@{letter.upper() if record.get('i') else letter}{record['o']}"
        text = json.dumps(record, sort_keys=True, separators=(",", ":"))
        return str(self.ids.setdefault(text, len(self.ids)))

    def bounds(self, key: str, minors: list[str]) -> str:
        first, _, last = key.partition("..")
        start = minors.index(first) if first else 0
        return f"{start}-{minors.index(last) if last else len(minors) - 1}"

    def table(self, facts: Path, name: str) -> None:
        for file in sorted((facts / name).glob("*.json")):
            for path, merged in read_merged(file).items():
                minors = self.axes[axis_of(path)]
                pattern = ",".join(self.bounds(key, minors) for key in merged)
                number = self.patterns.setdefault(pattern, len(self.patterns))
                references = ",".join(self.reference(record, path) for record in merged.values())
                if any(isinstance(r, dict) and r.get("k") == "method" for r in merged.values()):
                    owner, _, method = path.rpartition(".")
                    self.methods.setdefault(method, set()).add(owner)
                shelf, last = shelf_of(name, path)
                self.shelves.setdefault(shelf, {})[last] = (number, references)

    def write(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('patterns', ?)", (";".join(self.patterns),))
        for path in sorted(self.shelves):
            lines = []
            for name, (pattern, references) in sorted(self.shelves[path].items()):
                whole = f"{path.partition(':')[2]}.{name}".lstrip(".")
                others = self.aliases.get(whole, ()) if path.startswith("api:") else ()
                fields = [name, str(pattern), references, " ".join(sorted(others))]
                lines.append("\t".join(fields).rstrip("\t"))
            row = (path, compress("\n".join(lines)))
            connection.execute("INSERT INTO shelves VALUES (?, ?)", row)
        names = " ".join(sorted(name for name in self.methods if name[0] != "_"))
        connection.execute("INSERT INTO meta VALUES ('methods', ?)", (names,))
        for method, owners in sorted(self.methods.items()):
            # What many classes or others' objects have says nothing of whose it is.
            if "_" in method.strip("_") and method[0] != "_" and len(owners) <= MOST_OWNERS:
                said = (method, " ".join(sorted(owners)))
                connection.execute("INSERT INTO methods VALUES (?, ?)", said)
        texts = list(self.ids)
        for number in range(0, len(texts), BLOCK):
            block = compress("[" + ",".join(texts[number : number + BLOCK]) + "]")
            connection.execute("INSERT INTO blocks VALUES (?, ?)", (number // BLOCK, block))


def read_merged(file: Path) -> dict[str, dict[str, Any]]:
    """Read a merged file: whole name -> interval -> record.

    Names stand below the file's own, aliases as ``KIND OWNER`` (``KIND+`` where it can be
    imported).
    """
    result: dict[str, dict[str, Any]] = {}
    inside = file.parent.name == "api"
    for name, merged in json.loads(file.read_text("utf-8")).items():
        whole = name if not inside else f"{file.stem}.{name}" if name else file.stem
        result[whole] = {key: _record(record) for key, record in merged.items()}
    return result


def spell_merged(stem: str, table: Mapping[str, Mapping[str, Any]]) -> str:
    """Spell a merged file: sorted, one name a line, so that diffs read well.

    Args:
        stem: the file's name without its ending where names stand below it, else nothing.
        table: whole name -> interval -> record.
    """
    lines = []
    for name in sorted(table):
        short = name[len(stem) + 1 :] if stem else name
        merged = {key: _spelled(record) for key, record in table[name].items()}
        text = json.dumps(merged, separators=(",", ":"), ensure_ascii=False)
        lines.append(f"{json.dumps(short)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _spelled(record: Any) -> Any:
    if not isinstance(record, dict) or "o" not in record or record.keys() - {"k", "o", "i"}:
        return record
    return f"{record['k']}{'+' if record.get('i') else ''} {record['o']}"


def _record(record: Any) -> Any:
    if not isinstance(record, str):
        return record
    kind, _, owner = record.partition(" ")
    plain = {"k": kind.rstrip("+"), "o": owner}
    return {**plain, "i": 1} if kind.endswith("+") else plain


def _authored(facts: Path, folder: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of all authored files of a folder, in a fixed order."""
    for file in sorted((facts / folder).rglob("*.toml")):
        yield from read_toml(file).get(key, [])


def read_toml(file: Path) -> dict[str, Any]:
    """Read an authored file."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(file.read_text("utf-8"))


def needle(pattern: str) -> str:
    """Return the longest text that each match of a pattern holds; empty where there is none.

    Args:
        pattern: a regular expression that minds the case.

    Raises:
        re.error: if it is none.
    """
    re.compile(pattern)
    return max(_runs(iter(parser.parse(pattern))), key=len, default="")


def _runs(parsed: Iterable[Any]) -> Iterator[str]:
    run = ""
    for operator, argument in parsed:
        name = str(operator)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if name == "SUBPATTERN":
            # What stands in a group is there as well, though not next to what is around it.
            yield run
            run = ""
            yield from _runs(argument[-1])
            continue
        if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] > 0:
            yield from _runs(argument[2])
        if name == "AT":
            continue
        yield run
        run = ""
    yield run


def _about(probe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a probe besides its call; whose it is where it tells of another symbol."""
    said = {key: probe[key] for key in ("aspect", "at") if key in probe}
    return {**said, "symbols": probe["symbols"]} if "at" in said else said


def _authored_tables(connection: sqlite3.Connection, facts: Path) -> None:
    for change in _authored(facts, "changes", "change"):
        # Every check reads all changes, but only tests their examples.
        examples = compress(json.dumps(change.pop("examples", []), sort_keys=True))
        data = json.dumps(change, sort_keys=True, default=str)
        connection.execute("INSERT INTO changes VALUES (?, ?)", (change["id"], data))
        connection.execute("INSERT INTO examples VALUES (?, ?)", (change["id"], examples))
    for returns in _authored(facts, "returns", "returns"):
        symbol = returns["symbol"]
        for name in [f"{symbol}.{m}" for m in returns.get("methods", ())] or [symbol]:
            connection.execute("INSERT INTO returns VALUES (?, ?)", (name, returns["class"]))
    for same in _authored(facts, "defaults", "same"):
        row = (same["symbol"], same["parameter"], json.dumps(same["values"]))
        connection.execute("INSERT INTO same_defaults VALUES (?, ?, ?)", row)
    for gone in _authored(facts, "gone", "gone"):
        data = json.dumps(gone, sort_keys=True)
        connection.execute("INSERT INTO gone VALUES (?, ?)", (gone["symbol"], data))
    for file in sorted((facts / "companions").glob("*.json")):
        data = json.dumps(json.loads(file.read_text("utf-8")), separators=(",", ":"))
        connection.execute("INSERT INTO companions VALUES (?, ?)", (file.stem, data))
    for error in sorted((facts / "errors").glob("*.toml")):
        told = read_toml(error)
        # Only tests read the examples.
        told.pop("examples", None)
        needles = "\n".join(needle(pattern) for pattern in told["lines"])
        row = (error.stem, needles, json.dumps(told, sort_keys=True, separators=(",", ":")))
        connection.execute("INSERT INTO errors VALUES (?, ?, ?)", row)
    edges = {edge["id"]: edge for edge in _authored(facts, "loading", "edge")}
    text = json.dumps(edges, sort_keys=True, separators=(",", ":"))
    connection.execute("INSERT INTO meta VALUES ('loading', ?)", (text,))
    about = {
        probe["call"]: _about(probe)
        for probe in _authored(facts, "probes", "probe")
        if "aspect" in probe or "at" in probe
    }
    text = json.dumps(about, sort_keys=True, separators=(",", ":"))
    connection.execute("INSERT INTO meta VALUES ('probes', ?)", (text,))
    modules = facts / "imports" / "modules.toml"
    if modules.is_file():
        text = json.dumps(read_toml(modules)["modules"], sort_keys=True, separators=(",", ":"))
        connection.execute("INSERT INTO meta VALUES ('imports', ?)", (text,))
    file = facts / "numpy" / "names.json"
    if file.is_file():
        known = json.loads(file.read_text("utf-8"))
        # What all releases have in common tells nothing.
        known["names"] = {n: runs for n, runs in known["names"].items() if runs.keys() != {".."}}
        known["replaced"] = {r["name"]: r for r in _authored(facts, "numpy", "replaced")}
        data = json.dumps(known, sort_keys=True, separators=(",", ":"))
        connection.execute("INSERT INTO meta VALUES ('numpy', ?)", (data,))
    for number, note in enumerate(_authored(facts, "notes", "note")):
        row = (note["release"], number, json.dumps(note, sort_keys=True))
        connection.execute("INSERT INTO notes VALUES (?, ?, ?)", row)


def pack(facts: Path, target: Path) -> None:
    """Build the database beside its place and put it there at once.

    Args:
        facts: the ``facts/`` folder.
        target: the SQLite file to write.
    """
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (digest(facts),))
    axes: dict[str, list[str]] = {}
    for axis, folder in AXES.items():
        minors = sorted((f.stem for f in (facts / folder).glob("*.json")), key=_minor)
        axes[axis] = minors
        for position, minor in enumerate(minors):
            data = json.loads((facts / folder / f"{minor}.json").read_text("utf-8"))
            text = json.dumps(data, sort_keys=True, separators=(",", ":"))
            row = (axis, position, minor, text)
            connection.execute("INSERT INTO releases VALUES (?, ?, ?, ?)", row)
    packer = _Packer(axes)
    for name in _TABLES:
        packer.table(facts, name)
    packer.write(connection)
    _authored_tables(connection, facts)
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

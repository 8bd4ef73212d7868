"""The user's project as a whole: modules that know one another, and files that start processes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tfshift.code.names import Names, as_symbol, read_names
from tfshift.code.sources import Skipped, Source, parse, read_bytes
from tfshift.facts import Facts

_MENTIONS = re.compile(rb"\btensorflow\b")
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
_QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)


@dataclass
class CodeFile:
    """One file with what it says about TensorFlow."""

    source: Source
    names: Names
    entry: bool = False
    starts_by_import: ast.stmt | None = None


@dataclass
class Project:
    """All files of a check, read once.

    Args:
        root: what paths are relative to.
        files: those that use TensorFlow or start a process that does.
        skipped: files that could not be read, with the reason.
        count: how many files were looked at.
    """

    root: Path
    files: list[CodeFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    count: int = 0


def module_names(path: str) -> list[str]:
    """Return the dotted names under which a file may be imported, the longest first."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[-1] == "__init__":
        parts.pop()
    return [".".join(parts[i:]) for i in range(len(parts))]


class _Exports:
    """Answers what a module of the project exports, for one importing file."""

    def __init__(self, exported: dict[str, dict[str, str]], path: str) -> None:
        self.exported = exported
        self.package = PurePosixPath(path).parent.parts

    def __call__(self, module: str, level: int) -> dict[str, str] | None:
        if level:
            base = self.package[: len(self.package) - level + 1]
            return self.exported.get(".".join([*base, *([module] if module else [])]))
        return self.exported.get(module)


def _is_main_guard(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )


def _acts(node: ast.stmt) -> bool:
    """Tell whether a top-level statement does something besides defining."""
    if isinstance(node, _QUIET):
        return False
    if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)):
        value = node.value
        return not isinstance(value, (ast.Constant, ast.Name, ast.Attribute, type(None)))
    return isinstance(node, (ast.For, ast.While, ast.With, ast.If, ast.Try, ast.AugAssign))


def starts_process(source: Source, imported: bool) -> bool:
    """Tell whether a file can start a process by itself: scripts, tests, ``__main__`` guards."""
    if any(_is_main_guard(node) for node in source.tree.body):
        return True
    if _TEST_FILE.search(source.path) or source.path.endswith("__main__.py"):
        return True
    # A module that others import and that only defines things is not run by itself.
    return not imported and any(_acts(node) for node in source.tree.body)


def _first_tensorflow_import(file: CodeFile, uses: set[str]) -> ast.stmt | None:
    """Find the first top-level import that brings TensorFlow in, directly or by the project."""
    project = {id(node) for node, name in file.names.project_imports if _known(name, file, uses)}
    own = {id(b.statement) for b in file.names.imports}
    for node in ast.walk(ast.Module(file.source.tree.body, [])):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and (
            id(node) in project or id(node) in own
        ):
            return node
    return None


def _absolute(name: str, path: str) -> str:
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    package = PurePosixPath(path).parent.parts
    base = package[: len(package) - level + 1]
    return ".".join([*base, *([name[level:]] if name[level:] else [])])


def _known(name: str, file: CodeFile, modules: set[str]) -> bool:
    return _absolute(name, file.source.path) in modules


def _star_names(facts: Facts, position: int | None) -> dict[str, list[str]]:
    return _Stars(facts, position)


class _Stars(dict[str, list[str]]):
    """Names that a star import brings, by symbol; asked from the facts on first use."""

    def __init__(self, facts: Facts, position: int | None) -> None:
        super().__init__()
        self.facts, self.position = facts, position

    def __missing__(self, symbol: str) -> list[str]:
        prefix = symbol + "."
        position = self.position if self.position is not None else len(self.facts.minors) - 1
        names = [n[len(prefix) :] for n in self.facts.names() if n.startswith(prefix)]
        self[symbol] = [
            n for n in names if "." not in n and self.facts.resolve(prefix + n, position)
        ]
        return self[symbol]


def read_project(
    root: Path, paths: Iterable[Path], facts: Facts, position: int | None = None
) -> Project:
    """Read the files of a project and resolve their TensorFlow names across modules.

    Args:
        root: what paths are relative to.
        paths: the files.
        facts: the opened facts, for star imports.
        position: the origin's place among the measured releases.
    """
    project = Project(root)
    data: dict[str, bytes] = {}
    for path in paths:
        shown = _shown(path, root)
        project.count += 1
        content = read_bytes(path, shown)
        if isinstance(content, Skipped):
            project.skipped.append(content)
        else:
            data[shown] = content
    stars = _star_names(facts, position)
    files = {
        shown: file
        for shown, content in data.items()
        if _MENTIONS.search(content) and (file := _parse(shown, content, project))
    }
    _read_all(files, stars)
    _add_importers(files, data, project, stars)
    _mark_entries(files)
    project.files = [files[shown] for shown in sorted(files)]
    project.skipped.sort(key=lambda s: s.path)
    return project


def _shown(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _parse(shown: str, content: bytes, project: Project) -> CodeFile | None:
    source = parse(shown, content)
    if isinstance(source, Skipped):
        project.skipped.append(source)
        return None
    return CodeFile(source, Names([], [], {}, None, [], []))  # type: ignore[arg-type]


def _read_all(files: dict[str, CodeFile], stars: dict[str, list[str]]) -> None:
    """Resolve names until what modules export to one another no longer changes."""
    exported: dict[str, dict[str, str]] = {}
    pending = set(files)
    for _ in range(4):
        changed: dict[str, dict[str, str]] = {}
        for shown in pending:
            file = files[shown]
            exports_of = _Exports(exported, shown)
            file.names = read_names(file.source.tree, exports_of, stars.__getitem__)
            for name in module_names(shown):
                if exported.get(name) != file.names.exports and file.names.exports:
                    changed[name] = file.names.exports
        exported.update(changed)
        # Only who imports a module whose exports are news needs to be read again.
        pending = {
            shown
            for shown, file in files.items()
            if changed
            and any(_absolute(n, shown) in changed for _, n in file.names.project_imports)
        }
        if not pending:
            return


def _add_importers(
    files: dict[str, CodeFile],
    data: dict[str, bytes],
    project: Project,
    stars: dict[str, list[str]],
) -> None:
    """Add files that never mention TensorFlow but import modules of the project that use it."""
    modules = {name for shown in files for name in module_names(shown)}
    lasts = {name.rsplit(".", 1)[-1].encode() for name in modules if name}
    if not lasts:
        return
    pattern = re.compile(
        rb"^[ \t]*(?:from|import)[^\n]*\b(?:" + b"|".join(map(re.escape, lasts)) + rb")\b", re.M
    )
    added: dict[str, CodeFile] = {}
    for shown, content in data.items():
        if shown not in files and pattern.search(content):
            file = _parse(shown, content, project)
            if file is not None:
                added[shown] = file
    if added:
        files.update(added)
        _read_all(files, stars)


def _mark_entries(files: dict[str, CodeFile]) -> None:
    """Find out which files start processes that use TensorFlow."""
    modules = {name: shown for shown in files for name in module_names(shown)}
    imports: dict[str, set[str]] = {
        shown: {
            modules[absolute]
            for _, name in file.names.project_imports
            if (absolute := _absolute(name, shown)) in modules and modules[absolute] != shown
        }
        for shown, file in files.items()
    }
    using = {shown for shown, file in files.items() if file.names.imports}
    growing = True
    while growing:
        more = {s for s in files if s not in using and imports[s] & using}
        using |= more
        growing = bool(more)
    imported = {target for targets in imports.values() for target in targets}
    names_in_use = {name for name, shown in modules.items() if shown in using}
    for shown, file in files.items():
        if shown in using and starts_process(file.source, shown in imported):
            file.entry = True
            file.starts_by_import = _first_tensorflow_import(file, names_in_use)


__all__ = ["CodeFile", "Project", "as_symbol", "module_names", "read_project", "starts_process"]

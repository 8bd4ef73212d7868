"""Which file of a project imports which, told from the bytes alone, before anything is parsed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

_FROM = re.compile(rb"from[ \t]+([.\w][.\w \t]*)$")
_LAST_STATEMENT = re.compile(rb"[;:]")
_AFTER = (b" ", b"\t", b"(", b"*")
_COMMENT = re.compile(rb"#[^\n]*")
_DEFINITION = re.compile(rb"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_STATEMENT_ENDS = re.compile(rb"[\n;#]")


Graph = dict[str, set[str]]


def imported_names(data: bytes) -> Iterator[tuple[str, ...]]:
    """Yield what import statements may load, with leading dots.

    Each item lists spellings of which the first that is a file counts: ``from a import b`` loads
    ``a.b``, or else ``a``. Text in strings that looks like an import is taken for one.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\\\n" in data:
        data = data.replace(b"\\\n", b"  ")
    at = data.find(b"import")
    while at >= 0:
        end = at + len(b"import")
        start = data.rfind(b"\n", 0, at) + 1
        # A statement may follow another on its line: ``try: import a``, ``x = 1; import a``.
        before = _LAST_STATEMENT.split(data[start:at])[-1].strip()
        module = _FROM.match(before) if before else None
        if (not before or module) and data[end : end + 1] in _AFTER:
            if module is not None and data[end : end + 9].lstrip()[:1] == b"(":
                close = data.find(b")", end)
                names = _COMMENT.sub(b"", data[end : close if close >= 0 else len(data)])
            else:
                stop = _STATEMENT_ENDS.search(data, end)
                names = data[end : stop.start() if stop else len(data)]
            yield from _spellings(module.group(1) if module else None, names)
        at = data.find(b"import", end)


def _spellings(module: bytes | None, names: bytes) -> Iterator[tuple[str, ...]]:
    words = (part.split() for part in names.strip(b"() \t\n").split(b","))
    firsts = [part[0].decode("utf-8", "replace") for part in words if part]
    if module is None:
        yield from ((first,) for first in firsts)
        return
    parent = b"".join(module.split()).decode("utf-8", "replace")
    dot = "" if parent.endswith(".") else "."
    yield from ((f"{parent}{dot}{first}", parent) for first in firsts)


class Modules:
    """The modules of a project by the names under which its files may import them.

    Args:
        paths: all files, POSIX and relative to the root.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = set(paths)
        self._folders = {path: PurePosixPath(path).parent.parts for path in self.paths}
        self._packages: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._named: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for path in sorted(p for p in self.paths if p.endswith(".py")):
            parts = list(PurePosixPath(path).with_suffix("").parts)
            if parts and parts[-1] == "__init__":
                parts.pop()
            for start in range(len(parts)):
                name = ".".join(parts[start:])
                self._named.setdefault(name, []).append((tuple(parts[:start]), path))
        self._known: dict[tuple[tuple[str, ...], str], str | None] = {}

    def find(self, name: str, importer: str) -> str | None:
        """Return the file that an import means, or None where it is none of the project's.

        Args:
            name: as imported, leading dots included.
            importer: path of the importing file.
        """
        folder = self._folders[importer]
        key = (folder, name)
        if key not in self._known:
            self._known[key] = self._look(name, folder)
        return self._known[key]

    def _look(self, name: str, folder: tuple[str, ...]) -> str | None:
        level = len(name) - len(name.lstrip("."))
        if level:
            above = folder[: len(folder) - level + 1]
            rest = [part for part in name[level:].split(".") if part]
            base = "/".join([*above, *rest])
            paths = (f"{base}.py", f"{base}/__init__.py".lstrip("/"))
            return next((p for p in paths if p in self.paths), None)
        best: tuple[bool, int] | None = None
        found = None
        for top, path in self._named.get(name, ()):
            beside = folder[: len(top)] == top
            # A folder that is a package itself is not where absolute imports start.
            if not beside and "/".join([*top, "__init__.py"]) in self.paths:
                continue
            rank = (beside, len(top) if beside else -len(top))
            if best is None or rank > best:
                best, found = rank, path
        return found

    def packages_of(self, path: str) -> tuple[str, ...]:
        """Return the ``__init__`` files that run when a module is imported, the innermost first."""
        return tuple(p for p in self._inits(self._folders[path]) if p != path)

    def _inits(self, folder: tuple[str, ...]) -> tuple[str, ...]:
        found = self._packages.get(folder)
        if found is None:
            init = "/".join([*folder, "__init__.py"])
            above = self._inits(folder[:-1]) if folder else ()
            found = self._packages[folder] = (init, *above) if init in self.paths else ()
        return found

    def graphs(self, data: Mapping[str, bytes]) -> tuple[Graph, Graph]:
        """Say which files each file imports, and which of them must be read before it.

        Names of TensorFlow's that a file hands on must be known before. A function or class is
        none: what it gives is told where its file can be read before, not where the two import
        such from one another, as files often do.
        """
        runs: Graph = {}
        hands: Graph = {}
        defines: Graph = {}
        defined = _Defined(data)
        for path, content in data.items():
            targets: set[str] = set()
            sources: set[str] = set()
            runs[path], hands[path] = targets, sources
            definitions: set[str] = set()
            defines[path] = definitions
            if b"import" not in content:
                continue
            for spellings in set(imported_names(content)):
                found = next(((s, f) for s in spellings if (f := self.find(s, path))), None)
                if found is None or found[1] == path:
                    continue
                spelling, target = found
                targets.add(target)
                # Importing a module runs the packages around it, unless we are inside of them.
                packages = self.packages_of(target)
                targets.update(set(packages).difference(self.packages_of(path), (path,)))
                name = spellings[0].rpartition(".")[2] if spelling != spellings[0] else ""
                (definitions if name in defined[target] else sources).add(target)
        return runs, _without_circles(hands, defines)


class _Defined(dict[str, set[str]]):
    """The functions and classes at the top level of files, found on first use."""

    def __init__(self, data: Mapping[str, bytes]) -> None:
        super().__init__()
        self.data = data

    def __missing__(self, path: str) -> set[str]:
        found = _DEFINITION.findall(self.data[path])
        self[path] = {name.decode("utf-8", "replace") for name in found}
        return self[path]


def _without_circles(hands: Graph, defines: Graph) -> Graph:
    """Add to a graph the edges of another that close no circle."""
    both = {path: hands[path] | defines.get(path, set()) for path in hands}
    circle: dict[str, int] = {}
    for number, group in enumerate(in_order(both, both)):
        circle.update(dict.fromkeys(group, number))
    return {
        path: targets | {t for t in defines.get(path, ()) if circle[t] != circle[path]}
        for path, targets in hands.items()
    }


def closure(start: Iterable[str], graph: Mapping[str, set[str]]) -> set[str]:
    """Return the files that reach one of some files through imports, those included."""
    importers: dict[str, list[str]] = {}
    for path, targets in graph.items():
        for target in targets:
            importers.setdefault(target, []).append(path)
    result = set(start)
    stack = list(result)
    while stack:
        for path in importers.get(stack.pop(), ()):
            if path not in result:
                result.add(path)
                stack.append(path)
    return result


def in_order(paths: Iterable[str], graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield files after those that they import; files that import one another come together."""
    wanted = sorted(paths)
    inside = set(wanted)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    pending: list[str] = []
    waiting: set[str] = set()
    for root in wanted:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        path: str | None = root
        while path is not None or work:
            if path is not None:
                index[path] = low[path] = len(index)
                pending.append(path)
                waiting.add(path)
                work.append((path, iter(sorted(graph.get(path, set()) & inside))))
            here, targets = work[-1]
            path = None
            for target in targets:
                if target not in index:
                    path = target
                    break
                if target in waiting:
                    low[here] = min(low[here], index[target])
            if path is not None:
                continue
            work.pop()
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[here])
            if low[here] == index[here]:
                at = pending.index(here)
                group = pending[at:]
                del pending[at:]
                waiting.difference_update(group)
                yield sorted(group)

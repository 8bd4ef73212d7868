"""The user's project as a whole: modules that know one another, and files that start processes."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tfshift.code import notebooks, parsing, workers
from tfshift.code.binding import Binder
from tfshift.code.mapped import MappedSource
from tfshift.code.modules import Modules, closure, in_order
from tfshift.code.names import KERAS, Exported, Names, Surroundings
from tfshift.code.reading import bind_names, exports_of, read_names
from tfshift.code.sources import Skipped, Source, read_bytes
from tfshift.facts import Facts

T = TypeVar("T")
_MENTIONS = re.compile(rb"\b(?:tensorflow|(?:tf_)?keras)\b")
_IMPORTS = re.compile(rb"(?:^|[;:])[ \t]*(?:import|from)[ \t][^#\n]*\btensorflow\b", re.MULTILINE)
_RUNS = re.compile(rb"sess\w*\.run\(")
# What is not there for Keras' own graphs: without one of these nothing runs in a graph but models.
_GRAPHS = (
    b"Session(", b"placeholder(", b"placeholder_with_default(", b"Estimator(", b"Supervisor(",
    b"get_session(", b"set_session(", b"make_one_shot_iterator(", b"make_initializable_iterator(",
)  # fmt: skip
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
_QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
_ROUNDS = 4
# Syntax trees of more source than this are parsed again rather than kept.
_KEPT_BYTES = 4 << 20


@dataclass
class CodeFile:
    """One file with what it says about TensorFlow.

    Args:
        source: its text and tree.
        names: its TensorFlow names.
        entry: whether it can start a process that uses TensorFlow.
        starts_by_import: the import that brings TensorFlow in, in a file that is an entry.
        imported: whether another file of the project imports it.
        around: what its names were read with.
        shares: imports of other files of the project that use TensorFlow.
        graphs: whether it runs in a process that has graphs, sessions and their like, as the bytes of
            the files tell that are run there.
        models: whether it runs in a process that knows Keras.
    """

    source: Source
    names: Names
    entry: bool = False
    starts_by_import: ast.stmt | None = None
    imported: bool = False
    around: Surroundings | None = None
    shares: tuple[ast.stmt, ...] = ()
    graphs: bool = True
    models: bool = False


class Project:
    """The files of a check that use TensorFlow or start a process that does.

    ``each`` parses them one after another, each after those that it imports, and keeps none: a
    million lines of syntax trees would fill the memory. ``unread`` then names the files that it had
    no need to read.

    Args:
        root: what paths are relative to.
        paths: the files.
        facts: the opened facts, for star imports.
        position: the origin's place among the measured releases, the newest where None.
    """

    def __init__(
        self, root: Path, paths: Iterable[Path], facts: Facts, position: int | None = None
    ) -> None:
        self.root = root
        self.count = 0
        self.skipped: list[Skipped] = []
        self._data: dict[str, bytes] = {}
        self._code: dict[str, bytes] = {}
        top = root.resolve()
        for path in paths:
            self.count += 1
            content = read_bytes(path, shown := shown_path(path, top))
            if isinstance(content, Skipped):
                self.skipped.append(content)
            else:
                self._data[shown] = content
                self._code[shown] = parsing.code(shown, content)
        self.unread: set[str] = set()
        self._imports: Mapping[str, set[str]] = {}
        self._hands: Mapping[str, set[str]] = {}
        self._reader: _Reading | None = None
        self._facts = facts
        self.method_names = facts.method_names
        self._position = len(facts.minors) - 1 if position is None else position
        self._stars = _Stars(facts, position)

    def each(self, work: Callable[[CodeFile], T], jobs: int = 1) -> Iterator[T]:
        """Yield what a function makes of each file.

        Args:
            work: called once for each file; where several processes share the files, its results
                are pickled.
            jobs: how many processes may run; with more than one, results come in no fixed order.

        Raises:
            TfshiftError: if a process dies.
        """
        modules = Modules(self._data)
        runs, hands = modules.graphs(self._code)
        self._imports, self._hands = runs, hands
        relevant = closure((s for s, code in self._code.items() if _MENTIONS.search(code)), runs)
        self.unread = self._code.keys() - relevant
        using = closure((s for s in relevant if _IMPORTS.search(self._code[s])), runs)
        imported = {target for targets in runs.values() for target in targets}
        graphs = (s for s, code in self._code.items() if any(word in code for word in _GRAPHS))
        models = (s for s, code in self._code.items() if b"keras" in code)
        run_graphs, run_models = (_run_with(closure(s, runs), runs) for s in (graphs, models))
        self._reader = reader = _Reading(self, modules, using, imported, run_graphs, run_models)
        groups = list(in_order(relevant, hands))
        sizes = [sum(len(self._data[shown]) for shown in group) for group in groups]
        processes = workers.count(jobs, sum(sizes))
        if processes == 1:
            for group in groups:
                yield from map(work, reader.read(group))
            return

        def read(number: int) -> tuple[list[T], _Learned]:
            self._facts.reopen()
            before = len(self.skipped)
            results = [work(file) for file in reader.read(groups[number])]
            return results, reader.learned(groups[number], self.skipped[before:])

        shared = workers.Workers(read, reader.learn, _needs(groups, hands), sizes, processes)
        yield from shared.run()
        for learned in shared.learned:
            self.skipped.extend(learned.skipped)

    def processes(self) -> Iterator[set[str]]:
        """Yield what runs in one process: a file with all that it imports, itself or through others.

        Known once the files were read with ``each``.
        """
        for path in sorted(self._imports):
            yield _run_with({path}, self._imports)

    @property
    def using(self) -> set[str]:
        """The files that have to do with TensorFlow. Known once the files were read with ``each``."""
        return self._code.keys() - self.unread

    def programs(self) -> Iterator[list[str]]:
        """Yield the files of each program that nothing imports: what they import first, it last.

        Those that have nothing to do with TensorFlow are left out, but for those that run a session
        which they are given. Known once the files were read with ``each``.
        """
        unread = {p for p in self.unread if not _RUNS.search(self._code[p])}
        imported = {target for targets in self._imports.values() for target in targets}
        for together in self.processes():
            groups = in_order(together - unread, self._imports)
            files = [path for group in groups for path in group]
            if files and files[-1] not in imported:
                yield files

    def read(self, paths: Set[str]) -> dict[str, CodeFile]:
        """Read some files again, and those whose names they take.

        Known once the files were read with ``each``.
        """
        assert self._reader is not None
        wanted, stack = set(paths), list(paths)
        while stack:
            for target in self._hands.get(stack.pop(), set()) - wanted:
                wanted.add(target)
                stack.append(target)
        groups = in_order((wanted - self.unread) | paths, self._hands)
        files = [file for group in groups for file in self._reader.read(group)]
        return {file.source.path: file for file in files if file.source.path in paths}

    def find(self, name: str, importer: str) -> str | None:
        """Return the file that an import means, as ``Modules.find`` does."""
        assert self._reader is not None
        return self._reader.modules.find(name, importer)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of each file, and the reasons of those that could not be opened."""
        yield from sorted(self._data.items())
        yield from sorted((s.path, s.reason.encode()) for s in self.skipped)

    def code(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and Python of each file, of a notebook its cells."""
        yield from self._code.items()

    def notebooks(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of each notebook."""
        yield from ((p, d) for p, d in self._data.items() if p.endswith(notebooks.SUFFIX))

    def data(self, shown: str) -> bytes:
        """Return a file's bytes."""
        return self._data[shown]

    def parse(self, shown: str) -> Source | Skipped:
        """Read a file's code."""
        return parsing.read(shown, self._data[shown], self.root)

    def made_by(self, symbol: str) -> str | None:
        """Return the class of what a call of a symbol gives in the origin."""
        return self._facts.made_by(symbol, self._position)

    def exists(self, symbol: str) -> bool:
        """Tell whether the origin has a symbol."""
        return self._facts.resolve(symbol, self._position) is not None

    def star_names(self, symbol: str) -> list[str]:
        """Return the names that a star import of a TensorFlow symbol brings."""
        return self._stars[symbol]


@dataclass(frozen=True)
class _Learned:
    """What reading a group of files tells of them: what they export, and which were skipped."""

    exported: dict[str, Exported]
    skipped: list[Skipped]


def _needs(groups: list[list[str]], graph: Mapping[str, set[str]]) -> list[set[int]]:
    """Return for each group the groups that its files import from."""
    number = {shown: n for n, group in enumerate(groups) for shown in group}
    return [
        {number[target] for shown in group for target in graph.get(shown, ()) if target in number}
        - {n}
        for n, group in enumerate(groups)
    ]


class _Reading:
    """Reads the files of a project in the order of their imports.

    Args:
        project: where bytes come from and skipped files go.
        modules: the project's modules.
        using: files that import TensorFlow, by themselves or through others, told from their bytes.
        imported: files that others may import.
        graphs: files that may run in a process with graphs of its own.
        models: files that may run in a process with models of Keras.
    """

    def __init__(
        self,
        project: Project,
        modules: Modules,
        using: set[str],
        imported: set[str],
        graphs: set[str],
        models: set[str],
    ) -> None:
        self.project, self.modules = project, modules
        self.using, self.imported = using, imported
        self.graphs, self.models = graphs, models
        self.exported: dict[str, Exported] = {}

    def learned(self, group: list[str], skipped: list[Skipped]) -> _Learned:
        """Return what other processes must know of a group that has been read here."""
        exported = {shown: self.exported[shown] for shown in group if shown in self.exported}
        return _Learned(exported, skipped)

    def learn(self, learned: _Learned) -> None:
        """Take in what another process has read."""
        self.exported.update(learned.exported)

    def read(self, group: list[str]) -> Iterator[CodeFile]:
        """Yield the files of a group; names that they hand around in a circle are settled first."""
        kept: dict[str, tuple[Source | Skipped, Binder | None]] = {}
        if len(group) > 1:
            small = sum(len(self.project.data(shown)) for shown in group) < _KEPT_BYTES
            kept = self._settle(group, keep=small)
        for shown in group:
            source, binder = kept.pop(shown, (None, None))
            source = source or self.project.parse(shown)
            if isinstance(source, Skipped):
                self.project.skipped.append(source)
                continue
            if isinstance(source, MappedSource):
                self.project.skipped.extend(source.partly)
            around = self._around(shown)
            names = read_names(source, around, binder)
            self.exported[shown] = names.exported
            yield replace(self._file(source, names), around=around)

    def _settle(
        self, group: list[str], *, keep: bool
    ) -> dict[str, tuple[Source | Skipped, Binder | None]]:
        """Read what the files of a circle bind until they export nothing new; return what is kept."""
        kept: dict[str, tuple[Source | Skipped, Binder | None]] = {}
        imports: dict[str, set[str | None]] = {}
        pending = group
        for _ in range(_ROUNDS):
            changed: set[str] = set()
            for shown in pending:
                source, _binder = kept.get(shown, (None, None))
                source = source or self.project.parse(shown)
                binder = (
                    None if isinstance(source, Skipped) else bind_names(source, self._around(shown))
                )
                if binder is not None and self._exports_anew(shown, binder, imports):
                    changed.add(shown)
                if keep:
                    kept[shown] = (source, binder)
            # Only who imports from a module that exports something new is read again.
            pending = [shown for shown in group if imports.get(shown, set()) & changed]
            if not pending:
                break
        for shown in pending:
            kept.pop(shown, None)
        return kept

    def _exports_anew(
        self, shown: str, binder: Binder, imports: dict[str, set[str | None]]
    ) -> bool:
        """Note what a file exports; tell whether that is something else than before."""
        if shown not in imports:
            found = (self.modules.find(name, shown) for _, name in binder.project_imports)
            imports[shown] = set(found)
        before = self.exported.get(shown, Exported())
        self.exported[shown] = exports_of(binder)
        return self.exported[shown] != before

    def _around(self, shown: str) -> Surroundings:
        def exported_by(name: str) -> Exported | None:
            found = self.modules.find(name, shown)
            return self.exported.get(found) if found and found != shown else None

        project = self.project
        return Surroundings(
            exported_by,
            project.star_names,
            project.made_by,
            frozenset(name for name in KERAS if self.modules.find(name, shown)),
            project.method_names.__contains__,
            project.exists,
        )

    def _file(self, source: Source, names: Names) -> CodeFile:
        shown = source.path
        file = CodeFile(
            source,
            names,
            imported=shown in self.imported,
            graphs=shown in self.graphs,
            models=shown in self.models,
        )
        starts = [s for s, name in names.project_imports if self._uses(name, shown)]
        file.shares = tuple(starts)
        # Keras alone has no other mode to be switched to.
        if not starts and not any(_is_tensorflow(b.symbol) for b in names.imports):
            return file
        if starts_process(source, shown in self.imported):
            file.entry = True
            own = [b.statement for b in names.imports if b.statement is not None]
            file.starts_by_import = _first(source.tree, {id(s) for s in (*starts, *own)})
        return file

    def _uses(self, name: str, importer: str) -> bool:
        """Tell whether an import of the project brings TensorFlow in."""
        found = self.modules.find(name, importer)
        if found is None or found == importer:
            return False
        mine = set(self.modules.packages_of(importer))
        packages = (p for p in self.modules.packages_of(found) if p not in mine)
        return found in self.using or any(p in self.using for p in packages)


def _is_tensorflow(symbol: str | None) -> bool:
    return symbol is not None and symbol.partition(".")[0] == "tf"


def _run_with(mains: Set[str], runs: Mapping[str, set[str]]) -> set[str]:
    """Return some files with all that they import, themselves or through others."""
    found, stack = set(mains), list(mains)
    while stack:
        for target in runs.get(stack.pop(), set()) - found:
            found.add(target)
            stack.append(target)
    return found


def _is_main_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = (node.test.left, *node.test.comparators)
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)


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
    if source.path.endswith(notebooks.SUFFIX) or any(map(_is_main_guard, source.tree.body)):
        return True
    if _TEST_FILE.search(source.path) or source.path.endswith("__main__.py"):
        return True
    # A module that others import and that only defines things is not run by itself.
    return not imported and any(_acts(node) for node in source.tree.body)


def _first(tree: ast.Module, wanted: set[int]) -> ast.stmt | None:
    """Find the first of some imports to run: those of the module's own level come first."""
    stack: list[ast.AST] = list(reversed(tree.body))
    functions: list[ast.AST] = []
    while stack or functions:
        if not stack:
            stack = [functions.pop(0)]
            stack[:] = reversed(list(ast.iter_child_nodes(stack[0])))
            continue
        node = stack.pop()
        if id(node) in wanted:
            assert isinstance(node, ast.stmt)
            return node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions.append(node)
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
    return None


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


def shown_path(path: Path, root: Path) -> str:
    """Spell a file's path as it is reported: relative to the root where it lies below it.

    Args:
        path: the file.
        root: without links in it.
    """
    whole, above = os.path.abspath(path), f"{root}{os.sep}"  # noqa: PTH100 (links stay)
    if not whole.startswith(above):
        # Through a link it may lie there all the same.
        whole = os.path.realpath(path)
    if whole.startswith(above):
        return whole[len(above) :].replace(os.sep, "/")
    return path.as_posix()

"""Several files of one program, read as one: what builds a graph and what runs it may stand apart.

The files that a program imports stand before it, as Python executes them. Their names get a mark of
their own, so that none means another file's; imports among them and what only runs where such a file
is the program itself are put aside. What is written is taken apart again, and every name is spelled
as its file knows it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from tfshift.code.graphs.lines import edited
from tfshift.code.graphs.syntax import JOINTS, free_name, is_main
from tfshift.code.graphs.walking import pairs, walk
from tfshift.code.mapped import MappedSource
from tfshift.code.names import Binding, Names, Usage
from tfshift.code.notebooks import Notebook
from tfshift.code.project import CodeFile
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Block = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda

Find = Callable[[str, str], str | None]


class Apart(Exception):  # noqa: N818 (a result, not a failure)
    """Files that cannot be read as one.

    Args:
        path: the file that is in the way.
        node: where in it.
        reason: why, in a few words.
    """

    def __init__(self, path: str, node: ast.AST, reason: str) -> None:
        super().__init__(reason)
        self.path, self.node, self.reason = path, node, reason


@dataclass(eq=False)
class Part:
    """One file among those that are read as one.

    Args:
        file: it.
        number: which of them.
        line: the line before its first.
        marked: its own names -> as they are read.
        spelled: names as they are read -> as the file spells them.
        aside: what is not read of it.
        imports: which parts of ``aside`` are imports.
        sources: files that it imports names from -> the number of the import in ``aside``.
        taken: what it imports by these, as the other file calls it -> as it is read.
        acting: imports of files that do something when they are imported.
        besides: names that it needs of files of which it imports none, by their module.
        more: names that what is written for it needs besides, by the number of the import.
    """

    file: CodeFile
    number: int
    line: int = 0
    marked: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    aside: list[bytes] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    sources: dict[int, int] = field(default_factory=dict)
    taken: dict[int, dict[str, str]] = field(default_factory=dict)
    acting: set[int] = field(default_factory=set)
    besides: dict[str, list[str]] = field(default_factory=dict)
    more: dict[int, list[str]] = field(default_factory=dict)


@dataclass
class Linked:
    """Several files as one.

    Args:
        file: that one.
        parts: the files, each after those that it imports.
        joint: what marks names and lines that are none of theirs.
        unlike: names that are imported, and mean other things in some of them.
        find: as of ``linked``.
    """

    file: CodeFile
    parts: list[Part]
    joint: str
    unlike: Set[str]
    find: Find

    def part_at(self, node: ast.AST) -> tuple[Part, ast.AST]:
        """Return in which file something stands, and a node on its line there."""
        line = getattr(node, "lineno", 0)
        before = [p for p in self.parts if p.line < line]
        # What has no place is about the program.
        part = max(before, key=lambda p: p.line) if before else self.parts[-1]
        return part, ast.Pass(lineno=max(line - part.line, 1), col_offset=0)

    def drawn(
        self, by_path: Mapping[str, Sequence[tuple[int, tuple[int, int]]]]
    ) -> list[tuple[int, tuple[int, int]]]:
        """Return what drew by its place in a graph, by the line in the whole."""
        return [
            (line + part.line, seeds)
            for part in self.parts
            for line, seeds in by_path.get(part.file.source.path, ())
        ]

    def split(self, data: bytes) -> dict[str, bytes]:
        """Take apart what was written.

        Raises:
            Apart: if what one file needs is another one's, and it does not know it.
        """
        encoding = self.file.source.encoding
        marks = re.split(rb'^"%s part \d+"\n' % self.joint.encode(), data, flags=re.MULTILINE)
        found: dict[str, bytes] = {}
        left = set(re.findall(rf"\b\w+{self.joint}\d+\b", data.decode(encoding)))
        for part, text in zip(self.parts, marks[1:], strict=True):
            source = part.file.source
            whole = self._spelled(part, text.decode(encoding))
            for number, kept in enumerate(part.aside):
                own = kept.decode(encoding).replace("\r\n", "\n")
                own = _importing(own, part.more.get(number, []))
                gone = {n for n, marked in part.taken.get(number, {}).items() if marked not in left}
                own = _without(own, gone, acts=number in part.acting)
                mark = rf'\("{self.joint} {number}"\n*\)'
                if part.imports and number == part.imports[-1]:
                    lines = [f"from {m} import {', '.join(n)}" for m, n in part.besides.items()]
                    own = "\n".join([*([own] if own else []), *lines])
                # A blank line that stood above what is gone goes with it.
                halves = re.split(mark if own else rf"(?:(?<=\n)\n)?{mark}\n", whole)
                whole = own.join(halves)
                if len(halves) != 2:
                    raise Apart(source.path, source.tree, "an import would be lost")
            try:
                tree = ast.parse(whole)
            except SyntaxError:
                reason = "what is written for it holds what another file calls otherwise"
                raise Apart(source.path, source.tree, reason) from None
            unknown = _unbound(tree) - _unbound(source.tree)
            if unknown:
                reason = f"it would need {min(unknown)} of another file"
                raise Apart(source.path, source.tree, reason)
            for name in sorted(self.unlike):
                word = re.compile(rf"\b{re.escape(name)}\b")
                if len(word.findall(whole)) > len(word.findall(source.text)):
                    reason = f"{name} is something else in a file that is run with it"
                    raise Apart(source.path, source.tree, reason)
            if not source.text.endswith("\n"):
                whole = whole.removesuffix("\n")
            whole = whole.replace("\n", source.newline)
            found[source.path] = source.data[: source.bom] + whole.encode(encoding)
        return found

    def _imported(self, part: Part, other: Part, name: str, free: str) -> str:
        """Let a file import a name of another one; return it."""
        source = part.file.source
        own = next(n for n, marked in other.marked.items() if marked == name)
        above = source.path.rpartition("/")[0]
        path = other.file.source.path
        module = path.removeprefix(f"{above}/" if above else "").removesuffix(".py")
        module = module.replace("/", ".").removesuffix(".__init__")
        known = other.number in part.sources
        if free != own or not (known or (part.imports and self.find(module, source.path) == path)):
            raise Apart(source.path, source.tree, f"it would need {own} of another file")
        if known:
            part.more.setdefault(part.sources[other.number], []).append(own)
        else:
            part.besides.setdefault(module, []).append(own)
        return own

    def _spelled(self, part: Part, text: str) -> str:
        """Spell names as a file does; those that were made of such names are called after them."""
        taken = {*re.findall(r"\w+", part.file.source.text)}
        made: dict[str, str] = {}

        def spelling(match: re.Match[str]) -> str:
            name = match.group()
            own = part.spelled.get(name)
            if own is not None:
                return own
            if name not in made:
                made[name] = free_name(re.sub(rf"{self.joint}\d+(?!\d)", "", name), taken)
                taken.add(made[name])
            for other in self.parts:
                if name in other.marked.values():
                    part.spelled[name] = self._imported(part, other, name, made[name])
            return made[name]

        return re.sub(rf"\w*{self.joint}\d+\w*", spelling, text)


def _without(statement: str, names: Set[str], *, acts: bool) -> str:
    """Return an import of names without some of them; nothing where none is left.

    Args:
        statement: the import.
        names: those that are gone.
        acts: whether the file does something when it is imported.
    """
    if not names:
        return statement
    node = ast.parse(statement).body[0]
    assert isinstance(node, ast.ImportFrom)
    kept = [a for a in node.names if a.name not in names]
    if kept:
        return ast.unparse(ast.ImportFrom(node.module, kept, node.level))
    if not acts:
        return ""
    assert node.module is not None
    above, _, name = node.module.rpartition(".")
    return (
        f"from {'.' * node.level}{above} import {name}" if node.level or above else f"import {name}"
    )


def _importing(statement: str, names: Sequence[str]) -> str:
    """Return an import of names with more of them."""
    if not names:
        return statement
    more = ", ".join(names)
    if statement.endswith(")"):
        return f"{statement[:-1].rstrip().rstrip(',')}, {more})"
    return f"{statement}, {more}"


def linked(files: Sequence[CodeFile], find: Find, programs: int = 1) -> Linked:
    """Read several files as one.

    Args:
        files: they, each after those that it imports, the programs last.
        programs: how many there are of these.
        find: module name and path of the importing file -> the file that is meant.

    Raises:
        Apart: if they cannot be.
    """
    files = [_as_plain(file) for file in files]
    texts = [file.source.text for file in files]
    joint = next((j for j in JOINTS if not any(re.search(rf"{j}\d", t) for t in texts)), "")
    if not joint:
        raise Apart(files[-1].source.path, files[-1].source.tree, "no name is free to mark others")
    parts = [Part(file, number) for number, file in enumerate(files)]
    mains = parts[-programs:]
    for part in parts:
        _check(part, main=part in mains)
    used = [_used(part.file.source.tree) for part in parts]
    for part in parts:
        own = _defined(part.file.source.tree)
        if part in mains:
            own &= {name for n, names in enumerate(used) if n != part.number for name in names}
        part.marked = {name: f"{name}{joint}{part.number}" for name in own}
        part.spelled = {marked: name for name, marked in part.marked.items()}
    text, asides = "", []
    for part in parts:
        aside = _imports(part, {p.file.source.path: p for p in parts}, find)
        names, modules = _taken(part, [one for taken in aside.values() for one in taken])
        if part not in mains:
            body = part.file.source.tree.body
            aside |= {n: [] for n in body if isinstance(n, ast.If) and is_main(n)}
        asides.append(set(map(id, aside)))
        text += f'"{joint} part {part.number}"\n'
        part.line = text.count("\n")
        text += _text(part, names, modules, aside, joint)
    return Linked(_file(parts, asides, text), parts, joint, _unlike(parts), find)


def _taken(
    part: Part, imported: Iterable[tuple[str, Part, str]]
) -> tuple[dict[str, str], dict[str, Mapping[str, str]]]:
    """Return how names are marked that a file may use: its own, and those below modules."""
    names = dict(part.marked)
    modules: dict[str, Mapping[str, str]] = {}
    for local, target, name in imported:
        theirs = target.marked
        if not name:
            modules[local] = theirs
            for own, marked in theirs.items():
                part.spelled.setdefault(marked, f"{local}.{own}")
        elif name == "*":
            shown = {n: m for n, m in theirs.items() if not n.startswith("_")}
            names |= shown
            part.spelled |= {marked: n for n, marked in shown.items()}
        elif name in theirs:
            names[local] = theirs[name]
            part.spelled[theirs[name]] = local
        else:
            source = part.file.source
            raise Apart(
                source.path, source.tree, f"{name} of {target.file.source.path} is not its own"
            )
    return names, modules


def _text(
    part: Part,
    names: Mapping[str, str],
    modules: Mapping[str, Mapping[str, str]],
    aside: Mapping[ast.stmt, Sequence[tuple[str, Part, str]]],
    joint: str,
) -> str:
    """Return a file's text as it is read, and take down what is put aside."""
    source = part.file.source
    edits = list(_marked(part, names, modules, set(map(id, aside))))
    for node in aside:
        if aside[node]:
            part.imports.append(len(part.aside))
        if isinstance(node, ast.ImportFrom) and aside[node]:
            number = len(part.aside)
            part.sources.setdefault(aside[node][0][1].number, number)
            if _acts(aside[node][0][1].file.source.tree):
                part.acting.add(number)
            part.taken[number] = {
                name: target.marked[name]
                for _, target, name in aside[node]
                if name in target.marked
            }
        start, end = source.span(node)
        lines = source.data[start:end].decode(source.encoding).count("\n")
        mark = f'("{joint} {len(part.aside)}"{source.newline * lines})'
        part.aside.append(source.data[start:end])
        edits.append(Edit(start, end, mark))
    text = edited(source, edits)
    text = text.replace(source.newline, "\n")
    return text if text.endswith("\n") else f"{text}\n"


def _acts(tree: ast.Module) -> bool:
    """Tell whether a file does something when it is imported, besides binding names."""
    return any(
        not isinstance(
            n, (*_BLOCKS, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass)
        )
        and not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
        and not (isinstance(n, ast.If) and is_main(n))
        for n in tree.body
    )


def _file(parts: Sequence[Part], asides: Sequence[Container[int]], text: str) -> CodeFile:
    """Return the whole as a file, with the names that its parts know of TensorFlow."""
    last = parts[-1].file
    tree = ast.parse(text)
    source = Source(last.source.path, text.encode(), text, "utf-8", 0, tree)
    statements = iter(tree.body)
    usages: list[Usage] = []
    imports: list[Binding] = []
    for part, aside in zip(parts, asides, strict=True):
        next(statements)
        new: dict[int, Any] = {}
        for old in part.file.source.tree.body:
            other = next(statements)
            if id(old) not in aside:
                new.update((id(a), b) for a, b in pairs(old, other))
        names = part.file.names
        usages += [
            replace(u, node=new[id(u.node)], call=new.get(id(u.call)))
            for u in names.usages
            if id(u.node) in new and u.statement is None
        ]
        imports += [
            replace(b, statement=new[id(b.statement)])
            for b in names.imports
            if id(b.statement) in new
        ]
    names = Names(usages, imports, last.names.exported, last.names.module_scope, [], [])
    return CodeFile(source, names, last.entry, around=last.around)


def _as_plain(file: CodeFile) -> CodeFile:
    """Return a Python 2 file as the Python 3 that it is read as; other files are what they are."""
    source = file.source
    if not isinstance(source, MappedSource) or isinstance(source, Notebook):
        return file
    data = source.text.encode("utf-8")
    return replace(file, source=Source(source.path, data, source.text, "utf-8", 0, source.tree))


def _check(part: Part, *, main: bool) -> None:
    source = part.file.source
    if isinstance(source, Notebook) or type(source) is not Source:
        raise Apart(source.path, source.tree, "it is no plain file, and others run its graph")
    if source.encoding != "utf-8" or "\n" in source.text.replace(source.newline, ""):
        raise Apart(source.path, source.tree, "it is written in other characters than what runs it")
    guards = [n for n in source.tree.body if isinstance(n, ast.If) and is_main(n)]
    inside = {id(n) for guard in guards for n in walk(guard)}
    if not main:
        for usage in part.file.names.usages:
            if id(usage.node) in inside and usage.symbol != "tf.app.run":
                raise Apart(source.path, usage.node, "it is a program of its own as well")


def _unlike(parts: Sequence[Part]) -> set[str]:
    """Return names that files import from elsewhere, and that mean other things in others."""
    known: dict[str, str] = {}
    found: set[str] = set()
    for part in parts:
        for node in walk(part.file.source.tree):
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            module = getattr(node, "module", "") or ""
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                meant = f"{module}:{alias.name if alias.asname or module else local}"
                if known.setdefault(local, meant) != meant:
                    found.add(local)
    return found


def _imports(
    part: Part, by_path: Mapping[str, Part], find: Find
) -> dict[ast.stmt, list[tuple[str, Part, str]]]:
    """Return a file's imports of the others: local name, the file, and the name there or nothing."""
    found: dict[ast.stmt, list[tuple[str, Part, str]]] = {}
    source = part.file.source
    for node in walk(source.tree):
        if isinstance(node, ast.Import):
            taken = [
                (a.asname or a.name, target, "")
                for a in node.names
                if (target := by_path.get(find(a.name, source.path) or "")) is not None
            ]
        elif isinstance(node, ast.ImportFrom):
            parent = "." * node.level + (node.module or "")
            dot = "" if parent.endswith(".") else "."
            taken = []
            for alias in node.names:
                local = alias.asname or alias.name
                inner = by_path.get(find(f"{parent}{dot}{alias.name}", source.path) or "")
                outer = by_path.get(find(parent, source.path) or "")
                if inner is not None and inner is not outer:
                    taken.append((local, inner, ""))
                elif outer is not None:
                    taken.append((local, outer, alias.name))
        else:
            continue
        if not taken:
            continue
        if len(taken) != len(node.names) or node not in source.tree.body:
            raise Apart(source.path, node, "an import of graph code in a place of its own")
        if any(target.number >= part.number for _, target, _ in taken):
            raise Apart(source.path, node, "files with graph code import one another")
        found[node] = taken
    return found


def _marked(
    part: Part, names: Mapping[str, str], modules: Mapping[str, Mapping[str, str]], aside: set[int]
) -> Iterator[Edit]:
    """Yield the edits that mark a file's own names, and those that it takes from others."""
    source = part.file.source
    for node in _OfModule(modules, aside).below(source.tree):
        if isinstance(node, ast.Name):
            if node.id in names:
                yield _edit(part, node, source.span(node), node.id, names[node.id])
            elif node.id in modules:
                raise Apart(source.path, node, f"{node.id} is handed on as a module")
        elif isinstance(node, ast.Attribute):
            module = _dotted(node.value)
            theirs = modules[module]
            if node.attr not in theirs:
                raise Apart(source.path, node, f"{module}.{node.attr} is not its own")
            spelled = f"{module}.{node.attr}"
            yield _edit(part, node, source.span(node), spelled, theirs[node.attr])
        elif isinstance(node, ast.Global):
            start, end = source.span(node)
            text = source.data[start:end].decode(source.encoding)
            fresh = re.sub(r"\w+", lambda m: names.get(m.group(), m.group()), text)
            yield Edit(start, end, fresh)
        elif isinstance(node, _BLOCKS) and node.name in names:
            start, end = source.span(node)
            text = source.data[start:end].decode(source.encoding)
            match = re.search(rf"\b(?:def|class)\s+({node.name})\b", text)
            assert match is not None
            at = start + len(text[: match.start(1)].encode(source.encoding))
            yield Edit(at, at + len(node.name.encode()), names[node.name])


def _edit(part: Part, node: ast.AST, span: tuple[int, int], old: str, new: str) -> Edit:
    source = part.file.source
    if source.data[slice(*span)] != old.encode(source.encoding):
        raise Apart(source.path, node, f"{old} in a formatted text, or over several lines")
    return Edit(*span, new)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


class _OfModule:
    """Finds what names something of the module, and not of a function or class in it.

    Args:
        modules: the files that are imported as modules, as they are called.
        aside: statements that are not read, by identity.
    """

    def __init__(self, modules: Container[str], aside: Container[int]) -> None:
        self.modules, self.aside = modules, aside

    def below(self, node: ast.AST, hidden: frozenset[str] = frozenset()) -> Iterator[ast.AST]:
        """Yield names, attributes of modules, definitions and ``global`` statements below a node."""
        for child in ast.iter_child_nodes(node):
            if id(child) not in self.aside:
                yield from self._of(child, hidden)

    def _of(self, node: ast.AST, hidden: frozenset[str]) -> Iterator[ast.AST]:
        if isinstance(node, ast.Name):
            if node.id not in hidden:
                yield node
        elif isinstance(node, ast.Attribute) and _dotted(node.value) in self.modules:
            if _dotted(node).partition(".")[0] not in hidden:
                yield node
        elif isinstance(node, ast.Global):
            yield node
        elif isinstance(node, (*_BLOCKS, ast.Lambda)):
            yield from self._of_block(node, hidden)
        elif isinstance(node, _COMPREHENSIONS):
            own = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
            yield from self.below(node, hidden | own)
        else:
            yield from self.below(node, hidden)

    def _of_block(self, node: _Block, hidden: frozenset[str]) -> Iterator[ast.AST]:
        if isinstance(node, _BLOCKS) and node.name not in hidden:
            yield node
        inside: Sequence[ast.AST] = node.body if isinstance(node.body, list) else [node.body]
        within = {id(n) for n in inside}
        arguments = getattr(node, "args", None)
        for child in ast.iter_child_nodes(node):
            if id(child) not in within and child is not arguments:
                yield from self._of(child, hidden)
        own = _bound(inside)
        if arguments is not None:
            own |= {a.arg for a in walk(arguments) if isinstance(a, ast.arg)}
            for child in ast.iter_child_nodes(arguments):
                yield from (
                    self.below(child, hidden)
                    if isinstance(child, ast.arg)
                    else self._of(child, hidden)
                )
        declared = {
            n for s in inside for g in walk(s) if isinstance(g, ast.Global) for n in g.names
        }
        for child in inside:
            # What the body of a class binds its methods do not see.
            method = isinstance(node, ast.ClassDef) and isinstance(child, _BLOCKS)
            yield from self._of(child, hidden if method else (hidden | own) - declared)


def _bound(body: Iterable[ast.AST], *, imports: bool = True) -> set[str]:
    """Return the names that some statements bind in their own scope."""
    found: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, _BLOCKS):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if imports:
                found |= {a.asname or a.name.partition(".")[0] for a in node.names}
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        if not isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            stack.extend(ast.iter_child_nodes(node))
    return found


def _defined(tree: ast.Module) -> set[str]:
    """Return the names that a module binds itself."""
    declared = {n for g in walk(tree) if isinstance(g, ast.Global) for n in g.names}
    return (_bound(tree.body, imports=False) | declared) - _imported(tree)


def _imported(tree: ast.Module) -> set[str]:
    return {
        a.asname or a.name.partition(".")[0]
        for n in walk(tree)
        if isinstance(n, (ast.Import, ast.ImportFrom))
        for a in n.names
    }


def _used(tree: ast.Module) -> set[str]:
    """Return all names of a file, those of parameters among them."""
    return (
        {n.id for n in walk(tree) if isinstance(n, ast.Name)}
        | {n.arg for n in walk(tree) if isinstance(n, ast.arg)}
        | {n.name for n in walk(tree) if isinstance(n, _BLOCKS)}
    )


def _unbound(tree: ast.Module) -> set[str]:
    """Return the names that a module reads and nothing in it binds."""
    read = {n.id for n in walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    bound = {n.id for n in walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in walk(tree) if isinstance(n, ast.arg)}
    bound |= {n.name for n in walk(tree) if isinstance(n, _BLOCKS)}
    bound |= {n.name for n in walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    return read - bound - _imported(tree) - {*dir(builtins)}

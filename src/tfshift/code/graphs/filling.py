"""Functions that fill feeds: they give the values, and the feed is written where it is used."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tfshift.code.graphs.inlining import (
    Called,
    Inlined,
    Text,
    given_to,
    has_its_lines,
    names_in,
    replaced,
    simple_in,
    texts_that_name,
    until_none,
)
from tfshift.code.graphs.lines import as_text, edited
from tfshift.code.graphs.syntax import bound_in, bound_once, changed_in_place, free_name, parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_RUNNING = ("run", "eval")
_KEYS = (ast.Name, ast.Attribute)
_LOOSE = (
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.BoolOp,
    ast.IfExp,
)


def zipped_out(one: Inlined) -> Inlined:
    """Write ``dict(zip([x, y], [a, b]))`` that is fed as the dictionary that it is."""
    if "zip(" not in one.file.source.text or ".run(" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = walk(source.tree)
        lists = {
            name: s.value
            for name, s in bound_once(source.tree).items()
            if isinstance(s.value, (ast.List, ast.Tuple))
            and all(isinstance(e, _KEYS) for e in s.value.elts)
        }
        for run in (n for n in nodes if isinstance(n, ast.Call)):
            for call in (a for a in _given(run) if isinstance(a, ast.Call) and _feeds(run, a)):
                pair = call.args[0] if ast.unparse(call.func) == "dict" and call.args else None
                if not isinstance(pair, ast.Call) or ast.unparse(pair.func) != "zip":
                    continue
                sides = [lists.get(a.id, a) if isinstance(a, ast.Name) else a for a in pair.args]
                parts = [s.elts for s in sides if isinstance(s, (ast.List, ast.Tuple))]
                if len(parts) != 2 or len(sides) != 2 or len(parts[0]) != len(parts[1]):
                    continue
                pairs = zip(*parts, strict=True)
                items = ", ".join(f"{ast.unparse(k)}: {ast.unparse(v)}" for k, v in pairs)
                yield replaced(source, call, f"{{{items}}}")

    return until_none(one, written)


@dataclass(frozen=True)
class _Filler:
    """A function that gives feeds.

    Args:
        function: it.
        method: whether it is a method.
        keys: what is fed, as the function calls it.
        feeds: the feeds that it gives.
        gone: its parameters that are only fed.
    """

    function: ast.FunctionDef
    method: bool
    keys: tuple[str, ...]
    feeds: Sequence[ast.Dict]
    gone: frozenset[str]


def filled_by_functions(one: Inlined) -> Inlined:
    """Let functions that give feeds give their values, and write the feeds where these are called."""
    if "return" not in one.file.source.text or ".run(" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = walk(source.tree)
        defined = Counter(n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef)))
        asked = texts_that_name(nodes)
        for filler in _fillers(source.tree):
            name = filler.function.name
            if defined[name] == 1 and name not in asked:
                text = _written(source, filler)
                if text is not None:
                    yield text

    return until_none(one, written)


def _fillers(tree: ast.Module) -> Iterator[_Filler]:
    of_classes = {id(m) for n in walk(tree) if isinstance(n, ast.ClassDef) for m in n.body}
    for function in (n for n in walk(tree) if isinstance(n, ast.FunctionDef)):
        nodes = walk(function)
        if function.decorator_list or any(
            isinstance(n, (ast.Yield, ast.YieldFrom, ast.Lambda)) for n in nodes
        ):
            continue
        gives = [n for n in nodes if isinstance(n, ast.Return)]
        if any(isinstance(n, ast.FunctionDef) and n is not function for n in nodes):
            continue
        found = [_feed(function, r) for r in gives]
        feeds = [feed for feed in found if feed is not None]
        if (
            not feeds
            or len(feeds) < len(found)
            or not isinstance(function.body[-1], (ast.Return, ast.If))
        ):
            continue
        first = _keys(feeds[0])
        if not first or any(sorted(_keys(f)) != sorted(first) for f in feeds):
            continue
        method = id(function) in of_classes
        own = {p.arg for p in parameters(function)[1 if method else 0 :]}
        stored = {
            n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        }
        inside = {id(k) for f in feeds for k in f.keys}
        reads = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in inside}
        roots = {key.split(".")[0] for key in first}
        # What is fed is known where the function is called, or to everything.
        if roots & (stored - own) or any("." in k and k.split(".")[0] != "self" for k in first):
            continue
        gone = frozenset(own & set(first))
        if gone & reads or (any(k.startswith("self.") for k in first) and not method):
            continue
        yield _Filler(function, method, first, feeds, gone)


def _feed(function: ast.FunctionDef, gives: ast.Return) -> ast.Dict | None:
    """Return the dictionary that is given; None where it is not one that is written out."""
    value = gives.value
    if isinstance(value, ast.Name):
        uses = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == value.id]
        makes = [
            s.value
            for s in walk(function)
            if isinstance(s, ast.Assign) and any(t is uses[0] for t in s.targets)
        ]
        value = makes[0] if len(uses) == 2 and len(makes) == 1 else None
    return value if isinstance(value, ast.Dict) else None


def _keys(feed: ast.Dict) -> tuple[str, ...]:
    """Return what is fed; nothing where something else is a key."""
    if not all(isinstance(k, _KEYS) for k in feed.keys):
        return ()
    return tuple(ast.unparse(k) for k in feed.keys if k is not None)


def _written(source: Source, filler: _Filler) -> Text | None:
    function, name = filler.function, filler.function.name
    acts = _acts(function)
    sites = []
    for statement, caller in simple_in(source.tree, source.tree):
        loose = {id(n) for b in walk(statement) if isinstance(b, _LOOSE) for n in walk(b)}
        inside = (n for n in walk(statement) if not isinstance(n, ast.keyword))
        above = {id(c): n for n in inside for c in _given(n)}
        for node in walk(statement):
            if not _means(node, name, method=filler.method):
                continue
            call = above.get(id(node))
            if not isinstance(call, ast.Call) or call.func is not node or id(call) in loose:
                return None
            fed = above.get(id(call))
            whole = isinstance(statement, ast.Assign) and statement.value is call
            if not whole and not (isinstance(fed, ast.Call) and _feeds(fed, call)):
                return None
            # What stands before the run in its statement would come after what the function does.
            value = getattr(statement, "value", None)
            if acts and value is not call and value is not fed:
                return None
            sites.append((statement, caller, call))
    # Tests of branches and loops are no simple statements.
    uses = [n for n in walk(source.tree) if _means(n, name, method=filler.method)]
    if not sites or len(uses) != len(sites):
        return None
    if any(caller is function or not has_its_lines(source, s) for s, caller, _ in sites):
        return None
    edits: list[Edit] = []
    before: dict[int, list[str]] = {}
    taken = names_in(source.tree)
    for statement, caller, call in sites:
        bound = ast.Expr(call, lineno=statement.lineno, col_offset=statement.col_offset)
        called = Called(function, call, bound, caller, filler.method, last=False)
        made = _site(source, filler, called, taken)
        if made is None:
            return None
        binds, edit = made
        before.setdefault(statement.lineno, []).append(binds)
        edits.append(edit)
    for feed in filler.feeds:
        edits += _as_values(source, feed, filler.keys)
    if filler.gone:
        less = _less(source, filler)
        if less is None:
            return None
        edits.append(less)
    text = edited(source, edits)
    lines: list[tuple[str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        space = line[: len(line) - len(line.lstrip())]
        lines += [(space + binds, number) for binds in before.get(number, ())]
        lines.append((line, number))
    return as_text(lines)


def _acts(function: ast.FunctionDef) -> bool:
    """Tell whether a function changes anything but its own names."""
    own = bound_in(function)
    for node in walk(function):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return True
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return True
        outer = changed_in_place(node)
        if outer and outer not in own:
            return True
    return False


def _given(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands directly in a node, the values of named arguments too."""
    for child in ast.iter_child_nodes(node):
        yield child.value if isinstance(child, ast.keyword) else child


def _means(node: ast.AST, name: str, *, method: bool) -> bool:
    """Tell whether an expression is the function, or the method of ``self``."""
    if method:
        return isinstance(node, ast.Attribute) and node.attr == name
    return isinstance(node, ast.Name) and node.id == name


def _feeds(run: ast.Call, feed: ast.expr) -> bool:
    """Tell whether a call is a run that is fed so."""
    if not isinstance(run.func, ast.Attribute) or run.func.attr not in _RUNNING:
        return False
    at = 1 if run.func.attr == "run" else 0
    positional = len(run.args) > at and run.args[at] is feed
    return positional or any(k.arg == "feed_dict" and k.value is feed for k in run.keywords)


def _site(
    source: Source, filler: _Filler, called: Called, taken: set[str]
) -> tuple[str, Edit] | None:
    """Return what binds the values before a call, and the edit that writes the feed in its place."""
    call = called.call
    if filler.method and ast.unparse(call.func) != f"self.{filler.function.name}":
        return None
    fed = {key: key for key in filler.keys}
    rest = call
    if filler.gone:
        given = given_to(called)
        if given is None or not all(isinstance(given[name], _KEYS) for name in filler.gone):
            return None
        fed |= {name: ast.unparse(given[name]) for name in filler.gone}
        gone = {id(given[name]) for name in filler.gone}
        rest = ast.Call(
            call.func,
            [a for a in call.args if id(a) not in gone],
            [k for k in call.keywords if id(k.value) not in gone],
        )
        positional = [a.arg for a in filler.function.args.args[1 if filler.method else 0 :]]
        # What follows an argument that is left out keeps its place only where that goes as well.
        if len(call.args) > len(positional):
            return None
    names = []
    for key in filler.keys:
        fresh = free_name(f"{fed[key].rpartition('.')[2]}_fed", taken)
        taken.add(fresh)
        names.append(fresh)
    if any(fed[key] != key for key in filler.keys if key not in filler.gone):
        return None
    listed = ", ".join(f"{fed[key]}: {name}" for key, name in zip(filler.keys, names, strict=True))
    made = f"{', '.join(names)} = {ast.unparse(rest)}"
    return made, _one_line(source, call, f"{{{listed}}}")


def _as_values(source: Source, feed: ast.Dict, keys: Sequence[str]) -> Iterator[Edit]:
    """Yield the edits that write the values of a feed as a tuple, or the one that it has."""
    if _keys(feed) != tuple(keys):
        listed = dict(zip(_keys(feed), feed.values, strict=True))
        yield _one_line(source, feed, ", ".join(ast.unparse(listed[key]) for key in keys))
        return
    start, end = source.span(feed)
    alone = (feed.end_lineno or feed.lineno) == feed.lineno
    yield Edit(start, start + 1, "" if alone else "(")
    for key, value in zip(feed.keys, feed.values, strict=True):
        assert key is not None
        yield Edit(source.span(key)[0], source.span(value)[0], "")
    last = source.span(feed.values[-1])[1]
    comma = len(keys) == 1 or alone
    if comma:
        yield Edit(last, end, "" if alone else f"{source.newline * _lines(source, last, end)})")
    else:
        yield Edit(end - 1, end, ")")


def _lines(source: Source, start: int, end: int) -> int:
    return source.data[start:end].count(b"\n")


def _one_line(source: Source, node: ast.expr, text: str) -> Edit:
    """Return the edit that writes an expression otherwise, over as many lines as it has."""
    start, end = source.span(node)
    more = (node.end_lineno or node.lineno) - node.lineno
    # Lines keep their numbers: what is in brackets may be followed by empty ones.
    return Edit(start, end, text if not more else f"({text}{source.newline * more})")


def _less(source: Source, filler: _Filler) -> Edit | None:
    """Return the edit of a function's parameters that leaves out what is only fed."""
    function = filler.function
    args = function.args
    every = parameters(function)
    if args.vararg or args.kwarg or args.posonlyargs or args.kwonlyargs or not every:
        return None
    if any(a.annotation is not None for a in every):
        return None
    first, last = every[0], every[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    start = source.offset(first.lineno, first.col_offset)
    end = source.offset(last.end_lineno, last.end_col_offset)
    end = max(end, *(source.span(node)[1] for node in args.defaults), end)
    defaults = dict(zip([a.arg for a in args.args][::-1], args.defaults[::-1], strict=False))
    kept = [
        f"{a.arg}={ast.unparse(defaults[a.arg])}" if a.arg in defaults else a.arg
        for a in args.args
        if a.arg not in filler.gone
    ]
    if b"\n" in source.data[start:end]:
        return None
    return Edit(start, end, ", ".join(kept))

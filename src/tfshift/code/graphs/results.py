"""What a run is asked for and what it gives, each under a name of its own where a list held it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tfshift.code.graphs.inlining import (
    Inlined,
    Text,
    has_its_lines,
    names_in,
    replaced,
    until_none,
)
from tfshift.code.graphs.lines import edited, lines_without
from tfshift.code.graphs.syntax import bound_once, free_name, stored
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit


def asked_where_run(one: Inlined) -> Inlined:
    """Write lists of fetches that have a name where they are run."""
    if ".run(" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        for statement in source.tree.body:
            name = _list_of_names(statement)
            if name is None or not has_its_lines(source, statement):
                continue
            assert isinstance(statement, ast.Assign)
            uses = [n for n in walk(source.tree) if isinstance(n, ast.Name) and n.id == name]
            fetched = [r.args[0] for r in _runs(source) if r.args]
            reads = [n for n in uses if n is not statement.targets[0]]
            elements = names_in(statement.value)
            stores = Counter(stored(source.tree))
            once = all(stores[element] <= 1 for element in elements)
            if not once or any(all(n is not f for f in fetched) for n in reads):
                continue
            if reads:
                yield replaced(source, reads[0], ast.unparse(statement.value))
            else:
                yield lines_without(source.text, source.tree, [statement])

    return until_none(one, written)


def named_apart(one: Inlined) -> Inlined:
    """Write ``r = sess.run([step, loss])`` and ``r[1]`` with a name for each that is read."""
    if ".run(" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = list(walk(source.tree))
        above = {id(n.value): n for n in nodes if isinstance(n, ast.Subscript)}
        for statement in (n for n in nodes if isinstance(n, ast.Assign)):
            target, count = statement.targets[0], _count(statement.value)
            if len(statement.targets) > 1 or not isinstance(target, ast.Name) or count < 2:
                continue
            uses = [n for n in nodes if isinstance(n, ast.Name) and n.id == target.id]
            picks = [above.get(id(n)) for n in uses if n is not target]
            numbers = [None if pick is None else _number(pick, count) for pick in picks]
            lines = any(p is not None and p.end_lineno != p.lineno for p in picks)
            if not picks or None in numbers or lines:
                continue
            assert isinstance(statement.value, ast.Call)
            fetched = statement.value.args[0]
            assert isinstance(fetched, (ast.List, ast.Tuple))
            taken = names_in(source.tree)
            names = []
            for number, fetch in enumerate(fetched.elts):
                said = fetch.id if isinstance(fetch, ast.Name) else f"{target.id}_{number}"
                name = free_name(f"{said}_value", taken) if number in numbers else "_"
                names.append(name)
                taken.add(name)
            pairs = zip(picks, numbers, strict=True)
            edits = [Edit(*source.span(p), names[n]) for p, n in pairs if p and n is not None]
            edits.append(Edit(*source.span(target), ", ".join(names)))
            text = edited(source, edits)
            yield text, list(range(1, text.count("\n") + 2))

    return until_none(one, written)


def taken_by_key(one: Inlined) -> Inlined:
    """Write ``r = sess.run({"loss": loss})`` and ``r["loss"]`` with a name for each that is read."""
    if ".run(" not in one.file.source.text or "[" not in one.file.source.text:
        return one
    # Tables that were written where they are run.
    spread: set[str] = set()

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        source = now.file.source
        nodes = list(walk(source.tree))
        above = {id(n.value): n for n in nodes if isinstance(n, ast.Subscript)}
        bound = {id(n.value): n for n in nodes if isinstance(n, ast.Assign) and len(n.targets) == 1}
        stores = Counter(stored(source.tree))
        once = bound_once(source.tree)
        tables = {name: s for name, s in once.items() if isinstance(s.value, ast.Dict)}
        for run in _runs(source):
            statement = bound.get(id(run))
            target = statement.targets[0] if statement is not None else None
            if not run.args or not isinstance(target, ast.Name) or stores[target.id] > 1:
                continue
            named = run.args[0].id if isinstance(run.args[0], ast.Name) else ""
            table = tables[named].value if named in tables else run.args[0]
            keys = _texts_of(table)
            uses = [n for n in nodes if isinstance(n, ast.Name) and n.id == target.id]
            picks = [p for n in uses if (p := above.get(id(n))) is not None and _key(p) in keys]
            if keys and picks and len(picks) == len(uses) - 1:
                assert isinstance(table, ast.Dict)
                spread.add(named)
                yield _told_apart(source, target, run.args[0], table, picks)
        counts = Counter(n.id for n in nodes if isinstance(n, ast.Name))
        for name, made in tables.items():
            if counts[name] == 1 and name in spread and has_its_lines(source, made):
                yield lines_without(source.text, source.tree, [made])

    return until_none(one, written)


def _told_apart(
    source: Source,
    target: ast.Name,
    fetched: ast.expr,
    table: ast.Dict,
    picks: Sequence[ast.Subscript],
) -> Text:
    """Return the file's text with names for the results of a run that are picked by their keys.

    Args:
        source: the file.
        target: what the run's result is bound to.
        fetched: what is run, as it is written.
        table: the keys, and what they stand for.
        picks: where results are picked.
    """
    taken, said = names_in(source.tree), {_key(pick) for pick in picks}
    names: dict[str, str] = {}
    for key in _texts_of(table):
        names[key] = free_name(f"{target.id}_{key}", taken) if key in said else "_"
        taken.add(names[key])
    edits = [Edit(*source.span(pick), names[_key(pick)]) for pick in picks]
    comma = "," if len(names) == 1 else ""
    edits.append(Edit(*source.span(target), ", ".join(names.values()) + comma))
    listed = ", ".join(ast.unparse(value) for value in table.values)
    # Lines keep their numbers.
    more = source.newline * ((fetched.end_lineno or fetched.lineno) - fetched.lineno)
    edits.append(Edit(*source.span(fetched), f"[{listed}{more}]"))
    text = edited(source, edits)
    return text, list(range(1, text.count("\n") + 2))


def _texts_of(table: ast.expr) -> list[str]:
    """Return the keys of a dictionary that can be parts of names, all different; nothing else has any."""
    keys = table.keys if isinstance(table, ast.Dict) else []
    texts = [k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
    usable = len(texts) == len(keys) == len({*texts}) and all(t.isidentifier() for t in texts)
    return texts if usable else []


def _key(pick: ast.Subscript) -> str:
    """Return the text by which a result is picked, or nothing."""
    said = pick.slice.value if isinstance(pick.slice, ast.Constant) else None
    return said if isinstance(said, str) and isinstance(pick.ctx, ast.Load) else ""


def _runs(source: Source) -> list[ast.Call]:
    return [
        n
        for n in walk(source.tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "run"
    ]


def _list_of_names(statement: ast.stmt) -> str | None:
    """Return the name that a list of plain names is bound to."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return None
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name) or not isinstance(value, (ast.List, ast.Tuple)):
        return None
    plain = bool(value.elts) and all(isinstance(e, ast.Name) for e in value.elts)
    return target.id if plain else None


def _count(value: ast.expr) -> int:
    """Return how many results a run gives whose fetches are written out, else 0."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return 0
    fetched = value.args[0] if value.func.attr == "run" and value.args else None
    if not isinstance(fetched, (ast.List, ast.Tuple)):
        return 0
    return 0 if any(isinstance(e, ast.Starred) for e in fetched.elts) else len(fetched.elts)


def _number(pick: ast.Subscript, count: int) -> int | None:
    """Return which result is picked, where that is written out."""
    if not isinstance(pick.ctx, ast.Load):
        return None
    try:
        number = ast.literal_eval(pick.slice)
    except ValueError:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or not -count <= number < count:
        return None
    return number % count

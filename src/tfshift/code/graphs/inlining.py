"""Functions that are called once, written where they are called, where their graph must stand there.

A function that makes placeholders or an optimizer gives what is nothing outside of a graph, and a
method that gives a tensor is a part of what builds its class's graph. Called once, such a one says
the same where its call stands; called more often it is left alone.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.folding import Folded, folded
from tfshift.code.graphs.lines import as_text, edited, ending
from tfshift.code.graphs.syntax import bound_in, free_name, is_taken, parameters
from tfshift.code.graphs.walking import walk
from tfshift.code.names import Names
from tfshift.code.project import CodeFile
from tfshift.code.reading import read_names
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit

_RUNNING = ("run", "eval")
ENTERING = known.PLACEHOLDER | {*known.OPTIMIZERS, "tf.gradients"} | set(known.SUMMARIES)
# What a graph is begun with or holds.
BUILDING = known.SESSION | known.MADE | ENTERING
# Methods that only a training step or an iterator has.
_METHODS = {
    "minimize", "compute_gradients", "apply_gradients", "make_one_shot_iterator",
    "make_initializable_iterator", "get_next",
}  # fmt: skip
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# What is not the same in another scope.
_UNLIKE = (
    ast.Global, ast.Nonlocal, ast.Await, ast.ClassDef, ast.Import, ast.ImportFrom,
)  # fmt: skip
_MOST = 200
# What finds something by a text.
_ASKING = {"getattr", "setattr", "hasattr", "globals", "locals", "vars", "eval", "exec"}


@dataclass(frozen=True)
class Inlined:
    """A file in which functions that are called once stand where they were called.

    Args:
        file: it.
        lines: for each line, which line of the file that it was made of it is.
        told: what is otherwise in it than it was.
    """

    file: CodeFile
    lines: Sequence[int]
    told: str = ""

    @classmethod
    def none(cls, file: CodeFile) -> Inlined:
        """Return a file as it is."""
        return cls(file, range(1, file.source.line_count + 1))

    def starts(self, lines: Sequence[int]) -> list[int]:
        """Return where the lines are now of which files begin that the file is made of."""
        places = {line: number for number, line in enumerate(self.lines, 1)}
        # What stood there first may stand elsewhere now.
        return [min(places[k] for k in places if k >= line) for line in lines]

    def before(self, node: ast.AST) -> ast.AST:
        """Return a node on the line on which something stood."""
        line = getattr(node, "lineno", 1)
        found = self.lines[min(line, len(self.lines)) - 1]
        return node if found == line else ast.Pass(lineno=found, col_offset=0)

    def after(
        self, drawn: Sequence[tuple[int, tuple[int, int]]]
    ) -> list[tuple[int, tuple[int, int]]]:
        """Return what drew by its place in a graph, by the lines of now.

        What is written several times drew in this order, each time it was called.
        """
        places: dict[int, list[int]] = {}
        for number, line in enumerate(self.lines, 1):
            places.setdefault(line, []).append(number)
        counts = Counter(line for line, _ in drawn)
        found: list[tuple[int, tuple[int, int]]] = []
        done: Counter[int] = Counter()
        for line, seeds in drawn:
            there = places.get(line, [])
            apart = len(there) > 1 and counts[line] % len(there) == 0
            found += [(p, seeds) for p in ([there[done[line] % len(there)]] if apart else there)]
            done[line] += 1
        return found


@dataclass(frozen=True)
class Called:
    """A function, the statement that calls it, and the blocks around that.

    Args:
        function: it.
        call: the call.
        statement: the statement that is the call, or binds what it gives.
        caller: the function around that, or the module.
        method: whether it is a method.
        last: whether nothing else calls it.
        inner: whether it is a function in that which calls it.
    """

    function: ast.FunctionDef
    call: ast.Call
    statement: ast.Assign | ast.Expr
    caller: ast.AST
    method: bool
    last: bool
    inner: bool = False


def inlined(one: Inlined, programs: Sequence[int] = (1,)) -> Inlined:
    """Write functions where they are called, where that is the one place, until none is left.

    Args:
        one: the file.
        programs: the first lines of the programs in it; what stands before them all of them run.
    """

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        made = (
            written_there(source, c) for c in _candidates(source, symbols, now.starts(programs))
        )
        yield from (text for text in made if text is not None)

    return until_none(one, written)


# A file's text, and which line each of its lines was.
Text = tuple[str, list[int]]
Offering = Callable[[Inlined, Mapping[int, str]], Iterator[Text]]


def until_none(one: Inlined, written: Offering, *, fewer: bool = False) -> Inlined:
    """Write a file anew, again and again, as long as something offers to.

    Args:
        one: the file.
        written: what offers.
        fewer: whether symbols may go that the file names.
    """
    for _ in range(_MOST):
        file, source = one.file, one.file.source
        symbols = {id(u.node): u.symbol for u in file.names.usages if u.statement is None}
        made = next(written(one, symbols), None)
        if made is None:
            break
        text, origins = made
        try:
            tree = ast.parse(text)
        except SyntaxError:
            break
        data = source.data[: source.bom] + text.encode(source.encoding)
        source = replace(source, data=data, text=text, tree=tree, _starts=[], _bytes=[])
        names = read_names(source, file.around) if file.around else None
        if names is None or not (fewer or _symbols(file.names) <= _symbols(names)):
            break
        lines = [one.lines[min(origin, len(one.lines)) - 1] for origin in origins]
        one = replace(one, file=replace(file, source=source, names=names), lines=lines)
    return one


def replaced(source: Source, node: ast.expr, text: str) -> tuple[str, list[int]]:
    """Return a file's text with an expression written on one line, and which line each was."""
    start, end = source.span(node)
    data = source.data[:start] + text.encode(source.encoding) + source.data[end:]
    assert node.end_lineno is not None
    gone = range(node.lineno + 1, node.end_lineno + 1)
    whole = data[source.bom :].decode(source.encoding)
    return whole, [n for n in range(1, source.text.count("\n") + 2) if n not in gone]


def _symbols(names: Names) -> set[str]:
    return {u.symbol for u in names.usages if u.statement is None and not u.method}


def _candidates(
    source: Source, symbols: Mapping[int, str], programs: Sequence[int]
) -> Iterator[Called]:
    """Yield functions that are called once in a program and whose graph must stand where that is."""
    tree = source.tree
    entering = [
        (function, isinstance(top, ast.ClassDef))
        for top in tree.body
        for function in (top.body if isinstance(top, ast.ClassDef) else [top])
        if isinstance(function, ast.FunctionDef)
        and not function.decorator_list
        and not function.name.startswith("__")
        and not (isinstance(top, ast.ClassDef) and len(top.body) == 1)
        and _enters(function, symbols, method=isinstance(top, ast.ClassDef))
    ]
    if not entering:
        return
    nodes = walk(tree)
    texts = texts_that_name(nodes)
    defined = Counter(n.name for n in nodes if isinstance(n, _INNER[:3]))
    wanted = {function.name for function, _ in entering}
    named: dict[str, list[int]] = {}
    asked: dict[str, list[int]] = {}
    # What is asked of TensorFlow is no method.
    inside = {id(n) for node in nodes if id(node) in symbols for n in walk(node)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in wanted:
            named.setdefault(node.id, []).append(node.lineno)
        elif isinstance(node, ast.Attribute) and node.attr in wanted and id(node) not in inside:
            asked.setdefault(node.attr, []).append(node.lineno)
    statements = list(statements_in(tree, tree))
    for function, method in entering:
        name = function.name
        used = (asked if method else named).get(name, [])
        if name in texts or defined[name] != 1 or not once_each(used, programs):
            continue
        for statement, caller in statements:
            call = statement.value
            own = isinstance(call, ast.Call) and calls_by_name(call, name, method=method)
            if own and caller is not function:
                assert isinstance(call, ast.Call)
                yield Called(function, call, statement, caller, method, len(used) == 1)


def _grows(function: ast.FunctionDef, used: set[str]) -> bool:
    """Tell whether a function builds a part of a graph and runs it in a session that it is given."""
    given = {p.arg for p in parameters(function)}
    runs = any(
        isinstance(n, ast.Attribute)
        and n.attr == "run"
        and isinstance(n.value, ast.Name)
        and n.value.id in given
        for n in walk(function)
    )
    return runs and bool(used & (known.MADE | ENTERING | set(known.ASSIGN)))


def _runs_given(function: ast.FunctionDef, symbols: Mapping[int, str]) -> bool:
    """Tell whether a function makes a session, and runs in it what it is given."""
    nodes = walk(function)
    if not symbols_in(function, symbols) & known.SESSION:
        return False
    given = {p.arg for p in parameters(function)}
    runs = (n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    fetched = (n.args[0] for n in runs if n.args and getattr(n.func, "attr", "") == "run")
    return any(isinstance(n, ast.Name) and n.id in given for f in fetched for n in walk(f))


def texts_that_name(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the texts by which a file may ask for something, where it asks for anything so."""
    if not any(isinstance(n, ast.Name) and n.id in _ASKING for n in nodes):
        return set()
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def once_each(lines: Sequence[int], programs: Sequence[int]) -> bool:
    """Tell whether what stands on some lines stands in each program once at most, and in one."""
    places = Counter(sum(line >= first for first in programs) for line in lines)
    shared = places.pop(0, 0)
    return bool(lines) and max(places.values(), default=0) + shared == 1


def statements_in(
    node: ast.AST, caller: ast.AST
) -> Iterator[tuple[ast.Assign | ast.Expr, ast.AST]]:
    """Yield the expressions and assignments of a scope and those in it, each with its function."""
    for statement, around in simple_in(node, caller):
        if isinstance(statement, (ast.Assign, ast.Expr)):
            yield statement, around


def simple_in(node: ast.AST, caller: ast.AST) -> Iterator[tuple[ast.stmt, ast.AST]]:
    """Yield the statements of a scope and those in it that hold no others, each with its function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt) and not hasattr(child, "body"):
            yield child, caller
        elif isinstance(child, (ast.stmt, ast.ExceptHandler)):
            block = isinstance(child, ast.FunctionDef)
            yield from simple_in(child, child if block else caller)


def calls_by_name(call: ast.Call, name: str, *, method: bool) -> bool:
    """Tell whether a call is of a function, or of a method of ``self``."""
    if method:
        base = call.func.value if isinstance(call.func, ast.Attribute) else None
        own = isinstance(base, ast.Name) and base.id == "self"
        return own and isinstance(call.func, ast.Attribute) and call.func.attr == name
    return isinstance(call.func, ast.Name) and call.func.id == name


def _enters(function: ast.FunctionDef, symbols: Mapping[int, str], *, method: bool) -> bool:
    """Tell whether what a function builds must stand where it is called."""
    nodes = walk(function)
    used = symbols_in(function, symbols)
    if not builds(function, symbols):
        # The session of an object begins with what it builds.
        begins = method and bool(used & known.SESSION)
        return begins or (not method and (_runs_given(function, symbols) or _grows(function, used)))
    if method:
        gives = any(isinstance(n, ast.Return) and n.value is not None for n in nodes)
        return gives and any(s.startswith("tf.") for s in used)
    calls = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return bool(used & ENTERING) or bool(calls & _METHODS)


def builds(function: ast.AST, symbols: Mapping[int, str]) -> bool:
    """Tell whether a function runs nothing."""
    nodes = walk(function)
    if any(isinstance(n, ast.Attribute) and n.attr in _RUNNING for n in nodes):
        return False
    return not symbols_in(function, symbols) & known.SESSION


def symbols_in(node: ast.AST, symbols: Mapping[int, str]) -> set[str]:
    """Return the symbols that a node names, as 1.x calls them."""
    return {plain(symbols[id(n)]) for n in walk(node) if id(n) in symbols}


def plain(symbol: str) -> str:
    """Return a symbol of ``tf.compat.v1``, or one that slim hands on, as 1.x calls it."""
    if symbol.startswith("tf.contrib.slim."):
        return "tf.contrib.layers." + symbol[len("tf.contrib.slim.") :]
    return "tf." + symbol[len("tf.compat.v1.") :] if symbol.startswith("tf.compat.v1.") else symbol


def written_there(source: Source, called: Called, owner: str = "") -> tuple[str, list[int]] | None:
    """Return the file's text with a function where it is called, and which line each line was.

    Args:
        source: the file.
        called: the function and its call.
        owner: what the object is called there, where it is a method that is called on one.
    """
    function, statement = called.function, called.statement
    body = function.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        body = body[1:]
    if not body or body[0].lineno == function.lineno or not says_the_same(function, body):
        return None
    closing = last_of(body)
    gives = closing.value if isinstance(closing, ast.Return) else None
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(statement, ast.Assign) and (gives is None or len(statement.targets) > 1):
        return None
    given = given_to(called)
    if given is None or not has_its_lines(source, statement):
        return None
    names = named_there(called, given, gives, target)
    if names is None:
        return None
    renamed, binds = names
    if owner:
        renamed["self"] = owner
    parts = _parts(source, called, gives, target, renamed)
    feeds = isinstance(gives, ast.Dict) and not any(isinstance(k, ast.Constant) for k in gives.keys)
    if parts is None and isinstance(gives, ast.Dict) and not feeds:
        return None
    after, edits = parts or ([], [])
    text = with_names(source, body, renamed, edits)
    if text is None:
        return None
    bound = ""
    apart = _apart(gives, target, renamed)
    if apart is not None and parts is None:
        after = apart
    elif gives is not None and target is not None and parts is None:
        value, name = _spelled(gives, renamed), _spelled(target, {})
        bound = "" if value == name else name
    before = [f"{renamed.get(name, name)} = {ast.unparse(value)}" for name, value in binds]
    stored = {name for name, _ in binds}
    left = folded(body, {name: v for name, v in given.items() if name not in stored})
    return placed_there(source, called, body, before, bound, text, after, left=left)


def with_names(
    source: Source, body: Sequence[ast.stmt], renamed: Mapping[str, str], edits: Sequence[Edit]
) -> str | None:
    """Return a file's text with other names in some statements; None where one stands elsewhere.

    Args:
        source: the file.
        body: the statements.
        renamed: their names, and what they become.
        edits: what is otherwise besides.
    """
    found = list(edits)
    nodes = [n for s in body for n in walk(s)]
    theirs = _of_nested([n for n in nodes if isinstance(n, ast.FunctionDef)])
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in renamed and id(node) not in theirs:
            start, end = source.span(node)
            # In a formatted text positions are wrong before Python 3.12.
            if source.data[start:end] != node.id.encode(source.encoding):
                return None
            found.append(Edit(start, end, renamed[node.id]))
    return edited(source, found)


def _apart(
    gives: ast.expr | None, target: ast.expr | None, renamed: Mapping[str, str]
) -> list[str] | None:
    """Return what binds the parts of a tuple one by one; None where that is not the same."""
    if not isinstance(gives, ast.Tuple) or not isinstance(target, ast.Tuple):
        return None
    if len(gives.elts) != len(target.elts):
        return None
    parts = zip(gives.elts, target.elts, strict=True)
    pairs = [(_spelled(give, renamed), ast.unparse(take)) for give, take in parts]
    for number, (value, name) in enumerate(pairs):
        read = {n.id for n in ast.walk(ast.parse(value)) if isinstance(n, ast.Name)}
        if read & {other for _, other in pairs[:number] if other != value} or "*" in name:
            return None
    return [f"{name} = {value}" for value, name in pairs if value != name]


def _parts(
    source: Source,
    called: Called,
    gives: ast.expr | None,
    target: ast.expr | None,
    renamed: Mapping[str, str],
) -> tuple[list[str], list[Edit]] | None:
    """Return what gives the values of a dictionary names, and edits that use these.

    None where no dictionary is given, or more is made of it than to take values under keys that are
    written out.
    """
    values: dict[str, ast.expr] = {}
    if isinstance(gives, ast.Dict):
        for key, value in zip(gives.keys, gives.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            values[key.value] = value
    if not values or not isinstance(target, ast.Name):
        return None
    names = names_in(called.caller) | set(renamed.values())
    lines: list[str] = []
    spelled: dict[str, str] = {}
    for name, given in values.items():
        spelled[name] = _spelled(given, renamed)
        if not isinstance(given, ast.Name):
            fresh = free_name(f"{target.id}_{re.sub(r'[^0-9a-zA-Z_]', '_', name)}", names)
            names.add(fresh)
            lines.append(f"{fresh} = {spelled[name]}")
            spelled[name] = fresh
    edits: list[Edit] = []
    inside = {id(target)}
    for node in walk(called.caller):
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            continue
        asked = str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
        if node.value.id == target.id and isinstance(node.ctx, ast.Load) and asked in spelled:
            inside.add(id(node.value))
            edits.append(Edit(*source.span(node), spelled[asked]))
    others = [n for n in walk(called.caller) if isinstance(n, ast.Name) and n.id == target.id]
    return (lines, edits) if all(id(n) in inside for n in others) else None


def _spelled(node: ast.expr, renamed: Mapping[str, str]) -> str:
    """Return an expression with other names."""
    fresh = ast.parse(ast.unparse(node), mode="eval").body
    for inner in ast.walk(fresh):
        if isinstance(inner, ast.Name):
            inner.id = renamed.get(inner.id, inner.id)
    # What a tuple is bound to is a tuple as well.
    return ast.unparse(fresh).strip("()") if isinstance(fresh, ast.Tuple) else ast.unparse(fresh)


def last_of(body: Sequence[ast.stmt]) -> ast.stmt:
    """Return the last statement, that of a block which is opened last among it."""
    end = body[-1]
    while isinstance(end, ast.With):
        end = end.body[-1]
    return end


def says_the_same(function: ast.FunctionDef, body: Sequence[ast.stmt]) -> bool:
    """Tell whether a function's statements say the same elsewhere."""
    inner = [n for n in walk(function) if isinstance(n, _INNER) and n is not function]
    below = {id(n) for block in inner for n in walk(block)}
    for node in walk(function):
        leaves = isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and id(node) not in below
        text = isinstance(node, (ast.Constant, ast.JoinedStr)) and node.lineno >= body[0].lineno
        if (
            isinstance(node, _UNLIKE)
            or (leaves and node is not last_of(body))
            or (text and getattr(node, "end_lineno", 0) != getattr(node, "lineno", 0))
        ):
            return False
    last = last_of(body)
    others = [n for s in body for n in walk(s) if isinstance(n, ast.stmt) and n is not last]
    # Something else on the line of what it gives would be lost.
    return not isinstance(last, ast.Return) or not any(
        n.lineno == last.lineno or (n.end_lineno == last.lineno and not isinstance(n, ast.With))
        for n in others
    )


def has_its_lines(source: Source, statement: ast.stmt) -> bool:
    """Tell whether a statement has its lines for itself."""
    start, end = source.span(statement)
    assert statement.end_lineno is not None
    before = source.data[source.offset(statement.lineno, 0) : start]
    after = source.data[end : source.end_of_line(statement.end_lineno)]
    return not before.strip() and (not after.strip() or after.lstrip().startswith(b"#"))


def given_to(called: Called) -> dict[str, ast.expr] | None:
    """Return what the function's parameters are given; None where that is not written out."""
    function, call = called.function, called.call
    all_of = function.args
    if all_of.vararg or all_of.kwarg or all_of.posonlyargs:
        return None
    named = parameters(function)[1 if called.method else 0 :]
    found: dict[str, ast.expr] = {}
    positional = all_of.args[1 if called.method else 0 :]
    if len(call.args) > len(positional) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    found.update((p.arg, a) for p, a in zip(positional, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in {p.arg for p in named}:
            return None
        found[keyword.arg] = keyword.value
    defaults = dict(
        zip([p.arg for p in all_of.args][::-1], all_of.defaults[::-1], strict=False)
    ) | {
        p.arg: d
        for p, d in zip(all_of.kwonlyargs, all_of.kw_defaults, strict=True)
        if d is not None
    }
    for parameter in named:
        if parameter.arg in found:
            continue
        default = defaults.get(parameter.arg)
        # Others are computed where the function is defined, and kept from call to call.
        listed = called.last and isinstance(default, (ast.List, ast.Tuple)) and _is_literal(default)
        if default is None or not (isinstance(default, ast.Constant) or listed):
            return None
        found[parameter.arg] = default
    return found


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def named_there(
    called: Called,
    given: Mapping[str, ast.expr],
    gives: ast.expr | None,
    target: ast.expr | None,
) -> tuple[dict[str, str], list[tuple[str, ast.expr]]] | None:
    """Return what the function's names become, and what is bound first; None where they collide."""
    function = called.function
    nodes = walk(function)
    blocks = [n for n in nodes if isinstance(n, _INNER) and n is not function]
    nested = [n for n in blocks if isinstance(n, ast.FunctionDef)]
    theirs = _of_nested(nested)
    outer = [n for n in nodes if id(n) not in theirs]
    stored = {n.id for n in outer if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    own = (stored | given.keys()) - {"self"}
    free = {n.id for n in outer if isinstance(n, ast.Name)} - own - {"self"}
    around = names_in(called.caller, function)
    hiding = {a.arg for block in blocks if block not in nested for a in walk(block)
              if isinstance(a, ast.arg)}  # fmt: skip
    if hiding & own or any(is_taken(n.name, around | own) for n in nested):
        return None
    elsewhere = not isinstance(called.caller, ast.Module) and not called.inner
    if elsewhere and free & bound_in(called.caller):
        return None
    taken = around | free | own
    asked = {name for value in given.values() for name in names_in(value)}
    changed = {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }
    renamed: dict[str, str] = {}
    binds: list[tuple[str, ast.expr]] = []
    for name, value in given.items():
        plain = isinstance(value, (ast.Name, ast.Constant)) or _is_dotted(value)
        if plain and name not in stored and getattr(value, "attr", "") not in changed:
            renamed[name] = ast.unparse(value)
        else:
            binds.append((name, value))
    # What it gives is called as its caller calls it.
    for local, attribute in _kept(function, gives, target):
        if local not in given:
            renamed[local] = attribute
    for local, wanted in _results(gives, target):
        clear = wanted not in asked | free | (own - {local}) and wanted not in renamed.values()
        if local in stored and local not in given and clear:
            renamed[local] = wanted
    # What a dictionary held is called after it.
    owner = f"{target.id}_" if isinstance(gives, ast.Dict) and isinstance(target, ast.Name) else ""
    # What is built several times is told apart by what each is called.
    texts = [v.value for v in given.values() if isinstance(v, ast.Constant)]
    called_so = next((f"_{t}" for t in texts if isinstance(t, str) and t.isidentifier()), "")
    for name in sorted(own - renamed.keys()):
        if is_taken(name, around):
            renamed[name] = free_name(f"{owner}{name}{called_so}", taken)
            taken.add(renamed[name])
    # A function in it would take what it reads for its own.
    hidden = {name for block in nested for name in bound_in(block)}
    if any({*re.findall(r"\w+", text)} & hidden for text in renamed.values()):
        return None
    return renamed, binds


def _of_nested(nested: Sequence[ast.FunctionDef]) -> set[int]:
    """Return the names in some functions that are their own."""
    return {
        id(n)
        for block in nested
        for own in [bound_in(block)]
        for n in walk(block)
        if isinstance(n, ast.Name) and n.id in own
    }


def _kept(
    function: ast.FunctionDef, gives: ast.expr | None, target: ast.expr | None
) -> Iterator[tuple[str, str]]:
    """Yield names that a method gives and attributes that take them, by which they can be called at once."""
    nodes = walk(function)
    asked = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    bound = {id(t) for s in nodes if isinstance(s, ast.Assign) for n in s.targets for t in walk(n)}
    pairs = _pairs(gives, target)
    given = Counter(g.id for g, _ in pairs if isinstance(g, ast.Name))
    for give, take in pairs:
        own = isinstance(take, ast.Attribute) and isinstance(take.value, ast.Name)
        if not isinstance(give, ast.Name) or not isinstance(take, ast.Attribute) or not own:
            continue
        stored = [n for n in nodes if isinstance(n, ast.Name) and n.id == give.id]
        stored = [n for n in stored if not isinstance(n.ctx, ast.Load)]
        clear = take.attr not in asked and given[give.id] == 1
        if clear and len(stored) == 1 and id(stored[0]) in bound:
            yield give.id, ast.unparse(take)


def _pairs(
    gives: ast.expr | None, target: ast.expr | None
) -> list[tuple[ast.expr | None, ast.expr | None]]:
    """Return what is bound to what, the parts of tuples one by one."""
    if isinstance(gives, ast.Tuple) and isinstance(target, ast.Tuple):
        same = len(gives.elts) == len(target.elts)
        return list(zip(gives.elts, target.elts, strict=True)) if same else []
    return [(gives, target)]


def _results(gives: ast.expr | None, target: ast.expr | None) -> Iterator[tuple[str, str]]:
    """Yield the names that a function gives, each once, and what they are bound to."""
    pairs = _pairs(gives, target)
    names = [(g.id, t.id) for g, t in pairs if isinstance(g, ast.Name) and isinstance(t, ast.Name)]
    once = Counter(g for g, _ in names)
    yield from ((g, t) for g, t in names if once[g] == 1)


def names_in(node: ast.AST, without: ast.AST | None = None) -> set[str]:
    """Return the names in a node, but for those in one that is a part of it."""
    inside = set() if without is None else set(map(id, walk(without)))
    nodes = [n for n in walk(node) if id(n) not in inside]
    names = {n.id for n in nodes if isinstance(n, ast.Name)}
    return names | {n.arg for n in nodes if isinstance(n, ast.arg)}


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def placed_there(
    source: Source,
    called: Called,
    body: Sequence[ast.stmt],
    binds: Sequence[str],
    gives: str,
    text: str,
    after: Sequence[str],
    of: ast.ClassDef | None = None,
    left: Folded | None = None,
) -> tuple[str, list[int]]:
    """Return the file's lines with the function's where it is called, and which line each was.

    Args:
        source: the file.
        called: the function and its call.
        body: the function's statements.
        binds: what is bound before them.
        gives: the name that what they give is bound to, or nothing.
        text: the file, with the function's names as they are called there.
        after: what is bound behind them besides.
        of: the class that goes with the function.
        left: what is left of its branches.
    """
    function, statement = called.function, called.statement
    before, fresh = source.text.split("\n"), text.split("\n")
    end = ending(source)
    space, inner = " " * statement.col_offset, " " * body[0].col_offset
    assert function.end_lineno is not None
    assert statement.end_lineno is not None
    first, last = body[0].lineno, function.end_lineno
    while first - 1 > function.lineno and before[first - 2].strip().startswith("#"):
        first -= 1
    closing = last_of(body)
    if isinstance(closing, ast.Return):
        last = closing.lineno - 1
    lines: list[tuple[str, int]] = [(f"{space}{bind}{end}", statement.lineno) for bind in binds]
    for number in range(first, last + 1):
        kept = fresh[number - 1] if left is None else left.line(number, fresh[number - 1])
        if kept is not None:
            lines.append((space + kept[len(inner) :] if kept.startswith(inner) else kept, number))
    while lines and not lines[-1][0].strip():
        lines.pop()
    if gives:
        assert closing.end_lineno is not None
        for number in range(closing.lineno, closing.end_lineno + 1):
            line = fresh[number - 1]
            if number == closing.lineno:
                line = re.sub(r"\breturn\b\s*", f"{gives} = ", line, count=1)
            lines.append((space + line[len(inner) :] if line.startswith(inner) else line, number))
    lines += [(f"{space}{line}{end}", closing.lineno) for line in after]
    # The blank lines before a function belong to it.
    whole = of or function
    assert whole.end_lineno is not None
    top = whole.lineno
    while top > 1 and not before[top - 2].strip():
        top -= 1
    own = range(whole.lineno, whole.end_lineno + 1)
    gone = range(top, whole.end_lineno + 1) if called.last else range(0)
    call = range(statement.lineno, statement.end_lineno + 1)
    placed: list[tuple[str, int]] = []
    for number, line in enumerate(before, 1):
        if number == statement.lineno:
            placed += lines
        if number not in gone and number not in call:
            placed.append((line if number in own else fresh[number - 1], number))
    return as_text(placed)

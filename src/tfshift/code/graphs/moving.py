"""Statements that leave their place: what they read, and what they make that must be made once."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from keyword import iskeyword

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import (
    RUN,
    Factory,
    Is,
    Moved,
    Named,
    Refusal,
)
from tfshift.code.graphs.needs import fed_by
from tfshift.code.graphs.scope import Scope
from tfshift.code.graphs.syntax import (
    arguments,
    free_name,
    free_names,
    is_constant,
    is_method,
    is_trained,
    target_names,
)
from tfshift.code.graphs.walking import walk


class Moving(Scope):
    """Statements that leave their place: what they read, and what they make that must be made once."""

    def _take_along(self, name: str, node: ast.stmt) -> None:
        """Move the statement that binds a name to what it starts from, if nothing else reads it."""
        holder = None
        for step in self.steps[:-1]:
            names = [n for n in walk(step.statement) if isinstance(n, ast.Name) and n.id == name]
            if any(isinstance(n.ctx, ast.Store) for n in names):
                holder = step
            elif names and step.fate == "keep":
                holder = None
        statement = holder.statement if holder is not None else None
        simple = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.UnaryOp)
        value = statement.value if isinstance(statement, ast.Assign) else None
        constant = isinstance(value, ast.Call) and self._symbol(value.func) == "tf.constant"
        if (
            holder is None
            or holder.fate != "keep"
            or not isinstance(statement, ast.Assign)
            or target_names(statement) != (name,)
            or not (constant or isinstance(statement.value, simple))
        ):
            raise Refusal(node, f"{name} is a value first and a tensor of the graph then")
        moved = Moved(statement, (name,))
        self._note(moved, [statement.value])
        holder.fate, holder.moved = "move", moved
        self.names[name] = Named(Is.DEFERRED, statement, moved)

    def _is_drawn(self, value: ast.expr) -> bool:
        """Tell whether an expression depends on the graph by its random numbers alone."""
        return not any(self._kind_of(n.id) in RUN for n in free_names(value)) and not any(
            self._symbol(n.func) in (*known.MADE, *known.ASSIGN)
            for n in walk(value)
            if isinstance(n, ast.Call)
        )

    def _stays(self, value: ast.expr, kind: Is) -> bool:
        """Tell whether what is bound exists outside of runs: constants, variables and groups of them."""
        if kind is Is.EAGER:
            return True
        if isinstance(value, ast.Call):
            symbol = self._symbol(value.func)
            return symbol in (*known.MADE, *known.COUNTERS) or isinstance(value.func, ast.Name)
        grouped = (
            ast.Dict,
            ast.List,
            ast.Tuple,
            ast.Name,
            ast.Subscript,
            ast.ListComp,
            ast.DictComp,
        )
        return isinstance(value, grouped)

    def _move(self, node: ast.stmt, names: tuple[str, ...], reads: list[ast.expr]) -> None:
        if self._nested:
            raise Refusal(node, "a graph built in a loop or branch")
        moved = Moved(node, names)
        self._note(moved, reads)
        moved.targets = tuple(self._target_apart(node, name, moved) for name in names)
        self._making = moved
        for read in reads:
            self._note_made(moved, read, names[0])
        self._making = None
        value = getattr(node, "value", None)
        moved.many = len(names) == 1 and isinstance(value, ast.expr) and self._many(value)
        if isinstance(value, ast.Call) and self._symbol(value.func) in known.RNN:
            # States are structures of their own.
            moved.many = True
        self._step.fate, self._step.moved = "move", moved
        fed = isinstance(value, ast.expr) and len(names) == 1 and names[0] in self.fed_names
        # Other scopes that feed it do not know what it is made of.
        dtype = self._inferred(value) if fed and value is not None else ""
        for name in names:
            self.names[name] = Named(Is.DEFERRED, node, moved, dtype=dtype)

    def _target_apart(self, node: ast.stmt, name: str, moved: Moved) -> str:
        """Return what a name becomes that holds a cell first, and then what is built from it."""
        before = self.names.get(name)
        if before is None or before.kind is not Is.CELL or name not in moved.captured:
            return name
        fresh = self._free(name)
        self._renames[name] = fresh
        for target in getattr(node, "targets", ()):
            for each in walk(target):
                if isinstance(each, ast.Name) and each.id == name:
                    self.renamed[id(each)] = fresh
        return fresh

    def _note_made(self, moved: Moved, read: ast.expr, name: str) -> None:
        """Note the layers and variables that an expression makes."""
        for call in (n for n in walk(read) if isinstance(n, ast.Call)):
            symbol = self._symbol(call.func)
            factory = self._factory_of(call)
            if factory is not None:
                moved.made.append((call, self._free(f"{name}_layer")))
                self._note_applied(call, factory, moved.made[-1][1])
            elif again := self._again(call, symbol):
                moved.reused[id(call)] = again
            elif symbol in known.LAYERS:
                moved.made.append((call, self._free(self._layer_name(call, symbol, name))))
                if symbol in known.HOLDING:
                    base = symbol.rpartition(".")[2]
                    self._keyed(call, base, moved.made[-1][1], scopes=False)
                elif symbol in known.WEIGHED:
                    # It makes some too, under names of its own.
                    self.unsaved = self.unsaved or call
                    self.saved.append(("\0", moved.made[-1][1]))
                    self.layered.add(moved.made[-1][1])
                inputs = next((k.value for k in call.keywords if k.arg == "inputs"), None)
                typed = self._typed(inputs or call.args[0]) if symbol in known.HOLDING else ""
                moved.types[id(call)] = typed
                told = [k.value for k in call.keywords if k.arg in ("training", "is_training")]
                width = self._width(inputs or call.args[0]) if symbol in known.DENSE else None
                if width is not None:
                    moved.widths[id(call)] = width
                for given in (*call.args[inputs is None :], *(k.value for k in call.keywords)):
                    said = symbol in known.NORMS and given in told
                    tensor = self._kind(given) in (Is.DEFERRED, Is.PLACEHOLDER)
                    if given is not inputs and tensor and not said:
                        raise Refusal(call, "a layer that is made from a tensor of the graph")
            elif symbol in known.CELLS:
                if self._kind(call) is Is.CELL:
                    moved.made.append((call, self._free(f"{name}_cell")))
            elif symbol in known.METRICS:
                short = re.sub(r"_?(update_)?op$|_?update$|^update_", "", name) or name
                moved.made.append((call, self._free(f"{short}_metric")))
            elif symbol in known.DRAWS or symbol in known.DROPOUTS:
                moved.made.append((call, self._free("random_numbers")))
            elif symbol in known.VARIABLES:
                moved.made.append((call, self._free(f"{name}_variable")))
                self._key_made(call, moved.made[-1][1])

    def _layer_name(self, call: ast.Call, symbol: str, name: str) -> str:
        """Return what a layer is called: after what it gives, or after itself where that is many things."""
        if self.stores[name] < 2:
            return f"{name}_layer"
        said = next((k.value for k in call.keywords if k.arg == "name"), None)
        own = said.value if isinstance(said, ast.Constant) else None
        wanted = symbol.rpartition(".")[2]
        if isinstance(own, str) and own.isidentifier() and not iskeyword(own):
            wanted = f"{own}_layer"
        # What is a name in the beginning of a class is an attribute elsewhere in it.
        prefix = self.around.prefix
        taken = self.taken | {n.removeprefix(prefix) for n in self.taken if n.startswith(prefix)}
        free = free_name(wanted, taken)
        return f"{prefix}{free}" if prefix and name.startswith(prefix) else free

    def _width(self, node: ast.expr) -> ast.expr | None:
        """Return how many numbers the rows of a tensor have, where that is written; None elsewhere."""
        if isinstance(node, ast.BinOp):
            return self._wider(node.left, node.right)
        if isinstance(node, ast.UnaryOp):
            return self._width(node.operand)
        if isinstance(node, ast.Name):
            value = self._alone(node)
            return self._width(value) if value is not None else None
        if not isinstance(node, ast.Call):
            return None
        given = {k.arg: k.value for k in node.keywords}
        symbol = self._symbol(node.func)
        first = node.args[0] if node.args else given.get("inputs", given.get("x"))
        if symbol in known.DENSE:
            return (
                node.args[1] if len(node.args) > 1 else given.get("units", given.get("num_outputs"))
            )
        if symbol in known.EACH or symbol in known.DROPOUTS:
            return self._width(first) if first is not None else None
        if symbol in known.PAIRED and len(node.args) > 1:
            return self._wider(node.args[0], node.args[1])
        if symbol == "tf.matmul" and len(node.args) == 2 and not {"transpose_b"} & given.keys():
            return self._width(node.args[1])
        if symbol in known.VARIABLE and isinstance(first, ast.Call):
            drawn = self._symbol(first.func) in (*known.DRAWS, "tf.zeros", "tf.ones")
            return _last(first.args[0]) if drawn and first.args else None
        if symbol not in known.PLACEHOLDER and symbol != known.GET_VARIABLE:
            return None
        return _last(node.args[1] if len(node.args) > 1 else given.get("shape"))

    def _wider(self, left: ast.expr, right: ast.expr) -> ast.expr | None:
        """Return how wide the rows are of what two tensors give together, number by number."""
        widths = [self._width(left), self._width(right)]
        return next((w for w in widths if w is not None and not is_constant(w, 1)), None)

    def _note_applied(self, call: ast.Call, factory: Factory, access: str) -> None:
        """Note what a function of this file makes: its variables have names that only it knows."""
        self.unsaved = self.unsaved or call
        again = factory.given(call).get(factory.reuse) if factory.reuse else None
        if again is not None and is_constant(again, True):
            return
        scope = _scope_of(factory.function, self.symbols)
        if not scope and not self.whole:
            self.uncollected = self.uncollected or call
        self.factored[access] = factory
        self.saved.append(("/".join([*(s for s in self._variable_scopes if s), scope]), access))

    def _note_cell(self, node: ast.Call) -> None:
        """Note a recurrent cell: what runs it gives its variables their names."""
        self.uncollected = self.uncollected or node
        if all(node is not cell for cell in self.cells):
            self.cells.append(node)

    def _runs_cell(self, node: ast.Call) -> None:
        """Note under what names the variables of cells are saved that are run along a sequence."""
        if None in self._variable_scopes:
            return
        given = arguments(node, known.RNN[self._symbol(node.func)]) or {}
        for parameter, scope in known.CELLS_RUN.items():
            cell = given.get(parameter)
            if not isinstance(cell, ast.Name) or any(access == cell.id for _, access in self.saved):
                continue
            pending, seen = [cell.id], set[str]()
            while pending:
                name = pending.pop()
                seen.add(name)
                for inner in (n for value in self.cells_bound.get(name, ()) for n in walk(value)):
                    if isinstance(inner, ast.Call):
                        self.cells_run.add(id(inner))
                    elif isinstance(inner, ast.Name) and inner.id not in seen:
                        pending.append(inner.id)
            self.saved.append(("/".join([*filter(None, self._variable_scopes), scope]), cell.id))

    def _again(self, call: ast.Call, symbol: str) -> str:
        """Return the layer or variable that a call means which says that there is one already."""
        named = {k.arg: k.value for k in call.keywords}
        again = named.get("reuse")
        said = again is not None and is_constant(again, True)
        if not said and not self._reusing:
            return ""
        if symbol in (*known.WEIGHED, *known.NORMS) and symbol not in known.HOLDING:
            raise Refusal(call, "a layer whose variables are those of one that is not known")
        if symbol not in (*known.HOLDING, known.GET_VARIABLE):
            return ""
        path = self._path(call, symbol.rpartition(".")[2], scopes=False)
        count = self._counts.get(path, 0) if self._said_name(call) is None else 0
        full = f"{path}_{count}" if count else path
        for key, access in self.saved if full else ():
            if key == full and isinstance(access, str):
                # The next one without a name is another one.
                self._counts[path] = count + (self._said_name(call) is None)
                return access
        if said or not self._may_make or not full:
            raise Refusal(call, "variables of a scope that are not known")
        return ""

    def _typed(self, inputs: ast.expr) -> str:
        """Return what a layer of Keras is told so that it takes its inputs in the type that they have.

        By itself it would take all in single precision.
        """
        needs = Moved(ast.Expr(inputs), ())
        self._note(needs, [inputs])
        types = {self._dtype(name).removeprefix(known.SPARSE) for name in fed_by(needs)}
        types -= known.OTHER_TYPES
        unusual = types - known.USUAL_TYPES
        if not unusual:
            return ""
        if len(types) == 1 and "" not in types:
            return f"dtype={unusual.pop()}"
        raise Refusal(inputs, "a layer of inputs whose type is not known")

    def _many(self, node: ast.expr) -> bool:
        if isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp)):
            return True
        if not isinstance(node, ast.Call):
            return False
        if self._symbol(node.func) in known.MANY or is_method(node, "compute_gradients"):
            return True
        if isinstance(node.func, ast.Name):
            found = self._named(node.func.id)
            if found is not None and isinstance(found.node, ast.FunctionDef):
                returns = (n.value for n in walk(found.node) if isinstance(n, ast.Return))
                return any(isinstance(v, (ast.Tuple, ast.List, ast.Dict)) for v in returns)
        return False

    def _note(self, moved: Moved, reads: list[ast.expr]) -> None:
        """Note what a statement reads."""
        for expression in reads:
            listed = [n for n in walk(expression) if id(n) in self.collected]
            for node in (n for n in listed if id(n) in self.regular_needs):
                for _, made, access in self.regular_needs[id(node)]:
                    moved.needs += [made] if made is not None else []
                    moved.captured |= set() if made is not None else {access}
            # What is collected is written out.
            inside = {id(n) for one in listed for n in walk(one)}
            for node in free_names(expression):
                if id(node) not in inside:
                    self._note_name(moved, node)

    def _note_name(self, moved: Moved, node: ast.Name) -> None:
        found = self._named(node.id)
        if found is None or id(node) in self.symbols:
            if found is None:
                moved.captured.add(node.id)
            return
        mine = node.id in self.names or self.borrows
        if not mine and found.kind in (Is.DEFERRED, Is.PLACEHOLDER):
            raise Refusal(node, "a tensor of the graph of another scope")
        if found.kind in (Is.DEFERRED, Is.BUILDER, Is.DATASET) and found.moved is not None:
            moved.needs.append(found.moved)
        elif found.kind is Is.PLACEHOLDER:
            moved.fed.add(node.id)
        else:
            moved.captured.add(self.renamed.get(id(node), node.id))

    def _lists(self, node: ast.expr) -> bool:
        """Tell whether an expression is a list that is written out here or where its name is bound."""
        if isinstance(node, ast.BinOp):
            return self._lists(node.left) and self._lists(node.right)
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            bound = named.node if named is not None else None
            moved = named.moved if named is not None else None
            if moved is not None and (moved.many or node.id in moved.lists):
                return True
            return isinstance(bound, ast.Assign) and self._lists(bound.value)
        if isinstance(node, ast.Call) and self._symbol(node.func) in known.COLLECTIONS:
            return True
        if isinstance(node, ast.Call) and id(node) in self.computed:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in known.LISTING and all(self._lists(a) for a in node.args)
        return isinstance(node, (ast.List, ast.Tuple, ast.ListComp))

    def _listed(self, node: ast.Call, name: str, value: ast.expr) -> None:
        """Note a variable that is added to a list."""
        if isinstance(value, ast.Name):
            return
        if not isinstance(value, ast.Call) or self._symbol(value.func) not in known.VARIABLES:
            self._nameless(node)
            return
        # Which it is is known, but not what it is called.
        self.unsaved = self.unsaved or node
        access = f"*{name}"
        if all(held != access for _, held in self.saved):
            self.saved.append(("\0", access))
        if not is_trained(value):
            self.untrained.add(access)

    def _is_same(self, value: ast.expr) -> bool:
        """Tell whether an expression is a variable that is there already; note which if so."""
        inside = [n for n in walk(value) if isinstance(n, ast.Call)]
        made = [call for call in inside if self._symbol(call.func) == known.GET_VARIABLE]
        if not made:
            return False
        if made != [value]:
            raise Refusal(value, "variables of a scope that are not known")
        assert isinstance(value, ast.Call)
        again = self._again(value, known.GET_VARIABLE)
        if again:
            self.same[id(value)] = again
        return bool(again)

    def _path(self, node: ast.Call, base: str, *, scopes: bool) -> str:
        """Return the name of what a call makes, below its scopes; nothing where it is not known.

        Args:
            node: the call.
            base: what it is called where nothing else is said.
            scopes: whether it stands in scopes of names, and not in those of variables alone.
        """
        given = self._said_name(node)
        if given is not None and not (
            isinstance(given, ast.Constant) and isinstance(given.value, str)
        ):
            return ""
        name = given.value if isinstance(given, ast.Constant) else base
        inside = self._inside if scopes else self._variable_scopes
        return "" if None in inside else "/".join([*(s for s in inside if s), str(name)])

    def _leave(self) -> None:
        """Leave a scope of variables: what stands in it the next time is counted anew."""
        start = "/".join(s or "" for s in self._variable_scopes if s) + "/"
        for path in [p for p in self._counts if p.startswith(start)]:
            del self._counts[path]

    def _said_name(self, node: ast.Call) -> ast.expr | None:
        given = next((k.value for k in node.keywords if k.arg == "name"), None)
        if given is None and self._symbol(node.func) == known.GET_VARIABLE and node.args:
            return node.args[0]
        return given

    def _keyed(self, node: ast.Call, base: str, access: str, *, scopes: bool) -> None:
        """Note under what name a variable or layer is saved, in order of their making."""
        path = self._path(node, base, scopes=scopes)
        if not path:
            self._nameless(node)
            return
        count = self._counts.get(path, 0)
        self._counts[path] = count + 1
        full = f"{path}_{count}" if count else path
        if any(key == full for key, _ in self.saved):
            # A scope that is entered again is called otherwise for it.
            self._nameless(node)
            return
        self.saved.append((full, access))
        if not is_trained(node):
            self.untrained.add(access)
        self._note_regular(node, access)
        if self._symbol(node.func) in known.LAYERS:
            self.layered.add(access)
            self.layer_symbols[access] = self._symbol(node.func)
        self._note_collections(node, access)

    def _note_regular(self, node: ast.Call, access: str) -> None:
        """Note what makes the weights of a layer or variable small."""
        for given in node.keywords:
            if str(given.arg).endswith("regularizer") and not is_constant(given.value, None):
                name = isinstance(given.value, ast.Name)
                if given.arg == "regularizer" and not name:
                    raise Refusal(node, "a variable with a regulariser that has no name")
                loss = f"{ast.unparse(given.value)}({access})"
                listed = loss if given.arg == "regularizer" else f"*{access}.losses"
                if all(text != listed for text, _, _ in self.regular):
                    self.regular.append((listed, self._making, access))

    def _note_collections(self, node: ast.Call, access: str) -> None:
        """Note the collections of its own that a variable is put into."""
        given = next((k.value for k in node.keywords if k.arg == "collections"), None)
        if given is None or is_constant(given, None):
            return
        value = self._value_of(given)
        if not isinstance(value, (ast.List, ast.Tuple)):
            raise Refusal(node, "collections that are not written out")
        symbols = [self._symbol(element) for element in value.elts]
        if "tf.GraphKeys.GLOBAL_VARIABLES" not in symbols:
            raise Refusal(node, "a variable that is initialised by itself")
        for element, symbol in zip(value.elts, symbols, strict=True):
            if isinstance(element, ast.Constant) and isinstance(element.value, str):
                self.own_collections.setdefault(element.value, []).append(access)
            elif symbol not in known.KEYS:
                raise Refusal(node, "collections that are not written out")

    def _value_of(self, node: ast.expr) -> ast.expr:
        """Return the expression that a name is bound to, or the expression itself."""
        named = self._named(node.id) if isinstance(node, ast.Name) else None
        bound = named.node if named is not None else None
        if not isinstance(node, ast.Name) or not isinstance(bound, ast.Assign):
            return node
        target = bound.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(bound.value, ast.Tuple):
            for name, value in zip(target.elts, bound.value.elts, strict=False):
                if isinstance(name, ast.Name) and name.id == node.id:
                    return value
        return bound.value

    def _key_made(self, value: ast.expr, access: str) -> None:
        """Note the names of what an expression makes that stays: one variable, or a group of them."""
        if isinstance(value, ast.Call):
            symbol = self._symbol(value.func)
            if symbol in known.VARIABLE:
                self._keyed(value, "Variable", access, scopes=True)
            elif symbol == known.GET_VARIABLE:
                self._keyed(value, "", access, scopes=False)
            elif symbol in known.COUNTERS:
                self.saved.append(("global_step", access))
                self.untrained.add(access)
            elif isinstance(value.func, ast.Name):
                named = self._named(value.func.id)
                uses = [] if named is None else [
                    c for c in walk(named.node)
                    if isinstance(c, ast.Call) and self._symbol(c.func) in known.MADE
                ]  # fmt: skip
                if len(uses) == 1 and self._symbol(uses[0].func) in known.VARIABLE:
                    self._keyed(uses[0], "Variable", access, scopes=True)
                elif self._uses_of(value.func.id) & known.MADE:
                    self._nameless(value)
        elif isinstance(value, ast.Dict):
            for key, each in zip(value.keys, value.values, strict=True):
                text = ast.unparse(key) if key is not None else ""
                self._key_made(each, f"{access}[{text}]")
        elif isinstance(value, (ast.List, ast.Tuple)):
            for number, each in enumerate(value.elts):
                self._key_made(each, f"{access}[{number}]")
        elif any(
            self._symbol(n.func) in known.MADE for n in walk(value) if isinstance(n, ast.Call)
        ):
            self._nameless(value)

    def _is_one(self, node: ast.Name) -> bool:
        """Tell whether a name is that of one variable or tensor."""
        named = self._named(node.id)
        bound = named.node if named is not None else None
        if named is not None and named.kind in (Is.DEFERRED, Is.PLACEHOLDER):
            return named.moved is None or not named.moved.many
        if not isinstance(bound, ast.Assign) or not isinstance(bound.value, ast.Call):
            return False
        return self._symbol(bound.value.func).startswith("tf.") or bool(
            ast.unparse(bound.value.func).startswith(("np.", "numpy."))
        )


def _scope_of(function: ast.FunctionDef, symbols: Mapping[int, str]) -> str:
    """Return the name of the scope that all variables of a function stand in; nothing if there is none."""
    scopes: list[str] = []
    inside: set[int] = set()
    for statement in function.body:
        for item in statement.items if isinstance(statement, ast.With) else ():
            call = item.context_expr
            if isinstance(call, ast.Call) and symbols.get(id(call.func)) == "tf.variable_scope":
                name = call.args[0] if call.args else None
                scopes.append(str(name.value) if isinstance(name, ast.Constant) else "")
                inside.update(id(n) for n in walk(statement))
    made = [
        n
        for n in walk(function)
        if isinstance(n, ast.Call) and symbols.get(id(n.func), "") in known.MADE
    ]
    if len(scopes) != 1 or any(id(call) not in inside for call in made):
        return ""
    return scopes[0]


def _last(shape: ast.expr | None) -> ast.expr | None:
    """Return the width of rows of a shape that is written out; None where it is not known."""
    if not isinstance(shape, (ast.List, ast.Tuple)) or len(shape.elts) != 2:
        return None
    return None if is_constant(shape.elts[1], None) else shape.elts[1]

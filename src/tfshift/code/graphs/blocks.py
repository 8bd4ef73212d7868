"""Loops and branches: those that build a part of the graph, and those that run it."""

from __future__ import annotations

import ast

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import RUN, Is, Moved, Named, Refusal
from tfshift.code.graphs.opening import Opens
from tfshift.code.graphs.scope import Step
from tfshift.code.graphs.syntax import appended, asks_name_for_none
from tfshift.code.graphs.walking import walk


class Blocks(Opens):
    """Loops and branches: those that build a part of the graph, and those that run it."""

    def _builds(self, node: ast.stmt) -> bool:
        """Read a loop or branch that builds a part of the graph as one statement; tell whether it is one."""
        if self._nested or not isinstance(node, (ast.For, ast.If)):
            return False
        attributes = {n.attr for n in walk(node) if isinstance(n, ast.Attribute)}
        if attributes & {"run", "eval", "minimize"} or any(
            isinstance(n, (ast.With, ast.Try, ast.While, ast.Return, ast.FunctionDef))
            for n in walk(node)
        ):
            return False
        calls = [n for n in walk(node) if isinstance(n, ast.Call)]
        if not any(self._symbol(c.func) or isinstance(c.func, ast.Name) for c in calls):
            return False
        own = [n for n in walk(node) if isinstance(n, ast.Name)]
        stored = {n.id for n in own if isinstance(n.ctx, ast.Store)}
        before = dict(self.names)
        builds = self._follows(node)
        if not builds:
            self.names = before
            return False
        after, self.names = self.names, before
        built = [n for n in after if after[n] is not before.get(n) and after[n].kind in RUN]
        if isinstance(node, ast.If) and any(
            all(self._only_in(name, block) for name in built) for block in (node.body, node.orelse)
        ):
            # Each statement of it stands for itself.
            return False
        for call in calls:
            if self._symbol(call.func) in known.MADE or self._factory_of(call) is not None:
                raise Refusal(call, "layers or variables made in a loop or branch that builds")
        changed = stored | {name for name in after if after[name] is not before.get(name)}
        moved = Moved(node, tuple(sorted(changed)))
        counted = [n.target for n in walk(node) if isinstance(n, ast.For)]
        # What a loop counts starts with it.
        own_ones = {n.id for t in counted for n in walk(t) if isinstance(n, ast.Name)}
        for name in sorted(changed & before.keys() - own_ones):
            if before[name].kind is Is.PYTHON:
                self._take_along(name, node)
        for each in own:
            if each.id in self.names or each.id not in stored:
                self._note_name(moved, each)
        moved.captured -= changed
        moved.lists = {name for n in walk(node) if (name := _added_to(n))}
        self._step.fate, self._step.moved = "move", moved
        for changed_name in changed:
            self.names[changed_name] = Named(Is.DEFERRED, node, moved)
        return True

    def _follows(self, node: ast.stmt) -> bool:
        """Follow the names through a loop or branch; tell whether it binds a tensor of the graph."""
        builds = False
        if isinstance(node, ast.For):
            self._counts_through(node, node.target, node.iter)
        elif (
            isinstance(node, ast.If)
            and not asks_name_for_none(node.test)
            and self._kind(node.test) in RUN
        ):
            raise Refusal(node.test, "a tensor of the graph as a condition")
        for child in [*getattr(node, "body", ()), *getattr(node, "orelse", ())]:
            builds |= self._in_block(child)
        return builds

    def _counts_through(self, loop: ast.For, target: ast.expr, over: ast.expr) -> None:
        """Bind what a loop counts to what it goes through, part by part where several go together."""
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
        named = (
            over.func.id if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) else ""
        )
        if isinstance(over, ast.Call) and named == "zip" and len(parts) == len(over.args):
            for part, one in zip(parts, over.args, strict=True):
                self._counts_through(loop, part, one)
            return
        if isinstance(over, ast.Call) and named == "enumerate" and len(parts) == 2 and over.args:
            self._counts_through(loop, parts[0], ast.copy_location(ast.Constant(0), over))
            self._counts_through(loop, parts[1], over.args[0])
            return
        kind = self._kind(over)
        if kind in (Is.DEFERRED, Is.PLACEHOLDER) and not self._lists(over):
            raise Refusal(over, "a loop over a tensor of the graph")
        for name in walk(target):
            if isinstance(name, ast.Name):
                self.names[name.id] = Named(kind, loop)

    def _in_block(self, node: ast.stmt) -> bool:
        if isinstance(node, (ast.For, ast.If)):
            return self._follows(node)
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            kind = self._kind(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name for t in targets for name in _bound_by(t)]
            if isinstance(node, ast.AugAssign) and kind not in RUN:
                kind = self._kind_of(names[0]) if names else kind
            kind = Is.DEFERRED if kind in (Is.PLACEHOLDER, Is.TRAIN) else kind
            for name in names:
                self.names[name] = Named(kind, node)
            return kind is Is.DEFERRED
        if isinstance(node, ast.Expr):
            added = appended(node.value)
            if added is None:
                return self._kind(node.value) is Is.DEFERRED
            name, value = added
            kind = self._kind(value)
            if kind in RUN:
                self.names[name] = Named(Is.DEFERRED if kind is Is.PLACEHOLDER else kind, node)
            return kind in (Is.DEFERRED, Is.PLACEHOLDER)
        return False

    def _compound(self, node: ast.stmt) -> None:
        """Read a loop or branch: runs are fine in it, graphs are not built there."""
        before, self._nested = self._nested, True
        looping, branch, blocks = self._looping, self._branch, self._blocks_around
        self._blocks_around = (*blocks, id(node))
        self._looping = looping or isinstance(node, (ast.For, ast.While))
        alone = isinstance(node, ast.If) and (branch is not None or not before)
        self._branch = None
        if isinstance(node, ast.If) and alone:
            self._plain(node.test)
            for block in (node.body, node.orelse):
                self._read_branch(block)
        if isinstance(node, ast.For):
            # It may take the name of what moved away.
            self.names.update(
                (n.id, Named(Is.PYTHON, node))
                for n in walk(node.target)
                if isinstance(n, ast.Name) and self._kind_of(n.id) in (Is.DEFERRED, Is.PLACEHOLDER)
            )
        for child in ast.iter_child_nodes(node) if not (isinstance(node, ast.If) and alone) else ():
            if isinstance(child, ast.expr):
                self._plain(child)
            elif isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.ExceptHandler):
                for inner in child.body:
                    self._statement(inner)
            elif isinstance(child, ast.withitem):
                self._plain(child.context_expr)
        if isinstance(node, ast.For):
            self._bind_target(node.target, Is.PYTHON, node)
        self._nested, self._looping, self._branch = before, looping, branch
        self._blocks_around = blocks

    def _read_branch(self, block: list[ast.stmt]) -> None:
        """Read the statements of a branch, those in scopes of names among them."""
        self._branch = block
        before = len(self.steps)
        count = 0
        for statement in self._flat(block):
            self._branch = block
            self._statement(statement)
            count += 1
        gone = [s for s in self.steps[before:] if s.moved is not None and not s.moved.made]
        if gone and len(gone) == count:
            # Something must stand there.
            gone[0].alone = True

    def _branched(self, node: ast.Assign, names: tuple[str, ...], value: ast.expr) -> bool:
        """Read a part of the graph that a branch alone builds; tell whether it is one.

        Who runs it has been there: it is no matter that others have not.
        """
        if self._branch is None or not all(self._only_in(n, self._branch) for n in names):
            return False
        outer, nested = self._step, self._nested
        self._step, self._nested = Step(node), False
        self._move(node, names, [value])
        held = self._step.moved.captured if self._step.moved is not None else set()
        for other in (n for s in self._branch for n in walk(s) if isinstance(n, ast.Name)):
            if other.id in held and isinstance(other.ctx, ast.Store) and other.lineno > node.lineno:
                raise Refusal(node, f"{other.id} is bound again after the graph was built from it")
        self.steps.append(self._step)
        outer.within.append(node)
        self._step, self._nested = outer, nested
        return True

    def _only_in(self, name: str, block: list[ast.stmt]) -> bool:
        """Tell whether a name is bound in one block alone."""
        stored = (
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
            for statement in block
            for n in walk(statement)
        )
        return sum(stored) == self.stores[name]


def _added_to(node: ast.AST) -> str:
    """Return the name of the list or dictionary that something adds to, or nothing."""
    added = appended(node) if isinstance(node, ast.Call) else None
    if added is not None:
        return added[0]
    base = node.value if isinstance(node, ast.Subscript) else None
    stored = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    return base.id if stored and isinstance(base, ast.Name) else ""


def _bound_by(target: ast.expr) -> list[str]:
    """Return the names that an assignment binds or changes an item of."""
    if isinstance(target, ast.Subscript):
        return _bound_by(target.value)
    if isinstance(target, (ast.Tuple, ast.List, ast.Starred)):
        parts = [target.value] if isinstance(target, ast.Starred) else target.elts
        return [name for part in parts for name in _bound_by(part)]
    return [n.id for n in walk(target) if isinstance(n, ast.Name)]

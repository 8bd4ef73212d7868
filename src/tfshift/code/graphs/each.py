"""Loops that write a summary of each variable, or of each gradient: one summary for each of them."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import replace

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.iterating import Iterates
from tfshift.code.graphs.kinds import RUN, Is, Moved, Named, Refusal, Summary
from tfshift.code.graphs.syntax import appended, asks_name_for_none
from tfshift.code.graphs.walking import walk


class Each(Iterates):
    """Loops that write a summary of each variable, or of each gradient."""

    def _summarises_each(self, node: ast.stmt) -> bool:
        """Note the summaries that a loop over variables, or gradients and these, makes; tell whether it does.

        Raises:
            Refusal: if the variables' names are not known.
        """
        if not isinstance(node, ast.For) or self._nested or node.orelse:
            return False
        body = node.body
        if len(body) == 1 and isinstance(body[0], ast.If) and asks_name_for_none(body[0].test):
            body = [] if body[0].orelse else body[0].body
        made = [self._summary_in(s) for s in body]
        if not any(made) or not all(c or _adds(s) for c, s in zip(made, body, strict=True)):
            return False
        target = node.target
        if isinstance(target, ast.Name):
            variable, gradient = target.id, ""
            trained = self._of_trained(node.iter)
            pairs = ""
        elif isinstance(target, ast.Tuple) and all(isinstance(e, ast.Name) for e in target.elts):
            names = [e.id for e in target.elts if isinstance(e, ast.Name)]
            pairs = node.iter.id if isinstance(node.iter, ast.Name) else ""
            named = self._named(pairs) if pairs and len(names) == 2 else None
            bound = named.node if named is not None else None
            value = bound.value if isinstance(bound, ast.Assign) else None
            if value is None or id(value) not in self.computed:
                return False
            gradient, variable = names
            trained = isinstance(self.computed[id(value)][1], str) or None
        else:
            return False
        if trained is None:
            return False
        if self.uncollected is not None or None in self._inside:
            raise Refusal(node, "variables whose names are not known are collected")
        each = [
            (name, text)
            for path, access in self.saved
            for name, text in self._accesses(node, path, str(access), trained=trained)
        ]
        gathered: dict[str, list[Summary]] = {}
        for number, (name, text) in enumerate(each):
            own: dict[str, Summary] = {}
            for call, statement in zip(made, body, strict=True):
                if call is not None:
                    place = f"{pairs}[{number}][0]"
                    found = self._of_each(call, variable, name, text, gradient, place)
                    targets = statement.targets if isinstance(statement, ast.Assign) else []
                    own.update({ast.unparse(target): found for target in targets})
                    continue
                added = appended(statement.value) if isinstance(statement, ast.Expr) else None
                assert added is not None
                listed, what = added
                if not isinstance(what, ast.Name) or what.id not in own:
                    raise Refusal(statement, "summaries that are gathered elsewhere")
                gathered.setdefault(listed, []).append(own[what.id])
        self._step.fate = "drop"
        for listed, summaries in gathered.items():
            self._drop_empty(node, listed)
            self.names[listed] = Named(Is.SUMMARY, node, summaries=tuple(summaries))
        return True

    def _tag(self, call: ast.Call, text: str) -> str:
        """Return the tag that a summary has in 1.x.

        Raises:
            Refusal: if another one has it.
        """
        # What is no letter of a tag becomes a line, as there.
        text = re.sub(r"[^-/\w.]", "_", text).lstrip("/")
        tag = "/".join([*(s for s in self._inside if s), text])
        if any(s.tag == tag for s in self.summaries):
            raise Refusal(call, "several summaries under one name")
        return tag

    def _summary_in(self, statement: ast.stmt) -> ast.Call | None:
        """Return the summary that a statement makes."""
        call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
        names = statement.targets if isinstance(statement, ast.Assign) else []
        simple = not names or (len(names) == 1 and isinstance(names[0], ast.Name))
        made = isinstance(call, ast.Call) and self._symbol(call.func) in known.SUMMARIES
        return call if made and simple and isinstance(call, ast.Call) else None

    def _drop_empty(self, node: ast.stmt, listed: str) -> None:
        """Leave out the empty list that the summaries were added to."""
        for step in self.steps:
            statement = step.statement
            if isinstance(statement, ast.Assign) and ast.unparse(statement) == f"{listed} = []":
                step.fate = "drop"
                return
        raise Refusal(node, "summaries that are gathered elsewhere")

    def _accesses(
        self, node: ast.stmt, path: str, access: str, *, trained: bool
    ) -> Iterator[tuple[str, str]]:
        """Yield the names of the variables that something holds, and how each is written."""
        names = list(self._names_of(path, access, trained=trained))
        for name in names:
            if "\0" in name or access.startswith("*"):
                raise Refusal(node, "variables whose names are not known are collected")
            if access not in self.layered:
                yield name, access
            elif self._has_bias(access) and name.endswith(("/kernel:0", "/bias:0")):
                yield name, f"{access}.{name.rpartition('/')[2][: -len(':0')]}"
            else:
                raise Refusal(node, "variables whose names are not known are collected")

    def _has_bias(self, access: str) -> bool:
        """Tell whether a layer certainly has a kernel and a bias, and nothing besides."""
        moved = [step.moved for step in self.steps if step.moved is not None]
        calls = [call for one in moved for call, name in one.made if name == access]
        told = {k.arg for call in calls for k in call.keywords}
        plain = [self._symbol(c.func).startswith("tf.layers.") and len(c.args) <= 4 for c in calls]
        return plain == [True] and not told & {"use_bias", None}

    def _of_each(
        self, call: ast.Call, variable: str, name: str, text: str, gradient: str, place: str
    ) -> Summary:
        """Return the summary that a call makes of one variable, or of its gradient."""
        if len(call.args) != 2 or call.keywords:
            raise Refusal(call, "a summary that is not of one value under a name")
        tag = _text(call.args[0], variable, name)
        if tag is None:
            raise Refusal(call, "a summary whose name is computed")
        tag = self._tag(call, tag)
        value = copy.deepcopy(call.args[1])
        symbols = self.symbols
        assert isinstance(symbols, dict)
        for old, new in zip(ast.walk(call.args[1]), ast.walk(value), strict=True):
            new.__dict__.pop("_tfshift_nodes", None)
            if id(old) in symbols:
                symbols[id(new)] = symbols[id(old)]
        before = dict(self.names)
        self.names[variable] = Named(Is.VARIABLE, call)
        if gradient:
            pairs = self._named(place.partition("[")[0])
            assert pairs is not None
            self.names[gradient] = replace(pairs, kind=Is.DEFERRED)
        try:
            kind = self._kind(value)
            needs = Moved(ast.Expr(value), ())
            self._note(needs, [value])
        finally:
            self.names = before
        if kind not in (*RUN, Is.EAGER):
            raise Refusal(call, "a summary of what is no tensor")
        needs.captured.discard(variable)
        root = text.partition(".")[0]
        if root in self.names:
            needs.captured.add(root)
        for inner in walk(value):
            if isinstance(inner, ast.Name) and inner.id in (variable, gradient):
                self.instead[id(inner)] = (text if inner.id == variable else place, [])
        made = Summary(known.SUMMARIES[self._symbol(call.func)], tag, value, kind, needs)
        self.summaries.append(made)
        return made


def _adds(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and appended(statement.value) is not None


def _text(node: ast.expr, variable: str, name: str) -> str | None:
    """Return a text that is made of a variable's name; None where it is made of anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Attribute):
        whole = ast.unparse(node)
        if whole == f"{variable}.name":
            return name
        return name[: -len(":0")] if whole == f"{variable}.op.name" else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (_text(side, variable, name) for side in (node.left, node.right))
        return None if left is None or right is None else left + right
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        pattern, part = _text(node.left, variable, name), _text(node.right, variable, name)
        fits = pattern is not None and part is not None and pattern.count("%") == 1
        return pattern % part if fits and pattern is not None and "%s" in pattern else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        pattern = _text(node.func.value, variable, name)
        parts = [_text(a, variable, name) for a in node.args]
        if pattern is None or None in parts:
            return None
        if node.func.attr == "format" and pattern.count("{}") == len(parts) == pattern.count("{"):
            return pattern.format(*parts)
        if node.func.attr == "replace" and len(parts) == 2:
            return pattern.replace(str(parts[0]), str(parts[1]))
    return None

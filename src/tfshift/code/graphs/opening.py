"""Blocks that are a session, a graph or a scope of names: what is in them is of the scope around."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.exporting import Exports
from tfshift.code.graphs.kinds import Is, Named, Refusal
from tfshift.code.graphs.syntax import as_default, is_constant, is_main


class Opens(Exports):
    """Blocks that are a session, a graph or a scope of names."""

    def _flat(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            waited, reusing = self._awaited, (self._reusing, self._may_make)
            if isinstance(statement, ast.With) and self._opens(statement):
                self.opened.append(statement)
                scopes = list(self._scopes(statement))
                self._inside += [name for name, _ in scopes]
                self._variable_scopes += [name for name, variable in scopes if variable]
                owner = next(
                    filter(None, map(self._owner, (i.context_expr for i in statement.items))),
                    self._default,
                )
                before, self._default = self._default, owner
                yield from self._flat(statement.body)
                self._default, self._awaited = before, waited
                self._reusing, self._may_make = reusing
                if any(variable and name for name, variable in scopes):
                    self._leave()
                del self._inside[len(self._inside) - len(scopes) :]
                number = sum(variable for _, variable in scopes)
                del self._variable_scopes[len(self._variable_scopes) - number :]
            elif isinstance(statement, ast.If) and is_main(statement):
                yield from self._flat(statement.body)
            else:
                yield statement
                yield from self._behind(statement)

    def _behind(self, statement: ast.stmt) -> Iterable[ast.stmt]:
        """Return the statements that a statement lets run, which are of this scope."""
        del statement
        return ()

    def _scopes(self, statement: ast.With) -> Iterator[tuple[str | None, bool]]:
        """Yield the scopes that a block opens and whether they are of variables.

        A name is None where it is not written out.
        """
        for item in statement.items:
            call = item.context_expr
            symbol = self._symbol(call.func) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and symbol in known.SCOPES and symbol != "tf.device":
                name = call.args[0]
                text = name.value if isinstance(name, ast.Constant) else None
                if isinstance(name, ast.Call):
                    # It is the scope that one is in.
                    text = ""
                yield text if isinstance(text, str) else None, symbol == "tf.variable_scope"

    def _opens(self, statement: ast.With) -> bool:
        """Tell whether a block is a session, a graph or a scope of names, and note the session."""
        for item in statement.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and self._symbol(call.func) in known.SESSION:
                self._session(call)
                if isinstance(item.optional_vars, ast.Name):
                    owner = id(call)
                    self.names[item.optional_vars.id] = Named(Is.SESSION, statement, session=owner)
            elif isinstance(call, ast.Call) and self._symbol(call.func) in known.SCOPES:
                self._scope(call, item.optional_vars)
            elif (
                (isinstance(call, ast.Name) and self._kind_of(call.id) is Is.SESSION)
                or (as_default(call) and self._is_graph(call))
                or self._waits(call)
            ):
                continue
            else:
                return False
        return True

    def _scope(self, call: ast.Call, bound: ast.expr | None) -> None:
        """Refuse a scope of names or a device that does more than say what and where something is.

        A scope may say that the variables in it are there already.
        """
        first = call.args[0] if call.args else None
        if bound is not None and (
            not isinstance(bound, ast.Name)
            or self.loads[bound.id] > self._reused_by(bound.id) + self.scopes_named[bound.id]
        ):
            raise Refusal(call, "a scope of names that is used")
        if isinstance(bound, ast.Name):
            outer = [*self._variable_scopes, getattr(first, "value", None)]
            known_ones = all(isinstance(name, str) for name in outer)
            self.scope_paths[bound.id] = "/".join(filter(None, outer)) if known_ones else None
        current = isinstance(first, ast.Call) and self._symbol(first.func) == known.CURRENT_SCOPE
        if len(call.args) != 1 or (
            not isinstance(first, (ast.Constant, ast.JoinedStr, ast.Name)) and not current
        ):
            raise Refusal(call, "a scope that is more than a name")
        for keyword in call.keywords:
            value = keyword.value
            none = isinstance(value, ast.Constant) and not value.value
            if keyword.arg == "reuse" and not none:
                may_make = self._symbol(value) == "tf.AUTO_REUSE"
                if not may_make and not is_constant(value, True):
                    raise Refusal(call, "a scope with reuse=")
                self._reusing, self._may_make = True, may_make
            elif keyword.arg not in ("reuse", "values"):
                raise Refusal(call, f"a scope with {keyword.arg}=")

    def _reused_by(self, name: str) -> int:
        """Return how often a scope is said to hold variables that are there already."""
        steps = (n for n in self.reuses if isinstance(n, ast.Name) and n.id == name)
        return sum(1 for _ in steps)

    def _is_graph(self, call: ast.expr) -> bool:
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        base = call.func.value
        if isinstance(base, ast.Call):
            return self._symbol(base.func) == "tf.Graph"
        return isinstance(base, ast.Name) and self._kind_of(base.id) in (Is.GRAPH, Is.SESSION)

"""Summaries and savers."""

from __future__ import annotations

import ast

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.each import Each
from tfshift.code.graphs.kinds import (
    RUN,
    Is,
    Moved,
    Named,
    Refusal,
    Saved,
    Summary,
)
from tfshift.code.graphs.syntax import session_of

# Settings of a saver that change nothing of what it writes or reads.
_SAID = ("save_relative_paths", "allow_empty", "name")


class Keeps(Each):
    """Summaries and savers."""

    def _saves(self, node: ast.Call, function: ast.Attribute) -> Is:
        """Read what a saver does."""
        given = session_of(node)
        if function.attr not in ("save", "restore") or given is None:
            raise Refusal(node, f"{function.attr} of a saver")
        session = given.value if isinstance(given, ast.keyword) else given
        if self._kind(session) is not Is.SESSION:
            raise Refusal(node, "a saver is given something else than a session")
        told = {k.arg for k in node.keywords} - {"sess"}
        extra = told - {"save_path", "global_step", "write_meta_graph"}
        if extra or len(node.args) > 3 or len(node.args) + ("save_path" in told) < 1:
            raise Refusal(node, f"{function.attr} of a saver with more than a path and a step")
        for value in (*node.args[1:], *(k.value for k in node.keywords if k.arg != "sess")):
            if self._kind(value) not in (Is.PYTHON, Is.VARIABLE):
                raise Refusal(node, "a saver is given a tensor of the graph")
        if function.attr == "save":
            self._last_save = max(self._last_save, node.lineno)
            self._saves_between |= self._nested
        if function.attr == "restore":
            self._restored.setdefault(self._owner(session), node.lineno)
        return Is.PYTHON

    def _saver(self, node: ast.Assign, call: ast.Call, name: str) -> None:
        """Note a saver: of all that was made before it, or of what it is given."""
        named = {k.arg: k.value for k in call.keywords}
        chosen = call.args[0] if call.args else named.get("var_list")
        if isinstance(chosen, ast.Call) and self._symbol(chosen.func) in known.ALL_VARIABLES:
            chosen = None
        if len(call.args) > 1 or set(named) - {"var_list", "max_to_keep", *_SAID}:
            raise Refusal(call, "a saver with settings")
        trained = None
        if chosen is not None and not isinstance(chosen, (ast.Dict, ast.List, ast.Tuple)):
            trained = self._of_trained(chosen)
            # The variables of the graph, under another name.
            chosen = None if trained is False else chosen
        if chosen is None:
            for cell in self.cells:
                if id(cell) not in self.cells_run:
                    raise Refusal(cell, "variables whose names in a checkpoint are not known")
            if self.unsaved is not None:
                raise Refusal(self.unsaved, "variables whose names in a checkpoint are not known")
            variables: Saved = list(self.saved)
            if self.objects:
                self._held(name)
        elif isinstance(chosen, ast.Dict) and self._kind(chosen) is Is.VARIABLE:
            variables = []
            for key, value in zip(chosen.keys, chosen.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise Refusal(call, "a saver whose keys are computed")
                variables.append((key.value, value))
        elif isinstance(chosen, (ast.List, ast.Tuple)) and not (self.unsaved or self.objects):
            wanted = [n.id if isinstance(n, ast.Name) else "" for n in chosen.elts]
            known_names = {v: k for k, v in self.saved if isinstance(v, str)}
            if set(wanted) - set(known_names):
                raise Refusal(call, "a saver of what is no variable with a name")
            variables = [(known_names[w], w) for w in wanted]
        elif trained and not (self.unsaved or self.objects or self.factored):
            held = [access for _, access in self.saved if str(access) in self.layered]
            if any(self.layer_symbols.get(str(access)) in known.NORMS for access in held):
                raise Refusal(call, "a saver of a part of what layers have")
            variables = [(k, v) for k, v in self.saved if str(v) not in self.untrained]
        else:
            raise Refusal(call, "a saver of what is not written out")
        if not variables and name not in self.held_savers:
            raise Refusal(call, "a saver of nothing")
        self._step.fate, self._step.built = "saver", (call, name)
        self.savings[name] = variables
        # Those that have trained nothing yet have nothing among the graph's variables.
        steps = {n.training.optimizer for n in self.names.values() if n.training is not None}
        self.kept[name] = steps if chosen is None else set()
        self.names[name] = Named(Is.SAVER, node)

    def _held(self, name: str) -> None:
        """Note a saver of what an object of the file's own class holds."""
        made = self.objects[0]
        bound = [
            s.statement.targets[0]
            for s in self.steps
            if isinstance(s.statement, ast.Assign) and s.statement.value is made
        ]
        holder = bound[0] if len(bound) == 1 else None
        assert isinstance(made.func, ast.Name)
        if len(self.objects) > 1 or not isinstance(holder, ast.Name):
            raise Refusal(made, "variables whose names in a checkpoint are not known")
        self.held_savers[name] = (holder.id, made.func.id)

    def _summary(self, node: ast.Call, symbol: str) -> Summary:
        """Note a summary, under the tag that it has in 1.x."""
        if id(node) in self._summed:
            return self._summed[id(node)]
        told = {k.arg: k.value for k in node.keywords}
        most = told.pop("max_outputs", None) if symbol == "tf.summary.image" else None
        if symbol == "tf.summary.image" and len(node.args) == 3:
            most = node.args[2]
        if len(node.args) - (most in node.args) != 2 or told or self._nested:
            raise Refusal(node, "a summary that is not of one value under a name")
        name, value = node.args[:2]
        text = name.value if isinstance(name, ast.Constant) else None
        if not isinstance(text, str) or None in self._inside:
            raise Refusal(node, "a summary whose name is computed")
        tag = self._tag(node, text)
        kind = self._kind(value)
        if kind not in (*RUN, Is.EAGER):
            raise Refusal(node, "a summary of what is no tensor")
        needs = Moved(ast.Expr(value), ())
        self._note(needs, [value])
        made = Summary(known.SUMMARIES[symbol], tag, value, kind, needs, most)
        self._summed[id(node)] = made
        self.summaries.append(made)
        return made

    def _gathered(self, node: ast.expr) -> tuple[Summary, ...]:
        """Return the summaries that an expression is made of."""
        if isinstance(node, ast.Name):
            named = self._named(node.id)
            return named.summaries if named is not None else ()
        if not isinstance(node, ast.Call):
            raise Refusal(node, "summaries that are gathered elsewhere")
        symbol = self._symbol(node.func)
        if symbol in known.SUMMARIES:
            return (self._summary(node, symbol),)
        keys = [k.value for k in node.keywords if k.arg == "key"]
        usual = all(isinstance(k, ast.Constant) and k.value == "summaries" for k in keys)
        if not node.args and usual and len(keys) == len(node.keywords):
            return tuple(self.summaries)
        listed = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if isinstance(listed, ast.Name) and self._kind_of(listed.id) is Is.SUMMARY:
            return self._gathered(listed)
        if not isinstance(listed, (ast.List, ast.Tuple)):
            raise Refusal(node, "summaries that are gathered elsewhere")
        return tuple(s for element in listed.elts for s in self._gathered(element))

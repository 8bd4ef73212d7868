"""How to spell a destination in one file: through its bindings, its imports, or new ones."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from tfshift.code.destinations import Destination, Move, is_tensorflow
from tfshift.code.names import Binding, Usage, as_symbol
from tfshift.code.project import CodeFile
from tfshift.code.provided import PROVIDER_PREFIX
from tfshift.code.sources import Source
from tfshift.domain.findings import Edit


def module_path(path: str) -> str:
    """Spell a symbol's module for an import statement."""
    return "tensorflow" + path[2:] if path == "tf" or path.startswith("tf.") else path


@dataclass
class Spelling:
    """Edits that give one file's names their meaning on the target.

    Args:
        file: the file.
        move: origin, target and style.
    """

    file: CodeFile
    move: Move
    needed: dict[str, str] = field(default_factory=dict)
    _spelled: dict[tuple[int, str, str], str | None] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The file's text and bytes."""
        return self.file.source

    def meaning(self, binding: Binding) -> str:
        """Return what a binding means once its import or assignment has been rewritten."""
        assert binding.symbol is not None
        if binding.symbol == "tf":
            return self.move.root if self._reroots(binding) else "tf"
        found = self.move.destination(binding.symbol)
        if found is not None or not is_tensorflow(binding.symbol):
            return found.path if found is not None else binding.symbol
        return self.move.root + binding.symbol[len("tf") :]

    def _reroots(self, binding: Binding) -> bool:
        """Tell whether ``import tensorflow`` may be pointed elsewhere in this file."""
        if isinstance(binding.statement, ast.Import) and binding.alias is not None:
            return binding.alias.asname is not None or self._plain_root_only()
        return True

    def _plain_root_only(self) -> bool:
        """``import tensorflow`` can be renamed only where no ``import tensorflow.x`` shares it."""
        plain = [
            b
            for b in self.file.names.imports
            if isinstance(b.statement, ast.Import) and b.alias and not b.alias.asname
        ]
        return all(b.alias is not None and b.alias.name == "tensorflow" for b in plain)

    def root_name(self) -> tuple[str, str] | None:
        """Return a module-level name bound to TensorFlow's root, and what it will mean."""
        scope = self.file.names.module_scope
        for name, bindings in scope.bindings.items():
            meanings = {self.meaning(b) if b.symbol else None for b in bindings}
            if len(meanings) == 1 and bindings[0].symbol in ("tf", self.move.root):
                return name, self.meaning(bindings[0])
        return None

    def spell(self, usage: Usage, destination: Destination) -> str | None:
        """Spell a destination at a usage; None where this file has no way to.

        A name that the file needs for it is noted in ``needed``.
        """
        path = destination.path
        meaning = self.meaning(usage.binding)
        local = usage.binding.name
        if path == meaning or path.startswith(meaning + "."):
            return local + path[len(meaning) :]
        if not destination.provider and not is_tensorflow(path):
            # Another part of Keras, or another package, through an import of its own.
            package = path.partition(".")[0]
            self.needed[package] = f"import {package}"
            return path
        if destination.provider:
            module = PROVIDER_PREFIX + destination.provider
            self.needed[module] = f"import {module}"
            return path
        root = self.root_name()
        if root is None:
            return self._through_new_root(path)
        name, meaning = root
        if path == meaning or path.startswith(meaning + "."):
            return name + path[len(meaning) :]
        inner = f"{meaning}{path[len('tf') :]}"
        return name + path[len("tf") :] if self.move.on_target(inner) else None

    def _through_new_root(self, path: str) -> str:
        """Spell a path through an import that a second run leaves as it is."""
        rooted = self.move.root + path[len("tf") :]
        if not path.startswith("tf.compat.") and self.move.same_on_target(path, rooted):
            path = rooted
        module = path[: len("tf.compat.v1")] if path.startswith("tf.compat.") else "tf"
        local = {"tf": "_tf", "tf.compat.v1": "_tf1"}.get(module, "_tf2")
        self.needed[local] = f"import {module_path(module)} as {local}"
        return local + path[len(module) :]

    def usage_edit(self, usage: Usage, destination: Destination) -> tuple[Edit, ...] | None:
        """Return the edit of a name in an expression: empty if none is needed, None if it cannot."""
        assert isinstance(usage.node, ast.expr)
        key = (id(usage.binding), usage.symbol, destination.path)
        if key not in self._spelled:
            self._spelled[key] = self.spell(usage, destination)
        spelled = self._spelled[key]
        if spelled is None:
            return None
        if spelled == usage.spelled:
            return ()
        old = _flat(usage.node)
        if old is None:
            return None
        start, end = self.source.span(usage.node)
        here = self.source.data[start:end]
        # Spread over lines is fine; a position that ast reports wrongly (f-strings before 3.12) not.
        as_written = here == old.encode(self.source.encoding, "replace")
        if not as_written and (b"#" in here or _squeezed(here) != old.encode()):
            return None
        return (Edit(start, end, spelled),)

    def method_edit(self, usage: Usage, destination: Destination) -> tuple[Edit, ...] | None:
        """Return the edits of a method's name; what stands before it is the same object as before.

        A provider's function that stands for a method is given that object first.
        """
        node = usage.node
        assert isinstance(node, ast.Attribute)
        name = destination.path.rpartition(".")[2]
        # A class of a provider has its methods; a function of one stands for the method alone.
        if destination.provider and destination.path.count(".") == 1:
            return self._as_function(usage, node, destination)
        if destination.outside:
            return None
        if name == node.attr:
            return ()
        _, end = self.source.span(node)
        start = end - len(node.attr.encode(self.source.encoding))
        if self.source.data[start:end] != node.attr.encode(self.source.encoding):
            return None
        return (Edit(start, end, name),)

    def _as_function(
        self, usage: Usage, node: ast.Attribute, destination: Destination
    ) -> tuple[Edit, ...] | None:
        """Write ``model.method(x)`` as ``module.method(model, x)``."""
        call = usage.call
        if call is None or call.func is not node:
            return None
        start, end = self.source.span(node.value)
        _, named = self.source.span(node)
        between = re.fullmatch(
            rb"\.%s\(\s*" % node.attr.encode(), self.source.data[end : named + 1]
        )
        if between is None:
            return None
        spelled = self.spell(usage, destination)
        comma = ", " if call.args or call.keywords else ""
        return (Edit(start, start, f"{spelled}("), Edit(end, named + 1, comma))

    def import_edit(self, usage: Usage) -> tuple[Edit, ...] | None:
        """Return the edits of one imported name: empty if none is needed, None if it cannot."""
        statement, alias = usage.statement, usage.node
        assert isinstance(alias, ast.alias)
        if isinstance(statement, ast.Import):
            return self._edit_import(statement, alias, usage)
        assert isinstance(statement, ast.ImportFrom)
        return self._edit_from(statement)

    def _edit_import(
        self, statement: ast.Import, alias: ast.alias, usage: Usage
    ) -> tuple[Edit, ...] | None:
        if alias.name == "tensorflow":
            root = module_path(self.meaning(usage.binding))
            if root == "tensorflow":
                return ()
            start, end = self.source.span(alias)
            return (Edit(start, end, f"{root} as {alias.asname or 'tensorflow'}"),)
        found = self.move.destination(usage.symbol)
        if found is None:
            if alias.asname and len(statement.names) == 1 and self.is_dead(alias):
                return (self._without(statement),)
            return None
        if not alias.asname:
            # The import only loads the module; names go through the root.
            return () if self._importable(found.path) else None
        start, end = self.source.span(alias)
        if self._importable(found.path):
            text = f"{module_path(found.path)} as {alias.asname}"
            return () if found.path == usage.symbol else (Edit(start, end, text),)
        return self._as_from_import(statement, found.path, alias.asname)

    def _as_from_import(
        self, statement: ast.Import, path: str, local: str
    ) -> tuple[Edit, ...] | None:
        """``import a.b.c as x`` where only the attribute exists becomes ``from a.b import c as x``."""
        parent, _, name = path.rpartition(".")
        if len(statement.names) > 1 or not self._importable(parent):
            return None
        start, end = self.source.span(statement)
        text = f"from {module_path(parent)} import {name}"
        return (Edit(start, end, text if name == local else f"{text} as {local}"),)

    def _importable(self, path: str) -> bool:
        if path.startswith(PROVIDER_PREFIX) or path.partition(".")[0] in self.move.companions:
            return True
        return self.move.facts.importable(path, self.move.target)

    def _edit_from(self, statement: ast.ImportFrom) -> tuple[Edit, ...] | None:
        """Rewrite a from-import as a whole: its names may part ways."""
        module = as_symbol(statement.module or "")
        assert module is not None
        parts: dict[str, list[str]] = {}
        changed = False
        for alias in statement.names:
            found = self._imported(module, alias.name)
            if found is None:
                if not self.is_dead(alias):
                    return None
                changed = True
                continue
            parent, name = found
            local = alias.asname or alias.name
            parts.setdefault(parent, []).append(name if name == local else f"{name} as {local}")
            changed = changed or parent != module or name != alias.name
        if not changed:
            return ()
        if not parts:
            return (self._without(statement),)
        return self._spelled_from(statement, module, parts)

    def is_dead(self, alias: ast.alias) -> bool:
        """Tell whether nothing needs an imported name any more once the file has been rewritten.

        It has nowhere to go itself, but every use of it has; and no other file takes it from here.
        """
        if self.file.imported or alias.name == "*":
            return False
        uses = [
            usage
            for usage in self.file.names.usages
            if usage.binding.alias is alias and usage.statement is None
        ]
        # What a module imports and does not use is there for others, unless it is a script.
        return all(map(self._leaves, uses)) and (bool(uses) or self.file.entry)

    def _leaves(self, usage: Usage) -> bool:
        """Tell whether a usage will be spelled without the name that it starts from."""
        destination = self.move.destination(usage.symbol)
        if destination is None or usage.stored or not self.usage_edit(usage, destination):
            return False
        spelled = self._spelled[id(usage.binding), usage.symbol, destination.path] or ""
        return spelled.partition(".")[0] != usage.binding.name

    def _without(self, statement: ast.stmt) -> Edit:
        """Take a statement away: with its line where that is its own, else a ``pass`` stays."""
        source = self.source
        start, end = source.span(statement)
        assert statement.end_lineno is not None
        assert statement.end_col_offset is not None
        last = source.line(statement.end_lineno).encode("utf-8")
        after = last[statement.end_col_offset :].strip()
        if statement.col_offset or (after and not after.startswith(b"#")):
            # A block must keep a statement; so must a line that holds more.
            return Edit(start, end, "pass")
        return Edit(
            source.offset(statement.lineno, 0), source.end_of_line(statement.end_lineno), ""
        )

    def _spelled_from(
        self, statement: ast.ImportFrom, module: str, parts: dict[str, list[str]]
    ) -> tuple[Edit, ...] | None:
        start, end = self.source.span(statement)
        names = [a.name if not a.asname else f"{a.name} as {a.asname}" for a in statement.names]
        if len(parts) == 1 and "" not in parts and next(iter(parts.values())) == names:
            # Only the module differs: the names keep their layout and comments.
            parent = module_path(next(iter(parts)))
            old = module_path(module).encode()
            position = self.source.data.find(old, start, end)
            if position >= 0:
                return (Edit(position, position + len(old), parent),)
        if b"#" in self.source.data[start:end]:
            return None
        lines = [
            f"from {module_path(p)} import {', '.join(n)}" if p else f"import {', '.join(n)}"
            for p, n in parts.items()
        ]
        line = self.source.line(statement.lineno)
        indent = line[: len(line) - len(line.lstrip())]
        return (Edit(start, end, (self.source.newline + indent).join(lines)),)

    def _imported(self, module: str, name: str) -> tuple[str, str] | None:
        """Return (module path, name) under which an imported name is had on the target."""
        if name == "*":
            path = self.move.root if module == "tf" else self._path(module)
            return (path, "*") if path and self._importable(path) else None
        symbol = f"{module}.{name}"
        path = self._path(symbol)
        if path is None:
            return None
        if self.move.same_on_target(symbol, path) and self._importable(module):
            return module, name
        parent, _, last = path.rpartition(".")
        return (parent, last) if not parent or self._importable(parent) else None

    def _path(self, symbol: str) -> str | None:
        found = self.move.destination(symbol)
        return found.path if found else None


def _flat(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _squeezed(text: bytes) -> bytes:
    return b"".join(text.replace(b"\\", b" ").split())

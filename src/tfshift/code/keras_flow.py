"""What the expressions of a file are where it builds Keras models, followed through its functions.

Names, attributes of ``self`` and parameters are followed in the order of the statements; a function
is read with what the file calls it with. What is not known is nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import Enum

from tfshift.code.project import CodeFile

# Keras calls these itself, with tensors of TensorFlow's own.
_CALLED_BY_KERAS = frozenset({
    "build", "call", "compute_mask", "compute_output_shape", "get_config", "predict_step",
    "test_step", "train_step",
})  # fmt: skip
_LAYER_ROOTS = ("tf.keras.layers.", "tf.keras.models.", "tf.keras.applications.")
_SEQUENTIAL = ("tf.keras.Sequential", "tf.keras.models.Sequential")
_INPUTS = ("tf.keras.Input", "tf.keras.layers.Input", "tf.keras.backend.placeholder")
_ROUNDS = 4
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Is(Enum):
    """What an expression is."""

    TENSOR = "a symbolic tensor of Keras"
    TENSORS = "several symbolic tensors"
    LAYER = "a layer"
    MODEL = "a model"
    SEQUENTIAL = "a model that is a row of layers"
    OPTIMIZER = "an optimizer"
    HISTORY = "what a training gives back"
    RECORD = "the values that a training gives back, by name"


TENSORS = (Is.TENSOR, Is.TENSORS)
MODELS = (Is.MODEL, Is.SEQUENTIAL)
LAYERS = (Is.LAYER, *MODELS)
Kinds = dict[str, "Is | None"]


def plain(symbol: str) -> str:
    """Spell a symbol of Keras' own packages as TensorFlow's name for it."""
    root, dot, rest = symbol.partition(".")
    root = "tf.keras" if root in ("keras", "tf_keras") else root
    found = root + dot + rest
    compat = "tf.compat.v1.keras."
    return "tf.keras." + found[len(compat) :] if found.startswith(compat) else found


class Flow:
    """Kinds of the expressions of one file.

    Args:
        file: the file.
        nodes: all nodes of its tree.

    ``kinds`` has them by the identity of the node, ``symbols`` what nodes name, ``subclasses`` the
    file's own layers and models.
    """

    def __init__(self, file: CodeFile, nodes: Sequence[ast.AST]) -> None:
        self.symbols = {
            id(u.node): plain(u.symbol)
            for u in file.names.usages
            if not u.method and u.statement is None
        }
        self.kinds: dict[int, Is] = {}
        tree = file.source.tree
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef | None] = {}
        for node in nodes:
            if isinstance(node, _FUNCTIONS):
                # Of several with one name none is known.
                self.functions[node.name] = None if node.name in self.functions else node
        self.subclasses: dict[str, tuple[ast.ClassDef, Is]] = {}
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._subclass(node)
        self._given: dict[str, Kinds] = {}
        self._returns: dict[str, Is | None] = {}
        self._attributes: Kinds = {}
        for _ in range(_ROUNDS):
            before = (str(self._given), str(self._returns), str(self._attributes))
            module: Kinds = {}
            self._block(tree.body, module)
            for function in self.functions.values():
                if function is not None:
                    self._function(function, module)
            if before == (str(self._given), str(self._returns), str(self._attributes)):
                break

    def symbol(self, node: ast.AST) -> str:
        """Return the symbol that an expression names, in TensorFlow's spelling, or nothing."""
        return self.symbols.get(id(node), "")

    def kind(self, node: ast.AST) -> Is | None:
        """Return what an expression is."""
        return self.kinds.get(id(node))

    def inside(self) -> Iterator[tuple[ast.ClassDef, Is]]:
        """Yield the file's own layers and models."""
        yield from self.subclasses.values()

    def _subclass(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            kind = self._made(self.symbol(base))
            if isinstance(base, ast.Name) and base.id in self.subclasses:
                kind = self.subclasses[base.id][1]
            if kind in LAYERS:
                self.subclasses[node.name] = node, kind

    def _made(self, symbol: str) -> Is | None:
        """Return what a call of a symbol gives."""
        name = symbol.rpartition(".")[2]
        if symbol in _INPUTS:
            return Is.TENSOR
        if symbol in _SEQUENTIAL:
            return Is.SEQUENTIAL
        if symbol == "tf.keras.Model" or (
            symbol.startswith(_LAYER_ROOTS[1:]) and name[:1].isupper()
        ):
            return Is.MODEL
        if symbol in ("tf.keras.models.load_model", "tf.keras.models.clone_model"):
            return Is.MODEL
        if symbol.startswith(_LAYER_ROOTS[0]) and name[:1].isupper():
            return Is.LAYER
        if symbol == "tf.keras.mixed_precision.LossScaleOptimizer":
            return Is.OPTIMIZER
        if symbol.startswith("tf.keras.optimizers.") and name[:1].isupper():
            return None if ".schedules." in symbol else Is.OPTIMIZER
        return None

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, module: Kinds) -> None:
        if node.name in _CALLED_BY_KERAS:
            given: Kinds = {}
        else:
            given = self._given.get(node.name, {})
        own = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        names = {**module, **dict.fromkeys(own), **given}
        self._returned: list[Is | None] = []
        self._block(node.body, names)
        kinds = set(self._returned)
        self._returns[node.name] = kinds.pop() if len(kinds) == 1 else None

    def _block(self, body: list[ast.stmt], names: Kinds) -> None:
        for statement in body:
            self._statement(statement, names)

    def _statement(self, node: ast.stmt, names: Kinds) -> None:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if not isinstance(inner, (*_FUNCTIONS, ast.ClassDef)):
                        self._statement(inner, dict(names))
            names.pop(node.name, None)
            return
        if isinstance(node, ast.Assign):
            kind = self._kind(node.value, names)
            for target in node.targets:
                self._bind(target, kind, names, node.value)
            return
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            self._bind(node.target, self._kind(node.value, names), names, node.value)
            return
        if isinstance(node, ast.AugAssign):
            kind = self._kind(node.value, names)
            if isinstance(node.target, ast.Name):
                names[node.target.id] = kind or names.get(node.target.id)
            return
        if isinstance(node, ast.Return):
            self._returned.append(None if node.value is None else self._kind(node.value, names))
            return
        if isinstance(node, (ast.For, ast.AsyncFor)):
            over = self._kind(node.iter, names)
            self._bind(node.target, Is.TENSOR if over is Is.TENSORS else self._item(node), names)
            # What the end of the body binds its beginning may read.
            self._block(node.body, names)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._kind(child, names)
            elif isinstance(child, ast.withitem):
                self._kind(child.context_expr, names)
            elif isinstance(child, ast.stmt):
                self._statement(child, names)
            elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                self._block(child.body, names)

    def _item(self, node: ast.For | ast.AsyncFor) -> Is | None:
        """Return what a loop goes over: the layers of a model."""
        return Is.LAYER if self._lists_layers(node.iter) else None

    def _lists_layers(self, node: ast.expr) -> bool:
        """Tell whether an expression is ``model.layers``."""
        if not isinstance(node, ast.Attribute) or node.attr != "layers":
            return False
        return self.kind(node.value) in MODELS

    def _bind(
        self, target: ast.expr, kind: Is | None, names: Kinds, value: ast.expr | None = None
    ) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = kind
        elif isinstance(target, ast.Attribute):
            self._kind(target.value, names)
            if isinstance(target.value, ast.Name) and target.value.id == "self":
                known = self._attributes.get(target.attr, kind)
                self._attributes[target.attr] = kind if known is kind else None
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for number, one in enumerate(target.elts):
                if len(parts) == len(target.elts):
                    self._bind(one, self.kind(parts[number]), names)
                else:
                    self._bind(one, Is.TENSOR if kind in TENSORS else None, names)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, None, names)

    def _kind(self, node: ast.expr, names: Kinds) -> Is | None:
        kind = self._of(node, names)
        if kind is not None:
            self.kinds[id(node)] = kind
        else:
            self.kinds.pop(id(node), None)
        return kind

    def _of(self, node: ast.expr, names: Kinds) -> Is | None:
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, ast.Call):
            return self._call(node, names)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, names)
        if isinstance(node, (ast.List, ast.Tuple)):
            kinds = {self._kind(one, names) for one in node.elts}
            return Is.TENSORS if kinds & {Is.TENSOR, Is.TENSORS} else None
        if isinstance(node, ast.Subscript):
            self._kind(node.slice, names)
            over = self._kind(node.value, names)
            if self._lists_layers(node.value):
                return Is.LAYER
            return Is.TENSOR if over in TENSORS else None
        if isinstance(node, ast.Lambda):
            own = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
            self._kind(node.body, {**names, **dict.fromkeys(own)})
            return None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            return self._comprehension(node, names)
        kinds = {
            self._kind(c, names) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)
        }
        computes = isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare))
        return Is.TENSOR if computes and kinds & set(TENSORS) else None

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, names: Kinds
    ) -> Is | None:
        inner = dict(names)
        for generator in node.generators:
            over = self._kind(generator.iter, inner)
            self._bind(generator.target, Is.TENSOR if over is Is.TENSORS else None, inner)
            for test in generator.ifs:
                self._kind(test, inner)
        if isinstance(node, ast.DictComp):
            self._kind(node.key, inner)
            self._kind(node.value, inner)
            return None
        kind = self._kind(node.elt, inner)
        return Is.TENSORS if kind in TENSORS and isinstance(node, ast.ListComp) else None

    def _attribute(self, node: ast.Attribute, names: Kinds) -> Is | None:
        of = self._kind(node.value, names)
        if of in LAYERS:
            if node.attr in ("input", "output"):
                return Is.TENSOR
            if node.attr in ("inputs", "outputs"):
                return Is.TENSORS
        if node.attr == "optimizer" and (of in MODELS or self._is_self(node.value)):
            # A model is what has one in code of Keras; ``self.model`` of a callback is one as well.
            return self._attributes.get(node.attr, Is.OPTIMIZER)
        if node.attr == "history":
            # What ``fit`` gave, or the callback of that name.
            return Is.RECORD
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self._attributes.get(node.attr)
        return None

    def _is_self(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == "model":
            return True
        return isinstance(node, ast.Name) and node.id in ("self", "model")

    def _call(self, node: ast.Call, names: Kinds) -> Is | None:
        function = node.func
        of = self._kind(function, names)
        given = [self._kind(argument, names) for argument in node.args]
        named = {k.arg: self._kind(k.value, names) for k in node.keywords}
        tensors = any(kind in TENSORS for kind in (*given, *named.values()))
        symbol = self.symbol(function)
        made = self._made(symbol)
        if made is not None:
            return made
        if isinstance(function, ast.Call) and of is None:
            of = self.kind(function)
        if of in LAYERS:
            return Is.TENSOR if tensors else None
        name = _own_name(function)
        if name in self.subclasses and isinstance(function, ast.Name):
            return self.subclasses[name][1]
        if isinstance(function, ast.Attribute):
            holder = self.kind(function.value)
            if function.attr == "get_layer" and holder in MODELS:
                return Is.LAYER
            if function.attr == "fit" and holder in MODELS:
                return Is.HISTORY
        if symbol.startswith("tf."):
            return Is.TENSOR if tensors and symbol != "tf.keras.backend.int_shape" else None
        own = self.functions.get(name)
        if own is not None and own.name not in _CALLED_BY_KERAS:
            self._called(own, node, method=isinstance(function, ast.Attribute))
            return self._returns.get(own.name)
        return None

    def _called(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        node: ast.Call,
        *,
        method: bool,
    ) -> None:
        """Note what a function of the file is called with."""
        own = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        own = own[1:] if method and own[:1] == ["self"] else own
        pairs = [*zip(own, node.args, strict=False)]
        pairs += [(k.arg, k.value) for k in node.keywords if k.arg is not None]
        held = self._given.setdefault(function.name, {})
        for name, value in pairs:
            kind = self.kind(value)
            if kind is not None:
                held[name] = kind


def _own_name(node: ast.expr) -> str:
    """Return what a function of the file may be called: its name, or that of a method of ``self``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id == "self" else ""
    return ""

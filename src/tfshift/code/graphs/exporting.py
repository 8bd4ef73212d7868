"""What is exported as a SavedModel: signatures of tensors that are fed and of tensors that are asked."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tfshift.code.graphs import symbols as known
from tfshift.code.graphs.kinds import Export, Is, Named, Refusal, Run, Signature
from tfshift.code.graphs.needs import fed_by
from tfshift.code.graphs.running import Runs
from tfshift.code.graphs.syntax import arguments, is_method

_SIMPLE = ("session", "export_dir", "inputs", "outputs", "legacy_init_op")
_SIGNED = ("inputs", "outputs", "method_name")
_ADDED = ("sess", "tags", "signature_def_map")
# What else may be said without that it changes what is exported.
_IDLE = (
    "legacy_init_op",
    "main_op",
    "clear_devices",
    "assets_collection",
    "strip_default_attrs",
    "as_text",
)


class Exports(Runs):
    """What is exported as a SavedModel."""

    def _exports(self, call: ast.Call) -> bool:
        """Read a statement that exports, or that says what is; tell whether it is one."""
        symbol = known.EXPORTING.get(self._symbol(call.func), "")
        if symbol == "simple_save":
            given = self._by_name(call, _SIMPLE)
            signature = self._signature(call, given["inputs"], given["outputs"])
            self._exported(call, given["export_dir"], {'"serving_default"': signature})
            return True
        base = call.func.value if isinstance(call.func, ast.Attribute) else None
        named = self._named(base.id) if isinstance(base, ast.Name) else None
        if named is None or named.kind is not Is.EXPORT or not isinstance(base, ast.Name):
            return False
        made = named.node.value if isinstance(named.node, ast.Assign) else None
        assert isinstance(made, ast.Call)
        if is_method(call, "add_meta_graph_and_variables"):
            if base.id in self.signatures:
                raise Refusal(call, "a SavedModel of several graphs")
            given = self._by_name(call, _ADDED)
            tags = given["tags"]
            listed = tags.elts if isinstance(tags, (ast.List, ast.Tuple)) else []
            if [self._said(tag) for tag in listed] != ['"serve"']:
                raise Refusal(call, "a SavedModel under other tags than 'serve'")
            self.signatures[base.id] = self._signatures(given["signature_def_map"])
            self._drop(self._step.statement)
            return True
        if not is_method(call, "save") or base.id not in self.signatures:
            raise Refusal(call, "a SavedModel that is not known")
        folder = self._by_name(made, ("export_dir",))["export_dir"]
        self._exported(call, folder, self.signatures[base.id])
        return True

    def _exported(self, call: ast.Call, folder: ast.expr, signed: Mapping[str, Signature]) -> None:
        if self._kind(folder) is not Is.PYTHON:
            raise Refusal(call, "a SavedModel in a folder that is a tensor")
        self._step.exports.append(Export(call, folder, dict(signed)))

    def _by_name(self, call: ast.Call, parameters: tuple[str, ...]) -> dict[str, ast.expr]:
        """Return a call's arguments by name.

        Raises:
            Refusal: if some are not known, or missing.
        """
        given = arguments(call, parameters)
        if given is None:
            raise Refusal(call, "arguments that are not known")
        for name in sorted(given.keys() - {*parameters, *_IDLE}):
            raise Refusal(call, f"{ast.unparse(call.func)} with {name}=")
        missing = set(parameters) - given.keys() - set(_IDLE)
        if missing:
            raise Refusal(call, f"{ast.unparse(call.func)} without {', '.join(sorted(missing))}")
        return given

    def _bound_to(self, node: ast.expr) -> ast.expr:
        """Return what a name of a part of what is exported stands for."""
        named = self._named(node.id) if isinstance(node, ast.Name) else None
        bound = named.node if named is not None else None
        return bound.value if isinstance(bound, ast.Assign) else node

    def _said(self, node: ast.expr) -> str:
        """Return a text, as it is written, that may be one of the constants for it."""
        symbol = self._symbol(node).rpartition(".")[2]
        if symbol in known.EXPORT_CONSTANTS:
            return f'"{known.EXPORT_CONSTANTS[symbol]}"'
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return f'"{node.value}"'
        raise Refusal(node, "a key of a signature that is computed")

    def _signatures(self, node: ast.expr) -> dict[str, Signature]:
        node = self._bound_to(node)
        if not isinstance(node, ast.Dict):
            raise Refusal(node, "signatures that are not written out")
        found: dict[str, Signature] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            call = self._bound_to(value)
            symbol = self._symbol(call.func) if isinstance(call, ast.Call) else ""
            if key is None or not isinstance(call, ast.Call):
                raise Refusal(node, "signatures that are not written out")
            kind = known.EXPORTING.get(symbol, "")
            if kind not in ("build_signature_def", "predict_signature_def"):
                raise Refusal(call, "a signature that does not predict")
            given = self._by_name(call, _SIGNED[: 3 if kind.startswith("build") else 2])
            if "method_name" in given and self._said(given["method_name"]) != known.PREDICTS:
                raise Refusal(call, "a signature that does not predict")
            found[self._said(key)] = self._signature(call, given["inputs"], given["outputs"])
        return found

    def _tensors(self, node: ast.expr) -> list[tuple[str, ast.expr]]:
        """Return the tensors of one side of a signature, each with what it is called."""
        node = self._bound_to(node)
        if not isinstance(node, ast.Dict):
            raise Refusal(node, "a signature that is not written out")
        found = []
        for key, value in zip(node.keys, node.values, strict=True):
            told = self._bound_to(value) if self._kind(value) is Is.EXPORT else value
            if isinstance(told, ast.Call) and self._kind(told) is Is.EXPORT:
                told = told.args[0] if told.args else told.keywords[0].value
            if key is None:
                raise Refusal(node, "a signature that is not written out")
            found.append((self._said(key), told))
        return found

    def _signature(self, call: ast.Call, inputs: ast.expr, outputs: ast.expr) -> Signature:
        """Read a signature as a run of its outputs that is fed its inputs."""
        specs: list[tuple[str, str]] = []
        keys: list[str] = []
        for key, tensor in self._tensors(inputs):
            named = self._named(tensor.id) if isinstance(tensor, ast.Name) else None
            if (
                named is None
                or named.kind is not Is.PLACEHOLDER
                or not isinstance(tensor, ast.Name)
            ):
                raise Refusal(tensor, "an input of a signature that is no placeholder")
            if named.dtype.startswith(known.SPARSE):
                raise Refusal(tensor, "a sparse input of a signature")
            specs.append((key, f"TensorSpec({self._shape_of(named)}, {named.dtype})"))
            keys.append(tensor.id)
        asked = self._tensors(outputs)
        fetches = [self._fetch(tensor) for _, tensor in asked]
        run = Run(call, fetches, True, [], "", tuple(keys))
        missing = {p for f in fetches for p in fed_by(f.needs)} - set(keys)
        if missing or any(not f.gives or f.in_parts for f in fetches):
            raise Refusal(call, f"{min(missing, default='what gives no tensor')} is not fed")
        return Signature(run, specs, [key for key, _ in asked])

    @staticmethod
    def _shape_of(named: Named) -> str:
        """Return a placeholder's shape, as it is written."""
        call = named.node.value if isinstance(named.node, ast.Assign) else None
        assert isinstance(call, ast.Call)
        shape = call.args[1] if len(call.args) > 1 else next(
            (k.value for k in call.keywords if k.arg == "shape"), None
        )  # fmt: skip
        return ast.unparse(shape) if shape is not None else "None"

"""Layers of tf.contrib and slim, written as those of tf.layers that compute the same.

Their variables have other names: where a file asks for names of variables, or saves some, they stay.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, plain, replaced, until_none
from tfshift.code.graphs.syntax import arguments, bound_once
from tfshift.code.graphs.walking import walk

_SLIM, _LAYERS = "tf.contrib.slim.", "tf.contrib.layers."
# What asks for variables by their names.
_ASKING = ("Saver", "assign_from", "get_variables", "restore")
_WEIGHTS = (
    ("weights_initializer", "kernel_initializer"), ("weights_regularizer", "kernel_regularizer"),
    ("biases_initializer", "bias_initializer"), ("biases_regularizer", "bias_regularizer"),
)  # fmt: skip
_REST = (
    ("reuse", ""), ("variables_collections", ""), ("outputs_collections", ""), ("trainable", "trainable"),
    ("scope", "name"),
)  # fmt: skip
_NORMAL = (("activation_fn", "activation"), ("normalizer_fn", "?"), ("normalizer_params", "?"))
_POOL = (
    ("inputs", "inputs"), ("kernel_size", "pool_size"), ("stride", "strides"), ("padding", "padding"),
    ("data_format", ""), ("outputs_collections", ""), ("scope", "name"),
)  # fmt: skip
# Theirs -> ours, the parameters in order as (theirs, ours), and what theirs says where nothing is
# said. What has no name of ours must not be given; a ``?`` is written around the layer.
_AS: dict[str, tuple[str, tuple[tuple[str, str], ...], dict[str, str]]] = {
    "conv2d": (
        "conv2d",
        (("inputs", "inputs"), ("num_outputs", "filters"), ("kernel_size", "kernel_size"),
         ("stride", "strides"), ("padding", "padding"), ("data_format", ""), ("rate", "dilation_rate"),
         *_NORMAL, *_WEIGHTS, *_REST),
        {"padding": "'SAME'", "activation_fn": "{tf}.nn.relu"}),
    "conv2d_transpose": (
        "conv2d_transpose",
        (("inputs", "inputs"), ("num_outputs", "filters"), ("kernel_size", "kernel_size"),
         ("stride", "strides"), ("padding", "padding"), ("data_format", ""), *_NORMAL, *_WEIGHTS, *_REST),
        {"padding": "'SAME'", "activation_fn": "{tf}.nn.relu"}),
    "fully_connected": (
        "dense",
        (("inputs", "inputs"), ("num_outputs", "units"), *_NORMAL, *_WEIGHTS, *_REST),
        {"activation_fn": "{tf}.nn.relu"}),
    "max_pool2d": ("max_pooling2d", _POOL, {"stride": "2"}),
    "avg_pool2d": ("average_pooling2d", _POOL, {"stride": "2"}),
    "batch_norm": (
        "batch_normalization",
        (("inputs", "inputs"), ("decay", "momentum"), ("center", "center"), ("scale", "scale"),
         ("epsilon", "epsilon"), ("activation_fn", "activation"), ("param_initializers", ""),
         ("param_regularizers", ""), ("updates_collections", "?"), ("is_training", "training"),
         ("reuse", ""), ("variables_collections", ""), ("outputs_collections", ""),
         ("trainable", "trainable"), ("batch_weights", ""), ("fused", "fused"), ("data_format", ""),
         ("zero_debias_moving_mean", ""), ("scope", "name")),
        {"decay": "0.999", "scale": "False", "is_training": "True"}),
}  # fmt: skip
_AS["convolution2d"] = _AS["convolution"] = _AS["conv2d"]
_AS["relu"] = _AS["fully_connected"]
_AS["linear"] = (*_AS["fully_connected"][:2], {})
# Arguments that say what they say anyway.
_IDLE = {"None", "'NHWC'", "False"}


def contributed(one: Inlined) -> Inlined:
    """Write layers of tf.contrib as those of tf.layers."""
    text = one.file.source.text
    if "contrib" not in text or any(word in text for word in _ASKING):
        return one
    roots = [b.name for b in one.file.names.imports if b.symbol == "tf" and "." not in b.name]
    if not roots:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
        source = now.file.source
        bound = {name: s.value for name, s in bound_once(source.tree).items()}
        for call in (n for n in walk(source.tree) if isinstance(n, ast.Call)):
            name = contributed_name(symbols.get(id(call.func), ""))
            text = _layer(name, call, symbols, roots[0], bound) if name in _AS else None
            if text is not None:
                yield replaced(source, call, text)

    return until_none(one, written, fewer=True)


def contributed_name(symbol: str) -> str:
    """Return what a layer of tf.contrib is called there; nothing for anything else."""
    symbol = plain(symbol)
    for start in (_LAYERS, _SLIM):
        if symbol.startswith(start) and "." not in symbol[len(start) :]:
            return symbol[len(start) :]
    return ""


def parameters_of(name: str) -> tuple[str, ...]:
    """Return the parameters of a layer of tf.contrib that is known, in order."""
    return tuple(theirs for theirs, _ in _AS[name][1]) if name in _AS else ()


def _layer(
    name: str, call: ast.Call, symbols: Mapping[int, str], root: str, bound: Mapping[str, ast.expr]
) -> str | None:
    """Return a layer as tf.layers has it; None where that is not the same."""
    ours, parameters, said = _AS[name]
    names = dict(parameters)
    nodes = arguments(call, [*names])
    if nodes is None or nodes.keys() - names.keys():
        return None
    given = {theirs: ast.unparse(node) for theirs, node in nodes.items()}
    given = {**{k: v.format(tf=root) for k, v in said.items() if k not in given}, **given}
    if given.get("is_training") == "None":
        given["is_training"] = "True"
    activation = given.get("activation_fn", "None")
    norm = given.pop("normalizer_fn", "None")
    settings = nodes.get("normalizer_params")
    if isinstance(settings, ast.Name):
        settings = bound.get(settings.id, settings)
    given.pop("normalizer_params", None)
    if norm != "None" or name == "batch_norm":
        given.pop("activation_fn", None)
    if norm != "None" or given.get("biases_initializer") == "None":
        given.pop("biases_initializer", None)
        given.pop("biases_regularizer", None)
        given["use_bias"] = "False"
        names["use_bias"] = "use_bias"
    for regular in ("weights_regularizer", "biases_regularizer", "weights_initializer", "scope"):
        if given.get(regular) == "None":
            del given[regular]
    parts = []
    if given.pop("updates_collections", "") == "None":
        # They change in each run that normalises by the batch.
        given["update"] = "True"
        names["update"] = "update"
    for theirs, text in sorted(given.items(), key=lambda one: [*names].index(one[0])):
        if not names[theirs] and text not in _IDLE:
            return None
        if names[theirs]:
            parts.append(text if theirs == "inputs" else f"{names[theirs]}={text}")
    text = f"{root}.layers.{ours}({', '.join(parts)})"
    if norm != "None":
        text = _normalised(text, nodes["normalizer_fn"], settings, symbols)
        if not text:
            return None
    around = norm != "None" or name == "batch_norm"
    return f"{activation}({text})" if around and activation != "None" else text


def _normalised(
    text: str, norm: ast.expr, settings: ast.expr | None, symbols: Mapping[int, str]
) -> str:
    """Return what a layer gives, normalised; nothing where it is not known how."""
    if contributed_name(symbols.get(id(norm), "")) not in _AS:
        return ""
    if settings is None or (isinstance(settings, ast.Constant) and settings.value is None):
        more: list[str] = []
    elif isinstance(settings, ast.Dict):
        keys = [str(k.value) if isinstance(k, ast.Constant) else "" for k in settings.keys]
        if not all(key.isidentifier() for key in keys):
            return ""
        values = zip(keys, settings.values, strict=True)
        more = [f"{key}={ast.unparse(value)}" for key, value in values]
    else:
        return ""
    return f"{ast.unparse(norm)}({', '.join([text, *more])})"

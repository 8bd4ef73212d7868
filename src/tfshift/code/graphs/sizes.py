"""What functions of 1.x make of the sizes of what they are given, as TensorFlow tells them.

A rule is a function from the arguments by name to the tensor that comes out; ``_rule`` names the
parameters and the functions of which it is true.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The longest list that is followed.
MOST = 64


class Unknown(Exception):  # noqa: N818 (a result, not a failure)
    """Something that only a run tells."""


# One size: None where only a run tells it; -1 where it was not followed, and may be anything.
Dim = int | None
ANY = -1


@dataclass(frozen=True)
class Tensor:
    """A tensor: its sizes, and whether it is a variable, which tells them itself."""

    dims: tuple[Dim, ...]
    held: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Shape:
    """What a tensor says of its shape."""

    dims: tuple[Dim, ...]


@dataclass(frozen=True)
class Size:
    """One size of a tensor."""

    size: Dim


@dataclass(frozen=True)
class Asked:
    """The tensor that holds a tensor's shape: it stands for it where a shape is wanted."""

    dims: tuple[Dim, ...]


def sized(value: Any) -> Any:
    """Return a size as the number that it is, and anything else as it is.

    Raises:
        Unknown: if only a run tells it.
    """
    if isinstance(value, Size):
        if value.size in (None, ANY):
            raise Unknown
        return value.size
    return value


def builtin(name: str, value: Any, *more: Any) -> Any:
    """Return what a function of Python, one of ``BUILTINS``, gives.

    Raises:
        Unknown: if that is not known, or too much.
    """
    if value is Unknown or Unknown in more:
        raise Unknown
    if name == "print":
        raise Unknown
    if name == "range":
        found = range(*(sized(v) for v in (value, *more)))
        if len(found) > MOST:
            raise Unknown
        return list(found)
    if name == "zip":
        return list(zip(value, *more, strict=False))
    if more:
        raise Unknown
    if name in _OVER:
        return _OVER[name](value)
    if name == "abs":
        return value if isinstance(value, Tensor) else abs(sized(value))
    if name == "int":
        return int(sized(value))
    if name == "len" and isinstance(value, (Shape, list, tuple)):
        return len(value.dims) if isinstance(value, Shape) else len(value)
    if name in ("list", "tuple") and isinstance(value, (list, tuple)):
        return list(value) if name == "list" else tuple(value)
    raise Unknown


def is_small(operation: ast.operator, left: Any, right: Any) -> bool:
    """Tell whether two values of Python may be computed with: what they give is as small as they are."""
    if isinstance(left, (list, tuple)):
        if isinstance(operation, ast.Mult):
            return isinstance(right, int) and len(left) * right <= MOST
        return isinstance(operation, ast.Add) and type(left) is type(right)
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    return numbers and (not isinstance(operation, ast.Pow) or max(abs(left), abs(right)) <= MOST)


def broadcast(left: Any, right: Any) -> Tensor:
    """Return what two tensors, or a tensor and a number, give part by part."""
    sides = [
        value.dims if isinstance(value, Tensor) else _dims_of(value) for value in (left, right)
    ]
    size = max(map(len, sides))
    padded = [(1,) * (size - len(side)) + side for side in sides]
    found: list[Dim] = []
    for one, other in zip(*padded, strict=True):
        if one == 1:
            found.append(other)
        elif other == 1 or one == other:
            found.append(one)
        elif one in (None, ANY) and other in (None, ANY):
            found.append(None if one is other is None else ANY)
        elif one in (None, ANY) or other in (None, ANY):
            found.append(other if one in (None, ANY) else one)
        else:
            raise Unknown
    return Tensor(tuple(found))


def _dims_of(value: Any) -> tuple[Dim, ...]:
    """Return the shape of a value of Python."""
    if isinstance(value, Tensor):
        return value.dims
    if isinstance(value, (bool, int, float)):
        return ()
    if isinstance(value, (list, tuple)) and value:
        return (len(value), *_dims_of(value[0]))
    raise Unknown


def _listed(value: Any) -> list[Dim]:
    """Return the sizes of a shape that is given."""
    if isinstance(value, (Shape, Asked)):
        return list(value.dims)
    if isinstance(value, (int, Size)):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise Unknown
    sizes = [v.size if isinstance(v, Size) else v for v in value]
    return [size if type(size) is int or size is None else ANY for size in sizes]


def _tensor(values: Mapping[str, Any], name: str) -> Tensor:
    value = values[name]
    if value is Unknown or not isinstance(value, Tensor):
        raise Unknown
    return value


_Rule = Callable[[Mapping[str, Any]], Tensor | Asked]
RULES: dict[str, tuple[Sequence[str], _Rule]] = {}


def _rule(names: str, *symbols: str) -> Callable[[_Rule], _Rule]:
    """Note what some functions give.

    Args:
        names: their parameters in order, those that matter and those before them.
        symbols: they.
    """

    def noted(rule: _Rule) -> _Rule:
        RULES.update({f"tf.{symbol}": ((*names.split(), *_BESIDE), rule) for symbol in symbols})
        return rule

    return noted


# Arguments that say nothing of shapes, wherever they stand.
_BESIDE = (
    "name", "dtype", "initializer", "regularizer", "trainable", "seed", "scope", "reuse",
    "weights_initializer", "biases_initializer", "weights_regularizer", "normalizer_fn",
    "normalizer_params", "kernel_initializer", "bias_initializer", "kernel_regularizer", "use_bias",
    "stddev", "mean", "minval", "maxval", "collections", "activation_fn", "use_cudnn_on_gpu",
    "is_training", "training", "decay", "epsilon", "center", "scale", "updates_collections",
    "noise_shape", "rate", "validate_shape", "activation", "fused", "momentum",
)  # fmt: skip


@_rule("dtype shape", "placeholder")
def _placeholder(values: Mapping[str, Any]) -> Tensor:
    return Tensor(tuple(_listed(values["shape"])))


@_rule("input shape", "placeholder_with_default", "ensure_shape")
@_rule("shape", "zeros", "ones", "random_normal", "random_uniform", "truncated_normal")
def _shaped(values: Mapping[str, Any]) -> Tensor:
    return Tensor(tuple(_listed(values["shape"])))


@_rule("input", "shape")
def _asked(values: Mapping[str, Any]) -> Asked:
    return Asked(_tensor(values, "input").dims)


@_rule("dims value", "fill")
def _filled(values: Mapping[str, Any]) -> Tensor:
    return Tensor(tuple(_listed(values["dims"])))


@_rule("value dtype shape", "constant")
def _constant(values: Mapping[str, Any]) -> Tensor:
    if "shape" in values:
        return Tensor(tuple(_listed(values["shape"])))
    return Tensor(_dims_of(values["value"]))


@_rule("initial_value", "Variable")
def _variable(values: Mapping[str, Any]) -> Tensor:
    return Tensor(_dims_of(values["initial_value"]), held=True)


@_rule("name shape", "get_variable")
def _got(values: Mapping[str, Any]) -> Tensor:
    if "shape" not in values:
        return Tensor(_tensor(values, "initializer").dims, held=True)
    return Tensor(tuple(_listed(values["shape"])), held=True)


@_rule(
    "x a b c d",
    *["identity", "nn.relu", "nn.relu6", "nn.elu", "nn.selu", "nn.softplus", "nn.softsign", "nn.tanh", "nn.sigmoid", "nn.softmax", "nn.log_softmax", "nn.leaky_relu", "tanh", "sigmoid", "abs", "exp", "log", "sqrt", "square", "negative", "cast", "to_float", "stop_gradient", "clip_by_value", "nn.lrn", "nn.local_response_normalization", "nn.l2_normalize", "zeros_like", "ones_like", "to_int32", "round", "sign", "math.tanh", "math.sigmoid"],
)  # fmt: skip
def _alike(values: Mapping[str, Any]) -> Tensor:
    return Tensor(_tensor(values, "x").dims)


@_rule("x keep_prob noise_shape", "nn.dropout")
@_rule("value bias data_format", "nn.bias_add")
@_rule("inputs rate", "layers.dropout", "layers.batch_normalization")
@_rule("inputs keep_prob", "contrib.layers.dropout", "contrib.layers.batch_norm")
@_rule("x mean variance offset scale variance_epsilon", "nn.batch_normalization")
def _first(values: Mapping[str, Any]) -> Tensor:
    _channels_last(values)
    return Tensor(_tensor(values, next(iter(values))).dims)


@_rule("x y", "add", "subtract", "multiply", "divide", "maximum", "minimum", "pow", "div")
def _elements(values: Mapping[str, Any]) -> Tensor:
    return broadcast(values["x"], values["y"])


@_rule("a b transpose_a transpose_b", "matmul")
def _product(values: Mapping[str, Any]) -> Tensor:
    one, other = _tensor(values, "a").dims, _tensor(values, "b").dims
    if values.get("transpose_a"):
        one = (*one[:-2], one[-1], one[-2])
    if values.get("transpose_b"):
        other = (*other[:-2], other[-1], other[-2])
    return Tensor((*one[:-1], other[-1]))


@_rule("x weights biases", "nn.xw_plus_b")
def _affine(values: Mapping[str, Any]) -> Tensor:
    return Tensor((_tensor(values, "x").dims[0], _tensor(values, "weights").dims[1]))


def _moved(size: Dim, window: Dim, step: Dim, padding: str) -> Dim:
    """Return how many places a window takes along an axis."""
    if size is None:
        return None
    if ANY in (size, window, step) or window is None or step is None:
        return ANY
    if padding.upper() == "SAME":
        return -(-size // step)
    return -(-(size - window + 1) // step)


def _pair(value: Any, of: int = 2) -> list[Dim]:
    found = _listed(value)
    if len(found) == 4:
        found = found[1:3]
    return found * of if len(found) == 1 else found


def _windowed(
    tensor: Tensor, windows: Sequence[Dim], steps: Sequence[Dim], padding: Any, last: Any
) -> Tensor:
    if len(tensor.dims) != 4 or padding not in ("SAME", "VALID", "same", "valid"):
        raise Unknown
    axes = zip(tensor.dims[1:3], windows, steps, strict=True)
    moved = (_moved(size, window, step, padding) for size, window, step in axes)
    return Tensor((tensor.dims[0], *moved, _last(last)))


def _channels_last(values: Mapping[str, Any]) -> None:
    if values.get("data_format") not in (None, "NHWC"):
        raise Unknown


def _last(size: Any) -> Dim:
    return size if type(size) is int else ANY


@_rule("input filter strides padding use_cudnn_on_gpu data_format", "nn.conv2d")
def _convolved(values: Mapping[str, Any]) -> Tensor:
    _channels_last(values)
    kernel = _tensor(values, "filter").dims
    steps = _pair(values["strides"])
    return _windowed(_tensor(values, "input"), kernel[:2], steps, values["padding"], kernel[3])


@_rule("value ksize strides padding data_format", "nn.max_pool", "nn.avg_pool")
def _pooled(values: Mapping[str, Any]) -> Tensor:
    tensor = _tensor(values, "value")
    _channels_last(values)
    windows, steps = _pair(values["ksize"]), _pair(values["strides"])
    return _windowed(tensor, windows, steps, values["padding"], tensor.dims[-1])


@_rule("inputs filters kernel_size strides padding", "layers.conv2d")
def _layer_convolved(values: Mapping[str, Any]) -> Tensor:
    steps = _pair(values.get("strides", 1))
    padding, filters = values.get("padding", "valid"), values["filters"]
    return _windowed(
        _tensor(values, "inputs"), _pair(values["kernel_size"]), steps, padding, filters
    )


@_rule("inputs pool_size strides padding", "layers.max_pooling2d", "layers.average_pooling2d")
def _layer_pooled(values: Mapping[str, Any]) -> Tensor:
    tensor, padding = _tensor(values, "inputs"), values.get("padding", "valid")
    windows, steps = _pair(values["pool_size"]), _pair(values["strides"])
    return _windowed(tensor, windows, steps, padding, tensor.dims[-1])


@_rule(
    "inputs num_outputs kernel_size stride padding",
    "contrib.layers.conv2d",
    "contrib.layers.convolution2d",
)
def _contrib_convolved(values: Mapping[str, Any]) -> Tensor:
    steps, padding = _pair(values.get("stride", 1)), values.get("padding", "SAME")
    windows, last = _pair(values["kernel_size"]), values["num_outputs"]
    return _windowed(_tensor(values, "inputs"), windows, steps, padding, last)


@_rule(
    "inputs kernel_size stride padding", "contrib.layers.max_pool2d", "contrib.layers.avg_pool2d"
)
def _contrib_pooled(values: Mapping[str, Any]) -> Tensor:
    tensor, padding = _tensor(values, "inputs"), values.get("padding", "VALID")
    windows, steps = _pair(values["kernel_size"]), _pair(values.get("stride", 2))
    return _windowed(tensor, windows, steps, padding, tensor.dims[-1])


@_rule("inputs units", "layers.dense")
@_rule("inputs num_outputs", "contrib.layers.fully_connected", "contrib.layers.linear")
def _dense(values: Mapping[str, Any]) -> Tensor:
    last = values["units"] if "units" in values else values["num_outputs"]
    return Tensor((*_tensor(values, "inputs").dims[:-1], _last(last)))


@_rule("inputs", "layers.flatten", "contrib.layers.flatten")
def _flat(values: Mapping[str, Any]) -> Tensor:
    first, *others = _tensor(values, "inputs").dims
    return Tensor((first, times(others)))


def times(sizes: Sequence[Dim]) -> Dim:
    """Return how many elements some axes have together."""
    if ANY in sizes:
        return ANY
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


@_rule("tensor shape", "reshape")
def _reshaped(values: Mapping[str, Any]) -> Tensor:
    given = values["shape"]
    wanted = _listed(given)
    # What is -1 as it is written is what is left; anything else is what was not followed.
    left = [
        type(v) is int and v == -1 for v in (given if isinstance(given, (list, tuple)) else [given])
    ]
    tensor = values["tensor"]
    size = times(tensor.dims) if isinstance(tensor, Tensor) else ANY
    rest = times([w for w, free in zip(wanted, left, strict=True) if not free])
    if size is None or rest is None:
        whole = None
    else:
        whole = ANY if ANY in (size, rest) or not rest else size // rest
    return Tensor(tuple(whole if free else w for w, free in zip(wanted, left, strict=True)))


@_rule("values axis", "concat")
def _joined(values: Mapping[str, Any]) -> Tensor:
    listed, axis = values["values"], values["axis"]
    if not isinstance(listed, (list, tuple)) or not all(isinstance(v, Tensor) for v in listed):
        raise Unknown
    first = list(listed[0].dims)
    sizes = [v.dims[axis] for v in listed]
    if ANY in sizes:
        first[axis] = ANY
    else:
        known = [size for size in sizes if size is not None]
        first[axis] = sum(known) if len(known) == len(sizes) else None
    return Tensor(tuple(first))


@_rule("input axis name dim", "expand_dims")
def _expanded(values: Mapping[str, Any]) -> Tensor:
    dims = list(_tensor(values, "input").dims)
    axis = values.get("axis", values.get("dim"))
    dims.insert(axis if axis >= 0 else len(dims) + 1 + axis, 1)
    return Tensor(tuple(dims))


@_rule("a perm", "transpose")
def _turned(values: Mapping[str, Any]) -> Tensor:
    dims = _tensor(values, "a").dims
    order = values.get("perm") or tuple(range(len(dims)))[::-1]
    return Tensor(tuple(dims[axis] for axis in order))


@_rule("indices depth", "one_hot")
def _marked(values: Mapping[str, Any]) -> Tensor:
    return Tensor((*_tensor(values, "indices").dims, _last(values["depth"])))


@_rule("params ids", "nn.embedding_lookup", "gather")
def _looked_up(values: Mapping[str, Any]) -> Tensor:
    return Tensor((*_tensor(values, "ids").dims, *_tensor(values, "params").dims[1:]))


OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
}
# What comparisons of two values of Python give.
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
# Functions of numbers and of lists of them, as files import them.
NUMBERS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("np.sqrt", "numpy.sqrt", "math.sqrt"), math.sqrt),
    **dict.fromkeys(("np.ceil", "numpy.ceil", "math.ceil"), math.ceil),
    **dict.fromkeys(("np.floor", "numpy.floor", "math.floor"), math.floor),
    **dict.fromkeys(("np.prod", "numpy.prod"), math.prod),
}
BUILTINS = {
    "range", "zip", "enumerate", "reversed", "sum", "min", "max", "abs", "int", "len", "list", "tuple",
    "print",
}  # fmt: skip
# Functions of Python over what is listed.
_OVER: dict[str, Callable[[Any], Any]] = {
    "enumerate": lambda listed: list(enumerate(listed)),
    "reversed": lambda listed: list(listed)[::-1],
    "sum": sum,
    "min": min,
    "max": max,
}

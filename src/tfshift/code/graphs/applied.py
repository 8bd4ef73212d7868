"""What is made and applied at once, or bound for that alone, written as the function that does both.

``tf.layers.Dense(3)(x)`` is ``tf.layers.dense(x, 3)``, a regulariser of a tensor is what it computes,
and an element of an iterator that has no name is one of an iterator that has.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import (
    Inlined,
    Text,
    has_its_lines,
    names_in,
    plain,
    replaced,
    until_none,
)
from tfshift.code.graphs.lines import lines_without
from tfshift.code.graphs.syntax import free_name, stored
from tfshift.code.graphs.walking import walk
from tfshift.code.sources import Source

# A regulariser -> what it computes of a tensor, as tf.contrib.layers of 1.15 does.
_PENALTIES = {
    "tf.contrib.layers.l2_regularizer": "nn.l2_loss({})",
    "tf.contrib.layers.l1_regularizer": "reduce_sum({tf}.abs({}))",
}
# A layer's class -> the function that makes one and applies it, with the same parameters after it.
_FUNCTIONS = {
    "Dense": "dense", "Flatten": "flatten",
    **{f"Conv{n}D": f"conv{n}d" for n in (1, 2, 3)},
    **{f"MaxPooling{n}D": f"max_pooling{n}d" for n in (1, 2, 3)},
    **{f"AveragePooling{n}D": f"average_pooling{n}d" for n in (1, 2, 3)},
}  # fmt: skip
_OF_LAYERS = {"Conv2DTranspose": "conv2d_transpose", "Dropout": "dropout"}
_OF_LAYERS |= {"BatchNormalization": "batch_normalization", **_FUNCTIONS}
# Keras' short names of pools.
_POOLS = {f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)}
_POOLS |= {f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)}
_KERAS, _LAYERS = "tf.keras.layers.", "tf.layers."
# Where Keras' layers make models, they are Keras' own; what it saves is called otherwise.
_MODELS = ("tf.keras.Model", "tf.keras.models.", "tf.keras.Sequential", "tf.keras.Input",
           "tf.keras.layers.Input", "tf.train.Saver")  # fmt: skip
_ITERATORS = ("make_one_shot_iterator", "make_initializable_iterator")


def applied_at_once(one: Inlined) -> Inlined:
    """Write layers and regularisers that are called where they are made as functions."""
    text = one.file.source.text
    if not any(word in text for word in ("_regularizer(", "layers.")):
        return one
    one = until_none(one, _layers_of_keras, fewer=True)
    one = until_none(one, _penalties, fewer=True)
    return until_none(one, _functions, fewer=True)


def with_iterators(one: Inlined) -> Inlined:
    """Give names to iterators of which an element is taken where they are made."""
    if ".get_next(" not in one.file.source.text:
        return one
    return until_none(one, _named)


def _layers_of_keras(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    """Yield the text with a layer of Keras as the one of ``tf.layers`` that it is in a graph."""
    if any(plain(symbol).startswith(_MODELS) for symbol in symbols.values()):
        return
    for call in _calls(now):
        symbol = plain(symbols.get(id(call.func), ""))
        name = symbol[len(_KERAS) :]
        name = _POOLS.get(name, name)
        written = ast.unparse(call.func)
        before = f"keras.layers.{symbol[len(_KERAS) :]}"
        if symbol.startswith(_KERAS) and name in _FUNCTIONS and written.endswith(f".{before}"):
            yield replaced(now.file.source, call.func, f"{written[: -len(before)]}layers.{name}")


def _functions(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    """Yield the text with a layer that is applied where it is made as one call of its function."""
    for call in _calls(now):
        made = call.func
        if not isinstance(made, ast.Call) or not call.args:
            continue
        symbol = plain(symbols.get(id(made.func), ""))
        function = _OF_LAYERS.get(symbol[len(_LAYERS) :]) if symbol.startswith(_LAYERS) else None
        written = ast.unparse(made.func)
        if function is None or not written.endswith(symbol[len("tf") :]) or len(call.args) != 1:
            continue
        arguments = [call.args[0], *made.args]
        given = [*map(ast.unparse, arguments), *map(ast.unparse, (*made.keywords, *call.keywords))]
        root = written[: -len(symbol[len(_LAYERS) :])]
        yield replaced(now.file.source, call, f"{root}{function}({', '.join(given)})")


def _penalties(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    """Yield the text with what a regulariser computes of a tensor; then without the regulariser."""
    source = now.file.source
    bound = _bound(source, symbols)
    for call in _calls(now):
        made: ast.expr | None = call.func
        if isinstance(made, ast.Name):
            statement = bound.get(made.id)
            made = statement.value if statement is not None else None
        if not isinstance(made, ast.Call) or len(call.args) != 1 or call.keywords:
            continue
        text = _penalty(made, call.args[0], symbols)
        if text is not None:
            yield replaced(source, call, text)
    names = [n.id for n in walk(source.tree) if isinstance(n, ast.Name)]
    for name, statement in bound.items():
        if names.count(name) == 1 and has_its_lines(source, statement):
            yield lines_without(source.text, source.tree, [statement])


def _bound(source: Source, symbols: Mapping[int, str]) -> dict[str, ast.Assign]:
    """Return the regularisers that a file binds to names of its own level, each once for all."""
    stores = Counter(stored(source.tree))
    return {
        statement.targets[0].id: statement
        for statement in source.tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and stores[statement.targets[0].id] == 1
        and isinstance(statement.value, ast.Call)
        and plain(symbols.get(id(statement.value.func), "")) in _PENALTIES
        and _stays(statement.value, stores)
    }


def _stays(made: ast.Call, stores: Mapping[str, int]) -> bool:
    """Tell whether the scale of a regulariser is the same wherever it is written."""
    names = [n.id for a in made.args for n in walk(a) if isinstance(n, ast.Name)]
    return all(stores[name] <= 1 for name in names)


def _penalty(made: ast.Call, tensor: ast.expr, symbols: Mapping[int, str]) -> str | None:
    """Spell what a regulariser computes; None where it may compute nothing, as one of 0 does."""
    symbol = plain(symbols.get(id(made.func), ""))
    computed, written = _PENALTIES.get(symbol), ast.unparse(made.func)
    path = symbol[len("tf") :]
    scales = [*made.args[:1], *(k.value for k in made.keywords if k.arg == "scale")]
    if computed is None or len(scales) != 1 or not written.endswith(path):
        return None
    if isinstance(scales[0], ast.Constant) and not scales[0].value:
        return None
    root, scale = written[: -len(path)], ast.unparse(scales[0])
    scale = (
        scale if isinstance(scales[0], (ast.Constant, ast.Name, ast.Attribute)) else f"({scale})"
    )
    return f"({root}.{computed.format(ast.unparse(tensor), tf=root)} * {scale})"


def _named(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
    """Yield the text with an iterator bound to a name in the line above."""
    source = now.file.source
    for statement in walk(source.tree):
        if not isinstance(statement, (ast.Assign, ast.Return, ast.Expr)):
            continue
        for call in (n for n in walk(statement) if isinstance(n, ast.Call)):
            if not _takes_of_unnamed(call) or not has_its_lines(source, statement):
                continue
            assert isinstance(call.func, ast.Attribute)
            name = free_name("iterator", names_in(source.tree))
            text, origins = replaced(source, call.func.value, name)
            lines = text.split("\n")
            at = origins.index(statement.lineno)
            space = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
            lines.insert(at, f"{space}{name} = {ast.unparse(call.func.value)}")
            origins.insert(at, statement.lineno)
            yield "\n".join(lines), origins


def _takes_of_unnamed(call: ast.Call) -> bool:
    """Tell whether a call takes the element of an iterator that is made right before the dot."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "get_next":
        return False
    made = function.value
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute):
        return False
    return made.func.attr in _ITERATORS


def _calls(now: Inlined) -> Iterator[ast.Call]:
    return (n for n in walk(now.file.source.tree) if isinstance(n, ast.Call))

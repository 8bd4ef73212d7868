"""Files of models and weights whose names do not end as Keras 3 wants them to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tfshift.code.keras_flow import MODELS
from tfshift.code.whole import Whole, by_hand, unsafe
from tfshift.domain.findings import Edit, Finding, Fix, Kind

ID = "keras-format"
TITLE = "Keras 3 saves models as .keras or .h5 and weights as .weights.h5 alone"
_MODEL = "import tensorflow as tf\nm = tf.keras.Sequential()\n"
EXAMPLES = [
    ("2.15", "2.21", _MODEL + "m.save('folder')\n", [(3, "tf.keras.Model.save")]),
    ("2.8", "2.16", _MODEL + "m.save('folder', save_format='tf')\nn = tf.keras.models.load_model('folder')\n",
     [(3, "tf.keras.Model.save"), (4, "tf.keras.models.load_model")]),
    ("2.15", "2.21", _MODEL + "m.save_weights('w.h5')\nm.load_weights('w.h5')\n",
     [(3, "tf.keras.Model.save_weights"), (4, "tf.keras.Model.load_weights")]),
    ("2.15", "2.21", _MODEL + "m.load_weights('training/cp.ckpt')\n", [(3, "tf.keras.Model.load_weights")]),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.callbacks.ModelCheckpoint('c/{epoch}', save_weights_only=True)\n",
     [(2, "tf.keras.callbacks.ModelCheckpoint")]),
    ("2.15", "2.21", "import os\nimport tensorflow as tf\nP = os.path.join('a', 'model')\n"
     "m = tf.keras.models.load_model(P)\n", [(4, "tf.keras.models.load_model")]),
    ("2.15", "2.21", _MODEL + "m.save('m.keras')\nm.save('m.h5')\nm.save_weights('m.weights.h5')\n", []),
    ("2.15", "2.21", _MODEL + "m.load_weights('pretrained.h5')\n", []),
    ("2.15", "2.21", _MODEL + "def keep(path):\n    m.save(path)\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nimport numpy as np\nnp.save('folder', 1)\n", []),
    ("2.8", "2.15", _MODEL + "m.save('folder')\nm.save_weights('w')\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ntf.keras.callbacks.ModelCheckpoint('best.keras')\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass A:\n    def save(self, x):\n        pass\nA().save('folder')\n", []),
]  # fmt: skip
_WHOLE = (".keras", ".h5", ".hdf5")
_WEIGHTS = ".weights.h5"
_EVIDENCE = {
    False: "2.21.0 saves and loads names that end in .keras, .h5 or .hdf5 and raises ValueError for any "
    "other; 2.15.1 takes a folder",
    True: "2.21.0 saves weights under names that end in .weights.h5 and raises ValueError for any other; "
    "it loads .h5 as well, and no checkpoints; 2.15.1 takes all",
}


@dataclass(frozen=True)
class _Use:
    """A call that saves or loads.

    Args:
        call: it.
        symbol: what is called.
        path: what is given as the path.
        saves: whether it writes.
        weights: whether it is of weights alone.
    """

    call: ast.Call
    symbol: str
    path: ast.expr
    saves: bool
    weights: bool


def over_file(whole: Whole) -> Iterator[Finding]:
    """Yield one finding for each call whose path is known to end otherwise."""
    if not whole.to_keras_3:
        return
    found = (_use(whole, node) for node in whole.nodes if isinstance(node, ast.Call))
    uses = [use for use in found if use is not None]
    ends = [(use, _ending(whole, use.path)) for use in uses]
    named = [(use, end, str(end.value)) for use, end in ends if end is not None]
    renamed = {value for use, _, value in named if use.saves and not _fits(use, value)}
    for use, end, value in named:
        if _fits(use, value) and value not in renamed:
            continue
        what = (
            "weights are saved as .weights.h5"
            if use.weights
            else "models are saved as .keras or .h5"
        )
        verb = "saved" if use.saves else "loaded"
        here = f"{value!r} is not {verb} under this name in TensorFlow {whole.target}: {what} alone"
        fix = _fix(whole, use, end) if use.saves or value in renamed else _foreign()
        if use.saves and fix.edits:
            fix = _in_folder(whole, use, value, fix)
        yield whole.finding(
            use.path, use.symbol, ID, here, _EVIDENCE[use.weights], fix, kind=Kind.BEHAVIOUR
        )


def _use(whole: Whole, node: ast.Call) -> _Use | None:
    symbol, function = whole.flow.symbol(node.func), node.func
    name = symbol.rpartition(".")[2]
    if symbol.startswith("tf.keras.models.") and name in ("load_model", "save_model"):
        path = _argument(node, 0 if name == "load_model" else 1)
        return None if path is None else _Use(node, symbol, path, name == "save_model", False)
    if symbol == "tf.keras.callbacks.ModelCheckpoint":
        path = _argument(node, 0)
        only = next((k.value for k in node.keywords if k.arg == "save_weights_only"), None)
        weights = isinstance(only, ast.Constant) and only.value is True
        return None if path is None else _Use(node, symbol, path, True, weights)
    if not isinstance(function, ast.Attribute) or symbol:
        return None
    if function.attr in ("save_weights", "load_weights"):
        path = _argument(node, 0)
        symbol = f"tf.keras.Model.{function.attr}"
        saves = function.attr == "save_weights"
        return None if path is None else _Use(node, symbol, path, saves, True)
    own = isinstance(function.value, ast.Name) and function.value.id == "self"
    if function.attr == "save" and (whole.flow.kind(function.value) in MODELS) and not own:
        path = _argument(node, 0)
        return None if path is None else _Use(node, "tf.keras.Model.save", path, True, False)
    return None


def _argument(node: ast.Call, place: int) -> ast.expr | None:
    named = next((k.value for k in node.keywords if k.arg == "filepath"), None)
    given = node.args[place] if len(node.args) > place else named
    return None if isinstance(given, ast.Starred) else given


def _ending(whole: Whole, path: ast.expr, depth: int = 3) -> ast.Constant | None:
    """Return the text that a path ends with, through names that are bound once."""
    if isinstance(path, ast.Constant):
        return path if isinstance(path.value, str) else None
    if isinstance(path, ast.BinOp) and isinstance(path.op, (ast.Add, ast.Div)):
        return _ending(whole, path.right, depth)
    if isinstance(path, ast.Call) and path.args and not path.keywords:
        joined = isinstance(path.func, ast.Attribute) and path.func.attr == "join"
        named = isinstance(path.func, ast.Name) and path.func.id in ("str", "Path")
        return _ending(whole, path.args[-1], depth) if joined or named else None
    if isinstance(path, ast.Name) and depth and path.id in whole.bound:
        return _ending(whole, whole.bound[path.id], depth - 1)
    return None


def _fits(use: _Use, end: str) -> bool:
    if not use.weights:
        return end.endswith(_WHOLE)
    # Weights of the older form are read by their order.
    return end.endswith(_WEIGHTS) or (not use.saves and end.endswith(_WHOLE))


def _in_folder(whole: Whole, use: _Use, value: str, fix: Fix) -> Fix:
    """Make the folder that a path names first: Keras 2 made it, Keras 3 does not."""
    folder = value.rstrip("/").rpartition("/")[0]
    root, statement = whole.spelling.root_name(), whole.statement(use.call)
    literal = isinstance(use.path, (ast.Constant, ast.Name))
    if not folder or folder == "." or statement is None or root is None or not literal:
        return fix
    at, _ = whole.span(statement)
    space = whole.file.source.newline + " " * statement.col_offset
    made = Edit(at, at, f"{root[0]}.io.gfile.makedirs({folder!r}){space}".replace("'", '"'))
    return unsafe(fix.title, *fix.edits, made)


def _foreign() -> Fix:
    command = "tfshift model convert PATH OUT --to V"
    return by_hand(f"Convert what is loaded ({command}) and load what it wrote")


def _fix(whole: Whole, use: _Use, end: ast.Constant) -> Fix:
    """Write the ending that Keras 3 wants at the text itself."""
    title = "Save under another name, in Keras 3's own format"
    start, stop = whole.span(end)
    written = whole.file.source.data[start:stop].decode("utf-8", "replace")
    if not isinstance(end.value, str) or written[:1] not in "'\"" or written[-1:] != written[:1]:
        return by_hand(title)
    format_ = next((k for k in use.call.keywords if k.arg == "save_format"), None)
    old = (
        isinstance(format_.value, ast.Constant) and format_.value.value == "h5"
        if format_
        else False
    )
    if use.weights:
        cut = next((len(e) for e in (".h5", ".hdf5", ".ckpt") if end.value.endswith(e)), 0)
        edit = Edit(stop - 1 - cut, stop - 1, _WEIGHTS)
    else:
        tail = ".h5" if old else ".keras"
        cut = 1 if end.value.endswith("/") else 0
        edit = Edit(stop - 1 - cut, stop - 1, tail)
    edits = [edit]
    if format_ is not None:
        dropped = whole.file.source.without(use.call, format_)
        if dropped is None:
            return by_hand(title)
        edits.append(dropped)
    return unsafe(title, *edits)

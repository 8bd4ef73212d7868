"""Functional was called Model until 2.2; Keras 3 writes what a layer takes in another form.

It also counts the calls of a model within a model from 0; before, the model's own making was the first.
"""

from __future__ import annotations

from typing import Any

from tfshift.model.keras_rewrites import objects

TITLE = "Functional as the target reads it"
ORDER = 50
_HISTORY = 3
_DEEPEST = 64


def rewrite(config: dict[str, Any], classes: Any) -> int:
    """Rename the class and, from Keras 3 to 2, spell connections as lists."""
    count = 0
    for entry in objects(config):
        inner = entry["config"]
        if entry["class_name"] == "Functional" and not classes.functional:
            entry["class_name"] = "Model"
            count += 1
        if entry["class_name"] not in ("Functional", "Model") or not isinstance(inner, dict):
            continue
        layers = inner.get("layers", ())
        count += _recounted(inner, layers, three=classes.three)
        if classes.three:
            count += sum(_for_three(layer, classes) for layer in layers)
            continue
        for layer in layers:
            nodes = layer.get("inbound_nodes")
            if isinstance(nodes, list) and any(isinstance(n, dict) for n in nodes):
                names = classes.called_with(str(layer.get("class_name")))
                layer["inbound_nodes"] = [_node(n, names) for n in nodes]
                count += 1
        for key in ("input_layers", "output_layers"):
            # One tensor alone is not in a list of its own there.
            if inner.get(key) and isinstance(inner[key][0], str):
                inner[key] = [inner[key]]
    return count


def _recounted(inner: dict[str, Any], layers: Any, *, three: bool) -> int:
    """Number the calls of models within the model as the target does."""
    models = models_within(layers)
    new = any(isinstance(n, dict) for layer in layers for n in layer.get("inbound_nodes") or ())
    if not models or new == three:
        return 0
    step = -1 if three else 1
    found = [h for h in histories(inner) if h[0] in models and (step > 0 or h[1] > 0)]
    # The same list may be met twice: each is stepped once.
    for history in {id(h): h for h in found}.values():
        history[1] += step
    return len(found)


def models_within(layers: Any) -> set[str]:
    """Return the names of the models among layers whose making counts as a call."""
    return {
        str(layer["config"].get("name"))
        for layer in layers
        if layer.get("class_name") in ("Functional", "Model", "Sequential")
        and isinstance(layer.get("config"), dict)
        and _begins_with_input(layer)
    }


def _begins_with_input(layer: dict[str, Any]) -> bool:
    first: Any = next(iter(layer["config"].get("layers") or ()), {})
    inner = first.get("config") if isinstance(first, dict) else None
    if layer["class_name"] != "Sequential":
        return True
    shaped = isinstance(inner, dict) and inner.get("batch_input_shape") is not None
    return first.get("class_name") == "InputLayer" or shaped


def histories(inner: dict[str, Any]) -> list[list[Any]]:
    """Return every ``[layer, call, tensor, ...]`` in a functional model's configuration."""
    found: list[list[Any]] = []
    for layer in inner.get("layers", ()):
        for node in layer.get("inbound_nodes") or ():
            found += _in(node, 0)
    return found + _in(inner.get("output_layers"), 0)


def _in(value: Any, depth: int) -> list[list[Any]]:
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        if len(value) >= _HISTORY and isinstance(value[0], str) and type(value[1]) is int:
            return [value]
        return [h for item in value for h in _in(item, depth + 1)]
    if isinstance(value, dict):
        return [h for item in value.values() for h in _in(item, depth + 1)]
    return []


def _node(node: Any, names: tuple[str, ...]) -> Any:
    """Spell ``{args: [tensor], kwargs}`` as ``[[layer, node, tensor, kwargs]]``.

    What is taken beside the first argument goes to the others' names, where Keras 2 looks for it.
    """
    if not isinstance(node, dict):
        return node
    arguments = node.get("args", [])
    given = {k: v for k, v in node.get("kwargs", {}).items() if v is not None}
    if given.get("training") is False:
        # What Keras 3 notes where nothing was said.
        del given["training"]
    kwargs = {k: _tensor(v) for k, v in given.items()}
    first = arguments[0] if arguments else []
    for name, value in zip(names[1:], arguments[1:], strict=False):
        if value is not None:
            kwargs[name] = _tensor(value)
    tensors = [_tensor(t) for t in (first if isinstance(first, list) else [first])]
    # Recurrent layers of Keras 2 take their first states beside what they read.
    state = kwargs.pop("initial_state", [])
    tensors += state if state and isinstance(state[0], list) else [state] if state else []
    return [[*history, kwargs if n == 0 else {}] for n, history in enumerate(tensors)]


def _for_three(layer: dict[str, Any], classes: Any) -> int:
    """Spell connections as Keras 3 does, where it does not understand those of Keras 2.

    It takes the tensors of a list for one argument, and lists among keywords for what they are.
    """
    count = 0
    recurrent = "initial_state" in classes.called_with(str(layer.get("class_name")))
    for n, node in enumerate(layer.get("inbound_nodes") or ()):
        if not isinstance(node, list) or not node or not isinstance(node[0], list):
            continue
        kwargs = node[0][_HISTORY] if len(node[0]) > _HISTORY else {}
        named = [k for k, v in kwargs.items() if _in(v, 0)]
        if not named and not (recurrent and len(node) > 1):
            continue
        tensors = [_revived(t[:_HISTORY]) for t in node]
        new = {k: _revived(v) if k in named else v for k, v in kwargs.items()}
        if recurrent and len(tensors) > 1:
            new["initial_state"], tensors = tensors[1:], tensors[:1]
        layer["inbound_nodes"][n] = {
            "args": tensors[:1] if len(tensors) == 1 else [tensors],
            "kwargs": new,
        }
        count += 1
    return count


def _revived(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], str):
        # Its shape is worked out anew by what makes it.
        inner = {"shape": [None], "dtype": "float32", "keras_history": value[:_HISTORY]}
        return {"class_name": "__keras_tensor__", "config": inner}
    return [_revived(item) for item in value] if isinstance(value, list) else value


def _tensor(value: Any) -> Any:
    if isinstance(value, list):
        return [_tensor(item) for item in value]
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return value["config"]["keras_history"]
    return value

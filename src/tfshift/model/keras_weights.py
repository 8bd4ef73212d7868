"""The weights in a .keras archive, in the order in which HDF5 files of Keras hold them.

An archive keeps each weight at the path of attributes that lead to it (``layers/lstm/cell/vars/0``);
an HDF5 file keeps, layer by layer, first what is trained and then what is not. Which path comes first
is read off the configuration, and what it does not tell is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.model.keras_configs import entries

_MODELS = ("Sequential", "Functional", "Model")
# Children of composite layers, in the order in which their layer makes them.
_ORDERS = (
    ("forward_layer", "backward_layer"),
    ("query_dense", "key_dense", "value_dense", "output_dense"),
)
# The child's own entry in its layer's configuration.
_CONFIGURED = {"forward_layer": "layer", "backward_layer": "backward_layer"}
# State of random numbers is none of the weights.
_STATE = "seed_generator"
_DEEPEST = 64


@dataclass
class Weights:
    """What a layer holds: HDF5 datasets (or single values) by path, trained ones apart."""

    trained: list[tuple[str, Any]] = field(default_factory=list)
    fixed: list[tuple[str, Any]] = field(default_factory=list)

    def add(self, other: Weights, *, trainable: bool) -> None:
        """Take in what a child holds; where this is not trained, nothing of it is."""
        (self.trained if trainable else self.fixed).extend(other.trained)
        self.fixed.extend(other.fixed)

    @property
    def ordered(self) -> list[tuple[str, Any]]:
        """All of them, as HDF5 files have them."""
        return self.trained + self.fixed


# By class and name.
Seen = dict[tuple[str, str], Weights]


def by_layer(store: Any, config: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Yield each layer's name with its weights.

    Args:
        store: the opened HDF5 file of an archive.
        config: the model's configuration.

    Raises:
        TfshiftError: if the order of a layer's weights cannot be told.
    """
    seen: Seen = {}
    for name, weights in _layers(store, config, seen, 0):
        yield name, weights.ordered


def _layers(
    group: Any, entry: Mapping[str, Any], seen: Seen, depth: int
) -> Iterator[tuple[str, Weights]]:
    """Yield the layers of a model with what each holds; one met before holds what it held there."""
    within = group.get("layers", group.get("_layer_checkpoint_dependencies"))
    layers = entries(entry)
    if entry.get("class_name") == "Sequential":
        # Its own list of layers leaves out where the data comes in.
        layers = [e for e in layers if e.get("class_name") != "InputLayer"]
    # Keras 2 does not count a layer that it has met in another model before.
    skipping = not _by_three(group.file) and any(
        key not in (within or ()) for key in keys_of(layers)
    )
    used: dict[str, int] = {}
    for layer in layers:
        key = None if skipping and _known(layer) in seen else _key(layer, used)
        name = _known(layer)[1]
        found = within.get(key) if within is not None and key is not None else None
        told = found["vars"].attrs.get("name") if found is not None and "vars" in found else None
        if told is not None and str(told) != name:
            raise TfshiftError(
                "the archive's weights do not follow its configuration", why=f"{key} is {told}, not {name}"
            )  # fmt: skip
        weights = _weights(found, layer, seen, depth + 1) if found is not None else Weights()
        # A layer that occurs twice is kept where it was met first.
        known = _known(layer)
        if not weights.ordered and known in seen:
            weights = seen[known]
        if weights.ordered:
            seen[known] = weights
        yield name, weights


def _by_three(store: Any) -> bool:
    """Tell whether Keras 3 wrote the weights: it notes the names of what they belong to."""
    return "vars" in store and "name" in store["vars"].attrs


def _known(layer: Mapping[str, Any]) -> tuple[str, str]:
    inner = layer.get("config")
    name = inner.get("name", "") if isinstance(inner, Mapping) else ""
    return str(layer.get("class_name")), str(name)


def keys_of(layers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return under which keys an archive keeps a list of layers: their classes, counted."""
    used: dict[str, int] = {}
    return [_key(layer, used) for layer in layers]


def _key(layer: Mapping[str, Any], used: dict[str, int]) -> str:
    key = _snake(str(layer.get("class_name", "layer")))
    count = used.get(key, 0)
    used[key] = count + 1
    return f"{key}_{count}" if count else key


def _snake(name: str) -> str:
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _weights(group: Any, entry: Mapping[str, Any], seen: Seen, depth: int) -> Weights:
    if depth > _DEEPEST:
        raise TfshiftError("layers in layers without end")
    inner = entry.get("config")
    config: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    trainable = config.get("trainable", True) is not False
    found = Weights()
    if entry.get("class_name") in _MODELS:
        for _, weights in _layers(group, entry, seen, depth):
            found.add(weights, trainable=trainable)
        return found
    own = _own(group)
    fixed = _fixed(str(entry.get("class_name")), config, len(own))
    trained = own[: len(own) - fixed]
    found.add(Weights(trained, own[len(own) - fixed :]), trainable=trainable)
    if entry.get("class_name") == "Normalization" and len(own) == 2:
        # Keras 3 leaves out how many examples it has seen; HDF5 files have it, and nothing reads it.
        found.fixed.append(("count", 0))
    for key, child in _children(group, entry, config):
        found.add(_weights(group[key], child, seen, depth + 1), trainable=trainable)
    return found


def _own(group: Any) -> list[tuple[str, Any]]:
    variables = group.get("vars")
    if variables is None:
        return []
    numbered = sorted((int(k), variables[k]) for k in variables if k.isdigit())
    if len(numbered) != len(variables):
        raise TfshiftError("a layer keeps its weights in a way of its own", where=str(group.name))
    return [(f"{group.name.strip('/')}/{n}", dataset) for n, dataset in numbered]


def _fixed(kind: str, config: Mapping[str, Any], count: int) -> int:
    """Return how many of a layer's own weights, the last ones, are never trained."""
    if kind == "BatchNormalization":
        return count - bool(config.get("scale", True)) - bool(config.get("center", True))
    return count if kind == "Normalization" else 0


def _children(
    group: Any, entry: Mapping[str, Any], config: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the children that hold weights, in their layer's order, with their own entries."""
    held = [k for k in group if k not in ("vars", _STATE) and _holds(group[k])]
    if not held:
        return []
    if held == ["cells"]:
        cells = config.get("cells", ())
        names = [f"cells/{key}" for key in keys_of(cells)]
        return [(n, c) for n, c in zip(names, cells, strict=True) if n in group]
    plain = {k.lstrip("_"): k for k in held}
    for order in _ORDERS:
        if set(plain) <= set(order):
            return [
                (plain[name], _entry(config, _CONFIGURED.get(name, name), config.get("layer")))
                for name in order
                if name in plain
            ]
    if len(held) == 1:
        return [(held[0], _entry(config, held[0], None))]
    raise TfshiftError(
        f"the order of the weights in {entry.get('class_name')} is not known",
        why=f"it holds {', '.join(sorted(held))}",
    )


def _entry(config: Mapping[str, Any], key: str, instead: Any) -> Mapping[str, Any]:
    found = config.get(key, instead)
    return found if isinstance(found, Mapping) else {}


def _holds(item: Any, depth: int = 0) -> bool:
    if hasattr(item, "shape"):
        return True
    if depth > _DEEPEST:
        return False
    return any(_holds(item[k], depth + 1) for k in item if k != _STATE)

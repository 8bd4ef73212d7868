"""Configurations of Keras models: their layers, inputs and Lambda code, in all their shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tfshift.domain.models import Signature, TensorSpec

_DEEPEST = 200


def layer_configs(config: Mapping[str, Any] | None, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield each layer's entry (``class_name``, ``config``), those of inner models too, in order."""
    if not isinstance(config, Mapping) or depth > _DEEPEST:
        return
    for entry in entries(config):
        yield entry
        inner = entry.get("config")
        if isinstance(inner, Mapping):
            if "layers" in inner:
                yield from layer_configs(entry, depth + 1)
            for key in ("layer", "forward_layer", "backward_layer", "cell"):
                if isinstance(inner.get(key), Mapping) and "class_name" in inner[key]:
                    yield from _with_inner(inner[key], depth + 1)
            if isinstance(inner.get("cells"), list):
                for cell in inner["cells"]:
                    if isinstance(cell, Mapping):
                        yield from _with_inner(cell, depth + 1)


def _with_inner(entry: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    yield entry
    yield from layer_configs(entry, depth)


def entries(config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the layers of a model's entry; of a Sequential of old they are its configuration."""
    inner = config.get("config")
    found = (
        inner
        if isinstance(inner, list)
        else inner.get("layers", ())
        if isinstance(inner, Mapping)
        else ()
    )
    return [e for e in found if isinstance(e, Mapping)] if isinstance(found, (list, tuple)) else []


def layer_classes(config: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the class of each layer."""
    for entry in layer_configs(config):
        yield str(entry.get("class_name", "?"))


def lambdas(config: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the names of Lambda layers: they hold code, bytes of one Python."""
    for entry in layer_configs(config):
        if entry.get("class_name") == "Lambda":
            inner = entry.get("config")
            yield str(inner.get("name", "lambda")) if isinstance(inner, Mapping) else "lambda"


def signatures(config: Mapping[str, Any] | None) -> tuple[Signature, ...]:
    """Return how a model is called, as far as its inputs are told."""
    inputs: list[TensorSpec] = []
    for entry in layer_configs(config):
        inner = entry.get("config")
        if not isinstance(inner, Mapping):
            continue
        shape = inner.get("batch_shape", inner.get("batch_input_shape"))
        first = entry.get("class_name") == "InputLayer" or (shape is not None and not inputs)
        if first and isinstance(shape, (list, tuple)):
            sizes = tuple(s if isinstance(s, int) else None for s in shape)
            inputs.append(TensorSpec(str(inner.get("name", "")), _dtype(inner.get("dtype")), sizes))
    return (Signature("call", tuple(inputs), ()),) if inputs else ()


def _dtype(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = value.get("config")
        return str(inner.get("name", "")) if isinstance(inner, Mapping) else ""
    return value if isinstance(value, str) else ""


def nested(value: Any, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield class and configuration of each object inside of a layer's configuration."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        if isinstance(value.get("class_name"), str) and "config" in value:
            inner = value["config"] if isinstance(value["config"], Mapping) else {}
            yield value["class_name"], inner
            return
        for item in value.values():
            yield from nested(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from nested(item, depth + 1)

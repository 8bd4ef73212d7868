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
    """Return how a model is called, as far as its inputs are told.

    Inputs of models within the model are none of its own, unless the first layer is one.
    """
    inputs = _inputs(config, 0) if isinstance(config, Mapping) else []
    return (Signature("call", tuple(inputs), ()),) if inputs else ()


def _inputs(config: Mapping[str, Any], depth: int) -> list[TensorSpec]:
    if depth > _DEEPEST:
        return []
    inner, layers = config.get("config"), entries(config)
    named = inner.get("input_layers") if isinstance(inner, Mapping) else None
    if isinstance(named, list) and named:
        listed = [named] if isinstance(named[0], str) else named
        wanted = [str(n[0]) for n in listed if isinstance(n, list) and n]
        by_name = {name: entry for entry in layers if (name := _name(entry))}
        found = [_input(by_name[name]) for name in wanted if name in by_name]
        return [spec for spec in found if spec is not None]
    for entry in layers[:1]:
        spec = _input(entry)
        return [spec] if spec is not None else _inputs(entry, depth + 1)
    return []


def _name(entry: Mapping[str, Any]) -> str | None:
    inner = entry.get("config")
    return str(inner["name"]) if isinstance(inner, Mapping) and "name" in inner else None


def _input(entry: Mapping[str, Any]) -> TensorSpec | None:
    """Return what a layer that tells its own shape takes in."""
    inner = entry.get("config")
    shape = (
        inner.get("batch_shape", inner.get("batch_input_shape"))
        if isinstance(inner, Mapping)
        else None
    )
    if not isinstance(inner, Mapping) or not isinstance(shape, (list, tuple)):
        return None
    sizes = tuple(s if isinstance(s, int) else None for s in shape)
    return TensorSpec(str(inner.get("name", "")), _dtype(inner.get("dtype")), sizes)


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

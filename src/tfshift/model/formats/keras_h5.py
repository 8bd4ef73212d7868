"""HDF5 files of Keras: whole models, or weights alone in the old or the new layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, TensorSpec
from tfshift.model import keras_configs
from tfshift.model.formats import head, sizes_below

TITLE = "Keras HDF5"
ORDER = 30
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DEEPEST = 64


@dataclass(frozen=True)
class Content:
    """An HDF5 file of Keras as it was read.

    Args:
        path: the file.
        config: the model's configuration, None where only weights are in it.
        training: the compiled part, None where there is none.
        keras_version: as the file says.
        new_layout: whether the weights lie as from 2.12 on (``layers/dense/vars/0``).
        layer_names: the layers whose weights are in it.
    """

    path: Path
    config: Mapping[str, Any] | None
    training: Mapping[str, Any] | None
    keras_version: str | None
    new_layout: bool
    layer_names: tuple[str, ...] = field(default=())


def recognise(path: Path) -> bool:
    """Tell by its first bytes."""
    return head(path, 8) == _SIGNATURE


def read(path: Path) -> Model:
    """Read configuration and shapes; no value of a weight, and no file that it links to.

    Raises:
        TfshiftError: if it is broken or holds nothing of Keras's.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            config, training = _json(file, "model_config"), _json(file, "training_config")
            group = file.get("model_weights", file)
            version = _text(file.attrs.get("keras_version", group.attrs.get("keras_version")))
            names = [_text(n) or "" for n in group.attrs.get("layer_names", ())]
            variables = tuple(sorted(_weights(group, "", 0), key=lambda v: v.name))
            new = "layer_names" not in group.attrs and "layers" in group
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        why = " ".join(str(error).split())[:200]
        raise TfshiftError("the HDF5 file is broken", where=str(path), why=why) from None
    if config is None and not names and not new:
        raise TfshiftError("an HDF5 file, but nothing of Keras's is in it", where=str(path))
    content = Content(path, config, training, version, new, tuple(names))
    layers = tuple(keras_configs.layer_classes(config)) if config else ()
    return Model(
        format="keras_h5" if config is not None else "keras_h5_weights",
        produced_by=f"keras {version}" if version else None,
        signatures=keras_configs.signatures(config) if config else (),
        variables=variables,
        custom=tuple(keras_configs.lambdas(config)) if config else (),
        layers=layers,
        sizes=sizes_below(path),
        content=content,
        notes=("weights in the new layout",) if new else (),
    )


def _json(file: Any, name: str) -> Mapping[str, Any] | None:
    text = _text(file.attrs.get(name))
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"its {name} is not JSON") from None
    return found if isinstance(found, dict) else None


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _weights(group: Any, above: str, depth: int) -> Iterator[TensorSpec]:
    import h5py

    if depth > _DEEPEST:
        raise ValueError("groups in groups without end")
    for name in group:
        # Links to other files are not followed: the model is this file.
        if not isinstance(group.get(name, getlink=True), (h5py.HardLink, h5py.SoftLink)):
            continue
        item = group.get(name)
        path = f"{above}/{name}" if above else name
        if isinstance(item, h5py.Dataset):
            yield TensorSpec(path, str(item.dtype), tuple(item.shape))
        elif isinstance(item, h5py.Group) and path != "optimizer_weights":
            yield from _weights(item, path, depth + 1)

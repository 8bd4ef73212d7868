"""The .keras archive: a zip with configuration, metadata and weights."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, TensorSpec
from tfshift.model import keras_configs
from tfshift.model.formats import head, sizes_below

TITLE = ".keras"
ORDER = 40
_MOST_CONFIG = 64 << 20


@dataclass(frozen=True)
class Content:
    """A .keras archive as it was read.

    Args:
        path: the file.
        config: the model's configuration.
        keras_version: as its metadata says.
        weights: the name of the file with the weights, None where there is none.
    """

    path: Path
    config: Mapping[str, Any]
    keras_version: str | None
    weights: str | None


def recognise(path: Path) -> bool:
    """Tell by its first bytes and by the configuration in it."""
    if head(path, 4) != b"PK\x03\x04" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "config.json" in archive.namelist()


def read(path: Path) -> Model:
    """Read configuration and metadata; nothing is unpacked to disk.

    Raises:
        TfshiftError: if it is broken or its configuration is absurdly large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = _member(archive, "config.json")
            metadata = (
                _member(archive, "metadata.json") if "metadata.json" in archive.namelist() else {}
            )
            weights = next((n for n in archive.namelist() if n.endswith(".weights.h5")), None)
            variables = _weights(archive, weights) if weights else ()
    except (zipfile.BadZipFile, OSError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:200]
        raise TfshiftError("the .keras file is broken", where=str(path), why=why) from None
    version = metadata.get("keras_version")
    return Model(
        format="keras",
        produced_by=f"keras {version}" if version else None,
        signatures=keras_configs.signatures(config),
        variables=variables,
        custom=tuple(keras_configs.lambdas(config)),
        layers=tuple(keras_configs.layer_classes(config)),
        sizes=sizes_below(path),
        content=Content(path, config, version, weights),
        notes=(f"saved {metadata['date_saved']}",) if metadata.get("date_saved") else (),
    )


def _member(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if archive.getinfo(name).file_size > _MOST_CONFIG:
        raise ValueError(f"{name} would be {archive.getinfo(name).file_size} bytes")
    found = json.loads(archive.read(name))
    if not isinstance(found, dict):
        raise ValueError(f"{name} is no configuration")
    return found


def _weights(archive: zipfile.ZipFile, name: str) -> tuple[TensorSpec, ...]:
    """Read the shapes in the weights' HDF5 inside of the archive, seeking in it."""
    import h5py

    from tfshift.model.formats.keras_h5 import _weights as walk

    with archive.open(name) as stream, h5py.File(stream, "r") as file:
        return tuple(sorted(walk(file, "", 0), key=lambda v: v.name))

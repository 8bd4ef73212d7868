"""Inputs that follow a model's signatures: shapes, types and ranges, always the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfshift.domain.models import Signature, TensorSpec

# Sizes for open dimensions, one a call: a single example and a few.
_OPEN = (1, 3)


def feeds(signatures: Sequence[Signature]) -> list[tuple[Signature, dict[str, Any]]]:
    """Return each signature twice, with arrays for its inputs.

    Raises:
        ValueError: if an input has a type or shape for which none can be made.
    """
    import numpy as np

    found = []
    for number, size in enumerate(_OPEN):
        for signature in signatures:
            draw = np.random.RandomState(7 + number)
            found.append((signature, {t.name: _array(t, size, draw) for t in signature.inputs}))
    return found


def _array(spec: TensorSpec, size: int, draw: Any) -> Any:
    import numpy as np

    if spec.shape is None:
        raise ValueError(f"input {spec.name} has no known number of dimensions")
    shape = tuple(size if s is None else s for s in spec.shape)
    if spec.dtype in ("float32", "float64", "float16"):
        return draw.uniform(-1.0, 1.0, shape).astype(spec.dtype)
    if spec.dtype in ("int8", "int16", "int32", "int64", "uint8", "uint16"):
        # Small numbers are indices into anything.
        return draw.randint(0, 2, shape).astype(spec.dtype)
    if spec.dtype == "bool":
        return draw.randint(0, 2, shape).astype(bool)
    if spec.dtype == "string":
        words = np.array([b"a", b"b", b"hello"])
        return words[draw.randint(0, len(words), shape)]
    raise ValueError(f"input {spec.name} has type {spec.dtype or 'unknown'}")

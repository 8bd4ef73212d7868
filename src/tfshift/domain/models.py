"""A saved model as it is on disk, and what becomes of it in a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TensorSpec:
    """A tensor that goes into a model or comes out of it.

    Args:
        name: what it is called in its signature, or its own name.
        dtype: ``float32``; empty where not known.
        shape: sizes, None for those that are open; None where even their number is.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None

    def to_json(self) -> dict[str, Any]:
        """Spell it as JSON."""
        shape = None if self.shape is None else list(self.shape)
        return {"name": self.name, "dtype": self.dtype, "shape": shape}


@dataclass(frozen=True)
class Signature:
    """A way in which a model can be called."""

    name: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def to_json(self) -> dict[str, Any]:
        """Spell it as JSON."""
        return {
            "name": self.name,
            "inputs": [t.to_json() for t in self.inputs],
            "outputs": [t.to_json() for t in self.outputs],
        }


@dataclass(frozen=True)
class Model:
    """What a model is, read without TensorFlow.

    Args:
        format: one of the contract's.
        produced_by: the version that made it, with how that is known; None where nothing tells.
        signatures: how it can be called.
        variables: those that it has, by name.
        ops: how often each op occurs, functions included.
        assets: names of files that belong to it.
        custom: ops and classes that no TensorFlow has.
        layers: class of each Keras layer, in order.
        sizes: bytes by file.
        content: what the format's reader read, for those that check and convert it.
        notes: what is worth knowing besides.
    """

    format: str
    produced_by: str | None = None
    signatures: tuple[Signature, ...] = ()
    variables: tuple[TensorSpec, ...] = ()
    ops: Mapping[str, int] = field(default_factory=dict)
    assets: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    content: Any = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        first = self.signatures[0] if self.signatures else None
        return {
            "format": self.format,
            "produced_by": self.produced_by,
            "signatures": [s.to_json() for s in self.signatures],
            "inputs": [t.to_json() for t in first.inputs] if first else [],
            "outputs": [t.to_json() for t in first.outputs] if first else [],
            "variables": [v.to_json() for v in self.variables],
            "ops": dict(sorted(self.ops.items())),
            "assets": list(self.assets),
            "custom": list(self.custom),
            "layers": list(self.layers),
            "sizes": dict(sorted(self.sizes.items())),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Problem:
    """Something in a model that a release does not take.

    Args:
        kind: ``op``, ``attr``, ``proto``, ``keras``, ``checkpoint``, ``custom`` or ``lambda``.
        name: of what.
        count: how often it occurs.
        message: in a sentence.
        remedy: the one-line cure, empty where there is none.
        undecided: whether it can only be told by running, or needs something of the user's.
    """

    kind: str
    name: str
    count: int
    message: str
    remedy: str = ""
    undecided: bool = False

    def to_json(self) -> dict[str, Any]:
        """Spell it as the contract does."""
        return {
            "kind": self.kind,
            "name": self.name,
            "count": self.count,
            "message": self.message,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Outlook:
    """What one loader of one release makes of a model.

    Args:
        loader: how it is called in code.
        problems: what it does not take; empty where it loads.
    """

    loader: str
    problems: tuple[Problem, ...] = ()

    @property
    def verdict(self) -> str:
        """``yes``, ``no``, or ``unknown`` where all that is against it is undecided."""
        if not self.problems:
            return "yes"
        return "unknown" if all(p.undecided for p in self.problems) else "no"

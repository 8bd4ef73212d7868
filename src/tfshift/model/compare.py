"""What differs between two models: format, signatures, variables, ops and layers."""

from __future__ import annotations

from typing import Any

from tfshift.domain.models import Model, TensorSpec


def compare(one: Model, other: Model) -> dict[str, Any]:
    """Compare two models as they lie on disk; values of variables are not looked at.

    Returns:
        ``equal``, and for each part what only one side has or what changed.
    """
    before = {s.name: s.to_json() for s in one.signatures}
    after = {s.name: s.to_json() for s in other.signatures}
    ops = sorted(set(one.ops) | set(other.ops))
    parts: dict[str, Any] = {
        "format": _pair(one.format, other.format),
        "produced_by": _pair(one.produced_by, other.produced_by),
        "signatures": _sides(before, after),
        "variables": _sides(_specs(one.variables), _specs(other.variables)),
        "ops": {
            op: [one.ops.get(op, 0), other.ops.get(op, 0)]
            for op in ops
            if one.ops.get(op, 0) != other.ops.get(op, 0)
        },
        "layers": _pair(list(one.layers), list(other.layers)),
        "assets": _pair(list(one.assets), list(other.assets)),
        "custom": _pair(list(one.custom), list(other.custom)),
    }
    found = {name: value for name, value in parts.items() if value}
    return {"equal": not found, "differences": found}


def _pair(one: object, other: object) -> list[object]:
    return [] if one == other else [one, other]


def _specs(variables: tuple[TensorSpec, ...]) -> dict[str, object]:
    return {v.name: v.to_json() for v in variables}


def _sides(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    added = sorted(other.keys() - one.keys())
    removed = sorted(one.keys() - other.keys())
    changed = {
        n: [one[n], other[n]] for n in sorted(one.keys() & other.keys()) if one[n] != other[n]
    }
    found = {"added": added, "removed": removed, "changed": changed}
    return found if added or removed or changed else {}

"""The contract's JSON for a symbol, an op and a release, and the same for people."""

from __future__ import annotations

from typing import Any

from tfshift.domain.releases import Release
from tfshift.domain.symbols import Signature
from tfshift.domain.versions import intervals
from tfshift.facts.behaviour import shown
from tfshift.facts.database import Facts
from tfshift.facts.shelves import canonical


def _spell(signature: Signature) -> list[dict[str, Any]]:
    return [{"name": p.name, "kind": p.kind, "default": p.default} for p in signature.parameters]


def _runs(facts: Facts, symbol: str) -> list[tuple[int, int, Signature | None]]:
    """Join neighbouring releases in which a symbol has one signature."""
    runs: list[tuple[int, int, Signature | None]] = []
    for position in range(len(facts.minors)):
        found = facts.resolve(symbol, position)
        if found is None:
            continue
        if runs and runs[-1][1] == position - 1 and runs[-1][2] == found.signature:
            runs[-1] = (runs[-1][0], position, found.signature)
        else:
            runs.append((position, position, found.signature))
    return runs


def _deprecated(facts: Facts, symbol: str) -> dict[str, Any] | None:
    """Find the first measured release whose own notice calls the symbol deprecated."""
    for position, minor in enumerate(facts.minors):
        found = facts.resolve(symbol, position)
        if found and found.deprecated and "after" in found.deprecated:
            return {"since": minor, "instead": found.deprecated.get("instead")}
    return None


def changes_of(facts: Facts, symbol: str) -> list[dict[str, Any]]:
    """Return the authored changes that name a symbol."""
    path = canonical(symbol)
    return [c for c in facts.changes if path in (c.get("symbol"), c.get("to"))]


def symbol_account(facts: Facts, symbol: str) -> dict[str, Any] | None:
    """Compose ``facts show``; None where no measured release has the symbol."""
    present = facts.present(symbol)
    if not present:
        return None
    last = facts.position(present[-1][1])
    newest = facts.resolve(symbol, last)
    assert newest is not None
    signatures = [
        {
            "present": [[facts.minors[a], facts.minors[b]]],
            "parameters": _spell(signature),
            "further": None if signature.further is None else list(signature.further),
        }
        for a, b, signature in _runs(facts, symbol)
        if signature is not None
    ]
    return {
        "symbol": canonical(symbol),
        "kind": newest.kind,
        "present": present,
        "aliases": facts.aliases(symbol, last),
        "deprecated": _deprecated(facts, symbol),
        "signatures": signatures,
        "changes": changes_of(facts, symbol),
        "behaviour": _behaviour(facts, symbol),
        "stub": _stub(facts, symbol),
        "unreadable": _unreadable(facts, symbol),
        "evidence": _evidence(facts),
    }


def _behaviour(facts: Facts, symbol: str) -> list[dict[str, Any]]:
    """Return the probes of a symbol that do not give the same in all releases, with what they give."""
    if facts.axis != "tf":
        return []
    told = [
        {"call": call, "gives": [{"present": p, "value": v} for p, v in runs]}
        for call, runs in facts.behaviour.history(canonical(symbol))
    ]
    return [probe for probe in told if len(probe["gives"]) > 1]


def _evidence(facts: Facts) -> str:
    name = {"tf": "TensorFlow", "keras": "Keras", "tf_keras": "tf_keras"}[facts.axis]
    first, last = facts.minors[0], facts.minors[-1]
    return f"read from real installs of {name}, {len(facts.minors)} minors from {first} to {last}"


def _stub(facts: Facts, symbol: str) -> list[dict[str, Any]]:
    """Say where a symbol exists only to raise."""
    found: dict[str, list[int]] = {}
    for position in range(len(facts.minors)):
        there = facts.resolve(symbol, position)
        if there is not None and there.raises:
            found.setdefault(there.raises, []).append(position)
    return [{"present": intervals(w, facts.minors), "raises": r} for r, w in found.items()]


def _unreadable(facts: Facts, symbol: str) -> list[dict[str, Any]]:
    """Say where the name is listed but touching it raises."""
    return [
        {"present": [[facts.minors[a], facts.minors[b]]], "why": facts.record(reference)["why"]}
        for a, b, reference in facts.spans("unusable", canonical(symbol))
    ]


def _span(present: list[list[str]]) -> str:
    return ", ".join(a if a == b else f"{a} to {b}" for a, b in present)


def _call(parameters: list[dict[str, Any]]) -> str:
    parts: list[str] = []
    for p in parameters:
        star = {"var_positional": "*", "var_keyword": "**"}.get(p["kind"], "")
        parts.append(star + p["name"] + (f"={p['default']}" if p["default"] is not None else ""))
    return "(" + ", ".join(parts) + ")"


def symbol_lines(account: dict[str, Any]) -> list[str]:
    """Tell ``facts show`` to people."""
    lines = [f"{account['symbol']}  {account['kind']}", f"present: {_span(account['present'])}"]
    if account["aliases"]:
        lines.append(f"same object: {', '.join(account['aliases'])}")
    if account["deprecated"]:
        instead = account["deprecated"]["instead"]
        lines.append(
            f"deprecated since {account['deprecated']['since']}"
            + (f", use {instead}" if instead else "")
        )
    for signature in account["signatures"]:
        further = signature["further"]
        behind = f"  further keywords: {', '.join(further)}" if further else ""
        lines.append(f"{_span(signature['present'])}: {_call(signature['parameters'])}{behind}")
    lines += [f"{_span(s['present'])}: only raises {s['raises']}" for s in account["stub"]]
    lines += [f"{_span(u['present'])}: cannot be read, {u['why']}" for u in account["unreadable"]]
    lines += [f"change {c['id']}: {c['title']}" for c in account["changes"]]
    for probe in account["behaviour"]:
        lines.append(f"behaviour of {probe['call']}:")
        lines += [f"  {_span(g['present'])}: {shown(g['value'])}" for g in probe["gives"]]
    return [*lines, f"evidence: {account['evidence']}"]


def op_account(facts: Facts, name: str) -> dict[str, Any] | None:
    """Compose ``facts op``; None where no measured release registers it."""
    spans = facts.spans("ops", name)
    if not spans:
        return None
    where = [i for first, last, _ in spans for i in range(first, last + 1)]
    versions = []
    for first, last, identifier in spans:
        record = facts.record(identifier)
        attrs = [{"default": None, "allowed": None, **attr} for attr in record["attrs"]]
        for attr, stated in zip(attrs, record["attrs"], strict=True):
            attr["has_default"] = "default" in stated
        versions.append(
            {
                "present": [[facts.minors[first], facts.minors[last]]],
                "inputs": record["inputs"],
                "outputs": record["outputs"],
                "attrs": attrs,
                "contrib": bool(record.get("contrib")),
            }
        )
    lacking = [i for first, last, _ in facts.spans("kernels", name) for i in range(first, last + 1)]
    return {
        "op": name,
        "present": intervals(where, facts.minors),
        # Before 1.11 no release tells.
        "without_kernel": intervals(lacking, facts.minors),
        "versions": versions,
    }


def op_lines(account: dict[str, Any]) -> list[str]:
    """Tell ``facts op`` to people."""
    lines = [f"op {account['op']}", f"present: {_span(account['present'])}"]
    if account["without_kernel"]:
        lines.append(f"no kernel for processors: {_span(account['without_kernel'])}")
    for version in account["versions"]:
        lines.append(f"{_span(version['present'])}:")
        lines += [f"  input  {text}" for text in version["inputs"]]
        lines += [f"  output {text}" for text in version["outputs"]]
        for attr in version["attrs"]:
            default = f" = {attr['default']!r}" if attr["has_default"] else ""
            allowed = f" in {attr['allowed']}" if attr["allowed"] else ""
            lines.append(f"  attr   {attr['name']}: {attr['type']}{default}{allowed}")
    return lines


def release_account(release: Release) -> dict[str, Any]:
    """Compose ``facts release``; what has not been measured is null."""
    extra = release.extra
    return {
        **{key: extra.get(key) for key in ("framework", "glibc", "glibcxx", "pip", "gpu")},
        "gpu_evidence": extra.get("gpu_evidence"),
        "version": release.version,
        "date": release.date,
        "pythons": list(release.pythons),
        "distributions": list(release.distributions),
        "requires": list(release.requires),
        # Without a trial nothing is known: that is not the same as no pins.
        "constraints": release.constraints if _was_tried(release) else None,
        "cuda": extra.get("cuda"),
        "cudnn": extra.get("cudnn"),
        "min_driver": extra.get("min_driver"),
        "graph_producer": release.graph_producer,
        "cxx11_abi": release.cxx11_abi,
        "cpu_features": extra.get("cpu_features"),
        "compiler": extra.get("compiler"),
        "patches": extra.get("patches"),
        "platforms": extra.get("platforms"),
        "evidence": extra.get("evidence"),
    }


def _was_tried(release: Release) -> bool:
    """Tell whether the pins of a release have been looked for."""
    return bool((release.extra.get("evidence") or {}).get("constrained"))


def companions_of(facts: Facts, minor: str) -> dict[str, str]:
    """Return which version of each companion can be imported beside a minor, as measured."""
    rows = ((name, minors.get(minor)) for name, minors in facts.companions.items())
    return {n: row["version"] for n, row in rows if row and row["error"] is None}

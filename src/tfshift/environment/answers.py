"""What the facts say about a name in an error: where it exists, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tfshift.environment.logs import Told
from tfshift.facts import Facts
from tfshift.facts.numpy_names import beside


@dataclass(frozen=True)
class Answer:
    """What the facts add to an error.

    Args:
        values: for the placeholders of its sentences.
        more: how much surer they make it.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    more: float = 0.0


Asked = Mapping[str, str]


def _spans(spans: list[list[str]]) -> str:
    return ", ".join(a if a == b else f"{a} to {b}" for a, b in spans)


def symbol(asked: Asked, around: Told, facts: Facts) -> Answer | None:
    """Ask for ``module``.``name``; None where no release has it, or the one at hand has it."""
    path = _path(f"{asked.get('module', 'tensorflow')}.{asked['name']}")
    if path is None:
        return None
    spans = facts.for_symbol(path).present(path)
    if not spans:
        return None
    if around.tensorflow is None and spans == [[facts.minors[0], facts.minors[-1]]]:
        # Every release has it: then it is not the release that is at fault.
        return None
    here = facts.minors[-1]
    if around.tensorflow and ".".join(around.tensorflow.split(".")[:2]) in facts.minors:
        here = ".".join(around.tensorflow.split(".")[:2])
        if path.startswith("tf.") and facts.exists(path, here):
            return None
    values = {"symbol": path, "present": _spans(spans), "until": spans[-1][1], "since": spans[0][0]}
    instead = _instead(path, here, facts)
    if instead:
        values["instead"] = instead
    return Answer(values, 0.1)


_SPELLINGS = (
    (re.compile(r"^tensorflow(?:_core)?\.python\.keras\.api\._v\d\.keras(?=\.|$)"), "tf.keras"),
    (re.compile(r"^keras\.(?:api\._v\d|_tf_keras)\.keras(?=\.|$)"), "tf.keras"),
    (re.compile(r"^tensorboard\.summary\._tf\.summary(?=\.|$)"), "tf.summary"),
    (re.compile(r"^tensorflow(?:_core)?(?:\._api\.v\d(?:\.v\d)?|\.api\.v\d)?(?=\.|$)"), "tf"),
)


def _path(dotted: str) -> str | None:
    """Spell what a module calls itself as a public path; None for what is neither's."""
    for pattern, root in _SPELLINGS:
        if pattern.match(dotted):
            path = pattern.sub(root, dotted, count=1)
            return path.replace("tf.python.", "tf.", 1) if path.startswith("tf.python.") else path
    return dotted if dotted.partition(".")[0] in ("keras", "tf_keras") else None


def _instead(path: str, here: str, facts: Facts) -> str | None:
    """Return another name of the same object that a release has, or where it went."""
    position = facts.position(here)
    for minor in reversed(facts.minors):
        for name in sorted(facts.aliases(path, facts.position(minor)), key=lambda n: n.count(".")):
            if not name.startswith("tf.compat.") and facts.resolve(name, position):
                return name
    rooted = f"tf.compat.v1.{path[3:]}"
    if path.startswith("tf.") and facts.resolve(rooted, position):
        return rooted
    gone = facts.gone(path)
    if gone is not None and gone["package"]:
        return f"{gone['module']} of the package {gone['package']}"
    return None


def module(asked: Asked, around: Told, facts: Facts) -> Answer | None:
    """Ask for the ``module`` that cannot be imported; None where no release has it."""
    from tfshift.domain.versions import intervals

    dotted = asked["module"]
    path = _path(dotted)
    if path is None:
        return None
    axis = facts.for_symbol(path)
    where = [n for n, minor in enumerate(axis.minors) if axis.importable(path, minor)]
    if not where:
        return None
    spans = intervals(where, axis.minors)
    values = {"symbol": path, "present": _spans(spans), "until": spans[-1][1], "since": spans[0][0]}
    if path.startswith("tf."):
        here = ".".join((around.tensorflow or "").split(".")[:2])
        instead = _instead(path, here if here in facts.minors else facts.minors[-1], facts)
        if instead:
            values["instead"] = instead
    return Answer(values, 0.1)


def op(asked: Asked, around: Told, facts: Facts) -> Answer | None:
    """Ask for an ``op``; where no release has it, it is a custom one."""
    spans = [[facts.minors[a], facts.minors[b]] for a, b, _ in facts.spans("ops", asked["op"])]
    if not spans:
        return Answer({})
    first, last = spans[0][0], max(span[1] for span in spans)
    return Answer({"present": _spans(_merged(spans, facts)), "since": first, "until": last}, 0.1)


def _merged(spans: list[list[str]], facts: Facts) -> list[list[str]]:
    """Join runs that follow one another: the op changed there, but was never away."""
    merged: list[list[str]] = []
    for first, last in spans:
        if merged and facts.position(first) == facts.position(merged[-1][1]) + 1:
            merged[-1][1] = last
        else:
            merged.append([first, last])
    return merged


def attribute(asked: Asked, around: Told, facts: Facts) -> Answer | None:
    """Ask since when an ``op`` has an ``attr``."""
    for minor in facts.minors:
        found = facts.op(asked["op"], minor)
        names = [a["name"] for a in (found or {}).get("attrs", ())]
        if asked["attr"] in names:
            return Answer({"since": minor}, 0.1)
    return Answer({})


def numpy(asked: Asked, around: Told, facts: Facts) -> Answer | None:
    """Ask where a ``name`` of NumPy's went."""
    import json

    text = facts.meta("numpy")
    known = json.loads(text) if text else {"names": {}, "releases": {}, "replaced": {}}
    runs = known["names"].get(asked["name"])
    if runs is None:
        return Answer({})
    key, others = next(iter(runs.items()))
    values: dict[str, str] = {}
    last = key.partition("..")[2]
    if last:
        values["until"] = known["releases"].get(last, last)
    if others:
        best = min(others, key=lambda n: (not n.startswith("builtins."), len(n)))
        plain = best.startswith("builtins.")
        values["instead"] = best.removeprefix("builtins.") if plain else f"np.{best}"
    elif asked["name"] in known["replaced"]:
        values["instead"] = f"np.{known['replaced'][asked['name']]['to']}"
    here = ".".join((around.tensorflow or "").split(".")[:2])
    if here in facts.minors and (version := beside(facts.release(here))):
        values["beside"] = version
    return Answer(values, 0.1)


KINDS: dict[str, Callable[[Asked, Told, Facts], Answer | None]] = {
    "symbol": symbol,
    "module": module,
    "op": op,
    "attribute": attribute,
    "numpy": numpy,
}

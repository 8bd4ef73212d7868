"""A call that runs on both sides and gives something else: what probes measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tfshift.code.covering import covers, kept_with, probe_call
from tfshift.code.rules import defaults, parameters
from tfshift.code.rules.turned import turned
from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity
from tfshift.domain.symbols import Signature
from tfshift.facts.behaviour import Shift, apart, shown

ID = "behaviour"
TITLE = "The same call gives something else on the target"
# Methods of which probes tell; calls of others are not held against them.
METHODS = frozenset({"compile", "evaluate", "shuffle"})
_HEAD = "import tensorflow as tf\n"
EXAMPLES = [
    ("1.15", "2.15", _HEAD + "tf.image.resize(x, [3, 3])\n", [(2, "tf.image.resize")]),
    ("1.15", "2.15", _HEAD + "tf.compat.v1.image.resize(x, [3, 3])\n", []),
    ("2.0", "2.15", _HEAD + "tf.image.resize(x, [3, 3])\n", []),
    (
        "1.15",
        "2.15",
        _HEAD + "tf.losses.mean_squared_error(a, b)\n",
        [(2, "tf.losses.mean_squared_error")],
    ),
    ("1.15", "2.15", _HEAD + "tf.reduce_sum(x, 1)\n", []),
    (
        "2.15",
        "2.21",
        _HEAD + "tf.keras.layers.Dense(3, activation='hard_sigmoid')\n",
        [(2, "tf.keras.layers.Dense")],
    ),
    ("2.15", "2.21", _HEAD + "tf.keras.layers.Dense(3, activation='relu')\n", []),
    # What is given explicitly settles what changed in the default.
    ("1.15", "2.15", _HEAD + "tf.keras.layers.LSTM(3)\n", [(2, "tf.keras.layers.LSTM")]),
    ("1.15", "2.15", _HEAD + "tf.keras.layers.LSTM(3, recurrent_activation='sigmoid')\n", []),
    # Of NaN only where the file knows of any.
    ("1.15", "2.15", _HEAD + "tf.reduce_max(x)\n", []),
    ("1.15", "2.15", _HEAD + "tf.reduce_max([1.0, float('nan')])\n", [(2, "tf.reduce_max")]),
    (
        "1.15",
        "2.15",
        _HEAD + "m = tf.keras.Sequential()\nm.compile('sgd', metrics=['accuracy'])\n",
        [(3, "tf.keras.Sequential.compile")],
    ),
    ("1.15", "2.15", _HEAD + "m = tf.keras.Sequential()\nm.compile('sgd', 'mse')\n", []),
    # A stream only where somebody counts on it.
    ("1.15", "2.15", _HEAD + "tf.keras.initializers.glorot_uniform()\n", []),
    (
        "1.15",
        "2.15",
        _HEAD + "tf.keras.initializers.glorot_uniform(seed=1)\n",
        [(2, "tf.keras.initializers.glorot_uniform")],
    ),
]

# What concerns only those who count on it is said where a file shows that it does.
_SHOWS = {
    "stream": re.compile(r"\bset_(random_)?seed\b|\benable_op_determinism\b"),
    "nan": re.compile(r"nan\b|numerics|divide_no_nan", re.IGNORECASE),
    "edge": re.compile(r"nan\b|numerics", re.IGNORECASE),
    "names": re.compile(
        r"\.name\b|by_name|init_from_checkpoint|load_checkpoint|get_tensor_by|get_layer"
    ),
    "config": re.compile(r"get_config|from_config|to_json|to_yaml"),
}
# Of these nothing is computed from.
_QUIET = ("nan", "edge", "names", "config")
_ABOUT = {
    "stream": " for the same seed",
    "gradient": " in its gradient",
    "nan": " where the input holds NaN",
    "edge": " in its gradient at 0",
    "names": " in names",
    "config": " in what it says of itself",
}


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding for a call that gives something else, with a way to keep it where there is one."""
    usage, move = site.usage, site.move
    if usage.call is None or usage.guarded or usage.likely or usage.statement is not None:
        return
    if usage.alternatives or site.before is None or turned(site):
        return
    found, kept = site.destination, False
    told = _told(site, site.symbol)
    if found is not None and found.path != site.symbol and not found.outside:
        there = _told(site, found.path)
        # Where another spelling keeps it, that is the way; else it changes there as well.
        kept = bool(told) and not there and site.edits is not None
        told = told if kept else there
    shifts = [shift for shift, _ in told if shift is not None]
    if not shifts or any(defaults.findings(site)) or any(parameters.findings(site)):
        # What a changed default or argument does is those rules' to say.
        return
    loudest = _loudest(shifts)
    steady = sum(1 for s, aspect in told if s is None and aspect == loudest.aspect)
    quiet = loudest.aspect in _QUIET or steady > 0
    yield site.finding(
        ID,
        Kind.BEHAVIOUR,
        Severity.INFO if quiet else Severity.WARNING,
        _message(site, loudest, len(shifts), steady),
        f"both releases ran it; see tfshift facts diff {move.origin_release.minor} "
        f"{move.target_release.minor} --under {site.symbol}",
        _fix(site, kept, _keeping(site, shifts)),
    )


def measured(site: Site) -> bool:
    """Tell whether what a call gives was measured in both releases, or is no matter of probes."""
    usage, move, before = site.usage, site.move, site.before
    if usage.call is None or usage.method or before is None or usage.statement is not None:
        return True
    if before.kind not in ("function", "class"):
        return True
    known = move.kept.setdefault(f"{ID}-measured", {})
    if site.symbol not in known:
        found = site.destination
        there = site.symbol if found is None else found.path
        both = (
            move.facts.behaviour.answers(site.symbol, move.origin).keys(),
            move.facts.behaviour.answers(there, move.target).keys(),
        )
        # What the target lacks, or another module does in its place, is no silent change.
        lost = found is None or found.outside or not move.on_target(there)
        known[site.symbol] = lost or bool(both[0] & both[1])
    return bool(known[site.symbol])


def _told(site: Site, there: str) -> list[tuple[Shift | None, str]]:
    """Return what probes say of this call where it is spelled so on the target, and of what aspect.

    Of those that say anything the nearest to the call count: a probe without its ``epsilon=`` is
    none where there is one with it.
    """
    shifts, steady = _measured(site, there)
    if not shifts:
        return []
    after = site.move.facts.resolve(there, site.move.target)
    signature = after.signature if after else None
    about = site.move.facts.behaviour.about
    found: list[tuple[int, Shift | None, str]] = []
    for shift in shifts:
        near = _concerns(site, shift.call, shift.aspect, signature)
        if near is not None:
            found.append((near, shift, shift.aspect))
    for call in steady if found else ():
        if "at" in about.get(call, {}):
            # What models are compiled with is no input.
            continue
        aspect = about.get(call, {}).get("aspect", "value")
        near = _concerns(site, call, aspect, signature)
        if near is not None:
            found.append((near, None, aspect))
    nearest = max((near for near, _, aspect in found if aspect == "value"), default=0)
    return [(s, aspect) for near, s, aspect in found if aspect != "value" or near == nearest]


def _measured(site: Site, there: str) -> tuple[tuple[Shift, ...], list[str]]:
    """Return the probes of a symbol that shift, and those that do not; asked once a symbol."""
    move = site.move
    known = move.kept.setdefault(ID, {})
    key = (site.symbol, there)
    if key not in known:
        asked = (site.symbol, move.origin, there, move.target)
        shifts = tuple(move.facts.behaviour.shifts(*asked))
        known[key] = (shifts, move.facts.behaviour.steady(*asked) if shifts else [])
    found: tuple[tuple[Shift, ...], list[str]] = known[key]
    return found


def _concerns(site: Site, probe: str, aspect: str, after: Signature | None) -> int | None:
    call, before = site.usage.call, site.before
    assert call is not None
    assert before is not None
    at = site.move.facts.behaviour.about.get(probe, {}).get("at", "")
    if not _shown_by(site, aspect):
        return None
    compiled = at.endswith(".compile")
    return covers(probe_call(probe, at), call, before.signature, after, compiled=compiled)


def _shown_by(site: Site, aspect: str) -> bool:
    """Tell whether the file shows that somebody counts on this."""
    if aspect not in _SHOWS or (
        aspect == "stream" and any(k.arg == "seed" for k in site.keywords())
    ):
        return True
    return _holds(aspect, site.file.source.text)


@lru_cache(maxsize=16)
def _holds(aspect: str, text: str) -> bool:
    """Look through a file once for all its calls."""
    return _SHOWS[aspect].search(text) is not None


def _loudest(found: list[Shift]) -> Shift:
    """Return the shift that says most: of plain values, the shortest call."""
    order = ["value", "gradient", "history", "weights", "stream", "nan", "edge", "config", "names"]
    return min(found, key=lambda s: (order.index(s.aspect), len(s.call), s.call))


def _spelled(shift: Shift) -> str:
    text = re.sub(r"\bF\b", shift.symbol, shift.call)
    return re.sub(r"^\(SEED\((\d+)\), (.*)\)\[1\]$", r"\2 with seed \1", text)


def _message(site: Site, told: Shift, count: int, steady: int) -> str:
    move = site.move
    distance = apart(told.before, told.after)
    by = f", {distance:.3g} apart" if distance else ""
    what = _ABOUT.get(told.aspect, "")
    sometimes = " for some inputs" if steady and not what else ""
    others = f"; so {'do' if count > 2 else 'does'} {count - 1} more" if count > 1 else ""
    others += f"; {steady} with other inputs do not change" if steady else ""
    way = "on" if move.target > move.origin else "down"
    return (
        f"{site.symbol} gives something else{what}{sometimes} from {told.since} {way}: "
        f"{_spelled(told)} gave {shown(told.before)} in {move.origin_release.version}, "
        f"gives {shown(told.after)} in {site.there}{by}{others}"
    )


def _keeping(site: Site, found: list[Shift]) -> tuple[dict[str, str], bool] | None:
    """Return keywords with which probes give on the target what they gave, and whether all do."""
    move = site.move
    there = site.destination.path if site.destination is not None else site.symbol
    answers = move.facts.behaviour.answers(there, move.target)
    ways: list[list[dict[str, str]]] = []
    for shift in found:
        more = kept_with(shift.call, iter(answers))
        ways.append([added for call, added in more if answers[call].get("v") == shift.before])
    proved = [way for way in ways if way]
    if not proved:
        return None
    common = [a for a in proved[0] if all(a in other for other in proved[1:])]
    if not common:
        return None
    return min(common, key=lambda a: (len(a), sorted(a))), len(proved) == len(found)


def _fix(site: Site, rewritten: bool, keeping: tuple[dict[str, str], bool] | None) -> Fix:
    if rewritten and site.destination is not None:
        return site.fix(f"Keep it with {site.destination.path}")
    if keeping is not None:
        text = ", ".join(f"{name}={value}" for name, value in keeping[0].items())
        edit = defaults.argument(site, text)
        if edit is None or site.edits is None or not _taken(site, keeping[0]):
            return Fix(f"Keep it with {text}", Applicability.MANUAL)
        applicability = Applicability.SAFE if keeping[1] else Applicability.UNSAFE
        return Fix(f"Keep it with {text}", applicability, (*site.edits, edit))
    return Fix("Compare both sides; no way to keep it was measured", Applicability.MANUAL)


def _taken(site: Site, keeping: dict[str, str]) -> bool:
    """Tell whether the target's signature names the keywords, and the call does not."""
    there = site.moved
    if there is None or there.signature is None:
        return False
    given = {k.arg for k in site.keywords()}
    return all(there.signature.accepts(name) and name not in given for name in keeping)

"""Which tensor of one checkpoint is which of another, where their names differ.

What shows it, the surest first: the same name, the same bytes, the names of the user, a shape and part
that only one has, the layer's own name, and numbers in the names that put both sides in one order.
Where several fit as well, none is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfshift.domain.models import Problem

_SHOWN = 5
# What a layer's parts are called, over the ages.
_PARTS = {
    "kernel": "kernel", "weights": "kernel", "weight": "kernel", "w": "kernel",
    "bias": "bias", "biases": "bias", "b": "bias",
    "gamma": "gamma", "scale": "gamma", "beta": "beta", "offset": "beta",
    "moving_mean": "mean", "running_mean": "mean",
    "moving_variance": "variance", "moving_var": "variance", "running_var": "variance",
    "embeddings": "embeddings", "embedding": "embeddings",
    "recurrent_kernel": "recurrent", "depthwise_kernel": "depthwise", "depthwise_weights": "depthwise",
    "pointwise_kernel": "pointwise", "pointwise_weights": "pointwise",
}  # fmt: skip
_SLOT = re.compile(r"^(Adam|Momentum|RMSProp|Adagrad|Adadelta|Ftrl|ExponentialMovingAverage|m|v|momentum|rms|accumulator)(_\d+)?$")  # fmt: skip
_OBJECT = re.compile(r"/\.ATTRIBUTES/VARIABLE_VALUE$")
_SLOT_OBJECT = re.compile(r"/\.OPTIMIZER_SLOT/")
# What an optimizer and a saver keep for themselves: a model computes the same without it.
_BOOKKEEPING = re.compile(
    r"(^|/)(save_counter|global_step|iter|iterations|beta1_power|beta2_power|decay|learning_rate|optimizer|_CHECKPOINTABLE_OBJECT_GRAPH)(/|$|:)"
)


@dataclass(frozen=True)
class Tensor:
    """A tensor as an index tells of it.

    Args:
        name: its key.
        dtype: such as ``float32``.
        shape: its sizes.
        content: names its bytes, for those that are equal; empty where not known.
        alias: another name that it goes by, such as its variable's own.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None
    content: str = ""
    alias: str = ""

    @property
    def plain(self) -> str:
        """Its name without what the form of the checkpoint puts around it."""
        return _OBJECT.sub("", self.alias or self.name).removesuffix(":0")

    @property
    def kind(self) -> tuple[str, tuple[int | None, ...] | None]:
        """What has to be equal in any case."""
        return self.dtype, self.shape

    @property
    def layer(self) -> str:
        """What its name says of where it is."""
        return self.plain.rpartition("/")[0]

    @property
    def part(self) -> str | None:
        """Which part of a layer it is: ``kernel``; None where its name does not say."""
        return _PARTS.get(re.sub(r"_\d+$", "", self.plain.rpartition("/")[2]).lower())

    @property
    def bookkeeping(self) -> bool:
        """Whether only training goes on with it."""
        base, _, last = self.plain.rpartition("/")
        slot = (base and _SLOT.match(last)) or _SLOT_OBJECT.search(self.name)
        return bool(slot or _BOOKKEEPING.search(self.name) or _BOOKKEEPING.search(self.plain))


@dataclass
class NameMap:
    """What was found.

    Args:
        of: name in the target -> name in the source.
        why: name in the target -> what showed it.
        ambiguous: name in the target -> the sources that fit alike.
        missing: names in the target for which the source has no tensor of that type and shape.
        unused: names in the source that nothing in the target takes.
    """

    of: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def problems(
        self,
        kind: str,
        noun: str,
        needed: Iterable[Tensor],
        told: Callable[[str], str] = lambda name: name,
    ) -> Iterator[Problem]:
        """Say what stands against the map: what several fit, and what none does.

        Args:
            kind: of the problems.
            noun: what is looked for, in the singular and one word.
            needed: what of the target must be found.
            told: describes one of the source.
        """
        shapes = {tensor.name: list(tensor.shape or ()) for tensor in needed}
        for name, fitting in sorted(self.ambiguous.items()):
            some = "; ".join(map(told, fitting[:_SHOWN]))
            more = f" and {len(fitting) - _SHOWN} more" if len(fitting) > _SHOWN else ""
            yield Problem(
                kind, name, 1, f"several {noun}s may be {name} {shapes[name]}: {some}{more}",
                'say which with --names FILE: {"old name": "new name"}',
            )  # fmt: skip
        for name in self.missing:
            if name in shapes:
                message = f"no {noun} has the type and shape of {name} {shapes[name]}"
                yield Problem(kind, name, 1, message)


Spread = Callable[[str], "tuple[float, float]"]


def infer(
    source: Sequence[Tensor],
    target: Sequence[Tensor],
    given: Mapping[str, str] | None = None,
    spread: Spread | None = None,
) -> NameMap:
    """Find for each tensor of a target the one of a source.

    Args:
        source: the tensors that there are.
        target: those that are wanted.
        given: name in the source -> name in the target, as the user knows it.
        spread: tells the least and the greatest value of a tensor of the source.

    Returns:
        The map, and what is left open.
    """
    found = NameMap()
    left = _Left({t.name: t for t in source}, {t.name: t for t in target}, found)
    for old, new in (given or {}).items():
        left.take(new, old, "as given")
    shifted = _shifted(source, target)
    left.unique(lambda t: None if _series(t)[0] in shifted else (t.kind, t.name), "the same name")
    left.unique(
        lambda t: None if _series(t)[0] in shifted else (t.kind, t.plain),
        "the same name in another form",
    )
    left.unique(lambda t: (t.kind, t.content) if t.content else None, "the same values")
    before = -1
    while before != len(found.of):
        before = len(found.of)
        left.unique(_slot_of(found), "the same part of a variable's optimizer state")
        left.unique(
            lambda t: (
                None
                if t.bookkeeping or not t.part or _series(t)[0] in shifted
                else (t.kind, t.part, _last(t.layer))
            ),
            "the same layer and part",
        )
        left.layers()
        left.unique(
            lambda t: None if t.bookkeeping or not t.part else (t.kind, t.part),
            "the only one of its shape and part",
            whole=True,
        )
        left.unique(
            lambda t: None if t.bookkeeping else t.kind, "the only one of its shape", whole=True
        )
        left.numbered()
        if spread is not None:
            left.variances(spread)
    for name, tensor in left.target.items():
        fitting = [s.name for s in left.source.values() if _fits(s, tensor)]
        if fitting and not tensor.bookkeeping:
            found.ambiguous[name] = sorted(fitting)
        else:
            found.missing.append(name)
    found.missing.sort()
    found.unused = sorted(left.source)
    return found


class _Left:
    """What no decision has been made about."""

    def __init__(
        self, source: dict[str, Tensor], target: dict[str, Tensor], found: NameMap
    ) -> None:
        self.source, self.target, self.found = source, target, found

    def take(self, new: str, old: str, why: str) -> None:
        """Decide for one pair; what is not there or does not fit is not taken."""
        if new in self.target and old in self.source:
            if self.target[new].kind != self.source[old].kind:
                return
            self.found.of[new], self.found.why[new] = old, why
            del self.target[new], self.source[old]

    def unique(self, key: Callable[[Tensor], object], why: str, *, whole: bool = False) -> None:
        """Take those that alone have their key on both sides.

        Args:
            key: what must be equal, None for those that are left out.
            why: what that shows.
            whole: whether those count that a key leaves out for want of a part: they might be it.
        """
        ours, theirs = _by(key, self.source.values()), _by(key, self.target.values())
        for shared, wanted in theirs.items():
            having = ours.get(shared, [])
            if len(having) != 1 or len(wanted) != 1:
                continue
            if whole and self._rivals(having[0], wanted[0]):
                continue
            self.take(wanted[0].name, having[0].name, why)

    def _rivals(self, one: Tensor, other: Tensor) -> bool:
        """Tell whether another tensor fits as well, one whose part is not known."""
        return any(_fits(s, other) for s in self.source.values() if s is not one) or any(
            _fits(one, t) for t in self.target.values() if t is not other
        )

    def layers(self) -> None:
        """Take layers of which both sides have one with just these parts and shapes."""
        ours, theirs = _layers(self.source.values()), _layers(self.target.values())
        for shape, wanted in theirs.items():
            having = ours.get(shape, [])
            if len(having) == 1 and len(wanted) == 1:
                self._pair(having[0], wanted[0], "the only layer of these shapes")
            elif len(having) == len(wanted) > 1:
                first, second = _in_order(having), _in_order(wanted)
                if first is not None and second is not None:
                    for one, other in zip(first, second, strict=True):
                        self._pair(one, other, "the same place in the order of layers")

    def _pair(self, one: str, other: str, why: str) -> None:
        parts = {t.part: t.name for t in self.source.values() if t.layer == one}
        for tensor in [t for t in self.target.values() if t.layer == other]:
            self.take(tensor.name, parts[tensor.part], why)

    def numbered(self) -> None:
        """Take tensors of one shape that numbers in their names put in one order on both sides."""
        ours = _by(lambda t: None if t.bookkeeping else t.kind, self.source.values())
        theirs = _by(lambda t: None if t.bookkeeping else t.kind, self.target.values())
        for kind, wanted in theirs.items():
            having = ours.get(kind, [])
            if len(having) != len(wanted) or len({t.part for t in wanted}) > 1:
                continue
            # A part that only one side names is taken for the other's.
            if len({t.part for t in having} - {None} | {t.part for t in wanted} - {None}) > 1:
                continue
            first = _in_order([t.plain for t in having])
            second = _in_order([t.plain for t in wanted])
            if first is None or second is None:
                continue
            old, new = {t.plain: t.name for t in having}, {t.plain: t.name for t in wanted}
            for one, other in zip(first, second, strict=True):
                self.take(new[other], old[one], "the same place in the order of its numbers")

    def variances(self, spread: Spread) -> None:
        """Take for a moving variance the only tensor of its shape that is nowhere negative."""
        for tensor in [t for t in self.target.values() if t.part == "variance"]:
            rivals = [t for t in self.target.values() if t.kind == tensor.kind and t.part == "variance"]  # fmt: skip
            fitting = [s for s in self.source.values() if _fits(s, tensor)]
            positive = [s for s in fitting if spread(s.name)[0] >= 0 < spread(s.name)[1]]
            if len(positive) == 1 and len(rivals) == 1:
                self.take(tensor.name, positive[0].name, "the only one without negative values")


def _fits(one: Tensor, other: Tensor) -> bool:
    parts = {one.part, other.part} - {None}
    return one.kind == other.kind and len(parts) < 2 and one.bookkeeping == other.bookkeeping


def _by(key: Callable[[Tensor], object], tensors: Iterable[Tensor]) -> dict[object, list[Tensor]]:
    found: dict[object, list[Tensor]] = defaultdict(list)
    for tensor in tensors:
        if (k := key(tensor)) is not None:
            found[k].append(tensor)
    return found


def _series(tensor: Tensor) -> tuple[str, int]:
    """Return what the layers of a kind are called and which of them this is: ``dense``, 1 for ``dense_1``."""
    found = re.fullmatch(r"(.*?)(?:_(\d+))?", _last(tensor.layer) or _last(tensor.plain))
    assert found is not None
    return found[1], int(found[2] or 0)


def _shifted(source: Iterable[Tensor], target: Iterable[Tensor]) -> set[str]:
    """Return the series whose numbers begin elsewhere on the other side.

    Numbers count what a program has made so far: ``dense_1`` of one run may be ``dense`` of another.
    """
    first: list[dict[str, int]] = []
    for side in (source, target):
        least: dict[str, int] = {}
        for name, number in map(_series, side):
            least[name] = min(number, least.get(name, number))
        first.append(least)
    ours, theirs = first
    return {name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]}


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _slot_of(found: NameMap) -> Callable[[Tensor], object]:
    """Return a key of optimizer state: the variable, as the target calls it, and the slot."""
    new = {old: name for name, old in found.of.items()}

    def key(tensor: Tensor) -> object:
        base, _, slot = tensor.plain.rpartition("/")
        if not _SLOT.match(slot) or "/" not in tensor.plain:
            return None
        return tensor.kind, new.get(base, base), slot

    return key


def _layers(tensors: Iterable[Tensor]) -> dict[object, list[str]]:
    """Return layers all of whose parts are known, by parts and shapes."""
    by_layer: dict[str, list[Tensor]] = defaultdict(list)
    for tensor in tensors:
        if not tensor.bookkeeping:
            by_layer[tensor.layer].append(tensor)
    found: dict[object, list[str]] = defaultdict(list)
    for layer, members in by_layer.items():
        parts = [t.part for t in members]
        if None not in parts and len(set(parts)) == len(parts):
            found[frozenset((t.part, t.kind) for t in members)].append(layer)
    return found


def _in_order(names: Sequence[str]) -> list[str] | None:
    """Sort names that differ in one number alone; None where they differ in something else.

    The first of Keras's and TensorFlow's own names has no number: ``dense``, ``dense_1``.
    """
    pieces = [re.split(r"(\d+)", name) for name in names]
    longest = max(len(p) for p in pieces)
    full = [p if len(p) == longest else _with_zero(p, pieces) for p in pieces]
    if any(p is None for p in full):
        return None
    rows = [p for p in full if p is not None]
    differing = [n for n in range(longest) if len({p[n] for p in rows}) > 1]
    if len(differing) != 1 or differing[0] % 2 == 0:
        return None
    at = differing[0]
    if len({int(p[at]) for p in rows}) < len(rows):
        return None
    return [name for _, name in sorted((int(p[at]), name) for p, name in zip(rows, names, strict=True))]  # fmt: skip


def _with_zero(pieces: list[str], others: Sequence[list[str]]) -> list[str] | None:
    """Return a name without a number as if it had ``_0`` where the others have theirs."""
    text = "".join(pieces)
    for other in others:
        if len(other) != len(pieces) + 2:
            continue
        for at in range(1, len(other), 2):
            head, tail = "".join(other[:at]), "".join(other[at + 1 :])
            if head.endswith("_") and text == head[:-1] + tail:
                return [*other[:at], "0", *other[at + 1 :]]
    return None

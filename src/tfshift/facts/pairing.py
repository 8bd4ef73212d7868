"""Which Keras stands beside a TensorFlow: what it requires, else what there was at its time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfshift.domain.releases import Release, days_after
from tfshift.domain.versions import parse_minor

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_PACKAGES = {"keras": "keras", "tf_keras": "tf-keras"}
# People install TensorFlow and Keras within weeks of one another.
_DAYS = 60
# Keras from here on imports only beside a TensorFlow from there on: its own check says so.
_NEEDS = (("2.4", (2, 2)),)
# tf_keras is numbered like the TensorFlow that it goes with.
_FIRST_TF_KERAS = (2, 15)


def beside(axis: str, release: Release, others: Sequence[Release]) -> Release | None:
    """Return the release of Keras that goes with a TensorFlow.

    Args:
        axis: ``keras`` or ``tf_keras``.
        release: the TensorFlow.
        others: the measured releases of the axis, oldest first.

    Returns:
        None where none that was measured does.
    """
    fitting = fit(axis, release, others)
    last = days_after(release.date, _DAYS)
    timely = [o for o in fitting if o.extra.get("since", o.date) <= last]
    return timely[-1] if timely else next(iter(fitting), None)


def fit(axis: str, release: Release, others: Sequence[Release]) -> list[Release]:
    """Return every release of Keras that can be used with a TensorFlow, oldest first.

    Args:
        axis: as for ``beside``.
        release: as for ``beside``.
        others: as for ``beside``.
    """
    minor = parse_minor(release.version)
    if axis == "tf_keras":
        return [o for o in others if parse_minor(o.version) == minor >= _FIRST_TF_KERAS]
    wanted = _required(release, _PACKAGES[axis])
    if wanted is not None:
        return [o for o in others if wanted.specifier.contains(o.version)]
    known = [o for o in others if all(minor >= tf for v, tf in _NEEDS if _from(o, v))]
    return [o for o in known if parse_minor(o.version) < (2, 6)]


def _required(release: Release, package: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in release.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.name.lower() == package:
            return requirement
    return None


def _from(release: Release, minor: str) -> bool:
    return parse_minor(release.version) >= parse_minor(minor)

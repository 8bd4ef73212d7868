"""Why requirements cannot be met together, and what is nearest to them that can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tfshift.domain.errors import TfshiftError
from tfshift.domain.releases import Release
from tfshift.domain.versions import parse_minor
from tfshift.environment.requirements import TENSORFLOWS
from tfshift.environment.uv import UnresolvableError
from tfshift.facts import Facts

# Returns name -> version of what some requirements resolve to beside a release, or raises.
Resolve = Callable[[Release, Sequence[str]], "dict[str, str]"]
_MOST_TRIES = 8
_MOST_RELEASES = 6


def explained(
    error: UnresolvableError,
    release: Release,
    requirements: Sequence[str],
    facts: Facts,
    resolve: Resolve,
) -> TfshiftError:
    """Return the error with the chain of reasons and the nearest alternatives in it.

    Args:
        error: what the resolver said.
        release: the TensorFlow that was asked for.
        requirements: the user's own.
        facts: the opened facts.
        resolve: tries requirements beside a release.
    """
    chain = _measured(error.why, release)
    options = [
        *_looser(release, requirements, resolve),
        *_nearest(release, requirements, facts, resolve),
    ]
    remedy = "; or ".join(options) or "give up one of the packages that the reason names"
    return UnresolvableError(
        f"the requirements cannot be met beside TensorFlow {release.version}",
        why=chain,
        remedy=remedy,
    )


def _measured(why: str, release: Release) -> str:
    """Add what is measured to the chain: a bound that no package publishes has a reason as well."""
    added = [
        f"TensorFlow {release.version} runs only with {name}{spec}, as measured"
        for name, spec in release.constraints.items()
        if re.search(rf"\b{re.escape(name)}\b", why)
    ]
    return "; ".join([why, *added])


def name_of(requirement: str) -> str:
    """Return the normalized name of a requirement."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    return canonicalize_name(Requirement(requirement).name)


def _looser(release: Release, requirements: Sequence[str], resolve: Resolve) -> Iterator[str]:
    """Yield which single requirement could have another version, and which one that would be."""
    bound = [r for r in requirements if re.search(r"[<>=~!]", r) and name_of(r) not in TENSORFLOWS]
    for line in bound[:_MOST_TRIES]:
        name = name_of(line)
        others = [r for r in requirements if r is not line]
        try:
            found = resolve(release, [*others, name])
        except UnresolvableError:
            try:
                resolve(release, others)
            except UnresolvableError:
                continue
            yield f"leave out {line}"
            continue
        yield f"take {name}=={found.get(name, '?')} instead of {line}"


def _nearest(
    release: Release, requirements: Sequence[str], facts: Facts, resolve: Resolve
) -> Iterator[str]:
    """Yield the nearest other release beside which the requirements can be met as they are."""
    here = parse_minor(release.version)

    def distance(other: Release) -> tuple[int, int]:
        minor = parse_minor(other.version)
        return abs((minor[0] - here[0]) * 16 + minor[1] - here[1]), -minor[1]

    others = sorted((r for r in facts.releases if r.minor != release.minor), key=distance)
    for other in others[:_MOST_RELEASES]:
        try:
            found = resolve(other, requirements)
        except TfshiftError:
            continue
        # What only a pre-release of a package satisfies was meant for nobody.
        if any(re.search(r"(?:a|b|rc|dev)\d", found.get(name_of(r), "")) for r in requirements):
            continue
        yield f"--tf {other.version} takes all of them"
        return

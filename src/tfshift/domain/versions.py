"""TensorFlow version numbers: ordering, minors, and closed intervals of minors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Minor = tuple[int, int]


def parse_minor(text: str) -> Minor:
    """Return the (major, minor) of a version such as ``1.15`` or ``2.16.0rc1``.

    Raises:
        ValueError: if the text does not start with two numbers.
    """
    parts = text.strip().lstrip("v").split(".")
    if len(parts) < 2:
        raise ValueError(f"not a version: {text!r}")
    digits = parts[1]
    while digits and not digits.isdigit():
        digits = digits[:-1]
    if not parts[0].isdigit() or not digits:
        raise ValueError(f"not a version: {text!r}")
    return int(parts[0]), int(digits)


def minor_text(minor: Minor) -> str:
    """Spell a minor: ``(1, 15)`` becomes ``1.15``."""
    return f"{minor[0]}.{minor[1]}"


def intervals(present: Iterable[int], names: Sequence[str]) -> list[list[str]]:
    """Join positions that follow one another into closed intervals.

    Args:
        present: positions in ``names`` where something exists, in any order.
        names: the ordered names of all measured minors.

    Returns:
        Closed intervals such as ``[["1.8", "1.15"]]``; a hole starts a new interval.
    """
    result: list[list[str]] = []
    last = -2
    for position in sorted(set(present)):
        if position == last + 1:
            result[-1][1] = names[position]
        else:
            result.append([names[position], names[position]])
        last = position
    return result


def minor_of(version: str) -> str:
    """Return the minor of a version: ``1.15`` of ``1.15.5``."""
    return minor_text(parse_minor(version))

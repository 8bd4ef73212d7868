"""One self-contained page."""

from __future__ import annotations

from collections.abc import Sequence

from tfshift.report.result import Result

_WIDTH, _HEIGHT = 320.0, 120.0


def render(result: Result, version: str) -> str:
    """Fill the page's template for this kind of result."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    environment = Environment(
        loader=PackageLoader("tfshift.report"), autoescape=select_autoescape(), trim_blocks=True
    )
    environment.filters["polyline"] = polyline
    names = [f"{result.command}.html", "result.html"]
    return environment.select_template(names).render(result=result, version=version)


def polyline(values: Sequence[float], others: Sequence[float]) -> str:
    """Spell a series as the points of an SVG line of 320 by 120.

    Args:
        values: the series.
        others: what is drawn beside it: both have one scale.
    """
    low, high = min([*values, *others]), max([*values, *others])
    span = (high - low) or 1.0
    last = max(len(values) - 1, 1)
    return " ".join(
        f"{_WIDTH * i / last:.1f},{_HEIGHT * (high - v) / span:.1f}" for i, v in enumerate(values)
    )

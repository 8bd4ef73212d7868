"""One self-contained page."""

from __future__ import annotations

from tfshift.report.result import Result


def render(result: Result, version: str) -> str:
    """Fill the page's template for this kind of result."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    environment = Environment(
        loader=PackageLoader("tfshift.report"), autoescape=select_autoescape(), trim_blocks=True
    )
    names = [f"{result.command}.html", "result.html"]
    return environment.select_template(names).render(result=result, version=version)

"""What a release offers: symbols with kinds and signatures, and operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

POSITIONAL_ONLY = "positional_only"
POSITIONAL = "positional_or_keyword"
VAR_POSITIONAL = "var_positional"
KEYWORD_ONLY = "keyword_only"
VAR_KEYWORD = "var_keyword"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a callable; ``default`` is Python source, or None where it is required."""

    name: str
    kind: str
    default: str | None = None


@dataclass(frozen=True)
class Signature:
    """The parameters of a callable in order, ``self`` left out.

    Args:
        parameters: those that it names.
        further: keywords that it takes behind ``**kwargs`` and beside which it takes no others;
            None where that is not known.
    """

    parameters: tuple[Parameter, ...]
    further: tuple[str, ...] | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names that may be given as keywords."""
        return tuple(p.name for p in self.parameters if p.kind in (POSITIONAL, KEYWORD_ONLY))

    @cached_property
    def takes_any_keyword(self) -> bool:
        """Whether the callable has ``**kwargs``."""
        return any(p.kind == VAR_KEYWORD for p in self.parameters)

    def accepts(self, keyword: str) -> bool:
        """Tell whether a keyword may be given; where ``**kwargs`` are not known, any may."""
        if keyword in self.names:
            return True
        return self.takes_any_keyword and (self.further is None or keyword in self.further)

    @cached_property
    def positional(self) -> tuple[Parameter, ...]:
        """Parameters that may be given by position, in order."""
        return tuple(p for p in self.parameters if p.kind in (POSITIONAL_ONLY, POSITIONAL))

    @cached_property
    def takes_any_positional(self) -> bool:
        """Whether the callable has ``*args``."""
        return any(p.kind == VAR_POSITIONAL for p in self.parameters)

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, or None."""
        return next((p for p in self.parameters if p.name == name), None)

    @classmethod
    def from_compact(cls, parts: list[str], further: list[str] | None = None) -> Signature:
        """Read the facts' spelling: ``["x", "axis=None", "*", "name=None", "**kwargs"]``."""
        parameters: list[Parameter] = []
        kind = POSITIONAL
        for part in parts:
            if part == "/":
                parameters = [Parameter(p.name, POSITIONAL_ONLY, p.default) for p in parameters]
            elif part == "*":
                kind = KEYWORD_ONLY
            elif part.startswith("**"):
                parameters.append(Parameter(part[2:], VAR_KEYWORD))
            elif part.startswith("*"):
                parameters.append(Parameter(part[1:], VAR_POSITIONAL))
                kind = KEYWORD_ONLY
            else:
                name, equals, default = part.partition("=")
                parameters.append(Parameter(name, kind, default if equals else None))
        return cls(tuple(parameters), None if further is None else tuple(further))


@dataclass(frozen=True)
class Symbol:
    """One public path in one release.

    ``owner`` is the path that owns the definition in this release: another path where this one
    is an alias (the same object), itself otherwise. ``raises`` names the exception of a stub: the
    name is there, but whatever it is given, it raises.
    """

    path: str
    kind: str
    owner: str
    signature: Signature | None = None
    bases: tuple[str, ...] = ()
    deprecated: dict[str, Any] | None = field(default=None, hash=False)
    raises: str | None = None

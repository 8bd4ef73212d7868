"""Every rule and every authored change carries examples; here they are held to them."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

import pytest

from tfshift import facts
from tfshift.code import numpy_names
from tfshift.code.provided import provider_names, provider_text
from tfshift.code.rules import all_rules

from .moving import findings, fixed

RULES = (*all_rules(), numpy_names)
RULE_EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.ID}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.EXAMPLES)
]
CHANGE_EXAMPLES = [
    pytest.param(change, example, id=f"{change['id']}-{number}")
    for change in facts.open().changes
    for number, example in enumerate(facts.open().examples(change["id"]))
]


@pytest.mark.parametrize(("rule", "example"), RULE_EXAMPLES)
def test_a_rule_fires_where_its_examples_say(rule: ModuleType, example: Any) -> None:
    origin, target, code, expected = example
    style = getattr(rule, "STYLE", "compat")
    found = findings(code, origin, target, style, rule=rule.ID)
    assert [(f.line, f.symbol) for f in found] == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_a_rule_says_when_it_must_be_silent(rule: ModuleType) -> None:
    silent = [example for example in rule.EXAMPLES if not example[3]]
    assert 2 * len(silent) >= len(rule.EXAMPLES)


def _route(example: dict[str, str]) -> tuple[str, str, str]:
    style = example.get("style", "compat")
    return example.get("from", "1.15"), example.get("to", "2.15"), style


@pytest.mark.parametrize(("change", "example"), CHANGE_EXAMPLES)
def test_a_change_rewrites_its_examples(change: dict[str, Any], example: dict[str, str]) -> None:
    route = _route(example)
    after = fixed(example["before"], *route)
    assert after == example["after"]
    ast.parse(after)
    assert fixed(after, *route) == after


def presence(symbol: str) -> list[list[str]]:
    """Return where a symbol exists; modules of private trees are known by file."""
    database = facts.open()
    files = database.spans("modules", "tensorflow" + symbol[2:])
    return database.present(symbol) or [
        [database.minors[a], database.minors[b]] for a, b, _ in files
    ]


def edges(change: dict[str, Any]) -> list[str]:
    """Return the minors in which the symbol came, or those in which it was gone."""
    database = facts.open()
    spans = presence(change["symbol"])
    if change.get("direction") == "down":
        return [first for first, _ in spans]
    after = [database.minors.index(last) + 1 for _, last in spans]
    return [database.minors[i] for i in after if i < len(database.minors)]


@pytest.mark.parametrize("change", facts.open().changes, ids=lambda change: change["id"])
def test_a_change_is_well_formed(change: dict[str, Any]) -> None:
    assert change["evidence"]
    assert change["title"]
    # What no measured release has is known by what it printed in one before.
    older = all("printed" in e for e in facts.open().examples(change["id"]))
    assert presence(change["symbol"]) or older
    assert ("to" in change) + ("provider" in change) == (
        "arguments" not in change
    ) or "to" in change
    assert change["since"] in edges(change) or change.get("since_because")
    if "provider" in change:
        names = provider_names(change["provider"])
        assert names
        assert not change.get("member") or change["member"].partition(".")[0] in names
        compile(provider_text(change["provider"]), change["provider"], "exec")

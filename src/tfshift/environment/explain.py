"""Explain an error's text: which known errors it holds, why they come and what mends them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tfshift.domain.releases import Release
from tfshift.environment import answers
from tfshift.environment.logs import Told, told, worth_a_look
from tfshift.facts import Facts

# Harmless lines stand before nearly every failure.
_NOTICE = 0.5
# What ends a traceback is what it is about; what stands above may be a consequence's cause.
_LAST = 0.04
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Match:
    """One known error in a text.

    Args:
        id: which.
        line: the number of the line that shows it, from 1.
        evidence: that line.
        cause: why it comes, in a sentence.
        remedy: commands or steps that mend it, the first to try first.
        pins: specifiers by package that keep it away.
        confidence: from 0 to 1.
        notice: it is harmless by itself.
        reproduce: what makes it appear and disappear, where that is known.
    """

    id: str
    line: int
    evidence: str
    cause: str
    remedy: tuple[str, ...]
    pins: Mapping[str, str]
    confidence: float
    notice: bool = False
    reproduce: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the contract's fields and the line's text."""
        return {
            "id": self.id,
            "line": self.line,
            "evidence": self.evidence,
            "cause": self.cause,
            "remedy": list(self.remedy),
            "pins": dict(self.pins),
            "confidence": round(self.confidence, 2),
        }


def explain(text: str, facts: Facts, known: Told | None = None) -> list[Match]:
    """Find the known errors in a text, the likeliest cause first.

    Args:
        text: a log, a traceback, a test report, a notebook's output.
        facts: the opened facts.
        known: what is known of the environment besides; it wins over what the text tells.

    Returns:
        One match an error, empty where nothing is known.
    """
    text = _plain(text)
    looked_at = worth_a_look(text)
    around = _joined(told(looked_at), known)
    release = _release(around, facts)
    last = _last_line(looked_at)
    matches: list[Match] = []
    for name, needles, data in facts.errors():
        if not any(not n or n in looked_at for n in needles):
            continue
        about = json.loads(data)
        found = _found(about, needles, looked_at)
        if found is None:
            continue
        match = _match(name, about, found, around, release, facts)
        if match is None:
            continue
        line, evidence = _line(text, looked_at, found)
        at_end = _LAST if evidence and evidence == last else 0.0
        confidence = min(match.confidence + at_end, 0.99)
        matches.append(replace(match, line=line, evidence=evidence, confidence=confidence))
    return sorted(matches, key=lambda m: (-m.confidence, m.line, m.id))


def _plain(text: str) -> str:
    """Take colours and the marks of pytest's and notebooks' tracebacks away."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text) if "\x1b" in text else text
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return re.sub(r"(?m)^E {2,3}", "", text) if "\nE  " in text or text[:3] == "E  " else text


def _joined(found: Told, known: Told | None) -> Told:
    if known is None:
        return found
    return Told(
        known.tensorflow or found.tensorflow,
        known.python or found.python,
        {**found.packages, **known.packages},
    )


def _release(around: Told, facts: Facts) -> Release | None:
    if around.tensorflow is None:
        return None
    minor = ".".join(around.tensorflow.split(".")[:2])
    return facts.release(minor) if minor in facts.minors else None


def _last_line(text: str) -> str:
    """Return the last line that names an exception, or the last line."""
    lines = text.rstrip().splitlines()[-60:]
    named = [x for x in lines if re.match(r"(?:E\s+)?[\w.]*(?:Error|Exception|Warning)\b", x)]
    return ((named or lines or [""])[-1]).strip()


def _found(about: Mapping[str, Any], needles: Sequence[str], text: str) -> re.Match[str] | None:
    """Return the last place where one of an error's patterns matches, and what else it asks for."""
    found: re.Match[str] | None = None
    for pattern, literal in zip(about["lines"], needles, strict=True):
        if literal and literal not in text:
            continue
        for match in re.finditer(pattern, text, re.MULTILINE):
            if found is None or match.start() >= found.start():
                found = match
    if found is None:
        return None
    if not all(re.search(p, text, re.MULTILINE) for p in about.get("near", ())):
        return None
    if any(re.search(p, text, re.MULTILINE) for p in about.get("unless", ())):
        return None
    return found


def _match(
    name: str,
    about: Mapping[str, Any],
    found: re.Match[str],
    around: Told,
    release: Release | None,
    facts: Facts,
) -> Match | None:
    """Fill in an error's cause and remedy; None where the facts contradict it."""
    values = {key: value for key, value in found.groupdict().items() if value}
    if around.tensorflow:
        values["tensorflow"] = around.tensorflow
        values["minor"] = ".".join(around.tensorflow.split(".")[:2])
    if around.python:
        values["python"] = around.python
    pins = _pins(about, release, values)
    values.update({package.replace("-", "_"): spec for package, spec in pins.items()})
    confidence = float(about.get("confidence", 0.8))
    if "about" in about:
        answer = answers.KINDS[about["about"]](values, around, facts)
        if answer is None:
            return None
        values.update(answer.values)
        confidence += answer.more
    cause = _filled(about["cause"], values)
    if cause is None:
        cause = _filled(about.get("cause_otherwise", about["title"]), values) or about["title"]
    steps = (_filled(step, values) for step in about["remedy"])
    notice = about.get("kind", "error") == "notice"
    if notice:
        confidence *= _NOTICE
    return Match(
        name, 0, "", cause, tuple(s for s in steps if s), pins, min(confidence, 0.99), notice,
        about.get("reproduce", {}),
    )  # fmt: skip


def _pins(
    about: Mapping[str, Any], release: Release | None, values: Mapping[str, str]
) -> dict[str, str]:
    """Return an error's pins, those that are measured for the release where it is known."""
    filled = ((name, _filled(spec, values)) for name, spec in about.get("pins", {}).items())
    pins = {name: spec for name, spec in filled if spec is not None}
    if release is not None:
        for package in about.get("measured", ()):
            if package in release.constraints:
                pins[package] = release.constraints[package]
    return pins


def _filled(template: str, values: Mapping[str, str]) -> str | None:
    """Fill in a sentence; None where something that it names is not known."""
    if any(name not in values for name in _PLACEHOLDER.findall(template)):
        return None
    return _PLACEHOLDER.sub(lambda m: values[m[1]], template)


def _line(text: str, looked_at: str, found: re.Match[str]) -> tuple[int, str]:
    """Return the number and the text of the line on which a match starts."""
    start = looked_at.rfind("\n", 0, found.start()) + 1
    end = looked_at.find("\n", found.start())
    line = looked_at[start : len(looked_at) if end < 0 else end]
    at = found.start() if looked_at is text else text.rfind(line)
    return text.count("\n", 0, max(at, 0)) + 1, line.strip()[:500]

"""Printed lines made comparable: numbers apart, what changes in every run taken out (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\w.])([-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf))(?![\w]|\.\d)"
)
_PROGRESS = re.compile(
    r"^\s*\d+/\d+\s+(\[[=>.]*\]|[━─]|- )|^Train on \d+ samples|^Epoch \d+/\d+\s*$"
)
_RULE = re.compile(r"^[\s_=\-─━│┃┏┓┗┛┡┩└┘├┤┬┴┼╇╈|+*#~.]*$")
_CONTINUED = re.compile(r"^\s+(?:[\[\]\d.+-]|nan|inf|\.\.\.)")
_JOIN_LINES = 400

_FIGURE = r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?"
# Each class of what may differ in two runs of one release, and what stands for it.
_VOLATILE = (
    (re.compile(r"<[\w.]+(?: \w+)? (?:object )?at 0x[0-9a-fA-F]+>"), "<object>"),
    (re.compile(r"\b0x[0-9a-fA-F]{6,}\b|\b1[34]\d{13}\b"), "<address>"),
    (re.compile(r"(TensorSpec\([^\n]*?), name='[^']*'"), r"\1"),
    (re.compile(r"\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"), "<date>"),
    (
        re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w* \w{3} +\d+ [\d:]+ (?:\w+ )?\d{4}"),
        "<date>",
    ),
    (re.compile(r"\b\d{1,3}:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (re.compile(r"/(?:tmp|var/folders|private/var)/[^\s'\",:;)\]]*"), "<temporary path>"),
    (re.compile(r"\b1[4-9]\d{8}(?:\d{3})?(?:\.\d+)?\b"), "<time>"),
    (
        re.compile(
            rf"(?<![\w.]){_FIGURE} ?(?:ns|us|µs|ms|msec|s|secs?|seconds?|minutes?|mins?"
            r"|hours?|hrs?)(?:/\w+)?(?![\w])",
            re.IGNORECASE,
        ),
        "<time>",
    ),
    (
        re.compile(
            r"\b(time|times|elapsed|duration|took|eta|runtime|speed|throughput|fps"
            r"|(?:examples|samples|images|steps|iterations|it|batches|words)(?:/| ?per ?)s\w*)"
            rf"\b([\s:=()\[\]]*){_FIGURE}",
            re.IGNORECASE,
        ),
        r"\1\2<time>",
    ),
    (
        re.compile(
            rf"(?<![\w.]){_FIGURE}( ?(?:examples|samples|images|steps|iterations|it|batches|words)"
            r"(?:/| ?per ?)s\w*)",
            re.IGNORECASE,
        ),
        r"<time>\1",
    ),
)
_SCALAR = re.compile(r"\bnp\.(?:float|int|uint|bool|str|bytes)\w*\(([^()]*)\)")
_SUMMARY = re.compile(r"^((?:Total|Trainable|Non-trainable|Optimizer) params: [\d,]+).*$")


@dataclass(frozen=True)
class Line:
    """One printed line (or array over several lines).

    Args:
        number: where it starts in the output, from 1.
        text: what was printed, as one line.
        skeleton: the text with ``#`` for numbers and stand-ins for times, dates, paths.
        numbers: the numbers in order, as printed.
        masked: whether something volatile was taken out of it.
    """

    number: int
    text: str
    skeleton: str
    numbers: tuple[str, ...]
    masked: bool = False


def _is_progress(line: str) -> bool:
    return "\b" in line or "\r" in line.rstrip("\r") or bool(_PROGRESS.match(line))


def _joined(numbered: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """Yield (line number, text), an array that was printed over several lines as one."""
    held, start, opened = "", 0, 0
    for number, raw in numbered:
        line = raw.rstrip("\r")
        if held and (opened > _JOIN_LINES or not _CONTINUED.match(line)):
            yield start, held
            held = ""
        if not held:
            start, opened = number, 0
        held = f"{held} {line}" if held else line
        opened += 1
        if held.count("[") <= held.count("]"):
            yield start, held
            held = ""
    if held:
        yield start, held


def _spaces(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=\[) | (?=\])", "", text)


def _masked(text: str, literals: Mapping[str, str]) -> str:
    for literal, name in literals.items():
        text = text.replace(literal, name)
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    return text


def lines(printed: Iterable[str], literals: Mapping[str, str]) -> tuple[list[Line], int]:
    """Return the comparable lines, and how many were left out as progress bars or rulers.

    Args:
        printed: the output as it came.
        literals: what is peculiar to one side (folders, versions), and what stands for it;
            longest first.
    """
    numbered = list(enumerate(printed, 1))
    usable = [(number, line) for number, line in numbered if not _left_out(line)]
    left_out = sum(1 for _, line in numbered if line.strip()) - len(usable)
    return [_line(number, held, literals) for number, held in _joined(usable)], left_out


def _line(number: int, held: str, literals: Mapping[str, str]) -> Line:
    source = _SUMMARY.sub(r"\1", _SCALAR.sub(r"\1", held))
    masked = _masked(source, literals)
    skeleton = _spaces(_NUMBER.sub("#", masked))
    return Line(number, held, skeleton, tuple(_NUMBER.findall(masked)), masked != source)


def _left_out(line: str) -> bool:
    return _is_progress(line) or bool(_RULE.match(line))


def literals_of(about: Mapping[str, object]) -> dict[str, str]:
    """Return what is peculiar to one recording: its folders and its packages' versions."""
    found: dict[str, str] = {}
    for key, name in (("cwd", "<folder>"), ("python", "<python>")):
        value = str(about.get(key, ""))
        if len(value) > 1:
            found[value] = name
            if key == "python":
                found[value.rsplit("/bin/", 1)[0]] = "<environment>"
    versions = about.get("versions", {})
    if isinstance(versions, Mapping):
        for package, version in sorted(versions.items()):
            if str(version).count(".") >= 2:
                found.setdefault(str(version), f"<version of {package.partition('_')[0]}>")
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))

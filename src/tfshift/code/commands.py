"""Commands of TensorFlow that scripts call: ``freeze_graph``, ``tflite_convert``, ``python -m tensorflow.…``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any

from tfshift.code.destinations import Move
from tfshift.domain.findings import Applicability, Edit, Finding, Fix, Kind, Severity

ID = "command"
_NAMES = re.compile(
    r"^(Dockerfile.*|.*\.dockerfile|Makefile|.*\.mk|tox\.ini|Jenkinsfile|Procfile)$", re.IGNORECASE
)
_SUFFIXES = (".sh", ".bash", ".zsh", ".yml", ".yaml", ".ipynb")
# What may stand before a command on its line: separators, keywords, variables, other runners.
_BEFORE = r"""
    (?: ^ | [;&|(`!{] | \bRUN\b | \bCMD\b | \bENTRYPOINT\b | \brun: | \bscript: | ^\s*-\s | \bthen\b | \bdo\b
      | \belse\b )
    [\s@"'\[|>]*
    (?: (?: \w+=\S* | sudo | nohup | time | exec | env | nice | command | %env ) \s+ )*
"""
_CALL = rf"""{_BEFORE}
    (?: (?P<python> \S*python[\d.]* (?:\s+-[uOBW]\S*)* ) \s+ -m \s+ (?P<module> tensorflow[\w.]* )
      | (?: \S*/ )? (?P<name> NAMES ) )
    (?P<rest> (?= [\s"',;&|)] | $ ) (?: \\\n | [^\n;&|] )* )
    """
_OPTION = re.compile(r"(?<![\w-])--([A-Za-z][\w-]*)")
_WORD = re.compile(r"[\s\"',]*([A-Za-z][\w-]*)(?=[\s\"',]|$)")


def matches(path: PurePosixPath) -> bool:
    """Tell whether a file may hold commands."""
    return path.suffix.lower() in _SUFFIXES or bool(_NAMES.match(path.name))


def findings(path: str, text: str, move: Move) -> Iterator[Finding]:
    """Yield the commands of a file that the target lacks, and their options that it lacks.

    Args:
        path: the file, as shown.
        text: its content, that of the code cells for a notebook; edits are in characters of it.
        move: origin and target.
    """
    if not matches(PurePosixPath(path)):
        return
    lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    notebook = path.endswith(".ipynb")
    for call in _calls(move).finditer(text):
        start = call.start("name" if call["name"] else "python")
        before = text[text.rfind("\n", 0, start) + 1 : start].lstrip()
        if "#" in before or (notebook and not before.startswith(("!", "%"))):
            continue
        for start, end, found in _judged(call, move):
            first = bisect_right(lines, start)
            last = bisect_right(lines, end - 1)
            yield Finding(
                path=path, line=first, column=start - lines[first - 1] + 1,
                end_line=last, end_column=end - lines[last - 1] + 1,
                severity=Severity.ERROR, rule=ID, **found,
            )  # fmt: skip


def _calls(move: Move) -> re.Pattern[str]:
    """Return what finds calls of the commands that any release has."""
    kept = move.kept.setdefault(ID, {})
    if "calls" not in kept:
        names = [re.escape(name) for name in move.facts.names("scripts") if " " not in name]
        pattern = _CALL.replace("NAMES", "|".join(sorted(names, reverse=True)) or "(?!)")
        kept["calls"] = re.compile(pattern, re.VERBOSE | re.MULTILINE)
    found: re.Pattern[str] = kept["calls"]
    return found


_Judged = tuple[int, int, dict[str, Any]]


def _judged(call: re.Match[str], move: Move) -> Iterator[_Judged]:
    """Yield first and one-past-last character of what fails, and the finding's fields."""
    if call["name"] is None:
        yield from _module(call, move)
        return
    name, facts = call["name"], move.facts
    here, there = (facts.at("scripts", name, at) for at in (move.origin, move.target))
    if here is None:
        return
    if there is None:
        yield (*call.span("name"), _gone(call, here["m"], move))
        return
    command = _subcommand(call, move)
    # Where the target's help does not list options, nothing is known of them.
    after = _options(command, move, move.target)
    before = _options(command, move, move.origin)
    if not after:
        return
    for option in _OPTION.finditer(call["rest"]):
        given = option.group(1)
        if given not in before or any(known.startswith(given) for known in after):
            continue
        start = call.start("rest") + option.start()
        release = move.target_release.version
        message = f"{command} of TensorFlow {release} has no option --{given}"
        evidence = f"its help lists --{', --'.join(sorted(after)[:8])}{' …' * (len(after) > 8)}"
        fix = Fix(f"Replace --{given} by hand", Applicability.MANUAL)
        symbol = f"{command} --{given}"
        yield (
            start,
            start + len(option.group()),
            {
                "symbol": symbol,
                "kind": Kind.PARAMETERS,
                "message": message,
                "evidence": evidence,
                "fix": fix,
            },
        )


def _subcommand(call: re.Match[str], move: Move) -> str:
    """Return the command with those of its own commands that are called: ``saved_model_cli show``."""
    command, at = str(call["name"]), 0
    while word := _WORD.match(call["rest"], at):
        longer = f"{command} {word.group(1)}"
        if move.facts.at("scripts", longer, move.origin) is None:
            break
        command, at = longer, word.end()
    return command


def _options(command: str, move: Move, position: int) -> set[str]:
    """Return the options that a command's help lists in a release."""
    kept = move.kept.setdefault(ID, {})
    if position not in kept:
        names = move.facts.names("scripts")
        kept[position] = {n for n in names if move.facts.at("scripts", n, position) is not None}
    start = f"{command} --"
    return {name[len(start) :] for name in kept[position] if name.startswith(start)}


def _gone(call: re.Match[str], module: str, move: Move) -> dict[str, Any]:
    """Compose the finding of a command that the target does not bring."""
    name, release = str(call["name"]), move.target_release.version
    fix = Fix(f"Replace {name} by hand", Applicability.MANUAL)
    message = f"no command {name} comes with TensorFlow {release}"
    spans = ", ".join(a if a == b else f"{a} to {b}" for a, b in _present(name, move))
    evidence = f"{name} comes with {spans}"
    root = module.partition(".")[0]
    if root != "tensorflow":
        message += f"; {root} is to be installed beside it"
    elif move.facts.module_exists(module, move.target):
        message += f"; its module {module} is still there"
        start, end = call.span("name")
        # A path before the name (bin/freeze_graph) goes with it.
        while start > call.start() and not call.string[start - 1].isspace():
            start -= 1
        if start == call.start("name"):
            edit = Edit(start, end, f"python -m {module}")
            fix = Fix(f"Call python -m {module}", Applicability.UNSAFE, (edit,))
    return {
        "symbol": name,
        "kind": Kind.REMOVED,
        "message": message,
        "evidence": evidence,
        "fix": fix,
    }


def _present(name: str, move: Move) -> list[tuple[str, str]]:
    minors = move.facts.minors
    return [(minors[a], minors[b]) for a, b, _ in move.facts.spans("scripts", name)]


def _module(call: re.Match[str], move: Move) -> Iterator[_Judged]:
    """Judge ``python -m tensorflow.…``."""
    module, facts = str(call["module"]).rstrip("."), move.facts
    if not facts.module_exists(module, move.origin) or facts.module_exists(module, move.target):
        return
    release = move.target_release.version
    yield (
        *call.span("module"),
        {
            "symbol": "tf" + module[len("tensorflow") :],
            "kind": Kind.IMPORT,
            "message": f"TensorFlow {release} has no module {module}",
            "evidence": f"no such file is in TensorFlow {release}",
            "fix": Fix(f"Replace {module} by hand", Applicability.MANUAL),
        },
    )

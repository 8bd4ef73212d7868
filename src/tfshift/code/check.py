"""Check files against a move: every usage meets every rule; fixes are values, nothing is written."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tfshift.code import beside, first_api, notebooks, numpy_names, python2
from tfshift.code.cache import Cache
from tfshift.code.destinations import Move
from tfshift.code.edits import OverlapError, apply, between, merge
from tfshift.code.guards import dead_spans
from tfshift.code.mapped import MappedSource
from tfshift.code.names import Exported, Surroundings, Usage, place
from tfshift.code.parsing import read
from tfshift.code.project import CodeFile, Project
from tfshift.code.provided import is_generated, with_needs
from tfshift.code.reading import read_names
from tfshift.code.receivers import unknown_receivers
from tfshift.code.rules import behaviour, file_rules, removed, site_rules
from tfshift.code.site import Site
from tfshift.code.sources import SUFFIXES, Skipped, Source, discover
from tfshift.code.spelling import Spelling
from tfshift.code.staying import staying
from tfshift.code.styles import style_named
from tfshift.code.suppression import suppressed
from tfshift.code.switch import glue, switch_edits
from tfshift.code.together import as_written, sharing
from tfshift.code.whole import Whole
from tfshift.domain.findings import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Kind,
    Severity,
    Unknown,
    needed,
)
from tfshift.memory import uncollected

# Calls with more arguments by position than these are always held against the signature.
_FEW = 3
# What has more bytes is not read as one: whatever is in its way is found late, for each that runs it.
_LARGEST_PROGRAM = 300_000


@dataclass(frozen=True)
class FileResult:
    """The findings in one file, with what is needed to apply their fixes."""

    path: str
    data: bytes
    encoding: str
    findings: tuple[Finding, ...]
    shared: tuple[Edit, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    unmeasured: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """What a move means for some files.

    ``unmeasured`` counts the calls of each symbol of which no probe tells what they give.
    """

    root: Path
    move: Move
    files: int
    results: tuple[FileResult, ...]
    skipped: tuple[Skipped, ...]
    unmeasured: Mapping[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """All places of which cannot be told what becomes of them."""
        return tuple(sorted((u for r in self.results for u in r.unknown), key=lambda u: u.sort_key))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order in which they are always reported."""
        return tuple(
            sorted((f for r in self.results for f in r.findings), key=lambda f: f.sort_key)
        )


def check(
    paths: Sequence[Path],
    move: Move,
    jobs: int = 1,
    exclude: Sequence[str] = (),
    cache: Cache | None = None,
) -> CheckResult:
    """Find what a move breaks in some files and folders.

    Args:
        paths: files and folders.
        move: origin and target.
        jobs: how many processes may share the files.
        exclude: patterns of files and folders to leave out.
        cache: where results are kept for the next check over the same bytes.

    Raises:
        TfshiftError: if a path is missing or holds no Python.
    """
    tree = discover(paths, exclude)
    project = Project(tree.root, tree.code, move.facts, move.origin)
    about = (
        move.facts.version,
        move.origin_release.version,
        move.target_release.version,
        move.style,
    )
    key = cache.key(about, project.contents()) if cache is not None else ""
    kept = cache.get(key) if cache is not None else None
    if kept is None:
        kept = _checked(project, move, jobs)
        if cache is not None:
            cache.keep(key, kept)
    found, skipped, unmeasured = kept
    needs = needed(f for result in found for f in result.findings)
    others = beside.in_files([*tree.code, *tree.others], tree.root, move, needs)
    results = _merged([*found, *(FileResult(*file) for file in others)])
    whole = [r if r.data else replace(r, data=project.data(r.path)) for r in results]
    return CheckResult(tree.root, move, project.count, tuple(whole), skipped, unmeasured)


def _checked(
    project: Project, move: Move, jobs: int
) -> tuple[list[FileResult], tuple[Skipped, ...], dict[str, int]]:
    """Check the files of a project; their bytes are left out of the results."""
    with uncollected():
        checked = [r for r in project.each(lambda file: _check_file(file, move), jobs) if r]
        style = style_named(move.style)
        if style.RULES:
            as_one = _as_one(project, checked, move)
            checked = [as_one.pop(r.path, r) for r in checked] + [*as_one.values()]
            refused = {path for path, rules in _rules(checked).items() if style.REFUSED in rules}
            before = {result.path: result for result in checked}
            anew = staying(project, before, refused, lambda f, other: _again(f, move, other), move)
            checked = [r for r in checked if r.path not in anew]
            checked += [result for result in anew.values() if result is not None]
        unmeasured = Counter(symbol for result in checked for symbol in result.unmeasured)
        found = [replace(r, unmeasured=()) for r in checked if r.findings or r.unknown]
        if any(f.rule == python2.RULE for r in found for f in r.findings):
            found.extend(_other_python2(project))
        found.extend(_other_numpy(project, move))
    # Files that could not be opened are noted when the project is made.
    skipped = tuple(sorted(project.skipped, key=lambda s: s.path))
    return sorted(found, key=lambda r: r.path), skipped, dict(sorted(unmeasured.items()))


def _rules(checked: Iterable[FileResult]) -> dict[str, set[str]]:
    return {result.path: {f.rule for f in result.findings} for result in checked}


def _again(file: CodeFile, move: Move, other: str) -> FileResult | None:
    """Check a file that must stay as it is because another one does."""
    reason = f"{other}, which is run with it, does"
    return _check_file(file, move, style_named(move.style).refused(file, file.source.tree, reason))


def _as_one(project: Project, checked: Sequence[FileResult], move: Move) -> dict[str, FileResult]:
    """Check programs as a whole of which a file cannot be restructured alone; return what is new."""
    style = style_named(move.style)
    refused = {path for path, rules in _rules(checked).items() if style.REFUSED in rules}
    found: dict[str, FileResult] = {}
    stuck: set[str] = set()

    def link(files: Mapping[str, CodeFile], programs: int) -> Mapping[str, Any]:
        result = style.linked([*files.values()], project.find, move, programs)
        if not isinstance(result, tuple):
            linked: Mapping[str, Any] = result
            return linked
        file, finding = result
        stuck.add(file.source.path)
        found[file.source.path] = _restructured(file, move, finding)
        return {}

    done: list[tuple[Mapping[str, CodeFile], Mapping[str, Any]]] = []
    for program in sharing(project.programs(), refused) if refused else ():
        size = sum(len(project.data(path)) for path in program)
        if stuck & {*program} or size > _LARGEST_PROGRAM:
            continue
        again = project.read({*program})
        # A program that names nothing of TensorFlow has no graph.
        if again.keys() == {*program} and any(file.names.imports for file in again.values()):
            files = {path: again[path] for path in program}
            done.append((files, link(files, 1)))
    for together in as_written(done):
        if len(together) == 1:
            files, result = dict(together[0][0]), together[0][1]
        else:
            # A file that several programs run must suit them all.
            mains = {path: files[path] for files, _ in together for path in [*files][-1:]}
            others = {p: f for files, _ in together for p, f in files.items() if p not in mains}
            files = {**others, **mains}
            result = link(files, len(mains))
        afresh = _handed_anew(files, project, {path: anew[0] for path, anew in result.items()})
        for path, anew in result.items():
            found[path] = _restructured(files[path], move, _anew(afresh[path], move, *anew))
    return found


def _handed_anew(
    files: Mapping[str, CodeFile], project: Project, written: Mapping[str, bytes]
) -> dict[str, CodeFile]:
    """Return files that know what is handed on by those that were written anew."""
    exported: dict[str, Exported] = {}
    found: dict[str, CodeFile] = {}
    for path, file in files.items():
        around = file.around
        assert around is not None

        def exports_of(
            name: str, path: str = path, before: Surroundings = around
        ) -> Exported | None:
            return exported.get(project.find(name, path) or "") or before.exports_of(name)

        around = replace(around, exports_of=exports_of)
        found[path] = replace(file, around=around)
        source = read(path, written[path]) if path in written else file.source
        if isinstance(source, Source):
            exported[path] = read_names(source, around).exported
    return found


def _merged(results: list[FileResult]) -> list[FileResult]:
    """Put what several checks say of one file together, and sort by path."""
    found: dict[str, FileResult] = {}
    for result in results:
        before = found.get(result.path)
        if before is not None:
            result = replace(before, findings=(*before.findings, *result.findings))
        found[result.path] = result
    return [found[path] for path in sorted(found)]


def _other_python2(project: Project) -> Iterator[FileResult]:
    """Convert what is Python 2 and has nothing to do with TensorFlow: the project moves as a whole."""
    for shown in project.unread:
        if python2.SIGNS.search(project.data(shown).decode("latin-1")):
            source = project.parse(shown)
            if isinstance(source, MappedSource) and source.own:
                yield FileResult(shown, b"", source.encoding, source.own, source.given)


def _other_numpy(project: Project, move: Move) -> Iterator[FileResult]:
    """Check what has nothing to do with TensorFlow for the NumPy that comes with the target."""
    for shown in sorted(project.unread):
        if not numpy_names.mentioned(project.data(shown), move):
            continue
        source = project.parse(shown)
        if isinstance(source, Skipped):
            continue
        given = source.given if isinstance(source, MappedSource) else ()
        told = suppressed(source, list(numpy_names.findings(source, move)))
        findings = tuple(_with(source.on_disk(finding), given) for finding in told)
        if findings:
            yield FileResult(shown, b"", source.encoding, findings, given)


def _living(file: CodeFile, move: Move, usages: list[Usage]) -> list[Usage]:
    """Drop usages that the target never reaches, and those of names that the file itself sets."""
    release = move.target_release.version
    dead = dead_spans(file.names.branches, release, move.on_target) if usages else []
    own = tuple(u.symbol for u in usages if u.stored)
    if not dead and not own:
        return usages
    return [
        u
        for u in usages
        if not (own and (u.symbol + ".").startswith(tuple(s + "." for s in own)))
        and not any(a <= place(u.node.lineno, u.node.col_offset) < b for a, b in dead)
    ]


def _restructured(file: CodeFile, move: Move, anew: Finding) -> FileResult:
    """Return what is said of a file that is written anew, or cannot be."""
    if anew.fix is None:
        result = _check_file(file, move, anew)
        assert result is not None
        return result
    found = (*_within(file.source), anew)
    return FileResult(file.source.path, b"", file.source.encoding, found)


def _check_file(file: CodeFile, move: Move, stays: Finding | None = None) -> FileResult | None:
    """Check one file; None where it has no findings. Its bytes are left to the caller.

    Args:
        file: it.
        move: origin and target.
        stays: why it must not be restructured, where it must not.
    """
    if is_generated(file.source.path, file.source.data):
        return None
    spelling = Spelling(file, move)
    findings: list[Finding] = []
    unknown: list[Unknown] = []
    edits: list[Edit] = []
    style = style_named(move.style)
    settled = style.settle(file, move)
    anew = stays or style.restructured(file, move)
    if isinstance(anew, tuple):
        anew = _anew(file, move, *anew)
        if anew.fix is not None:
            return _restructured(file, move, anew)
    refused = anew or style.refuses(file, move, settled)
    if refused is not None:
        findings.append(refused)
        move, settled = move.in_style("compat"), {}
        spelling, style = Spelling(file, move), style_named("compat")
    unmeasured: list[str] = []
    done: set[int] = set()
    for finding, usages in style.rewrites(file, move, spelling):
        findings.append(finding)
        done.update(map(id, usages))
    for usage in _living(file, move, [*file.names.usages, *unknown_receivers(file, move)]):
        if id(usage) in done:
            continue
        same = usage.statement is None and not usage.likely and not _crowded(usage)
        same = same and move.keeps(usage.symbol, method=usage.method)
        if same and usage.method and usage.symbol.rpartition(".")[2] not in behaviour.METHODS:
            continue
        site = Site(usage, file, move, spelling, settled.get(id(usage)))
        before = len(findings)
        if not behaviour.measured(site):
            unmeasured.append(usage.symbol)
        if same:
            findings.extend(behaviour.findings(site))
        else:
            for rule in site_rules():
                findings.extend(rule.findings(site))
        told = same or len(findings) > before
        reason = None if told else removed.unknown(site)
        if reason is not None:
            unknown.append(_unknown(file, usage.node, usage.symbol, reason))
        if usage.statement is None and site.edits:
            edits.extend(site.edits)
    if not file.names.imports and file.entry:
        findings.extend(_start(file, spelling))
    whole = Whole(file, move, spelling)
    seen = [finding for rule in file_rules() for finding in rule.over_file(whole)]
    better = {_place(finding) for finding in seen}
    findings = [*(f for f in findings if not (_by_hand(f) and _place(f) in better)), *seen]
    source = file.source
    if numpy_names.mentioned(source.data, move):
        findings.extend(numpy_names.findings(source, move))
    for call, symbol in file.names.computed:
        reason = f"which name of {symbol} is asked for is only known when it runs"
        unknown.append(_unknown(file, call, symbol, reason))
    shared = (*_roots(file, spelling), *_needed_imports(spelling), *_silent(findings, edits))
    findings = suppressed(source, findings)
    findings = [source.on_disk(_with(finding, shared)) for finding in findings]
    shared = tuple(source.spelled(shared))
    if isinstance(source, notebooks.Notebook):
        others = beside.findings(source.path, source.raw, move)
        places = source.positions
        findings += [source.on_disk(beside.placed(one, places)) for one in others]
    if isinstance(source, MappedSource):
        # Whatever else is mended, the file must be Python 3 first.
        findings = [*source.own, *(_with(finding, source.given) for finding in findings)]
        shared = (*shared, *source.given)
    if not findings and not unknown and not unmeasured:
        return None
    counted = tuple(_counted(unknown))
    return FileResult(
        source.path, b"", source.encoding, tuple(findings), shared, counted, tuple(unmeasured)
    )


def _within(source: Source) -> Iterator[Finding]:
    """Yield what is to be mended of a file itself, as a part of what writes the whole anew."""
    for finding in source.own if isinstance(source, MappedSource) else ():
        fix = finding.fix
        if fix is not None:
            fix = replace(fix, edits=(), applicability=Applicability.UNSAFE)
        yield replace(finding, fix=fix)


def _anew(file: CodeFile, move: Move, data: bytes, provides: tuple[str, ...], more: str) -> Finding:
    """Check a file as it was written anew; where nothing is left to say, the whole is one fix."""
    style, path = style_named(move.style), file.source.path
    move = first_api.meant(file, move)
    source = read(path, data)
    if not isinstance(source, Source):
        refusal: Finding = style.refused(
            file, file.source.tree, "the rewritten file cannot be read"
        )
        return refusal
    again = CodeFile(source, read_names(source, file.around), file.entry)
    if style.restructured(again, move) is not None:
        unread: Finding = style.refused(
            file, file.source.tree, "a part of its graph stands where it is not read"
        )
        return unread
    result = _check_file(again, move) or FileResult(path, b"", source.encoding, ())
    told_of = tuple(f for f in result.findings if not style.written(f))
    fixed = fix_file(replace(result, data=data, findings=told_of), unsafe=True)
    left = [
        f for f in fixed.remaining if f.severity is not Severity.INFO or f.rule == style.REFUSED
    ]
    # A fix without edits is part of another one's, an import's.
    left = [
        f
        for f in left
        if f.fix is None or f.fix.edits or f.fix.applicability is Applicability.MANUAL
    ]
    left = [f for f in left if not style.harmless(f, source)]
    if left:
        told: Finding = style.refused(file, file.source.tree, left[0].message)
        return told
    beside_it = with_needs({*provides, *fixed.provides})
    edits = tuple(between(file.source.data, fixed.after, file.source.encoding))
    rewritten: Finding = style.rewritten(file, move, edits, beside_it, more)
    return rewritten


def _by_hand(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.MANUAL


def _place(finding: Finding) -> tuple[int, int, int, int]:
    return finding.line, finding.column, finding.end_line, finding.end_column


def _crowded(usage: Usage) -> bool:
    """Tell whether a call gives so many arguments by position that the origin may not take them."""
    return usage.call is not None and len(usage.call.args) > _FEW


def _counted(unknown: list[Unknown]) -> Iterator[Unknown]:
    """Yield one place for each reason."""
    counts = Counter(u.reason for u in unknown)
    first: dict[str, Unknown] = {}
    for here in unknown:
        first.setdefault(here.reason, here)
    yield from (replace(u, count=counts[reason]) for reason, u in first.items())


def _unknown(file: CodeFile, node: ast.expr | ast.alias, symbol: str, reason: str) -> Unknown:
    source, line = file.source, node.lineno
    column = source.characters(line, node.col_offset) + 1
    return source.unknown_on_disk(Unknown(source.path, line, column, symbol, reason))


def _start(file: CodeFile, spelling: Spelling) -> Iterable[Finding]:
    """A script that uses TensorFlow only through other modules needs the switch as well."""
    switch = switch_edits(spelling)
    if not switch or file.starts_by_import is None:
        return
    node = file.starts_by_import
    yield Finding(
        path=file.source.path,
        line=node.lineno,
        column=node.col_offset + 1,
        end_line=node.end_lineno or node.lineno,
        end_column=(node.end_col_offset or 0) + 1,
        symbol="tf",
        rule="v2-behaviour",
        kind=Kind.BEHAVIOUR,
        severity=Severity.WARNING,
        message="this script starts TensorFlow through this import, with the other API's defaults",
        evidence="the modules that it imports use TensorFlow",
        fix=Fix("Switch before the import", Applicability.SAFE, switch),
    )


def _roots(file: CodeFile, spelling: Spelling) -> list[Edit]:
    """Edits that point the file's names at the other API; every fix of the file relies on them."""
    edits: list[Edit] = []
    for usage in file.names.usages:
        if usage.statement is not None and usage.symbol == "tf":
            edits.extend(spelling.import_edit(usage) or ())
    return [*edits, *(switch_edits(spelling) if edits else ())]


def _silent(findings: list[Finding], edits: list[Edit]) -> list[Edit]:
    """Edits of usages that are no findings but must follow a rewritten import."""
    stated = {e for f in findings if f.fix for e in f.fix.edits}
    return [e for e in edits if e not in stated]


def _needed_imports(spelling: Spelling) -> list[Edit]:
    """Insert the imports that new spellings need, after the first import of TensorFlow."""
    if not spelling.needed:
        return []
    bindings = [b for b in spelling.file.names.imports if b.statement is not None]
    if not bindings:
        return []
    statement = bindings[0].statement
    assert statement is not None
    source = spelling.source
    present = {line.strip() for line in source.text.splitlines()}
    lines = [line for line in sorted(spelling.needed.values()) if line not in present]
    if not lines:
        return []
    position, _ = source.span(statement)
    return [Edit(position, position, glue(source, statement).join([*lines, ""]))]


def _with(finding: Finding, shared: tuple[Edit, ...]) -> Finding:
    """Add the edits that every fix of the file relies on."""
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.MANUAL or not shared:
        return finding
    return replace(finding, fix=replace(fix, edits=tuple(dict.fromkeys((*fix.edits, *shared)))))


def _readable(path: str, before: bytes, after: bytes) -> bool:
    """Tell whether a file can still be read after its fixes, as much of it as before."""
    if not path.endswith(SUFFIXES):
        return True
    found = read(path, after)
    if not isinstance(found, MappedSource):
        return not isinstance(found, Skipped)
    was = read(path, before)
    return isinstance(was, MappedSource) and not found.own and len(found.partly) <= len(was.partly)


@dataclass(frozen=True)
class FixedFile:
    """A file after its fixes: new bytes, and which findings were applied or are left."""

    path: str
    before: bytes
    after: bytes
    applied: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    provides: tuple[str, ...]


def fix_file(result: FileResult, *, unsafe: bool = False) -> FixedFile:
    """Apply a file's fixes to its bytes.

    Edits that would overlap, or after which the file no longer parses, are withheld: then every
    finding remains and the bytes are as before.

    Args:
        result: the file's findings.
        unsafe: also apply fixes that are only likely.
    """
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    applied: list[Finding] = []
    remaining: list[Finding] = []
    edits: list[Edit] = []
    # What needs no edit of its own is settled by another's, an import's.
    settled: list[Finding] = []
    for finding in result.findings:
        fix = finding.fix
        if fix is None or fix.applicability not in allowed:
            remaining.append(finding)
            continue
        if not fix.edits:
            settled.append(finding)
            continue
        try:
            edits = merge([*edits, *fix.edits])
            applied.append(finding)
        except OverlapError:
            remaining.append(finding)
    (applied if applied else remaining).extend(settled)
    before = result.data
    after = apply(before, edits, result.encoding)
    if not _readable(result.path, before, after):
        return FixedFile(result.path, before, before, (), result.findings, ())
    provides = with_needs(p for f in applied if f.fix for p in f.fix.provides)
    return FixedFile(result.path, before, after, tuple(applied), tuple(remaining), provides)

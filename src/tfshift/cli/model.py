"""``tfshift model``: what a saved model is, which releases load it, and how two differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfshift.cli.options import Settings, common

if TYPE_CHECKING:
    from tfshift.domain.models import Model
    from tfshift.model.check import Target
    from tfshift.model.convert import Step

_PATH = click.Path(path_type=Path)
# A path, or a URL: not to be taken for a path, which knows no double slash.
_MODEL = click.argument("model", metavar="MODEL")
_SHOWN = 3


@click.group("model")
def command() -> None:
    """Look into saved models, without TensorFlow and without running them."""


@command.command("inspect")
@_MODEL
@common
def inspect(settings: Settings, model: str) -> None:
    """Tell what a model is: format, maker, signatures, variables, ops, layers."""
    from tfshift.model.formats import read_model
    from tfshift.model.opening import opened
    from tfshift.report import Result, emit

    with opened(model, whole=False) as path:
        found = read_model(path)
    emit(
        Result("model.inspect", found.to_json(), tuple(_told(found))),
        settings.format,
        settings.output,
    )


@command.command("check")
@_MODEL
@click.option("--to", "target", metavar="V", help="This release.")
@click.option("--all", "every", is_flag=True, help="All measured releases.")
@click.option(
    "--ceiling",
    metavar="V",
    help="Fail where this release, or a serving one of it, cannot load it.",
)
@click.option(
    "--golden", "running", is_flag=True, help="Also run it in --to V against its card's outputs."
)
@common
def check(
    settings: Settings,
    model: str,
    target: str | None,
    every: bool,
    ceiling: str | None,
    running: bool,
) -> int:
    """Predict which releases load a model, with which loader, and say why the others do not."""
    from tfshift import facts
    from tfshift.model.card import card_of, read_card, verify
    from tfshift.model.check import check as predict
    from tfshift.model.formats import read_model
    from tfshift.model.opening import opened
    from tfshift.report import Result, emit

    if sum((target is not None, every, ceiling is not None)) != 1:
        raise click.UsageError("give one of --to V, --all and --ceiling V")
    if running and target is None:
        raise click.UsageError("--golden wants --to V")
    database = facts.open()
    asked = list(database.minors) if every else [str(target or ceiling)]
    for version in asked:
        database.position(version)
    noted = card_of(Path(model))
    # Hashes and running want the values of variables, all else does not.
    with opened(model, whole=running or noted.is_file()) as path:
        found = read_model(path)
        targets = list(predict(found, database, asked))
        payload: dict[str, Any] = {
            "format": found.format,
            "produced_by": found.produced_by,
            "targets": [t.to_json() for t in targets],
            "convertible": _convertible(found, targets),
            "card": None,
        }
        made = f" of {found.produced_by}" if found.produced_by else ""
        lines = [f"{model}: {found.format}{made}"]
        for one in targets:
            lines += _verdict(one)
        changed = False
        if noted.is_file():
            wrong = verify(read_card(noted), path, found)
            changed = bool(wrong)
            payload["card"] = {
                "path": noted.name,
                "verdict": "no" if wrong else "yes",
                "reasons": wrong,
            }
            lines += [f"{noted.name}: {reason}" for reason in wrong] or [
                f"{noted.name}: as recorded"
            ]
        if running:
            again = _again(noted, found, path, str(target), settings)
            payload["golden"] = again
            lines.append(
                f"golden outputs in {target}: {again['verdict']} {again['reason']}".rstrip()
            )
            changed = changed or again["verdict"] == "different"
    emit(Result("model.check", payload, tuple(lines)), settings.format, settings.output)
    verdicts = {t.verdict for t in targets}
    return 1 if "no" in verdicts or changed else 3 if "unknown" in verdicts else 0


@command.command("convert")
@_MODEL
@click.argument("out", type=_PATH)
@click.option("--to", "target", metavar="V", required=True, help="The release that shall load it.")
@click.option("--prove", "proving", is_flag=True, help="Run both in their releases and compare.")
@click.option("--inputs", type=_PATH, help="An .npz with inputs by name, for --prove.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["h5", "keras", "saved_model", "tflite"]),
    help="The form of the result; as OUT is named where not given.",
)
@click.option(
    "--like", type=_PATH, metavar="FILE",
    help="Give a checkpoint, or weights, the names and layout of this one.",
)  # fmt: skip
@click.option(
    "--names", type=_PATH, metavar="FILE",
    help='Names of a checkpoint\'s tensors: JSON, {"old name": "new name"}.',
)  # fmt: skip
@click.option(
    "--allow-approximate", "approximate", is_flag=True,
    help="Also use rewrites that change the results a little; each is named.",
)  # fmt: skip
@common
def convert(
    settings: Settings,
    model: str,
    out: Path,
    target: str,
    proving: bool,
    inputs: Path | None,
    form: str | None,
    like: Path | None,
    names: Path | None,
    approximate: bool,
) -> int:
    """Rewrite MODEL so that another release loads it, exactly or not at all; OUT is new."""
    from tfshift import facts
    from tfshift.conversion import Wishes
    from tfshift.conversion import convert as converted
    from tfshift.conversion.prove import prove
    from tfshift.model.formats import read_model
    from tfshift.model.opening import opened
    from tfshift.report import Result, emit

    database = facts.open()
    release = database.release(target)
    wishes = Wishes(form, like, names, approximate, settings.offline)
    with opened(model, whole=True) as path:
        found = read_model(path)
        done = converted(found, path, out, database, target, settings.say, wishes)
        payload: dict[str, Any] = {
            "steps": [
                {"rewrite": s.rewrite, "count": s.count, "approximate": s.approximate or None}
                for s in done.steps
            ],
            "verdict": done.verdict,
            "max_abs_error": None,
            "certificate": None,
            "problems": [p.to_json() for p in done.problems],
            "names": {new: old for new, (old, _) in done.names.items()},
        }
        lines = [line for step in done.steps for line in _step(step)]
        lines += [
            f"  {new} <- {old}: {why}" for new, (old, why) in done.names.items() if new != old
        ]
        if done.verdict == "no":
            lines += [
                f"refused: {p.message}" + (f"; {p.remedy}" if p.remedy else "")
                for p in done.problems
            ]
            emit(Result("model.convert", payload, tuple(lines)), settings.format, settings.output)
            return 1
        lines = lines or ["nothing has to be rewritten"]
        lines.append(f"{out}: {read_model(out).format} for TensorFlow {release.version}")
        code = 0 if done.verdict == "yes" else 3
        if proving:
            proof = prove(
                found, path, out, database, target, settings.say,
                inputs=inputs, names=done.names, offline=settings.offline,
            )  # fmt: skip
            payload |= {"max_abs_error": proof.max_abs_error, "certificate": proof.to_json()}
            payload["verdict"] = {"equal": "yes", "close": "yes", "different": "no"}.get(
                proof.verdict, "unknown"
            )
            lines.append(f"proof: {proof.verdict}, {proof.before} against {proof.after}")
            lines += [f"  {proof.reason}"] if proof.reason else []
            lines += [
                f"  {k}: largest difference {v['max_abs']:.3g}" for k, v in proof.outputs.items()
            ]
            code = {"yes": 0, "no": 1}.get(payload["verdict"], 3)
    emit(Result("model.convert", payload, tuple(lines)), settings.format, settings.output)
    return code


def _step(step: Step) -> list[str]:
    told = [f"{step.rewrite}: {step.count}"]
    return [*told, f"  approximate: {step.approximate}"] if step.approximate else told


def _again(
    noted: Path, model: Model, path: Path, target: str, settings: Settings
) -> dict[str, Any]:
    """Run a model on what its card keeps."""
    from tfshift import facts
    from tfshift.conversion.golden import repeat
    from tfshift.domain.errors import TfshiftError
    from tfshift.model.card import read_card

    if not noted.is_file():
        raise TfshiftError(
            "no card lies beside the model", where=str(noted), remedy=f"tfshift model record {path}"
        )
    kept = read_card(noted)["golden"] or {}
    if "outputs" not in kept:
        raise TfshiftError(
            "the card keeps no golden outputs", where=str(noted), why=str(kept.get("reason"))
        )
    return repeat(kept, model, path, facts.open(), target, settings.say, offline=settings.offline)


def _convertible(model: Model, targets: list[Target]) -> list[str]:
    """Return the releases that do not load a model as it is, and do once it is converted."""
    from tfshift import facts
    from tfshift.domain.errors import TfshiftError
    from tfshift.model.convert import convertible

    asked = [t.version for t in targets if t.verdict == "no"]
    try:
        return convertible(model, facts.open(), asked)
    except TfshiftError:
        return []


@command.command("record")
@_MODEL
@click.option("--inputs", type=_PATH, help="An .npz with inputs by name.")
@click.option("--no-run", is_flag=True, help="Without golden outputs.")
@common
def record(settings: Settings, model: str, inputs: Path | None, no_run: bool) -> None:
    """Write a card beside MODEL: hashes, maker, signatures, who loads it, golden outputs.

    `model check` holds the model against it later. The card goes to MODEL.tfshift.json, or to -o.
    """
    import json

    from tfshift import facts
    from tfshift.atomic import write_atomic
    from tfshift.conversion.golden import golden
    from tfshift.model.card import card_of, compose
    from tfshift.model.check import check as predict
    from tfshift.model.formats import read_model
    from tfshift.model.opening import is_url, opened
    from tfshift.report import Result, emit

    if is_url(model) and settings.output is None:
        raise click.UsageError("beside a URL no card can be written: say where with -o FILE")
    database = facts.open()
    with opened(model, whole=True) as path:
        found = read_model(path)
        loads = {t.version: t.verdict for t in predict(found, database, database.minors)}
        ran = (
            {"reason": "it was not to be run"}
            if no_run
            else golden(
                found, path, database, settings.say, inputs=inputs, offline=settings.offline
            )
        )
        card = compose(path, found, loads, ran, database.version)
    file = settings.output or card_of(Path(model))
    write_atomic(file, json.dumps(card, indent=1, sort_keys=True) + "\n")
    why = f" without golden outputs: {ran['reason']}" if "reason" in ran else ""
    payload = {"card": str(file), **{k: v for k, v in card.items() if k != "schema"}}
    result = Result("model.record", payload, (f"{file}: {len(card['files'])} files{why}",))
    emit(result, settings.format, None)


@command.command("diff")
@click.argument("one")
@click.argument("other")
@common
def diff(settings: Settings, one: str, other: str) -> int:
    """Compare two models: signatures, variables, ops, layers."""
    from tfshift.model.compare import compare
    from tfshift.model.formats import read_model
    from tfshift.model.opening import opened
    from tfshift.report import Result, emit

    with opened(one, whole=False) as first, opened(other, whole=False) as second:
        found = compare(read_model(first), read_model(second))
    lines = [f"{name}: {value}" for name, value in found["differences"].items()]
    emit(
        Result("model.diff", found, tuple(lines or ["no difference"])),
        settings.format,
        settings.output,
    )
    return 0 if found["equal"] else 1


def _told(model: Model) -> list[str]:
    made = f", made by {model.produced_by}" if model.produced_by else ""
    lines = [f"{model.format}{made}", *(f"  {note}" for note in model.notes)]
    for signature in model.signatures:
        taken = ", ".join(f"{t.name}: {t.dtype}{_shape(t.shape)}" for t in signature.inputs)
        given = ", ".join(f"{t.name}: {t.dtype}{_shape(t.shape)}" for t in signature.outputs)
        lines.append(f"signature {signature.name}: ({taken}) -> ({given})")
    if model.variables:
        lines.append(f"{len(model.variables)} variables")
        lines += [f"  {v.name}: {v.dtype}{_shape(v.shape)}" for v in model.variables]
    if model.layers:
        lines.append(f"layers: {', '.join(model.layers)}")
    if model.ops:
        lines.append("ops: " + ", ".join(f"{name} {n}" for name, n in sorted(model.ops.items())))
    lines += [f"custom: {', '.join(model.custom)}"] if model.custom else []
    lines += [f"assets: {', '.join(model.assets)}"] if model.assets else []
    total = sum(model.sizes.values())
    lines.append(f"{total} bytes in {len(model.sizes)} files")
    return lines


def _shape(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "[...]"
    return "[" + ", ".join("?" if s is None else str(s) for s in shape) + "]"


def _verdict(target: Target) -> list[str]:
    best = target.best
    lines = [
        f"{target.version}: {target.verdict}"
        + (f", {best.loader}" if best and target.verdict != "no" else "")
    ]
    if best is None:
        return [f"{target.version}: no, it has no loader for this format"]
    for problem in best.problems[:_SHOWN]:
        times = f" ({problem.count} times)" if problem.count > 1 else ""
        lines.append(f"  {problem.message}{times}")
        lines += [f"  do: {problem.remedy}"] if problem.remedy else []
    if len(best.problems) > _SHOWN:
        lines.append(f"  and {len(best.problems) - _SHOWN} more")
    return lines

"""Put the streams of all processes together into one recording: JSON and pools of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfshift.proof.pools import Arrays, Pools
from tfshift.proof.streams import ProcessStream, Raw, read_streams

STREAM = ".tfshift-stream"
CONFIG = "config.json"
SCHEMA = "tfshift.recording/1"


def _step(record: Mapping[str, Any], raw: Raw, process: int, pools: Pools) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    position = 0
    for described in record["outputs"]:
        output = dict(described)
        if "stored" in output:
            size = output["size"] * _width(output["stored"])
            pools.put(output, raw.part(position, size))
            position += size
        outputs.append(output)
    kept = {key: record[key] for key in ("kind", "name", "thread", "seconds", "updates")}
    test = {"test": record["test"]} if "test" in record else {}
    return {**kept, **test, "process": process, "outputs": outputs}


def _width(dtype: str) -> int:
    import numpy

    return numpy.dtype(dtype).itemsize


def _texts(streams: Sequence[ProcessStream], kind: str) -> list[str]:
    found = [r["text"] for s in streams for r, _ in s.records if r["t"] == kind]
    return list(dict.fromkeys(found))


def _draws(streams: Sequence[ProcessStream]) -> list[dict[str, Any]]:
    """Return the seeds that operations had from their places in their graphs, in order, each once."""
    found = [
        (r["path"], r["line"], tuple(r["seeds"]))
        for stream in streams
        for r, _ in stream.records
        if r["t"] == "draw"
    ]
    return [
        {"path": path, "line": line, "seeds": list(seeds)}
        for path, line, seeds in dict.fromkeys(found)
    ]


def _operations(streams: Sequence[ProcessStream]) -> dict[str, list[Any]]:
    """Return what results are computed from, by name: type, names before it, value, attributes."""
    found: dict[str, list[Any]] = {}
    for stream in streams:
        for record, _ in stream.records:
            if record["t"] == "operations":
                for name, *rest in record["operations"]:
                    found.setdefault(name, rest)
    return found


def _versions(streams: Sequence[ProcessStream]) -> dict[str, str]:
    """Take versions from the first process that imported each package."""
    versions: dict[str, str] = {}
    for stream in streams:
        for record, _ in stream.records:
            if record["t"] == "module":
                versions.setdefault(record["name"], record["version"])
    return versions


def _steps(streams: Sequence[ProcessStream], pools: Pools) -> list[dict[str, Any]]:
    """Order steps by process, then thread, then time: so racing threads cannot mix them up."""
    steps: list[dict[str, Any]] = []
    for number, stream in enumerate(streams):
        own = [(r, raw) for r, raw in stream.records if r["t"] == "step"]
        own.sort(key=lambda pair: pair[0]["thread"])
        steps += [_step(record, raw, number, pools) for record, raw in own]
    return steps


def _stdout(folder: Path, limit: int) -> dict[str, Any]:
    path = folder / "stdout"
    data = path.read_bytes() if path.exists() else b""
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return {"lines": lines[:limit], "truncated": len(lines) > limit or (folder / "cut").exists()}


def written(folder: Path) -> dict[str, list[str]]:
    """Return what the command wrote, in order: ``models``, ``checkpoint`` and ``summaries``."""
    found: dict[str, list[str]] = {"models": [], "checkpoint": [], "summaries": []}
    for stream in read_streams(folder, None):
        for record, _ in stream.records:
            if record["t"] == "export":
                found["models"].append(record["path"])
            elif record["t"] == "file":
                found[record["kind"]].append(record["path"])
    return found


def _tests(streams: Sequence[ProcessStream]) -> list[dict[str, Any]]:
    """Return the tests that ran, by node id; one that was repeated counts as it ended."""
    found = {
        r["id"]: {"id": r["id"], "outcome": r["outcome"], "reason": r["reason"]}
        for stream in streams
        for r, _ in stream.records
        if r["t"] == "test"
    }
    return [found[name] for name in sorted(found)]


def assemble(folder: Path, ended: Mapping[str, Any]) -> tuple[dict[str, Any], Pools, Arrays]:
    """Return the recording's JSON, its pools and the initial values that were kept.

    Args:
        folder: the stream folder with its configuration.
        ended: how the command ended; empty where nobody saw it.

    Raises:
        OSError, ValueError: if the folder's files cannot be read.
    """
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    streams = read_streams(folder, ended.get("pid"))
    after = read_streams(folder / "models", None) if (folder / "models").is_dir() else []
    pools = Pools(config["bytes"])
    steps = _steps(streams, pools) + _steps(after, pools)
    notes = _texts([*streams, *after], "note") + list(ended.get("notes", ()))
    first = [(r, raw) for s in streams for r, raw in s.records if r["t"] == "initial"]
    failed = folder / (CONFIG + ".failed")
    if failed.exists():
        notes.append("the recorder could not start: " + failed.read_text("utf-8", "replace")[:500])
    recording = {
        "schema": SCHEMA,
        **config["about"],
        "status": ended.get("status", "cut short"),
        "reason": ended.get("reason", "the recorder was killed"),
        "exit_status": ended.get("exit_status"),
        "seconds": ended.get("seconds"),
        "cpu_s": ended.get("cpu_s"),
        "max_rss_mb": ended.get("max_rss_mb"),
        "versions": _versions(streams),
        "seeding": _texts(streams, "seeding") + list(ended.get("seeding", ())),
        "draws": _draws(streams),
        "rounding": _texts(streams, "rounding"),
        "transplant": _texts(streams, "transplant"),
        "initials": [record["name"] for record, _ in first],
        "notes": notes,
        "unstable": _texts(after, "unstable"),
        "processes": len(streams),
        "models": ended.get("models", []),
        "tests": _tests(streams),
        "operations": _operations(streams),
        "steps": steps,
        "stdout": _stdout(folder, config["lines"]),
        "stderr": ended.get("stderr", ""),
    }
    return recording, pools, Arrays([(r["stored"], tuple(r["shape"]), raw) for r, raw in first])

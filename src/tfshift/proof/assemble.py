"""Put the streams of all processes together into one recording: JSON and pools of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfshift.proof.streams import ProcessStream, read_streams

if TYPE_CHECKING:
    import numpy

STREAM = ".tfshift-stream"
CONFIG = "config.json"
SCHEMA = "tfshift.recording/1"


class Pools:
    """All kept numbers, one growing pool a dtype; an output says where its own begin."""

    def __init__(self, limit: int) -> None:
        self._parts: dict[str, list[bytes]] = {}
        self._sizes: dict[str, int] = {}
        self._room = limit

    def put(self, output: dict[str, Any], raw: bytes) -> None:
        """Keep an output's bytes and note their place; beyond the limit only statistics stay."""
        if len(raw) > self._room:
            output["kept"], output["size"] = "statistics", 0
            return
        self._room -= len(raw)
        dtype = output["stored"]
        output["at"] = self._sizes.get(dtype, 0)
        self._sizes[dtype] = output["at"] + output["size"]
        self._parts.setdefault(dtype, []).append(raw)

    def arrays(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """Return the pools by dtype."""
        import numpy

        return {
            dtype: numpy.frombuffer(b"".join(parts), dtype=dtype)
            for dtype, parts in sorted(self._parts.items())
        }


def _step(record: Mapping[str, Any], raw: bytes, process: int, pools: Pools) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    position = 0
    for described in record["outputs"]:
        output = dict(described)
        if "stored" in output:
            size = output["size"] * _width(output["stored"])
            pools.put(output, raw[position : position + size])
            position += size
        outputs.append(output)
    kept = {key: record[key] for key in ("kind", "name", "thread", "seconds", "updates")}
    return {**kept, "process": process, "outputs": outputs}


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


def exported(folder: Path) -> list[str]:
    """Return the folders of all SavedModels that the command wrote, in order."""
    streams = read_streams(folder, None)
    return [r["path"] for s in streams for r, _ in s.records if r["t"] == "export"]


def assemble(
    folder: Path, ended: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, numpy.ndarray[Any, Any]]]:
    """Return the recording's JSON and its pools.

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
        "max_rss_mb": ended.get("max_rss_mb"),
        "versions": _versions(streams),
        "seeding": _texts(streams, "seeding") + list(ended.get("seeding", ())),
        "draws": _draws(streams),
        "rounding": _texts(streams, "rounding"),
        "notes": notes,
        "unstable": _texts(after, "unstable"),
        "processes": len(streams),
        "models": ended.get("models", []),
        "steps": steps,
        "stdout": _stdout(folder, config["lines"]),
        "stderr": ended.get("stderr", ""),
    }
    return recording, pools.arrays()

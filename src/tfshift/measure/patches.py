"""What tells the patch releases of a minor from its newest, which is the one that is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from packaging.version import Version

from tfshift.measure import wheels
from tfshift.measure.gpu import stated
from tfshift.measure.registry import PYTHONS, Published, published, siblings
from tfshift.measure.release import (
    Say,
    amend_release,
    pick_distribution,
    published_requirements,
    read_release,
    try_uv,
)


def _inside(found: Published) -> tuple[list[str], bool | None]:
    """Read a patch's requirements and whether it is a build for GPUs (None: it does not say)."""
    url = wheels.pick(found.urls)
    if url is None:
        return [], None
    with wheels.open_wheel(url) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
        return published_requirements(wheel.read(name)), stated(wheel).get("is_cuda_build")


def _distributions(version: str, lowest: str) -> dict[str, Published]:
    """Look a patch up under all names, on the Pythons up to the lowest of the newest patch."""
    pythons = PYTHONS[: PYTHONS.index(lowest) + 1]
    main = published(try_uv, "tensorflow", f"=={version}", pythons)
    if main is None:
        return {}
    return siblings(try_uv, main)


def measure_patches(version: str, facts: Path, say: Say) -> None:
    """Compare the patches of a minor and write what differs into its file.

    Args:
        version: the newest patch, already measured.
        facts: the ``facts/`` folder.
        say: receives progress.

    Raises:
        TfshiftError: if a wheel cannot be read on the index.
    """
    record = read_release(facts, version)
    if record["evidence"].get("patches_of") == version:
        return
    newest = Version(version)
    rows: dict[str, dict[str, Any]] = {}
    lowest = next(p for p in record["pythons"] if p in PYTHONS)
    for micro in range(newest.micro, -1, -1):
        patch = f"{newest.major}.{newest.minor}.{micro}"
        found = _distributions(patch, lowest)
        if not found:
            continue
        requires, cuda = _inside(found["tensorflow"])
        chosen = pick_distribution(found)
        rows[patch] = {
            "date": found["tensorflow"].date,
            "pythons": list(chosen.pythons),
            "distribution": chosen.name,
            "distributions": sorted(found),
            "requires": requires,
            "cuda_build": cuda,
        }
    base = rows[version]["requires"]
    for row in rows.values():
        if row["requires"] == base:
            # Said once, by the newest.
            del row["requires"]
    amend_release(facts, version, {"patches_of": version}, patches=dict(sorted(rows.items())))
    say(f"tensorflow {version}: patches {', '.join(sorted(rows))}")

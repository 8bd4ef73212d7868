"""What a release's build for NVIDIA GPUs needs: told by the wheel itself, with the source of each."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfshift.domain.versions import minor_of, parse_minor
from tfshift.measure import wheels
from tfshift.measure.published import published
from tfshift.measure.registry import Published

# Dynamic symbols come first in a shared library, and with them the names of what it is linked to.
_STRINGS = 48 << 20
_SONAME = re.compile(rb"\blib(cudart|cudnn|cublas|cufft|curand|cusolver|cusparse)\.so\.([\d.]+)")
_LIBRARIES = ("_pywrap_tensorflow_internal.so", "_pywrap_tensorflow.so")


def distribution(found: Mapping[str, Published]) -> Published | None:
    """Return the distribution that holds the build for GPUs: its name has changed with the years."""
    main = found["tensorflow"]
    if parse_minor(main.version) < (2, 1):
        return found.get("tensorflow-gpu")
    return main if any("linux" in platform for platform in main.platforms) else None


def stated(wheel: zipfile.ZipFile) -> dict[str, Any]:
    """Read what the build states of itself: ``cuda``, ``cudnn`` and ``is_cuda_build``, each if said."""
    names = [n for n in wheel.namelist() if n.endswith("/python/platform/build_info.py")]
    text = wheel.read(names[0]).decode("utf-8", "replace") if names else ""
    keys = {"cuda": "cuda_version(?:_number)?", "cudnn": "cudnn_version(?:_number)?"}
    found: dict[str, Any] = {}
    for key, name in keys.items():
        match = re.search(rf"['\"]?{name}['\"]?\s*[=:,]\s*['\"]([\d.]+)['\"]", text)
        if match:
            found[key] = match.group(1)
    flag = re.search(r"is_cuda_build['\"]?\s*[=:]\s*(True|False)", text)
    if flag:
        found["is_cuda_build"] = flag.group(1) == "True"
    return found


def _linked(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Read the names of the libraries that the wheel's own is linked to."""
    for last in _LIBRARIES:
        name = next((n for n in wheel.namelist() if n.endswith(f"/python/{last}")), None)
        if name is not None:
            data = wheels.beginning(wheel, name, _STRINGS)
            found = {m[0].decode(): m[1].decode() for m in _SONAME.findall(data)}
            return {k: v for k, v in found.items() if v}
    return {}


def _pinned(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Read the NVIDIA wheels that the extra ``and-cuda`` pins."""
    names = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
    text = wheel.read(names[0]).decode("utf-8", "replace") if names else ""
    rows = re.findall(r"^Requires-Dist: (nvidia-[\w-]+)\s*\(?([^;)\n]*)\)?", text, re.MULTILINE)
    return {name: spec.replace(" ", "") for name, spec in rows}


def requirements(found: Mapping[str, Published], facts: Path) -> dict[str, Any]:
    """Say what the build for GPUs of a release needs.

    Args:
        found: the release's distributions.
        facts: the ``facts/`` folder, for what the makers publish.

    Returns:
        ``cuda``, ``cudnn``, ``min_driver``, ``gpu`` (distribution, linked libraries, pinned wheels)
        and ``gpu_evidence`` (where each was read); what nothing tells is None.

    Raises:
        TfshiftError: if the wheel cannot be read on the index.
    """
    chosen = distribution(found)
    url = wheels.pick(chosen.urls) if chosen else None
    if chosen is None or url is None:
        why = "no build for GPUs on Linux is published"
        return {"cuda": None, "cudnn": None, "min_driver": None, "gpu": None,
                "gpu_evidence": {"cuda": why}}  # fmt: skip
    with wheels.open_wheel(url) as wheel:
        said, pinned = stated(wheel), _pinned(wheel)
        linked = {} if said.get("cuda") else _linked(wheel)
    tables = published(facts, "gpu")
    where = url.rsplit("/", 1)[-1]
    official = tables["tensorflow"]["rows"].get(minor_of(chosen.version), [None, None])
    told = {"cuda": said.get("cuda") or linked.get("cudart"),
            "cudnn": said.get("cudnn") or linked.get("cudnn")}  # fmt: skip
    evidence = {}
    for key, row in zip(("cuda", "cudnn"), official, strict=True):
        source = "build_info.py" if said.get(key) else "names of linked libraries"
        evidence[key] = f"{source} in {where}"
        # A wheel that states the major alone is completed, never contradicted.
        if row is not None and (told[key] is None or row.startswith(f"{told[key]}.")):
            told[key], evidence[key] = row, tables["tensorflow"]["source"]
        if told[key] is None:
            evidence[key] = "neither the wheel nor the makers tell"
    cuda = told["cuda"]
    rows = tables["driver"]["rows"]
    driver = rows.get(cuda) or rows.get(cuda.split(".")[0]) if cuda else None
    evidence["min_driver"] = tables["driver"]["source"] if driver else "no toolkit is known"
    return {
        "cuda": cuda,
        "cudnn": told["cudnn"],
        "min_driver": driver,
        "gpu": {
            "distribution": chosen.name,
            "version": chosen.version,
            "linked": linked,
            "pinned": pinned,
        },
        "gpu_evidence": evidence,
    }

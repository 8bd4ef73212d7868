"""The driver, CUDA and cuDNN are those of the build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tfshift.domain.releases import Release
from tfshift.domain.versions import parse_minor
from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject
from tfshift.environment.system import Found

TITLE = "The driver, CUDA and cuDNN are those of the build"
ORDER = 90
# Until then a missing library ends the import, later it only costs the GPU.
_LAST_THAT_DIES = (1, 13)
_PLAIN_IS_GPU_SINCE = (2, 1)


def checks(subject: Subject) -> Iterator[Check]:
    """Hold what the machine has against what the build was made for."""
    release = subject.release
    if release is None or subject.probe["system"] != "Linux":
        return
    system = subject.system
    machine = bool(system.driver or system.cuda or system.cudnn)
    if not _for_gpu(subject, release):
        yield _cpu_build(subject, release)
        return
    if not machine and not _wheels(subject):
        dies = parse_minor(release.version) <= _LAST_THAT_DIES
        yield Check(
            "gpu-driver", "no" if dies else "yes", "no NVIDIA driver: it runs on the processor",
            f"none, or a driver >= {release.extra.get('min_driver')}",
            "this build ends at import where the CUDA libraries are missing" if dies else "",
            (f"pip install tensorflow=={release.version}",) if dies else (),
        )  # fmt: skip
        return
    yield _driver(subject, release)
    yield _toolkit(
        "cuda", release.extra.get("cuda"), system.cuda, _wheel(subject, "cuda-runtime"), release
    )
    yield _toolkit(
        "cudnn", release.extra.get("cudnn"), system.cudnn, _wheel(subject, "cudnn"), release
    )


def _for_gpu(subject: Subject, release: Release) -> bool:
    """Tell whether the distribution at hand is built for GPUs."""
    name = subject.tensorflow.name if subject.tensorflow and subject.target is None else None
    if name is not None:
        if name.endswith(("-cpu", "-macos", "-intel")):
            return False
        if name.endswith("-gpu"):
            return True
    patch: dict[str, Any] = release.extra.get("patches", {}).get(release.version, {})
    if patch.get("cuda_build") is not None:
        return bool(patch["cuda_build"])
    if parse_minor(release.version) < _PLAIN_IS_GPU_SINCE:
        return False
    return bool(release.extra.get("cuda"))


def _cpu_build(subject: Subject, release: Release) -> Check:
    driver = subject.system.driver
    gpu = release.extra.get("gpu") or {}
    name = gpu.get("distribution", "tensorflow")
    if driver is None:
        return Check(
            "gpu-build", "yes", "a build for the processor, no GPU", "a build for what is there"
        )
    extra = "[and-cuda]" if gpu.get("pinned") else ""
    here = subject.tensorflow.name if subject.tensorflow else release.distribution
    return Check(
        "gpu-build", "no", f"{here} {release.version} beside the NVIDIA driver {driver.version}",
        f"{name}{extra} for the GPU",
        "this build cannot use a GPU, whatever is installed on the machine",
        (f"tfshift env create --tf {gpu.get('version', release.version)} --gpu",),
    )  # fmt: skip


def _driver(subject: Subject, release: Release) -> Check:
    driver, least = subject.system.driver, release.extra.get("min_driver")
    expected = f">= {least}" if least else "one that is new enough"
    if driver is None:
        return Check(
            "gpu-driver", "no", "CUDA, but no NVIDIA driver", expected,
            "without the driver no GPU is found: cuInit fails",
            ("install the NVIDIA driver; in a container, start it with --gpus all",),
        )  # fmt: skip
    if not least:
        return Check("gpu-driver", "unknown", driver.version, "", "no least driver is known for it")
    enough = _key(driver.version) >= _key(least)
    return Check(
        "gpu-driver", "yes" if enough else "no", f"{driver.version} ({driver.file})", expected,
        f"the driver must be at least that of CUDA {release.extra.get('cuda')}: an older one says that "
        "it is insufficient for the CUDA runtime version",
        () if enough else (f"install an NVIDIA driver >= {least}",),
    )  # fmt: skip


def _toolkit(
    kind: str, wanted: str | None, system: tuple[Found, ...], wheel: Found | None, release: Release
) -> Check:
    spelled = {"cuda": "CUDA", "cudnn": "cuDNN"}[kind]
    found = (*((wheel,) if wheel else ()), *system)
    if not wanted:
        return Check(
            f"gpu-{kind}", "unknown", _shown(found), "", f"which {spelled} it wants is not known"
        )
    good = [one for one in found if _compatible(kind, wanted, one.version)]
    if good:
        return Check(
            f"gpu-{kind}", "yes", f"{good[0].version} ({good[0].file})", _expected(kind, wanted)
        )
    pinned = (release.extra.get("gpu") or {}).get("pinned")
    remedy = [f"install {spelled} {wanted} beside the others; several can stand side by side"]
    if pinned:
        remedy.insert(0, f"pip install 'tensorflow[and-cuda]=={release.version}'")
    return Check(
        f"gpu-{kind}", "no", _shown(found) or "none", _expected(kind, wanted),
        f"TensorFlow {release.version} was built with {spelled} {wanted} and loads its libraries by that "
        "version's names: others are not found, and it runs on the processor",
        tuple(remedy),
    )  # fmt: skip


def _expected(kind: str, wanted: str) -> str:
    major, minor = (*wanted.split("."), "0")[:2]
    if kind == "cuda" and int(major) < 11:
        return f"{major}.{minor}"
    return (
        f"{major}.{minor} or a later {major}.x"
        if kind == "cudnn"
        else f"{major}.x, at best {wanted}"
    )


def _compatible(kind: str, wanted: str, found: str) -> bool:
    need, have = _key(wanted), _key(found)
    if not have or need[0] != have[0]:
        return False
    if kind == "cuda":
        # From CUDA 11 on the libraries of one major carry the major's name.
        return need[0] >= 11 or need[:2] == have[:2]
    return len(have) == 1 or have[:2] >= need[:2]


def _shown(found: tuple[Found, ...]) -> str:
    return ", ".join(f"{one.version} ({one.file})" for one in found)


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _wheels(subject: Subject) -> bool:
    return any(name.startswith("nvidia-") for name in subject.packages)


def _wheel(subject: Subject, part: str) -> Found | None:
    """Return what an nvidia-* wheel brings: its own version is the library's."""
    for name, one in subject.packages.items():
        if re.fullmatch(rf"nvidia-{part}(-cu\d+)?", name):
            return Found(".".join(one.version.split(".")[:3]), f"{name} {one.version}")
    return None

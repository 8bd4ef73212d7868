"""Recorded system files of machines, and site-packages folders as installers leave them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

NVRM = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  {}  Sun Dec 27 19:00:34 UTC 2020\n"
OPEN_NVRM = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  {}  Release Build\n"
CUDNN = "#define CUDNN_MAJOR {}\n#define CUDNN_MINOR {}\n#define CUDNN_PATCHLEVEL {}\n"


def machine(
    root: Path,
    *,
    driver: str = "",
    flags: str = "",
    cuda: Mapping[str, str] | None = None,
    cudnn: str = "",
    template: str = NVRM,
) -> Path:
    """Write what a machine has below a folder.

    Args:
        root: the folder.
        driver: the NVIDIA driver's version, empty for none.
        flags: of the processor.
        cuda: folder below usr/local -> version, in a version.json or, before 11, a version.txt.
        cudnn: its version.
        template: how the driver tells it.
    """

    def write(name: str, text: str) -> None:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    write("etc/os-release", "ID=ubuntu\n")
    if driver:
        write("proc/driver/nvidia/version", template.format(driver))
    if flags:
        write("proc/cpuinfo", f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n")
    for folder, version in (cuda or {}).items():
        if int(version.split(".")[0]) >= 11:
            text = f'{{"cuda": {{"name": "CUDA SDK", "version": "{version}"}}}}'
            write(f"usr/local/{folder}/version.json", text)
        else:
            write(f"usr/local/{folder}/version.txt", f"CUDA Version {version}\n")
    if cudnn:
        write("usr/include/cudnn_version.h", CUDNN.format(*cudnn.split(".")))
    return root


def distribution(
    site: Path, name: str, version: str, files: Mapping[str, str], requires: tuple[str, ...] = ()
) -> None:
    """Install a distribution as an installer does: files, METADATA and RECORD."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    for file, text in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text)
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    record = [f"{file},sha256=x,1" for file in files]
    record += [f"{info.name}/METADATA,,", f"{info.name}/RECORD,,"]
    (info / "RECORD").write_text("\n".join(record) + "\n")

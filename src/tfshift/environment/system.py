"""What a machine has for TensorFlow, read from its files: processor, driver, CUDA, cuDNN, C library.

All of it is below one folder, ``/`` of this machine or a copy of another's files.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_LIBRARIES = (
    "usr/lib/x86_64-linux-gnu",
    "usr/lib/aarch64-linux-gnu",
    "usr/lib64",
    "usr/lib",
    "lib/x86_64-linux-gnu",
    "lib64",
    "lib",
    "usr/local/lib",
    "usr/lib/wsl/lib",
)
_CUDA_HOMES = ("usr/local", "opt")
_CUDA_FOLDERS = ("lib64", "lib", "targets/x86_64-linux/lib", "extras/CUPTI/lib64")


@dataclass(frozen=True)
class Found:
    """A version and the file that told it."""

    version: str
    file: str


@dataclass(frozen=True)
class System:
    """The files of a machine.

    Args:
        root: below which they lie.
        extra: further folders with libraries (LD_LIBRARY_PATH), as the machine names them.
    """

    root: Path
    extra: tuple[str, ...] = ()

    @property
    def recorded(self) -> bool:
        """Whether these are copies of another machine's files: what was not copied is no sign."""
        return self.root != Path("/")

    def read(self, name: str) -> str | None:
        """Return a file's text, or None where it cannot be read."""
        try:
            with (self.root / name).open("rb") as stream:
                data = stream.read(1 << 20)
        except OSError:
            return None
        return data.decode("utf-8", "replace")

    @cached_property
    def processor(self) -> frozenset[str] | None:
        """The flags of the processor, None where nothing tells them."""
        text = self.read("proc/cpuinfo")
        found = re.search(r"(?m)^(?:flags|Features)\s*:\s*(.*)$", text or "")
        return frozenset(found[1].split()) if found else None

    @cached_property
    def driver(self) -> Found | None:
        """The NVIDIA driver's version."""
        for name, pattern in (
            (
                "proc/driver/nvidia/version",
                r"Kernel Module(?:\s+for\s+\S+)?\s+(\d+\.\d+(?:\.\d+)?)\s",
            ),
            ("sys/module/nvidia/version", r"^\s*(\d+\.\d+(?:\.\d+)?)"),
        ):
            if match := re.search(pattern, self.read(name) or ""):
                return Found(match[1], name)
        for name in ("nvidia-smi.txt", "nvidia-smi", "nvidia_smi.txt"):
            if match := re.search(r"Driver Version:\s*([\d.]+)", self.read(name) or ""):
                return Found(match[1], name)
        libraries = (f for f in self._libraries("libcuda.so.") if f.name.count(".") > 2)
        for file in libraries:
            return Found(file.name.removeprefix("libcuda.so."), self._shown(file))
        return None

    @cached_property
    def cuda(self) -> tuple[Found, ...]:
        """The CUDA toolkits, newest first."""
        found: dict[str, Found] = {}
        for home in self._cuda_homes():
            for name in ("version.json", "version.txt"):
                text = self.read(f"{home}/{name}")
                version = _json_version(text) if name.endswith("json") else _text_version(text)
                if version:
                    found.setdefault(version, Found(version, f"{home}/{name}"))
                    break
        for file in self._libraries("libcudart.so."):
            version = file.name.removeprefix("libcudart.so.")
            if version.count(".") and not any(_same(version, v) for v in found):
                found[version] = Found(version, self._shown(file))
        return tuple(sorted(found.values(), key=lambda f: _key(f.version), reverse=True))

    @cached_property
    def cudnn(self) -> tuple[Found, ...]:
        """The cuDNN libraries, newest first."""
        found: dict[str, Found] = {}
        headers = [f"{home}/include" for home in self._cuda_homes()]
        headers += ["usr/include", "usr/include/x86_64-linux-gnu", "usr/local/include"]
        for folder in headers:
            for name in ("cudnn_version.h", "cudnn_version_v9.h", "cudnn_version_v8.h", "cudnn.h"):
                text = self.read(f"{folder}/{name}") or ""
                parts = [re.search(rf"#define CUDNN_{k}\s+(\d+)", text) for k in _CUDNN_PARTS]
                if all(parts):
                    version = ".".join(p[1] for p in parts if p)
                    found.setdefault(version, Found(version, f"{folder}/{name}"))
        for file in self._libraries("libcudnn.so."):
            version = file.name.removeprefix("libcudnn.so.")
            if version.count(".") >= 1:
                found.setdefault(version, Found(version, self._shown(file)))
        if not found:
            for file in self._libraries("libcudnn.so."):
                version = file.name.removeprefix("libcudnn.so.")
                found.setdefault(version, Found(version, self._shown(file)))
        return tuple(sorted(found.values(), key=lambda f: _key(f.version), reverse=True))

    @cached_property
    def glibcxx(self) -> str | None:
        """The newest GLIBCXX symbol version of the system's libstdc++; None where it is not found."""
        for file in self._libraries("libstdc++.so.6"):
            try:
                data = file.read_bytes()
            except OSError:
                continue
            names = re.findall(rb"GLIBCXX_(3\.4(?:\.\d+)?)\0", data)
            if names:
                return max((str(n, "ascii") for n in names), key=_key)
        return None

    @cached_property
    def glibc(self) -> str | None:
        """The C library's version as its own file tells it; None where it is not found."""
        for file in self._libraries("libc.so.6"):
            try:
                data = file.read_bytes()
            except OSError:
                continue
            found = re.search(rb"GNU C Library [^\n]*? version (\d+\.\d+)", data)
            if found:
                return found[1].decode()
        return None

    def free(self, path: Path) -> int | None:
        """Return the free bytes where a path lies."""
        try:
            return shutil.disk_usage(path).free
        except OSError:
            return None

    def has_library(self, name: str) -> bool:
        """Tell whether a shared library of that name lies where the loader looks."""
        return any(True for _ in self._libraries(name))

    def _cuda_homes(self) -> list[str]:
        homes: list[str] = []
        for above in _CUDA_HOMES:
            folder = self.root / above
            try:
                names = sorted(p.name for p in folder.iterdir() if p.name.startswith("cuda"))
            except OSError:
                continue
            homes += [f"{above}/{name}" for name in names]
        return homes

    def _folders(self) -> Iterator[Path]:
        yield from (self.root / name.lstrip("/") for name in self.extra)
        yield from (self.root / name for name in _LIBRARIES)
        for home in self._cuda_homes():
            yield from (self.root / home / folder for folder in _CUDA_FOLDERS)

    def _libraries(self, start: str) -> Iterator[Path]:
        for folder in self._folders():
            try:
                names = sorted(p for p in folder.iterdir() if p.name.startswith(start))
            except OSError:
                continue
            yield from names

    def _shown(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()


_CUDNN_PARTS = ("MAJOR", "MINOR", "PATCHLEVEL")


def _json_version(text: str | None) -> str | None:
    try:
        return str(json.loads(text or "")["cuda"]["version"])
    except (ValueError, KeyError, TypeError):
        return None


def _text_version(text: str | None) -> str | None:
    found = re.search(r"CUDA Version (\d+\.\d+(?:\.\d+)?)", text or "")
    return found[1] if found else None


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _same(one: str, other: str) -> bool:
    return _key(one)[:2] == _key(other)[:2]

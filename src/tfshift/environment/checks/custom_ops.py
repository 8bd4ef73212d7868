"""Custom-op libraries fit the framework library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tfshift import elf
from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "Custom-op libraries fit the framework library"
ORDER = 95


def checks(subject: Subject) -> Iterator[Check]:
    """Hold what each library asks for against what the installed framework library offers."""
    for library in subject.libraries:
        yield _library(subject, library)


def _library(subject: Subject, library: Path) -> Check:
    name = f"custom-op:{library.name}"
    try:
        asked = elf.library(library)
    except (OSError, ValueError) as error:
        return Check(name, "unknown", str(library), "a shared library", str(error))
    if not asked.of_tensorflow:
        return Check(name, "yes", "no symbols of TensorFlow's", "one that fits")
    release = subject.release
    framework = release.extra.get("framework") if release else None
    wanted = [n for n in asked.needed if n.startswith("libtensorflow_framework")]
    if wanted and framework and framework not in wanted:
        return Check(
            name, "no", f"it is linked to {wanted[0]}", framework,
            "it was built for another major TensorFlow: its framework library has another name",
            _again(library),
        )  # fmt: skip
    abi = release.cxx11_abi if release else None
    if asked.cxx11_abi is not None and abi is not None and asked.cxx11_abi != abi:
        return Check(
            name, "no", f"built with _GLIBCXX_USE_CXX11_ABI={asked.cxx11_abi}", str(abi),
            "strings have two layouts in C++: symbols with the other one are not found, undefined symbol",
            _again(library),
        )  # fmt: skip
    newer = _too_new(subject, asked)
    if newer is not None:
        return Check(name, "no", *newer, _again(library))
    if subject.target is not None or subject.home is None:
        return Check(name, "unknown", "name and ABI fit", "the symbols that it asks for",
                     "only an installed TensorFlow tells which symbols it has")  # fmt: skip
    lacking = _lacking(subject.home, asked)
    if lacking:
        return Check(
            name, "no", f"{len(lacking)} undefined symbols, such as {lacking[0]}", "symbols that the framework has",
            "it was built against another release: its inner functions have changed since",
            _again(library),
        )  # fmt: skip
    return Check(name, "yes", "all of its symbols are there", "symbols that the framework has")


def _too_new(subject: Subject, asked: elf.Library) -> tuple[str, str, str] | None:
    """Say that the machine's libstdc++ is older than what the library was compiled with."""
    here = subject.system.glibcxx
    if asked.glibcxx and here and _key(asked.glibcxx) > _key(here):
        return (
            f"it needs GLIBCXX_{asked.glibcxx}", f"GLIBCXX_{here} or older",
            "it was compiled with a newer g++ than the libstdc++.so.6 that is found first",
        )  # fmt: skip
    return None


def _key(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _lacking(home: Path, asked: elf.Library) -> list[str]:
    """Return the symbols of TensorFlow's that none of its libraries defines."""
    missing = set(asked.undefined)
    libraries = [*home.glob("libtensorflow_framework.so*"), *home.glob("libtensorflow_cc.so*")]
    libraries += [*home.glob("python/_pywrap_tensorflow_internal.so")]
    for file in libraries:
        if not missing:
            break
        missing -= elf.defined(file, missing)
    return sorted(missing)


def _again(library: Path) -> tuple[str, ...]:
    return (
        "build it again against this TensorFlow: g++ -std=c++17 -shared -fPIC SOURCE.cc -o "
        f"{library.name} $(python -c 'import tensorflow as tf; print(*tf.sysconfig.get_compile_flags(), "
        "*tf.sysconfig.get_link_flags())')",
    )

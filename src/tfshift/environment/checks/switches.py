"""Variables choose what is installed."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.domain.versions import parse_minor
from tfshift.environment.checks import Check
from tfshift.environment.subject import Subject

TITLE = "Variables choose what is installed"
ORDER = 80
_TRUE = {"1", "true"}
_KERAS_3_SINCE = (2, 16)


def checks(subject: Subject) -> Iterator[Check]:
    """Look at TF_USE_LEGACY_KERAS and at protobuf's implementation."""
    yield from _legacy(subject)
    yield from _protobuf(subject)


def _legacy(subject: Subject) -> Iterator[Check]:
    release = subject.release
    value = subject.probe["variables"].get("TF_USE_LEGACY_KERAS", "")
    if release is None or parse_minor(release.version) < _KERAS_3_SINCE:
        return
    beside = subject.packages.get("tf-keras")
    if value.lower() not in _TRUE:
        yield Check("legacy-keras", "yes", value or "not set", "not set, or tf_keras installed")
        return
    fits = beside is not None and beside.version.split(".")[:2] == release.version.split(".")[:2]
    shown = f"tf_keras {beside.version}" if beside else "no tf_keras"
    yield Check(
        "legacy-keras", "yes" if fits else "no", f"TF_USE_LEGACY_KERAS={value}, {shown}",
        f"tf_keras {release.minor}",
        "tf.keras is taken from tf_keras where this variable is set: without it every use fails, and "
        "one of another minor asks for another TensorFlow",
        () if fits else (f"pip install 'tf_keras=={release.minor}.*'", "unset TF_USE_LEGACY_KERAS"),
    )  # fmt: skip


def _protobuf(subject: Subject) -> Iterator[Check]:
    value = subject.probe["variables"].get("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "")
    if not value:
        return
    pure = value == "python"
    yield Check(
        "protobuf-implementation", "no" if pure else "yes", value, "not set",
        "the pure Python implementation hides that protobuf is too new for this TensorFlow, and is "
        "many times slower; messages beyond 64 MB may fail",
        ("unset PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "pip install the protobuf that tfshift doctor names")
        if pure else (),
    )  # fmt: skip

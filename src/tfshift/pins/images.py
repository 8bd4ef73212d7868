"""Base images of Dockerfiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tfshift.pins import Pin

TITLE = "FROM tensorflow/tensorflow:TAG and FROM python:TAG"
EXAMPLES = [
    ("Dockerfile", "FROM tensorflow/tensorflow:1.15.0-gpu-py3 AS a\n", [("tensorflow", "==1.15.0.*")]),
    ("Dockerfile.gpu", "FROM python:3.6-slim\n", [("python", "==3.6.*")]),
    ("Dockerfile", "FROM ubuntu:20.04\nFROM tensorflow/tensorflow:latest\n", []),
]  # fmt: skip

_FROM = re.compile(
    r"^FROM\s+(?:--\S+\s+)?(?:[\w.-]+/)*(?P<image>tensorflow|python):(?P<tag>(?P<version>\d+(?:\.\d+)+)[\w.-]*)",
    re.MULTILINE | re.IGNORECASE,
)


def matches(path: PurePosixPath) -> bool:
    """Tell whether this is such a file."""
    return path.name.lower().startswith("dockerfile") or path.suffix.lower() == ".dockerfile"


def pins(text: str) -> Iterator[Pin]:
    """Yield the version of each base image."""
    for found in _FROM.finditer(text):
        specifier = f"=={found['version']}.*"
        yield Pin(found["image"].lower(), specifier, found.span("image"), found.span("tag"), "tag")

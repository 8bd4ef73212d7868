"""Machines for which environments can be locked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    """How uv calls a platform, and what marks its wheels."""

    uv: str
    tags: str


PLATFORMS = {
    "linux-x86_64": Platform("x86_64-unknown-linux-gnu", r"manylinux.*x86_64$"),
    "linux-aarch64": Platform("aarch64-unknown-linux-gnu", r"manylinux.*aarch64$"),
    "macos-x86_64": Platform("x86_64-apple-darwin", r"macosx.*(?:x86_64|intel)$"),
    "macos-arm64": Platform("aarch64-apple-darwin", r"macosx.*(?:arm64|universal2)$"),
    "windows-x86_64": Platform("x86_64-pc-windows-msvc", r"win_amd64$"),
}

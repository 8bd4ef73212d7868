"""What a check found, kept for the next one over the same bytes: in the user's cache folder only."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic

# Kept checks; older ones make room.
_MOST = 32


@cache
def _program() -> str:
    """Name this program by its files: another one may find other things."""
    sha = hashlib.blake2b(digest_size=16)
    top = Path(__file__).parent
    others = (file for name in ("domain", "facts") for file in (top.parent / name).glob("*.py"))
    for file in sorted([*top.rglob("*.py"), *others]):
        status = file.stat()
        sha.update(f"{file.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return sha.hexdigest()


class Cache:
    """A folder of kept results.

    Args:
        folder: where they lie; made when the first is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls) -> Cache:
        """Return the cache below the user's cache folder."""
        import platformdirs

        return cls(Path(platformdirs.user_cache_dir("tfshift")) / "checks")

    @staticmethod
    def key(about: Iterable[str], contents: Iterable[tuple[str, bytes]]) -> str:
        """Name a check by all that it depends on.

        Args:
            about: facts, move and style.
            contents: path and bytes of each file.
        """
        sha = hashlib.blake2b(digest_size=16)
        for text in (_program(), *about):
            sha.update(text.encode() + b"\0")
        for path, data in contents:
            sha.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            sha.update(data)
        return sha.hexdigest()

    def get(self, key: str) -> Any | None:
        """Return what was kept, or None; a broken file counts as none."""
        try:
            return pickle.loads((self.folder / key).read_bytes())  # noqa: S301 (our own file)
        except Exception:
            # Whatever is wrong with it, the check runs anew.
            return None

    def keep(self, key: str, value: Any) -> None:
        """Keep a result; where that cannot be, the next check is slower and nothing else."""
        try:
            write_atomic(self.folder / key, pickle.dumps(value, protocol=5))
            kept = sorted(self.folder.iterdir(), key=lambda f: f.stat().st_mtime)
            for file in kept[:-_MOST]:
                file.unlink(missing_ok=True)
        except OSError:
            return

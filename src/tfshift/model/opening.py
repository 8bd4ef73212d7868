"""Where a model lies: a path, a tar or zip archive of one, or a URL that fsspec reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from tfshift.domain.errors import TfshiftError
from tfshift.model.formats import all_formats, head

if TYPE_CHECKING:
    import tarfile
    import zipfile

# An archive that grows by more than this, and to more than that many bytes, holds no model.
_MOST_GROWTH = 200
_LARGE_BYTES = 256 << 20
_MOST_MEMBERS = 100_000
# What the values of variables lie in: only running or rewriting a model needs them.
_SHARD = re.compile(r"\.data-\d{5}-of-\d{5}$")
# What a tar archive says of itself in its first header.
_TAR_MARK, _TAR = 257, b"ustar"
# gzip, bzip2, xz.
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_URL = re.compile(r"[a-z][a-z0-9+.-]+(::|://)", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """A file of an archive, or below a URL.

    Args:
        name: its path, parts joined by ``/``.
        size: its bytes.
        source: what its reader opens.
    """

    name: str
    size: int
    source: Any


@contextmanager
def opened(model: str, *, whole: bool) -> Iterator[Path]:
    """Give the path under which a model can be read; what has to be unpacked or fetched is taken away.

    Args:
        model: a path, of a model or of a tar or zip archive with one, or a URL (``gs://...``).
        whole: whether the variables' values are needed. Where not, their files have their size and
            nothing in them.

    Raises:
        TfshiftError: if an archive is broken, leads out of its folder or grows without measure; if a
            URL cannot be read, or fsspec is not there to do it.
    """
    path = Path(model)
    kind = "url" if is_url(model) else _archive(path)
    if kind is None:
        yield path
        return
    # Most models lie in a folder: what reads the others is not imported for them.
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tfshift-model-") as place:
        if kind == "url":
            found = _fetched(model, Path(place), whole=whole)
            with _named(place, model), opened(str(found), whole=whole) as inside:
                yield inside
            return
        with _named(place, model):
            _unpacked(kind, path, Path(place), model, whole=whole)
            yield _inside(Path(place))


def _unpacked(kind: str, path: Path, place: Path, model: str, *, whole: bool) -> None:
    """Unpack an archive below a folder.

    Raises:
        TfshiftError: if it is broken, leads out of the folder or grows without measure.
    """
    import tarfile
    import zipfile

    try:
        if kind == "zip":
            with zipfile.ZipFile(path) as packed:
                _unpack(_zipped(packed), packed.open, path, place, whole=whole)
        else:
            with tarfile.open(path) as archive:
                _unpack(_tarred(archive), archive.extractfile, path, place, whole=whole)
    # zipfile: RuntimeError for what is encrypted, NotImplementedError for what it cannot decompress.
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:  # fmt: skip
        why = " ".join(str(error).split())[:200]
        raise TfshiftError("the archive cannot be unpacked", where=model, why=why) from None


def is_url(model: str) -> bool:
    """Tell whether a model lies where only fsspec reaches."""
    return _URL.match(model) is not None


def _archive(path: Path) -> str | None:
    """Tell by its content whether a file is an archive: ``tar``, ``zip``, or None."""
    if not path.is_file() or any(f.recognise(path) for f in all_formats()):
        return None
    first = head(path, _TAR_MARK + len(_TAR))
    if first.startswith(b"PK\x03\x04"):
        return "zip"
    return "tar" if first.startswith(_COMPRESSED) or first[_TAR_MARK:] == _TAR else None


def _zipped(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if not info.is_dir():
            yield Member(info.filename, info.file_size, info)


def _tarred(archive: tarfile.TarFile) -> Iterator[Member]:
    for info in archive:
        if info.isfile():
            yield Member(info.name, info.size, info)
        elif not info.isdir():
            raise ValueError(f"{info.name} is neither a file nor a folder")


def _unpack(members: Iterator[Member], read: Any, path: Path, place: Path, *, whole: bool) -> None:
    """Write an archive's files below a folder, those of variables without content unless wanted."""
    most = max(path.stat().st_size * _MOST_GROWTH, _LARGE_BYTES)
    written = 0
    for number, member in enumerate(members):
        if number >= _MOST_MEMBERS:
            raise ValueError(f"it holds more than {_MOST_MEMBERS} files")
        target = place / _below(member.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            if not whole and _SHARD.search(member.name):
                out.truncate(member.size)
                continue
            with read(member.source) as stream:
                written += _copy(stream, out, most - written)


def _copy(stream: IO[bytes], out: IO[bytes], most: int) -> int:
    """Copy a stream by pieces; what it says of its own size is not believed."""
    size = 0
    while piece := stream.read(1 << 20):
        size += len(piece)
        if size > most:
            raise ValueError("it would grow without measure")
        out.write(piece)
    return size


def _below(name: str) -> PurePosixPath:
    """Return a member's path below the folder.

    Raises:
        ValueError: if it leads out of it.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise ValueError(f"{name} leads out of the folder")
    return path


def _inside(folder: Path) -> Path:
    """Return the model in an unpacked folder: the folder, or what alone is in it."""
    while True:
        if any(f.recognise(folder) for f in all_formats()) or not folder.is_dir():
            return folder
        below = [p for p in folder.iterdir() if not p.name.startswith((".", "__MACOSX"))]
        if len(below) != 1:
            return folder
        folder = below[0]


def _fetched(url: str, place: Path, *, whole: bool) -> Path:
    """Copy a remote model below a folder and return its path there."""
    try:
        import fsspec
    except ImportError:
        raise TfshiftError(
            "a URL is read by fsspec, which is not installed", where=url,
            remedy='pip install "tfshift[remote]"',
        ) from None  # fmt: skip
    try:
        system, root = fsspec.core.url_to_fs(url)
        files = _remote_files(system, root)
        if not files:
            raise FileNotFoundError("nothing is there")
        for below, remote in files.items():
            target = place / _below(below)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not whole and _SHARD.search(below):
                with target.open("wb") as out:
                    out.truncate(system.size(remote))
            else:
                system.get_file(remote, str(target))
    # A file system of any maker's raises what it likes.
    except Exception as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise TfshiftError("the model cannot be fetched", where=url, why=why) from None
    return place / _name(root)


def _name(root: str) -> str:
    return PurePosixPath(root.split("?")[0]).name or "model"


def _remote_files(system: Any, root: str) -> dict[str, str]:
    """Return what makes up a remote model: where each file goes -> where it is."""
    name, top = _name(root), root.rstrip("/")
    # A web server lists nothing: what it is asked for is one file.
    if "http" in str(system.protocol) or system.isfile(root):
        return {name: root}
    if system.isdir(top):
        return {f"{name}/{found[len(top) + 1 :]}": found for found in system.find(top)}
    # A checkpoint's prefix.
    return {f"{name}{found[len(top) :]}": found for found in system.glob(top + ".*")}


@contextmanager
def _named(place: str, model: str) -> Iterator[None]:
    """Say where a model is as its user said it, not where it was unpacked."""
    try:
        yield
    except TfshiftError as error:
        within = error.where.replace(place, "").strip("/")
        raise TfshiftError(
            error.what, where=f"{model}: {within}" if within and place in error.where else model,
            why=error.why.replace(place, model), remedy=error.remedy,
        ) from None  # fmt: skip

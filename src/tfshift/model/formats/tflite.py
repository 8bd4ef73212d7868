"""TFLite: a flatbuffer; operators with their versions, tensors and metadata."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from tfshift.domain.errors import TfshiftError
from tfshift.domain.models import Model, Signature, TensorSpec
from tfshift.model.formats import head, sizes_below

TITLE = "TFLite"
ORDER = 50
# TensorType of the schema.
_TYPES = ("float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8",
          "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4", "bfloat16")  # fmt: skip


@dataclass(frozen=True)
class Operator:
    """An operator code: the builtin's number or the custom name, and its version."""

    builtin: int
    custom: str
    version: int


@dataclass(frozen=True)
class Content:
    """A TFLite model as it was read."""

    path: Path
    schema: int
    operators: tuple[Operator, ...]
    least: str | None


class _Table:
    """A table of a flatbuffer."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self.fields = at - struct.unpack_from("<i", data, at)[0]
        self.size = struct.unpack_from("<H", data, self.fields)[0]

    def _place(self, number: int) -> int:
        slot = 4 + 2 * number
        if slot >= self.size:
            return 0
        found: int = struct.unpack_from("<H", self.data, self.fields + slot)[0]
        return self.at + found if found else 0

    def number(self, field: int, kind: str, default: int = 0) -> int:
        place = self._place(field)
        return int(struct.unpack_from(kind, self.data, place)[0]) if place else default

    def _pointed(self, place: int) -> int:
        return place + int(struct.unpack_from("<I", self.data, place)[0])

    def text(self, field: int) -> str:
        place = self._place(field)
        if not place:
            return ""
        at = self._pointed(place)
        size = struct.unpack_from("<I", self.data, at)[0]
        return self.data[at + 4 : at + 4 + size].decode("utf-8", "replace")

    def vector(self, field: int) -> tuple[int, int]:
        """Return where a vector's items begin and how many there are."""
        place = self._place(field)
        if not place:
            return 0, 0
        at = self._pointed(place)
        count = struct.unpack_from("<I", self.data, at)[0]
        if count > len(self.data):
            raise ValueError("a list longer than the file")
        return at + 4, int(count)

    def tables(self, field: int) -> list[_Table]:
        start, count = self.vector(field)
        return [_Table(self.data, self._pointed(start + 4 * n)) for n in range(count)]

    def numbers(self, field: int) -> list[int]:
        start, count = self.vector(field)
        return list(struct.unpack_from(f"<{count}i", self.data, start)) if count else []


def recognise(path: Path) -> bool:
    """Tell by the file's identifier."""
    return head(path, 8)[4:8] == b"TFL3"


def read(path: Path) -> Model:
    """Read operators and tensors.

    Raises:
        TfshiftError: if the flatbuffer is broken.
    """
    data = path.read_bytes()
    try:
        root = _Table(data, struct.unpack_from("<I", data, 0)[0])
        operators = tuple(
            Operator(
                # The old field holds up to 127, larger numbers are in a later one.
                max(code.number(0, "<b"), code.number(3, "<i")),
                code.text(1),
                code.number(2, "<i", 1),
            )
            for code in root.tables(1)
        )
        used = [op.number(0, "<I") for graph in root.tables(2) for op in graph.tables(3)]
        signatures = _signatures(root)
        names = _builtins()
        ops: dict[str, int] = {}
        for number in used:
            name = operators[number].custom or names.get(
                operators[number].builtin, f"#{operators[number].builtin}"
            )
            ops[name] = ops.get(name, 0) + 1
        least = _metadata(root)
        description = root.text(3)
    except (struct.error, IndexError, ValueError, RecursionError) as error:
        raise TfshiftError("the TFLite file is broken", where=str(path), why=str(error)) from None
    custom = tuple(sorted({o.custom for o in operators if o.custom}))
    notes = [description] if description else []
    notes += [f"least runtime {least}"] if least else []
    return Model(
        format="tflite",
        produced_by=None,
        signatures=signatures,
        ops=ops,
        custom=custom,
        sizes=sizes_below(path),
        content=Content(path, root.number(0, "<I"), operators, least),
        notes=tuple(notes),
    )


def _signatures(root: _Table) -> tuple[Signature, ...]:
    found = []
    for graph in root.tables(2)[:1]:
        tensors = graph.tables(0)

        def spec(number: int, tensors: list[_Table] = tensors) -> TensorSpec:
            tensor = tensors[number]
            kind = tensor.number(1, "<b")
            name = _TYPES[kind] if 0 <= kind < len(_TYPES) else str(kind)
            return TensorSpec(tensor.text(3), name, tuple(tensor.numbers(0)))

        inputs = tuple(map(spec, graph.numbers(1)))
        outputs = tuple(map(spec, graph.numbers(2)))
        found.append(Signature(graph.text(4) or "main", inputs, outputs))
    return tuple(found)


def _metadata(root: _Table) -> str | None:
    """Return the least runtime version that the converter wrote down."""
    buffers = root.tables(4)
    for entry in root.tables(6):
        if entry.text(0) == "min_runtime_version":
            start, count = buffers[entry.number(1, "<I")].vector(0)
            return root.data[start : start + count].rstrip(b"\0").decode("utf-8", "replace") or None
    return None


def _builtins() -> dict[int, str]:
    from tfshift.model.tflite_ops import builtin_names

    return builtin_names()

"""TensorFlow's messages, from descriptors that were read from a real release; TensorFlow is not needed.

They live in a pool of their own, so that a TensorFlow in the same process is not disturbed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tfshift.domain.errors import TfshiftError

_DESCRIPTORS = Path(__file__).with_name("tensorflow.binpb")
# Deeper nesting than this is no model of anyone's.
MOST_BYTES = (2 << 30) - 1


@cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    files = descriptor_pb2.FileDescriptorSet.FromString(_DESCRIPTORS.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


@cache
def message(name: str) -> Any:
    """Return a message class of TensorFlow's, ``SavedModel`` or ``GraphDef``."""
    from google.protobuf import message_factory

    descriptor = _pool().FindMessageTypeByName(f"tensorflow.{name}")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    # Before protobuf 4.22 a factory made them.
    factory: Any = message_factory.MessageFactory(_pool())
    return factory.GetPrototype(descriptor)


def parse(name: str, data: bytes, where: str) -> Any:
    """Read a message.

    Raises:
        TfshiftError: if the bytes are not one.
    """
    from google.protobuf.message import DecodeError

    found = message(name)()
    try:
        found.ParseFromString(data)
    except (DecodeError, RecursionError) as error:
        raise TfshiftError(f"not a {name}", where=where, why=" ".join(str(error).split())) from None
    return found


def parse_text(name: str, text: str, where: str) -> Any:
    """Read a message in its text form.

    Raises:
        TfshiftError: if the text is not one.
    """
    from google.protobuf import text_format

    found = message(name)()
    try:
        text_format.Parse(text, found, allow_unknown_field=True, descriptor_pool=_pool())
    except (text_format.ParseError, RecursionError, UnicodeDecodeError) as error:
        raise TfshiftError(
            f"not a {name}", where=where, why=" ".join(str(error).split())[:200]
        ) from None
    return found


@cache
def dtype_names() -> dict[int, str]:
    """Return the names of data types by number, as ops declare them: ``DT_FLOAT``."""
    values = _pool().FindEnumTypeByName("tensorflow.DataType").values
    return {value.number: value.name for value in values}


def dtype_number(name: str) -> int:
    """Return the number of a data type, of ``DT_INT32``."""
    return int(_pool().FindEnumTypeByName("tensorflow.DataType").values_by_name[name].number)

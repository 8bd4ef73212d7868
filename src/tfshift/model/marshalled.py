"""Which Python wrote a piece of marshalled code, told from its first numbers; it is not unmarshalled."""

from __future__ import annotations

import base64
import binascii
import struct

_CODE = 0x63
_STRING = 0x73
_REFERENCE = 0x80
_FAMILIES = ("Python 3.7 or older", "Python 3.8 to 3.10", "Python 3.11 or newer")


def of(python: str) -> str:
    """Return the family that a Python minor belongs to."""
    minor = int(python.split(".")[1])
    return _FAMILIES[0] if minor < 8 else _FAMILIES[1] if minor < 11 else _FAMILIES[2]


def family(text: str) -> str | None:
    """Return the family that wrote some code, None where it is no code.

    Args:
        text: base64, as Keras writes it.
    """
    try:
        data = base64.b64decode(text.encode("ascii", "ignore"))
    except (binascii.Error, ValueError):
        return None
    if not data or data[0] & ~_REFERENCE != _CODE:
        return None
    # 3.8 added a number of positional-only arguments, 3.11 took the number of locals away.
    for numbers in (5, 6):
        at = 1 + 4 * numbers
        if len(data) > at and data[at] & ~_REFERENCE == _STRING:
            if numbers == 6:
                return _FAMILIES[1]
            # The fifth is the flags in both, but before 3.8 the third is the number of locals:
            # from 3.11 on it is that of keyword-only arguments, and the fourth the stack's size.
            values = struct.unpack_from("<5i", data, 1)
            return _FAMILIES[0] if values[4] & 0x40 or values[2] else _FAMILIES[2]
    return None

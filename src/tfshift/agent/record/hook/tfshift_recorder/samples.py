"""Sample inputs for a signature: the same bytes for the same dtype, shape and position."""

_UNKNOWN = 2
_MULTIPLIER = 6364136223846793005
_INCREMENT = 1442695040888963407


def numbers(count, start):
    """Yield ``count`` numbers of 24 bits from a fixed linear congruential generator."""
    state = (start * 2654435761 + 12345) % 2**64
    for _ in range(count):
        state = (state * _MULTIPLIER + _INCREMENT) % 2**64
        yield state >> 40


def shape_of(shape):
    """Return a full shape for a TensorShapeProto: unknown dimensions become 2."""
    if shape.unknown_rank:
        return [_UNKNOWN]
    return [dim.size if dim.size >= 0 else _UNKNOWN for dim in shape.dim]


def sample(dtype, shape, start):
    """Return a NumPy array of sample values.

    Args:
        dtype: NumPy dtype, object for strings.
        shape: full shape.
        start: which of the generator's sequences to use.
    """
    import numpy

    count = 1
    for size in shape:
        count *= size
    drawn = list(numbers(count, start))
    if dtype == numpy.object_:
        values = numpy.array([b"sample %d" % (number % 10) for number in drawn], dtype=object)
    elif dtype.kind in "iu":
        # 0 and 1 are valid indices and labels nearly everywhere.
        values = numpy.array([number >> 23 for number in drawn]).astype(dtype)
    elif dtype.kind == "b":
        values = numpy.array([number >> 23 == 1 for number in drawn], dtype=dtype)
    else:
        values = (numpy.array(drawn, dtype="float64") / 2**24).astype(dtype)
    return values.reshape(shape)

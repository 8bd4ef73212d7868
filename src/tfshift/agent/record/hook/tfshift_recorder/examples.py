"""Serialized tf.Example samples for inputs that a model parses itself."""

from . import samples

_PARSERS = ("ParseExample", "ParseExampleV2")


def _parser(tensor):
    """Return the parsing operation that reads ``tensor``, perhaps through identities."""
    todo, seen = [tensor], 0
    while todo and seen < 100:
        seen += 1
        for operation in todo.pop().consumers():
            if operation.type in _PARSERS:
                return operation
            if operation.type in ("Identity", "PlaceholderWithDefault"):
                todo.extend(operation.outputs)
    return None


def _keys(session, operation):
    """Return the names of the dense features."""
    count = len(operation.get_attr("Tdense"))
    if operation.type == "ParseExampleV2":
        return list(session.run(operation.inputs[3]))
    sparse = operation.get_attr("Nsparse")
    return [session.run(operation.inputs[2 + sparse + i]) for i in range(count)]


def _feature(feature, dtype, shape, start):
    import numpy

    kind = numpy.dtype(dtype.as_numpy_dtype)
    values = samples.sample(kind, shape, start).reshape(-1).tolist()
    if kind == numpy.object_:
        feature.bytes_list.value.extend(values)
    elif kind.kind in "iu":
        feature.int64_list.value.extend(values)
    else:
        feature.float_list.value.extend(values)


def for_input(session, tensor, shape, start):
    """Return an array of serialized examples, or None where the input is not parsed so.

    Args:
        session: holds the loaded graph.
        tensor: the input.
        shape: its full shape.
        start: which of the sample sequences to use.
    """
    import numpy

    operation = _parser(tensor) if tensor.dtype.name == "string" else None
    if operation is None:
        return None
    from tensorflow.core.example import example_pb2

    keys = _keys(session, operation)
    types = operation.get_attr("Tdense")
    shapes = operation.get_attr("dense_shapes")
    count = int(numpy.prod(shape))
    rows = []
    for row in range(count):
        example = example_pb2.Example()
        for position, (key, dtype, proto) in enumerate(zip(keys, types, shapes)):
            if isinstance(key, bytes) and bytes is not str:
                key = key.decode("utf-8")
            full = samples.shape_of(proto)
            number = start + 1000 * row + 10 * position
            _feature(example.features.feature[key], _dtype(dtype), full, number)
        rows.append(example.SerializeToString())
    return numpy.array(rows, dtype=object).reshape(shape)


def _dtype(value):
    from tensorflow.python.framework import dtypes

    return dtypes.as_dtype(value)

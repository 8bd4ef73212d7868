"""The op registry of the running TensorFlow. Runs in Python 3.5 and newer."""

import base64
import ctypes
import glob
import os


class _Buffer(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
        ("deallocator", ctypes.c_void_p),
    ]


def _libraries(package):
    """List the libraries that may export the C API, the wrapper first."""
    patterns = [
        "python/_pywrap_tensorflow_internal.so",
        "python/_pywrap_tensorflow_internal.*",
        "python/_pywrap_tensorflow.*",
        "libtensorflow_cc.*",
        "libtensorflow_framework.*",
    ]
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(package, pattern))):
            yield path


_METHODS = {
    "registry": "_ZN10tensorflow10OpRegistry6GlobalEv",
    "export": "_ZNK10tensorflow10OpRegistry6ExportEbPNS_6OpListE",
    "make": "_ZN10tensorflow6OpListC1Ev",
    "size": "_ZNK10tensorflow6OpList12ByteSizeLongEv",
    "write": "_ZNK10tensorflow6OpList39InternalSerializeWithCachedSizesToArrayEbPh",
}


def _exported(library):
    """Ask the C++ registry: releases before 1.4 hide the C API but not this. None if it is not there."""
    found = dict((name, getattr(library, symbol, None)) for name, symbol in _METHODS.items())
    if None in found.values():
        return None
    found["registry"].restype = found["write"].restype = ctypes.c_void_p
    found["export"].argtypes = [ctypes.c_void_p, ctypes.c_bool, ctypes.c_void_p]
    found["export"].restype = found["make"].restype = None
    found["make"].argtypes = found["size"].argtypes = [ctypes.c_void_p]
    found["size"].restype = ctypes.c_size_t
    found["write"].argtypes = [ctypes.c_void_p, ctypes.c_bool, ctypes.c_void_p]
    # A message of one repeated field takes some dozen bytes; the room is never given back.
    room = ctypes.create_string_buffer(1024)
    ops = ctypes.addressof(room)
    found["make"](ops)
    found["export"](found["registry"](), True, ops)
    size = found["size"](ops)
    written = ctypes.create_string_buffer(size)
    found["write"](ops, False, ctypes.addressof(written))
    return written.raw[:size]


def serialized_op_list(package):
    """Ask the C API for every registered op (the registry in Python is incomplete).

    Raises:
        RuntimeError: if no library of the package exports TF_GetAllOpList.
    """
    for path in _libraries(package):
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        get = getattr(library, "TF_GetAllOpList", None)
        if get is None:
            exported = _exported(library)
            if exported is not None:
                return exported
            continue
        get.restype = ctypes.POINTER(_Buffer)
        buffer = get().contents
        return ctypes.string_at(buffer.data, buffer.length)
    raise RuntimeError("no library exports TF_GetAllOpList")


def _value(attr_value, types):
    which = attr_value.WhichOneof("value")
    if which is None:
        return None
    value = getattr(attr_value, which)
    if which == "s":
        try:
            return value.decode("ascii")
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode("ascii")}
    if which == "type":
        return types.Name(value)
    if which == "shape":
        return "?" if value.unknown_rank else [d.size for d in value.dim]
    if which == "list":
        return _list_value(value, types)
    if which == "tensor":
        return {"tensor": types.Name(value.dtype)}
    if which == "func":
        return {"func": value.name}
    if which == "f":
        return float("%.9g" % value)
    return value


def _list_value(value, types):
    for field in ("s", "i", "f", "b", "type", "shape"):
        items = getattr(value, field)
        if len(items) == 0:
            continue
        if field == "type":
            return [types.Name(t) for t in items]
        if field == "s":
            return [s.decode("latin-1") for s in items]
        if field == "shape":
            return ["?" if s.unknown_rank else [d.size for d in s.dim] for s in items]
        return [float("%.9g" % v) for v in items] if field == "f" else list(items)
    return []


def _argument(argument, types):
    if argument.type_list_attr:
        kind = argument.type_list_attr
    else:
        kind = argument.type_attr or types.Name(argument.type)
        if argument.number_attr:
            kind = argument.number_attr + "*" + kind
    return argument.name + ": " + ("Ref(%s)" % kind if argument.is_ref else kind)


def _attribute(attribute, types):
    result = {"name": attribute.name, "type": attribute.type}
    if attribute.HasField("default_value"):
        result["default"] = _value(attribute.default_value, types)
    if attribute.HasField("allowed_values"):
        result["allowed"] = _value(attribute.allowed_values, types)
    if attribute.has_minimum:
        result["minimum"] = attribute.minimum
    return result


def _op(op, types):
    result = {
        "inputs": [_argument(a, types) for a in op.input_arg],
        "outputs": [_argument(a, types) for a in op.output_arg],
        "attrs": [_attribute(a, types) for a in op.attr],
    }
    if op.is_stateful:
        result["stateful"] = True
    if op.deprecation.version:
        result["deprecated"] = op.deprecation.version
    return result


def registry(package):
    """Return name -> {inputs, outputs, attrs, ...} of all registered ops."""
    from tensorflow.core.framework import op_def_pb2, types_pb2

    ops = op_def_pb2.OpList()
    ops.ParseFromString(serialized_op_list(package))
    return dict((op.name, _op(op, types_pb2.DataType)) for op in ops.op)

"""Turn what a call returned into named arrays, bounded in size."""

import sys
import zlib

from . import stream

_TEXT = str if sys.version_info[0] > 2 else unicode  # noqa: F821
_SCALARS = (bool, int, float, complex, bytes, _TEXT)
_DEEP = 12


def _numpy():
    return sys.modules.get("numpy")


def _is_sparse(value):
    return all(hasattr(value, part) for part in ("indices", "values", "dense_shape"))


def _join(path, part):
    return "%s/%s" % (path, part) if path else str(part)


def _mapping(value):
    return hasattr(value, "keys") and hasattr(value, "__getitem__") and hasattr(value, "items")


def leaves(value, path="", deep=0):
    """Yield (path, array, label) of everything comparable inside ``value``."""
    numpy = _numpy()
    if value is None or numpy is None or deep > _DEEP:
        return
    if isinstance(value, _SCALARS + (numpy.ndarray, numpy.generic)):
        yield path or "0", numpy.asarray(value), ""
    elif _mapping(value):
        for key in sorted(value.keys(), key=str):
            for leaf in leaves(value[key], _join(path, key), deep + 1):
                yield leaf
    elif _is_sparse(value):
        for part in ("indices", "values", "dense_shape"):
            for leaf in leaves(getattr(value, part), _join(path, part), deep + 1):
                yield leaf
    elif isinstance(value, (list, tuple)):
        for leaf in _sequence(value, path, deep):
            yield leaf
    elif hasattr(value, "flat_values") and hasattr(value, "nested_row_splits"):
        parts = {"values": value.flat_values, "row_splits": list(value.nested_row_splits)}
        for leaf in leaves(parts, path, deep + 1):
            yield leaf
    elif callable(getattr(value, "numpy", None)):
        for leaf in _eager(value, path):
            yield leaf
    elif hasattr(value, "_asdict"):
        for leaf in leaves(value._asdict(), path, deep + 1):
            yield leaf


def _sequence(value, path, deep):
    if len(value) > 64 and all(isinstance(item, _SCALARS) for item in value):
        yield path or "0", _numpy().asarray(value), ""
        return
    names = getattr(value, "_fields", None) or range(len(value))
    for name, item in zip(names, value):
        for leaf in leaves(item, _join(path, name), deep + 1):
            yield leaf


def _eager(value, path):
    try:
        array = _numpy().asarray(value.numpy())
    except Exception:  # a symbolic tensor has no value yet
        return
    yield path or "0", array, ""


def _texts(array):
    result = []
    for item in array.reshape(-1)[: stream.config()["texts"]].tolist():
        if isinstance(item, bytes) and bytes is not str:
            item = item.decode("utf-8", "backslashreplace")
        text = item if isinstance(item, _TEXT) else _TEXT(repr(item))
        result.append(text[:2000])
    return result


def _finite_statistics(flat):
    numpy = _numpy()
    with numpy.errstate(all="ignore"):
        wide = flat.astype("float64")
        good = wide[numpy.isfinite(wide)]
    if not good.size:
        return {}
    return {"mean": repr(float(good.mean())), "min": repr(float(good.min())),
            "max": repr(float(good.max()))}  # fmt: skip


def _plain(array):
    """Return an array that NumPy itself can hold: bfloat16 and its like become float32."""
    if array.dtype.kind == "V" or array.dtype.name not in _numpy().__dict__:
        if array.dtype.kind in "biufc":
            return array
        return array.astype("float32")
    return array


def describe(path, array, label, keep):
    """Return (description, raw bytes) of one output.

    Args:
        path: where it lies in the returned structure.
        array: its value.
        label: TensorFlow's own name for it, or empty.
        keep: whether its elements may be kept, or only statistics.
    """
    numpy = _numpy()
    result = {"name": path, "label": label, "dtype": array.dtype.name, "shape": list(array.shape)}
    if array.dtype.kind in "OSU":
        result.update(dtype="string", text=_texts(array), kept="text")
        return result, b""
    flat = numpy.ascontiguousarray(_plain(array)).reshape(-1)
    if flat.dtype.byteorder == ">":
        flat = flat.astype(flat.dtype.newbyteorder("<"))
    result["stored"] = flat.dtype.name
    limit = stream.config()["elements"]
    result["kept"] = "all"
    if flat.size > limit or not keep:
        result["crc"] = zlib.crc32(flat.tobytes()) & 0xFFFFFFFF
        result.update(_finite_statistics(flat))
        result["kept"] = "sample" if keep else "statistics"
        result["stride"] = -(-flat.size // limit)
        flat = flat[:: result["stride"]] if keep else flat[:0]
    result["size"] = int(flat.size)
    return result, flat.tobytes()


def outputs_of(value, labels=None):
    """Return what ``stream.step`` wants: a callable that describes the leaves of ``value``."""

    def outputs(keep, wanted=None):
        named = labels or {}
        return [
            describe(path, array, named.get(path, label), keep)
            for path, array, label in leaves(value)
            if wanted is None or wanted(path, named.get(path, label))
        ]

    return outputs

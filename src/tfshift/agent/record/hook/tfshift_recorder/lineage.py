"""What a result is computed from: operations of a graph, layers of a model; each is noted once."""

from . import calls, stream

# Of a graph, and of how many values a constant is kept as it is.
_MOST = 4000
_FEW = 16
# Numbers that are the release's own, or a place's in the graph.
_SKIPPED = {
    "dtype", "T", "Tidx", "Tshape", "Tindices", "Tparams", "Tdim", "Tmultiples", "seed", "seed2",
    "container", "shared_name", "_class", "_output_shapes", "N", "value", "shape", "use_locking",
    "allowed_devices", "debug_name", "out_type", "DstT", "SrcT", "index_type", "use_cudnn_on_gpu",
}  # fmt: skip
_LAYER_SKIPPED = {
    "name",
    "dtype",
    "batch_input_shape",
    "batch_shape",
    "sparse",
    "ragged",
    "dynamic",
    "axis",
}
_NOTED = {"operations": set(), "models": set(), "fed": set()}


def _attributes(operation):
    found = {}
    for name, value in operation.node_def.attr.items():
        if name in _SKIPPED or name.startswith("_"):
            continue
        kind = value.WhichOneof("value")
        if kind in ("i", "f", "b"):
            found[name] = getattr(value, kind)
        elif kind == "s":
            found[name] = value.s.decode("utf-8", "replace")
        elif kind == "list" and value.list.i:
            found[name] = [int(one) for one in value.list.i]
    return found


def _short(value):
    """Write numbers as single precision tells them apart."""
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float("%.7g" % value) if isinstance(value, float) else value


def _constant(operation):
    """Return the value of a small constant as text, or None."""
    import numpy

    if operation.type != "Const":
        return None
    size = operation.outputs[0].get_shape().num_elements()
    if size is None or size > _FEW:
        return None
    from tensorflow.python.framework import tensor_util

    array = numpy.asarray(tensor_util.MakeNdarray(operation.get_attr("value")))
    return str(_short(array.tolist()))


def _described(operation):
    inputs = [tensor.op.name for tensor in operation.inputs]
    return [operation.name, operation.type, inputs, _constant(operation), _attributes(operation)]


def _graph(fetched):
    pending = []
    for one in fetched:
        operation = getattr(one, "op", one)
        if hasattr(operation, "node_def") and hasattr(operation, "inputs"):
            pending.append(operation)
    found = []
    noted = _NOTED["operations"]
    while pending and len(noted) < _MOST:
        operation = pending.pop()
        key = (id(operation.graph), operation.name)
        if key in noted:
            continue
        noted.add(key)
        found.append(_described(operation))
        pending.extend(tensor.op for tensor in operation.inputs)
        pending.extend(operation.control_inputs)
    if found:
        stream.write({"t": "operations", "operations": found})


def operations(fetched):
    """Note what tensors and operations of a graph are computed from."""
    calls.safely("the operations of a graph", _graph, fetched)


def _feeds(fed):
    import numpy

    found = []
    for key, value in fed.items():
        name = str(getattr(key, "name", key))
        if name in _NOTED["fed"] or len(_NOTED["fed"]) >= _MOST:
            continue
        _NOTED["fed"].add(name)
        array = numpy.asarray(value)
        if array.dtype.kind not in "fiub":
            continue
        text = str(_short(array.tolist()))
        if array.size > _FEW:
            text = "%d numbers, mean %.6g" % (array.size, float(array.mean()))
        found.append(["what %s is fed first" % name, "Feed", [], text, {}])
    if found:
        stream.write({"t": "operations", "operations": found})


def feeds(fed):
    """Note what placeholders are fed when they are fed first."""
    if isinstance(fed, dict):
        calls.safely("what is fed", _feeds, fed)


def _simple(value):
    # What is an object of its own (an initializer) has another class in each release.
    if isinstance(value, (list, tuple)):
        return [_simple(one) for one in value][:8]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    return _short(value) if isinstance(value, (int, float, str, bool, type(None))) else None


def _settings(config, skipped):
    found = {}
    for name, value in (config or {}).items():
        plain = _simple(value)
        if name not in skipped and plain is not None:
            found[name] = plain
    return found


def _layers(model):
    if id(model) in _NOTED["models"]:
        return
    _NOTED["models"].add(id(model))
    found, before = [], []
    pending = list(getattr(model, "layers", ()))
    while pending and len(found) < _MOST:
        layer = pending.pop(0)
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        name = "layer %d" % (len(found) + 1)
        try:
            config = layer.get_config()
        except Exception:  # layers of the user's own need have none
            config = {}
        if "layers" in config:
            config = {}
        found.append([name, kind, before, None, _settings(config, _LAYER_SKIPPED)])
        before = [name]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        config = _settings(optimizer.get_config(), {"name"})
        found.append(["optimizer", type(optimizer).__name__, [], None, config])
        before = before + ["optimizer"]
    found.append(["model %d" % len(_NOTED["models"]), "Model", before, None, {}])
    stream.write({"t": "operations", "operations": found})


def layers(model):
    """Note the layers of a model in their order, and its optimizer."""
    calls.safely("the layers of a model", _layers, model)

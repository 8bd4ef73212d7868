"""Run the signatures of the SavedModels that a command wrote, and read its other files.

A process of its own. Usage: python models.py CONFIG, where CONFIG holds ``models``, ``checkpoints``
and ``summaries``: lists of {path, name}.
"""

import json
import os
import sys
import time

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from tfshift_recorder import examples, files, samples, stream, values  # noqa: E402


def _v1():
    import tensorflow as tf

    return tf.compat.v1 if hasattr(getattr(tf, "compat", None), "v1") else tf


def _meta_graphs(path):
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel()
    binary = os.path.join(path, "saved_model.pb")
    if os.path.exists(binary):
        with open(binary, "rb") as file:
            model.ParseFromString(file.read())
    else:
        from google.protobuf import text_format

        with open(os.path.join(path, "saved_model.pbtxt")) as file:
            text_format.Merge(file.read(), model)
    return model.meta_graphs


def _tags(path):
    """Return the tags to load: those of the graph for serving, else of the first."""
    found = [list(graph.meta_info_def.tags) for graph in _meta_graphs(path)]
    return next((tags for tags in found if "serve" in tags), found[0])


def _feeds(session, inputs):
    feeds = {}
    for start, key in enumerate(sorted(inputs)):
        info = inputs[key]
        if not info.name:
            raise ValueError("input %s is not a dense tensor" % key)
        tensor = session.graph.get_tensor_by_name(info.name)
        shape = samples.shape_of(info.tensor_shape)
        parsed = examples.for_input(session, tensor, shape, start)
        if parsed is None:
            parsed = samples.sample(_numpy_dtype(tensor.dtype), shape, start)
        feeds[tensor] = parsed
    return feeds


def _numpy_dtype(dtype):
    import numpy

    return numpy.dtype(dtype.as_numpy_dtype)


def _same(first, second):
    import numpy

    one, two = numpy.asarray(first), numpy.asarray(second)
    return one.dtype == two.dtype and one.shape == two.shape and one.tobytes() == two.tobytes()


def _run(session, model, key, signature):
    """Run one signature twice; what differs between the two is random and is said to be so."""
    fetches = {name: info.name for name, info in signature.outputs.items() if info.name}
    feeds = _feeds(session, signature.inputs)
    started = time.time()
    first = session.run(fetches, feeds)
    seconds = time.time() - started
    second = session.run(fetches, feeds)
    for name in sorted(fetches):
        title = "saved_model:%s:%s:%s" % (model["name"], key, name)
        if first[name].dtype.kind != "O" and not _same(first[name], second[name]):
            stream.note("random output, not comparable: " + title, "unstable")
        labels = {"0": title}
        stream.step("saved_model", title, values.outputs_of(first[name], labels), seconds)


def _run_loaded(model):
    """Load into a fresh graph with the version 1 loader and run every signature."""
    tf = _v1()
    with tf.Graph().as_default():
        config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
        with tf.Session(config=config) as session:
            graph = tf.saved_model.loader.load(session, _tags(model["path"]), model["path"])
            for key in sorted(graph.signature_def):
                if not key.startswith("__"):
                    _try(model, key, _run, session, model, key, graph.signature_def[key])


def _try(model, key, function, *args):
    try:
        function(*args)
    except Exception as error:
        reason = "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:300])
        stream.note("signature %s of %s was not run: %s" % (key, model["name"], reason))


def _run_restored(model):
    """Load as an object and call every signature: for what only the version 2 loader reads."""
    import tensorflow as tf

    loaded = tf.saved_model.load(model["path"])
    for key in sorted(loaded.signatures):
        _try(model, key, _call, model, key, loaded.signatures[key])


def _call(model, key, function):
    import tensorflow as tf

    inputs = {}
    given = function.structured_input_signature[1]
    for start, name in enumerate(sorted(given)):
        shape = [2 if size is None else size for size in given[name].shape.as_list()]
        array = samples.sample(_numpy_dtype(given[name].dtype), shape, start)
        inputs[name] = tf.constant(array, given[name].dtype)
    started = time.time()
    result = function(**inputs)
    for name in sorted(result):
        title = "saved_model:%s:%s:%s" % (model["name"], key, name)
        labels = {"0": title}
        seconds = time.time() - started
        stream.step("saved_model", title, values.outputs_of(result[name], labels), seconds)


def _one(model):
    try:
        _run_loaded(model)
    except Exception as first:
        try:
            _run_restored(model)
        except Exception as second:
            texts = [str(error).split("\n")[0][:200] for error in (first, second)]
            stream.note("%s was not loaded: %s; %s" % (model["name"], texts[0], texts[1]))


def main():
    """Run all models that the configuration names."""
    with open(sys.argv[1]) as file:
        config = json.load(file)
    stream.configure(config)
    for model in config["models"]:
        _one(model)
    for kind, read in (("checkpoints", files.checkpoint), ("summaries", files.summaries)):
        for found in config.get(kind, ()):
            try:
                read(_v1(), found)
            except Exception as error:
                reason = "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:200])
                stream.note("%s of %s were not read: %s" % (kind, found["name"], reason))


if __name__ == "__main__":
    main()

"""Load a model and run it: python -m run_model REQUEST; writes the outputs where REQUEST says.

REQUEST is a JSON file: ``kind`` (saved_model, graph_def, meta_graph, keras_h5, keras, tflite,
checkpoint), ``path``, ``calls`` (a list of
``signature``, ``inputs`` (key -> tensor name), ``outputs`` (key -> tensor name)), ``data`` (an .npz
with ``CALL/KEY`` arrays), ``out`` (an .npz to write) and ``told`` (a JSON file to write).
Standard library, NumPy and TensorFlow only; Python 3.5 and newer.
"""

import json
import os
import sys
import warnings

import numpy as np


def sessions(request, tf, v1):
    """Run through the loaders of TensorFlow 1; yield a call's number and its outputs."""
    with tf.Graph().as_default(), v1.Session() as session:
        signatures = {}
        if request["kind"] == "saved_model":
            loader = getattr(v1.saved_model, "loader", v1.saved_model)
            meta = loader.load(session, request["tags"], request["path"])
            signatures = meta.signature_def
        elif request["kind"] == "graph_def":
            graph = v1.GraphDef()
            with open(request["path"], "rb") as stream:
                graph.ParseFromString(stream.read())
            (v1.import_graph_def if hasattr(v1, "import_graph_def") else tf.import_graph_def)(
                graph, name=""
            )
        else:
            saver = v1.train.import_meta_graph(request["path"])
            saver.restore(session, request["prefix"])
        data = np.load(request["data"], allow_pickle=False)
        for number, call in enumerate(request["calls"]):
            inputs, outputs = call["inputs"], call["outputs"]
            if call["signature"] in signatures:
                found = signatures[call["signature"]]
                inputs = dict((k, v.name) for k, v in found.inputs.items())
                outputs = dict((k, v.name) for k, v in found.outputs.items())
            feed = dict((name, data["%d/%s" % (number, key)]) for key, name in inputs.items())
            yield number, session.run(outputs, feed)


def objects(request, tf):
    """Run through ``tf.saved_model.load``."""
    model = tf.saved_model.load(request["path"])
    data = np.load(request["data"], allow_pickle=False)
    for number, call in enumerate(request["calls"]):
        function = model.signatures[call["signature"]]
        feed = dict((key, tf.constant(data["%d/%s" % (number, key)])) for key in call["inputs"])
        yield number, dict((key, value.numpy()) for key, value in function(**feed).items())


def keras_model(request, tf):
    """Run a Keras file; what was compiled into it plays no part."""
    model = tf.keras.models.load_model(request["path"], compile=False)
    data = np.load(request["data"], allow_pickle=False)
    for number, call in enumerate(request["calls"]):
        fed = [data["%d/%s" % (number, key)] for key in call["inputs"]]
        found = model.predict(fed if len(fed) > 1 else fed[0])
        found = found if isinstance(found, (list, tuple)) else [found]
        yield number, dict(("output_%d" % n, value) for n, value in enumerate(found))


def interpreted(request, tf):
    """Run through the TFLite interpreter; inputs and outputs go by name, else by place."""
    lite = tf.lite if hasattr(getattr(tf, "lite", None), "Interpreter") else tf.contrib.lite
    model = lite.Interpreter(model_path=request["path"])
    data = np.load(request["data"], allow_pickle=False)
    for number, call in enumerate(request["calls"]):
        places = model.get_input_details()
        fed = dict((key, data["%d/%s" % (number, key)]) for key in call["inputs"])
        by_name = set(place["name"] for place in places) == set(fed)
        values = [fed[p["name"]] for p in places] if by_name else list(fed.values())
        for place, value in zip(places, values):
            model.resize_tensor_input(place["index"], value.shape)
        model.allocate_tensors()
        for place, value in zip(places, values):
            model.set_tensor(place["index"], value.astype(place["dtype"]))
        model.invoke()
        given = model.get_output_details()
        names = list(call["outputs"])
        own = [place["name"] for place in given]
        keys = own if set(own) == set(names) else names if len(names) == len(own) else own
        yield number, dict((k, model.get_tensor(p["index"])) for k, p in zip(keys, given))


def restored(request, tf):
    """Read all tensors of a checkpoint."""
    train = getattr(getattr(tf, "compat", None), "v1", tf).train
    reader = (train if hasattr(train, "NewCheckpointReader") else tf.train).NewCheckpointReader(
        request["prefix"]
    )
    names = sorted(reader.get_variable_to_shape_map())
    yield 0, dict((name, reader.get_tensor(name)) for name in names)


def brief(error):
    return "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:400])


def main(file):
    warnings.simplefilter("ignore")
    with open(file) as stream:
        request = json.load(stream)
    import tensorflow as tf

    v1 = getattr(getattr(tf, "compat", None), "v1", tf)
    v1 = v1 if hasattr(v1, "Session") else tf
    two = int(getattr(tf, "__version__", "1.0").split(".")[0]) >= 2
    ways = [("v1", lambda: sessions(request, tf, v1))]
    if request["kind"] == "tflite":
        ways = [("Interpreter", lambda: interpreted(request, tf))]
    elif request["kind"] == "checkpoint":
        ways = [("NewCheckpointReader", lambda: restored(request, tf))]
    elif request["kind"].startswith("keras"):
        ways = [("load_model", lambda: keras_model(request, tf))]
    elif two and request["kind"] == "saved_model":
        ways.append(("load", lambda: objects(request, tf)))
    errors = {}
    for name, way in ways:
        try:
            found = {}
            for number, outputs in way():
                for key, value in outputs.items():
                    found["%d/%s" % (number, key)] = np.asarray(value)
        except Exception as error:
            errors[name] = brief(error)
            continue
        plain = dict((k, v.astype("U") if v.dtype == object else v) for k, v in found.items())
        np.savez(request["out"], **plain)
        with open(request["told"], "w") as stream:
            json.dump({"loader": name, "errors": errors}, stream)
        return
    with open(request["told"], "w") as stream:
        json.dump({"loader": None, "errors": errors}, stream)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)

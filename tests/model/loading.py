# ruff: noqa
"""Runs in a TensorFlow environment: loads models with every natural loader, each in a forked child.

Usage: loading.py FOLDER; prints JSON, kind -> loader -> error or null.
"""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import saving  # noqa: E402

v1 = tf.compat.v1
TWO = int(tf.__version__.split(".")[0]) >= 2


def attempt(action, golden):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            got = np.asarray(action())
            text = (
                ""
                if got.shape == golden.shape and np.allclose(got, golden, 1e-4, 1e-5)
                else "other outputs"
            )
        except BaseException as error:
            text = "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:200])
        os.write(write, text.encode())
        os._exit(0)
    os.close(write)
    said = b""
    while True:
        chunk = os.read(read, 65536)
        if not chunk:
            break
        said += chunk
    _, status = os.waitpid(child, 0)
    return "died" if status else said.decode() or None


def v1_loader(folder, x):
    with tf.Graph().as_default(), v1.Session() as session:
        meta = v1.saved_model.loader.load(session, ["serve"], folder)
        signature = meta.signature_def["serving_default"]
        (name,) = [t.name for t in signature.outputs.values()]
        (fed,) = [t.name for t in signature.inputs.values()]
        return session.run(name, {fed: x})


def load(folder, x):
    model = tf.saved_model.load(folder)
    function = model.signatures["serving_default"]
    name = list(function.structured_input_signature[1])[0]
    return list(function(**{name: tf.constant(x)}).values())[0].numpy()


def frozen(path, x):
    graph = v1.GraphDef()
    with open(path, "rb") as stream:
        graph.ParseFromString(stream.read())
    with tf.Graph().as_default(), v1.Session() as session:
        v1.import_graph_def(graph, name="")
        return session.run("y:0", {"x:0": x})


def meta_graph(prefix, x):
    with tf.Graph().as_default(), v1.Session() as session:
        v1.train.import_meta_graph(prefix + ".meta").restore(session, prefix)
        return session.run("y:0", {"x:0": x})


def rebuilt(prefix, x):
    with tf.Graph().as_default(), v1.Session() as session:
        fed = v1.placeholder(tf.float32, [None, 4])
        y = saving.linear(fed)
        v1.train.Saver().restore(session, prefix)
        return session.run(y, {fed: x})


def keras(path, x, **how):
    return tf.keras.models.load_model(path, **how).predict(x)


def keras_weights(path, x):
    model = saving.keras_model("seq")
    model.load_weights(path)
    return model.predict(x)


def tflite(path, x):
    interpreter = tf.lite.Interpreter(path)
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], x.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def ways(kind, place):
    if kind.endswith("_sm"):
        folder = place + "/model"
        yield "v1", lambda x: v1_loader(folder, x)
        if TWO:
            yield "load", lambda x: load(folder, x)
    elif kind == "frozen":
        yield "import", lambda x: frozen(place + "/frozen.pb", x)
    elif kind == "checkpoint":
        yield "rebuilt", lambda x: rebuilt(place + "/m.ckpt-7", x)
        yield "meta", lambda x: meta_graph(place + "/m.ckpt-7", x)
    elif kind == "seq_weights":
        yield "weights", lambda x: keras_weights(place + "/m.weights.h5", x)
    elif kind == "tflite":
        yield "tflite", lambda x: tflite(place + "/m.tflite", x)
    else:
        path = place + ("/m.keras" if kind == "fun_keras" else "/m.h5")
        yield "keras", lambda x: keras(path, x)
        yield "bare", lambda x: keras(path, x, compile=False)


def main(folder):
    told = {}
    for kind in sorted(os.listdir(folder)):
        place = os.path.join(folder, kind)
        if not os.path.exists(place + "/golden.npz"):
            continue
        golden = np.load(place + "/golden.npz")
        x, y = golden["x"], golden["y"]
        told[kind] = {name: attempt(lambda way=way: way(x), y) for name, way in ways(kind, place)}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)

# ruff: noqa
"""Runs in a TensorFlow environment: saves small models of many kinds. Usage: saving.py FOLDER."""

import json
import os
import sys

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
TWO = int(tf.__version__.split(".")[0]) >= 2
RANDOM = np.random.RandomState(3)
X = RANDOM.rand(5, 4).astype("float32")


def graph_model(build, folder, freeze=None, checkpoint=None):
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 4], name="x")
        y = tf.identity(build(x), name="y")
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        golden = session.run(y, {x: X})
        if folder:
            start = v1.tables_initializer()
            v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y}, legacy_init_op=start)
        if checkpoint:
            v1.train.Saver().save(session, checkpoint, global_step=7)
        if freeze:
            graph = v1.graph_util.convert_variables_to_constants(
                session, v1.get_default_graph().as_graph_def(), ["y"]
            )
            with open(freeze, "wb") as stream:
                stream.write(graph.SerializeToString())
    return golden


def weights(rows, columns):
    return RANDOM.rand(rows, columns).astype("float32")


def linear(x):
    w = v1.get_variable("w", initializer=weights(4, 3), use_resource=False)
    b = v1.get_variable("b", initializer=np.zeros(3, "float32"), use_resource=False)
    return tf.nn.softmax(tf.matmul(x, w) + b)


def looping(x):
    w = v1.get_variable("w", initializer=weights(4, 4), use_resource=True)
    step = lambda i, h: (i + 1, tf.tanh(tf.matmul(h, w)))  # noqa: E731
    return tf.while_loop(lambda i, h: i < 3, step, [0, x])[1]


def convolved(x):
    k = v1.get_variable("k", initializer=RANDOM.rand(2, 2, 1, 2).astype("float32"))
    image = tf.reshape(x, [-1, 2, 2, 1])
    y = tf.nn.conv2d(image, k, strides=[1, 1, 1, 1], padding="SAME")
    y, _, _ = v1.nn.fused_batch_norm(
        y, [1.0, 2.0], [0.0, 0.5], [0.1, 0.2], [1.0, 1.5], is_training=False
    )
    return tf.reshape(tf.nn.max_pool(y, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), [-1, 2])


def table(x):
    keys = tf.constant([0, 1, 2], tf.int64)
    initializer = tf.lookup.KeyValueTensorInitializer(keys, tf.constant([10.0, 20.0, 30.0]))
    found = v1.lookup.StaticHashTable(initializer, -1.0)
    return found.lookup(tf.cast(x * 3, tf.int64))


def module(folder):
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(weights(4, 3))

        @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
        def __call__(self, x):
            y = tf.matmul(x, self.w)
            y = tf.cond(tf.reduce_sum(y) > 0, lambda: tf.nn.leaky_relu(y), lambda: y)
            return {"y": y}

    net = Net()
    tf.saved_model.save(net, folder, signatures=net.__call__)
    return net(tf.constant(X))["y"].numpy()


def newer(folder):
    """What 1.15 has other ops for: parsing, broadcast selection, segments by int64; and an asset."""
    words = folder + "-words.txt"
    with open(words, "w") as stream:
        stream.write("a\nb\nc\n")
    feature = tf.train.Feature
    example = tf.train.Example(
        features=tf.train.Features(
            feature={
                "numbers": feature(float_list=tf.train.FloatList(value=[0.25, -3.0])),
                "rows": feature(int64_list=tf.train.Int64List(value=[0, 2, 3])),
            }
        )
    ).SerializeToString()
    spec = {
        "numbers": tf.io.FixedLenFeature([2], tf.float32),
        "rows": tf.io.VarLenFeature(tf.int64),
    }

    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(weights(4, 2))
            last = tf.lookup.TextFileIndex.LINE_NUMBER
            whole = tf.lookup.TextFileIndex.WHOLE_LINE
            self.table = tf.lookup.StaticHashTable(
                tf.lookup.TextFileInitializer(words, tf.string, whole, tf.int64, last), -1
            )

        @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
        def __call__(self, x):
            parsed = tf.io.parse_example(tf.fill([tf.shape(x)[0]], example), spec)
            rows = parsed["rows"]
            total = tf.raw_ops.SparseSegmentSum(
                data=self.w, indices=rows.values, segment_ids=rows.indices[:, 0]
            )
            chosen = tf.where(tf.reduce_sum(x, 1, keepdims=True) > 1.5, x, tf.constant(0.5))
            place = tf.cast(self.table.lookup(tf.constant([["b"]])), tf.float32)
            place = tf.tile(place, [tf.shape(x)[0], 1])
            return {"y": tf.concat([chosen, parsed["numbers"], total, place], 1)}

    net = Net()
    tf.saved_model.save(net, folder, signatures=net.__call__)
    os.remove(words)
    return net(tf.constant(X))["y"].numpy()


def keras_model(kind):
    layers = tf.keras.layers
    if kind == "seq":
        return tf.keras.Sequential(
            [
                layers.Dense(6, activation="relu", input_shape=(4,)),
                layers.BatchNormalization(),
                layers.Dense(2),
            ]
        )
    if kind == "rnn":
        return tf.keras.Sequential(
            [
                layers.Reshape((2, 2), input_shape=(4,)),
                layers.LSTM(3, return_sequences=True),
                layers.GRU(2),
            ]
        )
    inputs = tf.keras.Input((4,), name="a")
    left, right = layers.Dense(3)(inputs), layers.Dense(3, activation="tanh")(inputs)
    return tf.keras.Model(inputs, layers.Dense(1)(layers.concatenate([left, right])))


def save_keras(kind, path, only_weights=False):
    model = keras_model(kind)
    golden = model.predict(X)
    if only_weights:
        model.save_weights(path)
    else:
        model.save(path)
    return golden


def tflite(path):
    model = keras_model("seq")
    golden = model.predict(X)
    if not TWO:
        model.save(path + ".h5")
        converter = tf.lite.TFLiteConverter.from_keras_model_file(path + ".h5")
    else:
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
    data = converter.convert()
    with open(path, "wb") as stream:
        stream.write(data)
    return golden


KINDS = {
    "linear_sm": lambda d: graph_model(linear, d + "/model"),
    "looping_sm": lambda d: graph_model(looping, d + "/model"),
    "convolved_sm": lambda d: graph_model(convolved, d + "/model"),
    "table_sm": lambda d: graph_model(table, d + "/model"),
    "frozen": lambda d: graph_model(convolved, None, freeze=d + "/frozen.pb"),
    "checkpoint": lambda d: graph_model(linear, None, checkpoint=d + "/m.ckpt"),
    "module_sm": lambda d: module(d + "/model"),
    "newer_sm": lambda d: newer(d + "/model"),
    "seq_h5": lambda d: save_keras("seq", d + "/m.h5"),
    "fun_h5": lambda d: save_keras("fun", d + "/m.h5"),
    "rnn_h5": lambda d: save_keras("rnn", d + "/m.h5"),
    "seq_weights": lambda d: save_keras("seq", d + "/m.weights.h5", only_weights=True),
    "fun_keras": lambda d: save_keras("fun", d + "/m.keras"),
    "tflite": lambda d: tflite(d + "/m.tflite"),
}
LEAST = {"module_sm": 2, "newer_sm": 2, "fun_keras": 2}


def main(folder):
    saved = {}
    for kind, save in KINDS.items():
        if not TWO and kind in LEAST:
            continue
        place = os.path.join(folder, kind)
        os.makedirs(place)
        try:
            golden = save(place)
        except Exception as error:
            saved[kind] = "%s: %s" % (type(error).__name__, str(error)[:200])
            continue
        np.savez(os.path.join(place, "golden.npz"), x=X, y=golden)
        saved[kind] = None
    print(json.dumps(saved))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)

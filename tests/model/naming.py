# ruff: noqa
"""A network in the words of 1.x and of Keras: python naming.py FOLDER [CHECKPOINT].

Under 1.x it trains a step and saves ``old.ckpt``. Under 2.x it writes what Keras calls the same tensors
(``new.ckpt``, ``new.h5``), or restores CHECKPOINT and tells how far its outputs are from 1.x's.
"""

import json
import os
import sys

import numpy as np
import tensorflow as tf

X = np.random.RandomState(0).rand(2, 8, 8, 1).astype("float32")


def session_network(folder):
    """Four layers as people wrote them, with the state of Adam."""
    tf.set_random_seed(1)
    random = tf.random_normal_initializer()
    x = h = tf.placeholder(tf.float32, [None, 8, 8, 1])
    for n, (i, o) in enumerate(((1, 4), (4, 4), (4, 4))):
        with tf.variable_scope("net/conv%d" % (n + 1)):
            w = tf.get_variable("weights", [3, 3, i, o])
            b = tf.get_variable("biases", [o], initializer=random)
            h = tf.nn.relu(tf.nn.conv2d(h, w, [1, 1, 1, 1], "SAME") + b)
    h = tf.layers.batch_normalization(
        h, gamma_initializer=random, moving_mean_initializer=random,
        moving_variance_initializer=tf.random_uniform_initializer(0.5, 2),
    )  # fmt: skip
    w = tf.get_variable("net/out/w", [256, 5])
    y = tf.matmul(tf.reshape(h, [-1, 256]), w)
    step = tf.train.get_or_create_global_step()
    train = tf.train.AdamOptimizer().minimize(tf.reduce_mean(y**2), global_step=step)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {x: X})
        tf.train.Saver().save(session, os.path.join(folder, "old.ckpt"), write_meta_graph=False)
        np.save(os.path.join(folder, "golden.npy"), session.run(y, {x: X}))
    return {}


def keras_network():
    layers = tf.keras.layers
    convolutions = [layers.Conv2D(4, 3, padding="same", activation="relu") for _ in range(3)]
    return tf.keras.Sequential(
        [tf.keras.Input((8, 8, 1)), *convolutions, layers.BatchNormalization(), layers.Flatten(),
         layers.Dense(5, use_bias=False)]
    )  # fmt: skip


def main(folder, checkpoint=None):
    if tf.__version__.startswith("1."):
        return session_network(folder)
    model = keras_network()
    if checkpoint is None:
        tf.train.Checkpoint(model=model).write(os.path.join(folder, "new.ckpt"))
        return {}
    if checkpoint.endswith(".h5"):
        model.load_weights(checkpoint)
    else:
        tf.train.Checkpoint(model=model).read(checkpoint).assert_consumed()
    golden = np.load(os.path.join(folder, "golden.npy"))
    return {"worst": float(np.abs(model.predict(X, verbose=0) - golden).max())}


if __name__ == "__main__":
    print("\n" + json.dumps(main(*sys.argv[1:])))

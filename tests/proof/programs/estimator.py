# ruff: noqa
"""An Estimator with its own model function, trained, evaluated, asked and exported."""

import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

DATA = {"x": np.linspace(0, 1, 40, dtype="float32").reshape(20, 2)}
TARGET = DATA["x"].sum(1)


def model_fn(features, labels, mode):
    w = tf.get_variable("w", [2, 1])
    predicted = tf.squeeze(tf.matmul(features["x"], w), 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions={"y": predicted})
    loss = tf.losses.mean_squared_error(labels, predicted)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    metrics = {"mae": tf.metrics.mean_absolute_error(labels, predicted)}
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train, eval_metric_ops=metrics)


def inputs():
    return tf.data.Dataset.from_tensor_slices((DATA, TARGET)).shuffle(20).repeat().batch(5)


def last():
    return tf.data.Dataset.from_tensor_slices((DATA, TARGET)).batch(5)


model = tf.estimator.Estimator(model_fn, model_dir=tempfile.mkdtemp())
model.train(inputs, steps=30)
print(sorted(model.evaluate(last).items()))
for item in model.predict(last):
    print(item["y"])
spec = {"x": tf.FixedLenFeature([2], tf.float32)}
receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
model.export_saved_model("estimator_export", receiver)

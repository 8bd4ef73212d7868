import os
import tempfile

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)


def model_fn(features, labels, mode, params):
    predictions = tf.layers.dense(features["x"], 1, kernel_initializer=tf.ones_initializer())
    if mode == tf.estimator.ModeKeys.PREDICT:
        exports = {"y": tf.estimator.export.PredictOutput({"y": predictions})}
        return tf.estimator.EstimatorSpec(mode, {"y": predictions}, export_outputs=exports)
    loss = tf.losses.mean_squared_error(labels, predictions)
    optimizer = tf.train.GradientDescentOptimizer(params["rate"])
    train = optimizer.minimize(loss, tf.train.get_global_step())
    metrics = {"mae": tf.metrics.mean_absolute_error(labels, predictions)}
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train, eval_metric_ops=metrics)


x = np.linspace(0, 1, 16).reshape(16, 1).astype("float32")
feed = tf.estimator.inputs.numpy_input_fn({"x": x}, 3 * x, batch_size=4, num_epochs=None, shuffle=False)
once = tf.estimator.inputs.numpy_input_fn({"x": x}, 3 * x, batch_size=16, num_epochs=1, shuffle=False)
estimator = tf.estimator.Estimator(model_fn, tempfile.mkdtemp(), params={"rate": 0.1})
estimator.train(feed, steps=20)
print({k: round(float(v), 4) for k, v in sorted(estimator.evaluate(once).items())})
print(np.round([p["y"][0] for p in estimator.predict(once)][:3], 4).tolist())
receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
    {"x": tf.placeholder(tf.float32, [None, 1])}
)
path = estimator.export_savedmodel(tempfile.mkdtemp(), receiver)
print(sorted(os.listdir(path)))

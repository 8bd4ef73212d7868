"""A canned estimator on numeric features, with tf.estimator's own input function."""

from __future__ import print_function

import shutil

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)


def data(count, seed):
    random = np.random.RandomState(seed)
    points = random.uniform(-1, 1, (count, 2)).astype(np.float32)
    inside = (np.square(points).sum(axis=1) < 0.6).astype(np.int32)
    return {"x": points[:, 0], "y": points[:, 1]}, inside


def main():
    features, labels = data(600, 1)
    train_input = tf.estimator.inputs.numpy_input_fn(
        features, labels, batch_size=50, num_epochs=10, shuffle=False
    )
    test_features, test_labels = data(200, 2)
    test_input = tf.estimator.inputs.numpy_input_fn(
        test_features, test_labels, num_epochs=1, shuffle=False
    )
    columns = [tf.feature_column.numeric_column("x"), tf.feature_column.numeric_column("y")]
    shutil.rmtree("run", ignore_errors=True)
    classifier = tf.estimator.DNNClassifier(
        hidden_units=[16, 16],
        feature_columns=columns,
        optimizer=tf.train.AdagradOptimizer(0.1),
        model_dir="run",
        config=tf.estimator.RunConfig(tf_random_seed=7),
    )
    classifier.train(train_input)
    result = classifier.evaluate(test_input)
    print("accuracy %.4f, loss %.4f" % (result["accuracy"], result["loss"]))
    first = next(classifier.predict(test_input))
    print("first point: class %d, probability %.4f" % (first["class_ids"][0], first["probabilities"][1]))


if __name__ == "__main__":
    main()

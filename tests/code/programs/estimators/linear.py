"""Linear estimators over each kind of feature column."""

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
rng = np.random.RandomState(3)
x = {
    "age": rng.randint(18, 70, 40).astype("f4"),
    "size": rng.rand(40, 2).astype("f4"),
    "color": np.array(["red", "green", "blue", "pink"] * 10),
    "weight": rng.rand(40).astype("f4"),
}
binary = (x["age"] > 40).astype("i4")
names = np.array(["low", "mid", "high"])[rng.randint(0, 3, 40)]
height = (x["age"] * 0.1 + x["size"][:, 0]).astype("f4")


def columns():
    age = tf.feature_column.numeric_column("age", normalizer_fn=lambda a: a / 50.0)
    size = tf.feature_column.numeric_column("size", shape=[2])
    color = tf.feature_column.categorical_column_with_vocabulary_list("color", ["red", "green", "blue"], num_oov_buckets=1)
    hashed = tf.feature_column.categorical_column_with_hash_bucket("color", 7)
    decades = tf.feature_column.bucketized_column(tf.feature_column.numeric_column("age"), [30.0, 50.0])
    crossed = tf.feature_column.crossed_column([decades, "color"], hash_bucket_size=20)
    return [age, size, color, decades, crossed], hashed


def given(labels, epochs=1, size=16):
    return tf.estimator.inputs.numpy_input_fn(x, labels, batch_size=size, num_epochs=epochs, shuffle=False)


def shown(model, labels):
    model.train(input_fn=given(labels, None, 15), steps=30)
    found = model.evaluate(input_fn=given(labels))
    print(", ".join("%s %.4f" % item for item in sorted(found.items())))
    first = next(model.predict(input_fn=given(None)))
    for key in sorted(first):
        value = first[key]
        print(key, value.dtype, np.round(value, 4).tolist() if value.dtype.kind == "f" else value.tolist())
    print([(n, model.get_variable_value(n).shape) for n in model.get_variable_names()])


dense, hashed = columns()
shown(tf.estimator.LinearClassifier(dense), binary)
shown(tf.estimator.LinearClassifier(dense[:2] + [hashed], n_classes=3, label_vocabulary=["low", "mid", "high"], optimizer=tf.train.AdagradOptimizer(0.1)), names)
shown(tf.estimator.LinearClassifier(dense[:3], weight_column="weight", optimizer=tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01)), binary)
shown(tf.estimator.LinearRegressor(dense, optimizer=tf.train.AdamOptimizer(0.05)), height)
shown(tf.estimator.LinearRegressor(dense[:2], label_dimension=2, optimizer="SGD", loss_reduction=tf.losses.Reduction.MEAN), x["size"])
shown(tf.estimator.LinearRegressor(dense[2:], optimizer=tf.train.MomentumOptimizer(0.01, 0.9)), height)
shown(tf.estimator.LinearRegressor(dense[1:], optimizer=tf.train.RMSPropOptimizer(0.01)), height)
shown(tf.estimator.DNNLinearCombinedClassifier(linear_feature_columns=dense[:2], linear_optimizer=tf.train.AdamOptimizer(0.05)), binary)

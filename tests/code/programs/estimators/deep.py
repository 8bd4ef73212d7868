"""Deep estimators, from the folder of a model that was trained before."""

import sys

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
rng = np.random.RandomState(3)
x = {
    "age": rng.randint(18, 70, 40).astype("f4"),
    "size": rng.rand(40, 2).astype("f4"),
    "color": np.array(["red", "green", "blue", "pink"] * 10),
}
labels = rng.randint(0, 3, 40)
binary = (x["age"] > 40).astype("i4")
height = (x["age"] * 0.1 + x["size"][:, 0]).astype("f4")
age = tf.feature_column.numeric_column("age", normalizer_fn=lambda a: a / 50.0)
size = tf.feature_column.numeric_column("size", shape=[2])
color = tf.feature_column.categorical_column_with_vocabulary_list("color", ["red", "green", "blue"])
vector = tf.feature_column.embedding_column(color, dimension=3)
shown = tf.feature_column.indicator_column(color)


def given(y, epochs=1, size=16):
    return tf.estimator.inputs.numpy_input_fn(x, y, batch_size=size, num_epochs=epochs, shuffle=False)


def run(model, y, fresh):
    if fresh:
        model.train(input_fn=given(y, None, 15), steps=5)
        return
    model.train(input_fn=given(y, None, 15), steps=20)
    found = model.evaluate(input_fn=given(y), name="again")
    print(type(model).__name__, ", ".join("%s %.4f" % item for item in sorted(found.items())))
    first = next(model.predict(input_fn=given(None)))
    print({key: np.round(first[key], 4).tolist() for key in sorted(first) if first[key].dtype.kind == "f"})
    print(model.get_variable_names())


def main(folder, fresh):
    run(tf.estimator.DNNClassifier([8, 4], [age, size, vector], n_classes=3, model_dir=folder + "/a"), labels, fresh)
    run(tf.estimator.DNNClassifier(hidden_units=[6], feature_columns=[age, shown], batch_norm=True, activation_fn=tf.nn.tanh, optimizer=tf.train.AdamOptimizer(0.01), model_dir=folder + "/b"), binary, fresh)
    run(tf.estimator.DNNRegressor([6], [age, vector], optimizer=tf.train.ProximalAdagradOptimizer(0.1, l1_regularization_strength=0.001), model_dir=folder + "/c"), height, fresh)
    run(tf.estimator.DNNLinearCombinedClassifier(linear_feature_columns=[color], dnn_feature_columns=[age, size], dnn_hidden_units=[5, 5], dnn_optimizer="Adam", model_dir=folder + "/d"), binary, fresh)
    run(tf.estimator.DNNLinearCombinedRegressor(linear_feature_columns=[age], dnn_feature_columns=[shown], dnn_hidden_units=[5], model_dir=folder + "/e"), height, fresh)


main(sys.argv[1], len(sys.argv) > 2)

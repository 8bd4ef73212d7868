import numpy as np
import tensorflow as tf

fc = tf.feature_column
age = fc.numeric_column("age")
columns = [
    age,
    fc.bucketized_column(age, [10, 20]),
    fc.indicator_column(fc.categorical_column_with_vocabulary_list("colour", ["red", "green"])),
    fc.embedding_column(fc.categorical_column_with_identity("place", 4), 2, initializer=tf.ones_initializer()),
]
features = {"age": [[5.0], [25.0]], "colour": [["green"], ["blue"]], "place": [[1], [3]]}
net = fc.input_layer(features, columns)
linear = fc.linear_model(features, columns[:3])
with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
    print(np.round(sess.run(net), 3).tolist(), sess.run(linear).tolist())
example = tf.train.Example()
example.features.feature["age"].float_list.value.append(2.0)
parsed = tf.parse_single_example(example.SerializeToString(), fc.make_parse_example_spec([age]))
print(tf.Session().run(parsed))

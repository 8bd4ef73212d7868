import tensorflow as tf

data = tf.data.Dataset.from_tensor_slices({"a": [1, 2, 3, 4], "b": [1.0, 2.0, 3.0, 4.0]})
data = data.map(lambda row: (row["a"] * 2, row["b"])).batch(3, drop_remainder=False).repeat(2)
one = data.make_one_shot_iterator().get_next()
again = data.make_initializable_iterator()
both = tf.data.Iterator.from_structure(data.output_types, data.output_shapes)
start = both.make_initializer(data)
print(data.output_types, data.output_shapes)
with tf.Session() as sess:
    try:
        while True:
            print([part.tolist() for part in sess.run(one)])
    except tf.errors.OutOfRangeError:
        print("end")
    sess.run([again.initializer, start])
    print(sess.run([again.get_next()[0], both.get_next()[1]]))

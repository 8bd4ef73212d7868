import numpy as np
import tensorflow as tf
data = np.arange(12, dtype=np.float32).reshape(6, 2)
test = tf.data.Dataset.from_tensor_slices(data[:2]).batch(1)
trainset = tf.data.Dataset.from_tensor_slices(data).batch(3)
it = tf.data.Iterator.from_structure(trainset.output_types, trainset.output_shapes)
value = it.get_next()
begin_train = it.make_initializer(trainset)
begin_test = it.make_initializer(test)
s = tf.reduce_sum(value)
with tf.Session() as sess:
    for begin in range(2):
        sess.run(begin_train)
        print(sess.run(s))
        sess.run(begin_test)
        print(sess.run(s), sess.run(value).tolist())

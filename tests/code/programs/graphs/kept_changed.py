import numpy as np
import tensorflow as tf

# What no part of the graph was built from may change, and what was built from it before may not.
sizes = [3]
sizes.append(1)
sizes[0] = 2
x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable(tf.ones(sizes))
y = tf.matmul(x, w)
history, table = [], {}
data = np.arange(4.0).reshape(2, 2)


def keep(value):
    history.append(float(value))
    table[len(history)] = value


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        data[0] += i
        found = sess.run(y, {x: data})
        keep(found.sum())
    np.random.RandomState(0).shuffle(data)
    print(history, sorted(table), data.tolist())

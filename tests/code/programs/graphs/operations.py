"""Operations that have other names, or do something else, in TensorFlow 2.x."""

import numpy as np
import tensorflow as tf

images = tf.constant(np.arange(32, dtype=np.float32).reshape(1, 4, 4, 2))
rows = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
sparse = tf.SparseTensor([[0, 1], [2, 0]], [3.0, 4.0], [3, 2])
words = tf.string_split(["a b", "c  d,e"])
parts = tf.strings.split(["a-b", "c"], sep="-")
table = tf.Variable([1.0, 2.0, 3.0, 4.0])
grid = tf.Variable(tf.zeros([2, 2]))
fed = tf.placeholder(tf.float32, [None, 2])
weights = tf.sparse_placeholder(tf.float32)

counted = tf.while_loop(lambda i: i < 10, lambda i: i + 3, [tf.constant(0)])
pair = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (tf.constant(0), fed))
shown = tf.Print(fed, [fed, counted], message="fed: ")
bound = tf.py_func(lambda x: np.cumsum(x, axis=0), [fed], tf.float32)
stacked = tf.parallel_stack([rows[0], rows[1]])
weighed = tf.sparse_tensor_dense_matmul(weights, fed)
split, kept = tf.setdiff1d([1, 2, 3, 4], [2, 4])
pieces = tf.dynamic_partition(rows, [0, 1], 2)
pieces[1] = pieces[1] + 1.0
constant = tf.constant(3.0)
double = 2 * constant
slope = tf.gradients(constant + double, [constant])
keys = tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
lookup = tf.lookup.StaticHashTable(keys, -1)
found = lookup.lookup(tf.constant(["b", "z"]))
with tf.GradientTape() as tape:
    tape.watch(rows)
    squares = tf.reduce_sum(rows * rows)
taped = tape.gradient(squares, rows)
written = tf.TensorArray(tf.float32, 2).write(0, 1.0).write(1, constant).stack()
copied = tf.Variable(table.initialized_value() * 2.0)
assert table == table
assert constant.graph is tf.get_default_graph()
assert rows.shape == rows.get_shape()

with tf.Session() as sess:
    print(sess.run(tf.global_variables_initializer()))
    sess.run(tf.tables_initializer())
    for size in ([8, 8], [2, 3]):
        for method in range(4):
            print(sess.run(tf.image.resize_images(images, size, method)).sum())
        print(sess.run(tf.image.resize_bilinear(images, size, align_corners=True)).ravel()[:5])
    print(sess.run(tf.extract_image_patches(images, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")).ravel())
    print(sess.run(tf.depth_to_space(tf.ones([1, 1, 1, 4]), 2)).shape)
    print(sess.run(tf.batch_gather(rows, [[2, 0], [1, 1]])))
    print(sess.run(sparse), sess.run(tf.sparse_tensor_to_dense(sparse)))
    print(sess.run(tf.sparse_add(sparse, sparse)).values, sess.run(tf.sparse_reduce_sum(sparse, 0)))
    print(sess.run(tf.sparse_to_dense([[0, 1], [1, 0]], [2, 2], [5, 6])))
    print(sess.run(tf.sparse_segment_sum(rows, [0, 1], [0, 0])))
    print(sess.run(words), sess.run(parts).dense_shape)
    value = sess.run([sparse, rows])
    print(value[0].indices.tolist(), value[1].tolist())
    feed = tf.SparseTensorValue([[0, 0], [1, 1]], [2.0, 3.0], [2, 2])
    print(sess.run(weighed, {fed: [[1, 2], [3, 4]], weights: feed}))
    print(sess.run(weighed, feed_dict={fed: [[1, 2]], weights: ([[0, 0]], [2.0], [1, 1])}))
    print(sess.run(counted), sess.run(pair, {fed: [[1.0, 2.0]]}))
    print(sess.run(shown, {fed: [[1.0, 2.0]]}), sess.run(bound, {fed: [[1, 2], [3, 4]]}))
    print(sess.run(stacked), sess.run([split, kept]), sess.run(pieces))
    print(sess.run(slope), sess.run(taped), sess.run(found), sess.run(written), sess.run(copied))
    print(sess.run(tf.scatter_update(table, [0, 2], [9.0, 8.0])), sess.run(tf.scatter_sub(table, [1], [1.0])))
    print(sess.run(tf.scatter_nd_add(grid, [[0, 1]], [5.0])))
    table.load([1.0, 1.0, 1.0, 1.0], sess)
    print(table.eval(sess), tf.get_default_session().run(table))
    print(sess.run(tf.substr("hello", 1, 3)), sess.run(tf.to_complex64([1.0])))
    print(sess.run(tf.ragged.constant([[1, 2], [3]])), sess.run(tf.ragged.constant([[1], []])).to_list())
    print(sess.run(tf.reshape(images, [-1, int(np.prod(images.shape[1:]))])).shape)

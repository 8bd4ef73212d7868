import tensorflow as tf

image = tf.placeholder(tf.float32, [None, 4]) / 255.0
flat = tf.placeholder(tf.float32, [None, 4], name="flat")
square = tf.reshape(flat, [-1, 2, 2])
label = tf.placeholder(tf.int32, [None])
total = tf.reduce_sum(image, 1)
mixed = tf.reduce_sum(square) + tf.reduce_sum(total)
x = tf.placeholder(tf.float32, [None])
twice = x * 2.0
with tf.Session() as sess:
    print(sess.run(total, {image: [[1, 2, 3, 4]]}).tolist())
    print(sess.run(mixed, {image: [[1, 2, 3, 4]], square: [[[1, 2], [3, 4]]]}))
    print(sess.run(mixed, {image: [[0, 0, 0, 0]], flat: [[1, 2, 3, 5]]}))
    print(sess.run(twice, {x: [1.0, 2.0]}).tolist(), sess.run(label, {label: [1]}).tolist())
    print(sess.run((twice, label), {x: [0.5], label: [2]}), sess.run((x,), {x: [2.0]}))

x = tf.placeholder(tf.int32, [None], name="again")
half = tf.add(2, 5)
more = tf.multiply(half, 3) + tf.reduce_sum(x)
with tf.Session() as sess:
    print(sess.run(more, {x: [1, 2]}), sess.run(more, feed_dict={x: [0], half: 15}))

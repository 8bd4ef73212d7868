import tensorflow as tf

a = tf.constant(2)
b = tf.constant([[1.0, 2.0], [3.0, 4.0]])
with tf.Session() as sess:
    print(sess.run(a), sess.run(a * 3), sess.run([a, tf.reduce_sum(b)]))
    print(sess.run(tf.split(b, 2, 1)))

x = tf.placeholder(tf.float32, [None, 2], name="x")
n = tf.placeholder(tf.int32)
with tf.name_scope("product"):
    # Both of them.
    y = tf.matmul(x, b)
    z = tf.reduce_sum(y) * tf.to_float(n)
sess = tf.Session()
print(sess.run(y, feed_dict={x: [[1, 2]]}))
print(sess.run([y, z], {x: [[0.5, 1]], n: 3}))
feed = {x: [[1.0, 1.0]], n: 2}
total, _ = sess.run([z, y], feed_dict=feed)
print("%.2f" % total)
sess.close()

import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3], name="x")
w = tf.Variable(tf.ones([3, 2]), name="w")
y = tf.matmul(x, w, name="y")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, feed_dict={x: [[1.0, 2.0, 3.0]]}))
    print(sess.run("y:0", {"x:0": [[0.0, 1.0, 0.0]]}))
print([v.name for v in tf.trainable_variables()])
print([op.type for op in tf.get_default_graph().get_operations()][:3])

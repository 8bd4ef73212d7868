import tempfile
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2], name="x")
w = tf.Variable([[1.0], [2.0]], name="w")
with tf.name_scope("model"):
    y = tf.matmul(x, w)
    tf.summary.histogram("y out", y)
with tf.name_scope("cost"):
    cost = tf.reduce_mean(tf.square(y - 1.0))
    tf.summary.scalar("cost", cost)
tf.summary.histogram("weights", w)
train = tf.train.GradientDescentOptimizer(0.05).minimize(cost)
merged = tf.summary.merge_all()
with tf.Session() as sess:
    writer = tf.summary.FileWriter(tempfile.mkdtemp(), sess.graph)
    sess.run(tf.global_variables_initializer())
    for step in range(5):
        _, summary, c = sess.run([train, merged, cost], feed_dict={x: [[1, 2], [3, step]]})
        writer.add_summary(summary, step)
        print("%.6f" % c)
    writer.add_summary(sess.run(merged, {x: [[1, 1]]}), global_step=9)
    writer.close()

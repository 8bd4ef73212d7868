import tempfile

import tensorflow as tf

tf.set_random_seed(7)
scores = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
scores.write("a,b,c,d\n" + "".join("%d,%d,%d,%d\n" % (n, n + 3, 50 - n, 2 * n) for n in range(25)))
scores.close()
filename_queue = tf.train.string_input_producer([scores.name], shuffle=False)
reader = tf.TextLineReader(skip_header_lines=1)
key, value = reader.read(filename_queue)
columns = tf.decode_csv(value, record_defaults=[[0.0], [0.0], [0.0], [0.0]])
features = tf.stack(columns[:3]) / 10
x_batch, y_batch = tf.train.batch([features, columns[-1:]], batch_size=10)

x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(tf.random_normal([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
train = tf.train.GradientDescentOptimizer(1e-3).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess=sess, coord=coord)
    for step in range(6):
        xs, ys = sess.run([x_batch, y_batch])
        _, l = sess.run([train, loss], feed_dict={x: xs, y: ys})
        print(xs.shape, xs[0, 0], ys[-1], "%.4f" % l)
    coord.request_stop()
    coord.join(threads)

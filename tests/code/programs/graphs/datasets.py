import numpy as np
import tensorflow as tf

data = np.arange(12, dtype=np.float32).reshape(6, 2)
tfx = tf.placeholder(tf.float32, data.shape)
dataset = tf.data.Dataset.from_tensor_slices((tfx, data[:, :1]))
dataset = dataset.batch(2)
iterator = dataset.make_initializable_iterator()
bx, by = iterator.get_next()
once = tf.data.Dataset.range(4).make_one_shot_iterator()
n = once.get_next()
w = tf.Variable([[0.1], [0.2]])
loss = tf.reduce_mean(tf.square(tf.matmul(bx, w) - by))
train = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
with tf.Session() as sess:
    sess.run([iterator.initializer, tf.global_variables_initializer()], feed_dict={tfx: data})
    for epoch in range(2):
        if epoch:
            sess.run(iterator.initializer, {tfx: data + 1})
        try:
            while True:
                _, l = sess.run([train, loss])
                print("%.5f" % l)
        except tf.errors.OutOfRangeError:
            print("end")
    print(sess.run(n), sess.run(n) + 1)


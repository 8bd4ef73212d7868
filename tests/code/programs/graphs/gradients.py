import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable([[1.0], [2.0]])
b = tf.Variable([0.5])
rate = tf.Variable(0.5, trainable=False)
cost = tf.reduce_sum(tf.square(tf.matmul(x, w) + b)) * rate
slope = tf.gradients(cost, x)[0]
optimizer = tf.train.GradientDescentOptimizer(0.01)
gvs = optimizer.compute_gradients(cost)
capped = [(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in gvs]
train = optimizer.apply_gradients(capped)
params = tf.trainable_variables()
grads, norm = tf.clip_by_global_norm(tf.gradients(cost, params), 2.0)
other = tf.train.MomentumOptimizer(0.1, 0.9)
count = tf.Variable(0, trainable=False)
step = other.apply_gradients(zip(grads, params), global_step=count)
penalty = tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print([value.tolist() for value in sess.run([slope, cost, penalty], {x: [[1, 2]]})])
    for i in range(3):
        _, n = sess.run([step, norm], {x: [[1, 2]]})
        print("%.5f" % n, sess.run(cost, {x: [[1, 2]]}))
        sess.run(train, feed_dict={x: [[2, 1]]})
    print(sess.run(w).tolist(), sess.run(b).tolist(), sess.run(count))

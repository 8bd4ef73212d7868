import tensorflow as tf

x = tf.placeholder(tf.float32, [None])
w = tf.Variable(2.0)
y = tf.reduce_sum(x) * w
twice = [(n, y * n) for n in (1, 2)]
double = lambda t: t * 2
z = double(y)
train = tf.train.AdagradOptimizer(0.1).minimize(y)
sess = tf.Session()
sess.run(tf.global_variables_initializer())


def evaluate(values):
    """Sum, in the session of the module."""
    total = 0.0
    for value in values:
        total += sess.run(y, feed_dict={x: [value, 1.0]})
    return total


print(evaluate([1.0, 2.0]))
for i in range(3):
    _, w_ = sess.run([train, w], {x: [1.0]})
print(evaluate([3.0]), sess.run(z, {x: [1.0]}))
w = sess.run(w)
print("%.5f" % w, sess.run(y, {x: [w]}))
sess.close()

import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable([[1.0], [2.0]])
v = tf.Variable([[3.0], [2.0]])
lr = 0.1
opt = tf.train.GradientDescentOptimizer(lr)
a = tf.reduce_sum(tf.matmul(x, w))
b = tf.reduce_sum(tf.square(tf.matmul(x, v)))
train_a = opt.minimize(a)
train_b = opt.minimize(b)
u = tf.Variable(w * 2)
z = tf.Variable(tf.zeros_like(w))
both = tf.group(w.assign(w * 2), v.assign(v + 1))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        sess.run(train_a, {x: [[1, 2]]})
        sess.run(train_b, {x: [[1, 2]]})
        print(sess.run([a, b], {x: [[1, 2]]}))
    sess.run(both)
    print(sess.run(w), sess.run(v), sess.run(u), sess.run(z))
    print(sess.run(tf.div(7.0, 2.0)), sess.run(tf.div(7, 2)), sess.run(tf.div(-7, 2)))
    print(sess.run(tf.div(a, 2), {x: [[1, 2]]}))

# Another graph under the same names.
tf.reset_default_graph()
sess = tf.Session()
x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable([[5.0], [6.0]])
opt = tf.train.GradientDescentOptimizer(0.5)
a = tf.reduce_sum(tf.matmul(x, w))
train_a = opt.minimize(a)
sess.run(tf.global_variables_initializer())
for i in range(2):
    sess.run(train_a, feed_dict={x: [[1, 2]]})
print("last", sess.run(w), sess.run(a, {x: [[1, 1]]}))

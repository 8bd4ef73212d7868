import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable([[1.0], [2.0]])
b = tf.Variable(1.0)
gradients = 3.0
variables = [w]
tape = 2.0
y = tf.matmul(x, w) * b * gradients * tape
t = tf.train.GradientDescentOptimizer(0.01).minimize(y, var_list=variables)
loss = 5.0
u = tf.train.GradientDescentOptimizer(0.01).minimize(tf.reduce_sum(y) * loss, var_list=[b])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        sess.run(t, {x: [[1, 2]]})
        sess.run(u, {x: [[1, 2]]})
    _, both = sess.run([u, y], {x: [[1, 2]]})
    print(both)
    print(sess.run(w), sess.run(b))

import numpy as np
import tensorflow as tf
class Model(object):
    def __init__(self, X):
        self.X = X
        self.n = 3
    def fit(self, Y, epochs=2):
        X = self.X * 2.0
        n = self.n
        w = tf.Variable(tf.ones([2, 1]))
        tx = tf.placeholder(tf.float32, [None, 2])
        ty = tf.placeholder(tf.float32, [None, 1])
        loss = tf.reduce_mean(tf.square(tf.matmul(tx, w) - ty))
        step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for i in range(epochs):
                _, l = sess.run([step, loss], {tx: X, ty: Y})
                print(i, "%.4f" % l)
        self.loss = l
        n += 1
        return n
X = np.ones((2, 2))
Y = np.ones((2, 1))
n = 10
i = 7
m = Model(X)
got = m.fit(Y)
print(got, n, i, X.tolist(), "%.4f" % m.loss, m.n)

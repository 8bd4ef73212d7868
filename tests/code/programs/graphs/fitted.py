import numpy as np
import tensorflow as tf


class Regression(object):
    def __init__(self, hidden):
        self.hidden = hidden
        self.history = []

    def fit(self, X, Y, rate=0.1, epochs=5, show=False):
        N, D = X.shape
        self.w = tf.Variable(tf.ones([D, self.hidden]) * 0.1, name="w")
        self.v = tf.Variable(np.ones((self.hidden, 1), dtype=np.float32) * 0.2, name="v")
        tfX = tf.placeholder(tf.float32, shape=(None, D), name="X")
        tfY = tf.placeholder(tf.float32, shape=(None, 1), name="Y")
        hidden = tf.nn.tanh(tf.matmul(tfX, self.w))
        out = tf.matmul(hidden, self.v)
        cost = tf.reduce_mean(tf.square(out - tfY))
        train_op = tf.train.MomentumOptimizer(rate, momentum=0.9).minimize(cost)
        init = tf.global_variables_initializer()
        with tf.Session() as session:
            session.run(init)
            for i in range(epochs):
                session.run(train_op, feed_dict={tfX: X, tfY: Y})
                c = session.run(cost, feed_dict={tfX: X, tfY: Y})
                self.history.append(c)
                print("%d %.4f" % (i, c))
        if show:
            print("shown")
        return self


def main():
    X = np.random.RandomState(0).rand(20, 3)
    Y = X.sum(1, keepdims=True)
    model = Regression(4)
    model.fit(X, Y, epochs=4)
    print(len(model.history), "%.4f" % model.history[-1], model.hidden)


if __name__ == "__main__":
    main()

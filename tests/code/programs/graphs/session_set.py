import numpy as np
import tensorflow as tf


class Model(object):
    def __init__(self, D):
        self.W = tf.Variable(tf.zeros(shape=(D, 1)), name="w")
        self.X = tf.placeholder(tf.float32, shape=(None, D), name="X")
        self.Y = tf.placeholder(tf.float32, shape=(None,), name="Y")
        Y_hat = tf.reshape(tf.matmul(self.X, self.W), [-1])
        delta = self.Y - Y_hat
        cost = tf.reduce_sum(delta * delta)
        self.train_op = tf.train.GradientDescentOptimizer(0.01).minimize(cost)
        self.predict_op = Y_hat

    def set_session(self, session):
        self.session = session

    def partial_fit(self, X, Y):
        self.session.run(self.train_op, feed_dict={self.X: X, self.Y: Y})

    def predict(self, X):
        return self.session.run(self.predict_op, feed_dict={self.X: X})


def main():
    model = Model(3)
    init = tf.global_variables_initializer()
    session = tf.InteractiveSession()
    session.run(init)
    model.set_session(session)
    X = np.random.RandomState(0).rand(10, 3)
    for i in range(3):
        model.partial_fit(X, X.sum(1))
        print(model.predict(X[:2]).round(4))


main()

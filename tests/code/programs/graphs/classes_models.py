import numpy as np
import tensorflow as tf

rate = 0.05
data = np.random.RandomState(3)
rows = data.rand(12, 6)
marks = np.eye(3)[data.randint(0, 3, 12)]


class Model:
    """A small classifier."""

    def __init__(self, sess, name, width=4):
        self.sess = sess
        self.name = name
        self._build_net(width)

    def _build_net(self, hidden):
        with tf.variable_scope(self.name):
            self.keep_prob = tf.placeholder(tf.float32)
            self.X = tf.placeholder(tf.float32, [None, 6])
            # What is wanted.
            self.Y = tf.placeholder(tf.float32, [None, 3])

            W1 = tf.Variable(tf.random_normal([6, hidden], stddev=0.3, seed=5))
            b1 = tf.get_variable("b1", [hidden], initializer=tf.zeros_initializer())
            L1 = tf.nn.relu(tf.matmul(self.X, W1) + b1)
            L1 = tf.nn.dropout(L1, keep_prob=self.keep_prob, seed=7)
            W2 = tf.get_variable("W2", shape=[hidden, 3], initializer=tf.contrib.layers.xavier_initializer(seed=2))
            self.logits = tf.matmul(L1, W2)

        # A loss and what makes it small.
        self.cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=self.logits, labels=self.Y))
        self.optimizer = tf.train.AdamOptimizer(learning_rate=rate).minimize(self.cost)
        correct = tf.equal(tf.argmax(self.logits, 1), tf.argmax(self.Y, 1))
        self.accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

    def predict(self, x_test, keep_prop=1.0):
        return self.sess.run(self.logits, feed_dict={self.X: x_test, self.keep_prob: keep_prop})

    def get_accuracy(self, x_test, y_test):
        return self.sess.run(self.accuracy, {self.X: x_test, self.Y: y_test, self.keep_prob: 1.0})

    def train(self, x_data, y_data, keep_prop=0.7):
        return self.sess.run(
            [self.cost, self.optimizer], feed_dict={self.X: x_data, self.Y: y_data, self.keep_prob: keep_prop}
        )

    @staticmethod
    def label(number):
        return "model %d" % number


sess = tf.Session()
models = []
for m in range(2):
    models.append(Model(sess, "model" + str(m), width=4 + m))
sess.run(tf.global_variables_initializer())

for epoch in range(4):
    for number, m in enumerate(models):
        c, _ = m.train(rows, marks)
        print(Model.label(number), "%.5f" % c)
for m in models:
    print("%.4f" % m.get_accuracy(rows, marks), np.round(m.predict(rows[:2]), 4))

import tensorflow as tf


class Regressor(object):
    """A small network."""

    def __init__(self, features, units, learning_rate=0.05):
        self.features = features
        self.units = units
        self.x = tf.placeholder(tf.float32, [None, features], name="x")
        self.y = tf.placeholder(tf.float32, [None, 1], name="y")
        self.keep_prob = tf.placeholder_with_default(1.0, [])
        self.prediction = self._network(self.x)
        self.loss = self._loss()
        self.train_op = self._training(learning_rate)

    def _network(self, inputs):
        with tf.variable_scope("network"):
            w = tf.get_variable("w", [self.features, self.units],
                                initializer=tf.random_normal_initializer(stddev=0.3, seed=1))
            b = tf.get_variable("b", [self.units], initializer=tf.zeros_initializer())
            # What is dropped is drawn in each run.
            hidden = tf.nn.dropout(tf.nn.tanh(tf.matmul(inputs, w) + b), self.keep_prob, seed=2)
            return tf.layers.dense(
                hidden, 1, kernel_initializer=tf.random_normal_initializer(stddev=0.3, seed=3), name="out"
            )

    def _loss(self):
        error = self.prediction - self.y
        return tf.reduce_mean(tf.square(error))

    def _training(self, learning_rate):
        optimizer = tf.train.AdamOptimizer(learning_rate)
        step = optimizer.minimize(self.loss)
        return step

"""Placeholders that one branch alone makes and feeds, and normal distributions."""

import numpy as np
import tensorflow as tf


class Policy(object):
    def __init__(self, penalised):
        self.penalised = penalised
        self.sess = tf.Session()
        self.x = tf.placeholder(tf.float32, [None, 2], "x")
        self.given = tf.placeholder(tf.float32, [None, 1], "given")
        with tf.variable_scope("policy"):
            self.w = tf.Variable([[0.5], [-0.25]], name="w")
            self.b = tf.Variable([1.0], name="b")
            mean = tf.matmul(self.x, self.w)
            chosen = tf.distributions.Normal(loc=mean, scale=tf.nn.softplus(self.b))
        before = tf.distributions.Normal(mean * 0.5, 1.5)
        with tf.variable_scope("loss"):
            gain = tf.reduce_mean(chosen.log_prob(self.given))
            if self.penalised:
                self.rate = tf.placeholder(tf.float32, None, "rate")
                kl = tf.distributions.kl_divergence(before, chosen)
                self.kl = tf.reduce_mean(kl)
                self.loss = -(gain - self.rate * self.kl)
            else:
                self.loss = -gain + tf.reduce_mean(chosen.entropy() * chosen.prob(self.given))
        self.train = tf.train.AdamOptimizer(0.05).minimize(self.loss)
        self.drawn = tf.shape(chosen.sample(3))
        self.spread = chosen.stddev()
        self.sess.run(tf.global_variables_initializer())

    def update(self, x, given):
        if self.penalised:
            for step in range(3):
                _, kl = self.sess.run(
                    [self.train, self.kl], {self.x: x, self.given: given, self.rate: 0.1 * step})
                print("kl", round(float(kl), 3))
        else:
            self.sess.run(self.train, {self.x: x, self.given: given})

    def show(self, x):
        print(self.sess.run(self.drawn, {self.x: x}), np.round(self.sess.run(self.spread, {self.x: x}).ravel(), 3))
        print(np.round(self.sess.run([self.w, self.b])[0].ravel(), 3))


numbers = np.array([[1.0, 2.0], [0.5, -1.0], [-2.0, 0.25]], np.float32)
for penalised in (True, False):
    policy = Policy(penalised)
    for _ in range(4):
        policy.update(numbers, numbers[:, :1] * 0.5)
    policy.show(numbers)

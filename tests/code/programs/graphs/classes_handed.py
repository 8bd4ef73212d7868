import numpy as np
import tensorflow as tf


class Actor(object):
    def __init__(self, sess, n_features, n_actions, lr=0.1):
        self.sess = sess
        self.s = tf.placeholder(tf.float32, [1, n_features], "state")
        self.a = tf.placeholder(tf.int32, None, "act")
        self.td_error = tf.placeholder(tf.float32, None, "td_error")
        with tf.variable_scope("Actor"):
            l1 = tf.layers.dense(
                inputs=self.s, units=4, activation=tf.nn.relu,
                kernel_initializer=tf.random_normal_initializer(0.0, 0.1, seed=1), name="l1")
            self.acts_prob = tf.layers.dense(
                inputs=l1, units=n_actions, activation=tf.nn.softmax,
                kernel_initializer=tf.random_normal_initializer(0.0, 0.1, seed=2), name="acts_prob")
        with tf.variable_scope("exp_v"):
            log_prob = tf.log(self.acts_prob[0, self.a])
            self.exp_v = tf.reduce_mean(log_prob * self.td_error)
        with tf.variable_scope("train"):
            self.train_op = tf.train.AdamOptimizer(lr).minimize(-self.exp_v)

    def learn(self, s, a, td):
        s = s[np.newaxis, :]
        feed_dict = {self.s: s, self.a: a, self.td_error: td}
        _, exp_v = self.sess.run([self.train_op, self.exp_v], feed_dict)
        return exp_v

    def choose_action(self, s):
        probs = self.sess.run(self.acts_prob, {self.s: s[np.newaxis, :]})
        return int(np.argmax(probs))


class Critic(object):
    def __init__(self, n_features, lr=0.01):
        self.s = tf.placeholder(tf.float32, [1, n_features], "state")
        self.v_ = tf.placeholder(tf.float32, [1, 1], "v_next")
        self.r = tf.placeholder(tf.float32, None, "r")
        with tf.variable_scope("Critic"):
            self.v = tf.layers.dense(
                inputs=self.s, units=1, activation=None, name="V",
                kernel_initializer=tf.random_normal_initializer(0.0, 0.1, seed=3))
        self.td_error = self.r + 0.9 * self.v_ - self.v
        self.loss = tf.square(self.td_error)
        self.train_op = tf.train.AdamOptimizer(lr).minimize(self.loss)

    def learn(self, sess, s, r, s_):
        s, s_ = s[np.newaxis, :], s_[np.newaxis, :]
        v_ = sess.run(self.v, {self.s: s_})
        td_error, _ = sess.run([self.td_error, self.train_op], {self.s: s, self.v_: v_, self.r: r})
        return td_error


def play(sess, actor, critic, steps):
    state = np.ones(3)
    for step in range(steps):
        action = actor.choose_action(state)
        other = state * 0.9 + action
        td_error = critic.learn(sess, state, 1.0, other)
        print(action, np.round(td_error, 4), "%.5f" % actor.learn(state, action, td_error))
        state = other


sess = tf.Session()
actor = Actor(sess, n_features=3, n_actions=2)
critic = Critic(3, lr=0.05)
sess.run(tf.global_variables_initializer())
play(sess, actor, critic, steps=4)

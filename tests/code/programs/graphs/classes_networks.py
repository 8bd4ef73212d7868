import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
TAU = 0.1


class Agent(object):
    """Two networks of the same kind: one is trained, the other one follows it."""

    def __init__(self, n_states, n_actions, sess=None):
        self.n_actions = n_actions
        self.s = tf.placeholder(tf.float32, [None, n_states], "s")
        self.s_ = tf.placeholder(tf.float32, [None, n_states], "s_")
        self.r = tf.placeholder(tf.float32, [None, 1], "r")
        with tf.variable_scope("critic"):
            self.q = self._build(self.s, scope="eval", trainable=True)
            q_ = self._build(self.s_, scope="target", trainable=False)
        e_params = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="critic/eval")
        t_params = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="critic/target")
        self.follow = [tf.assign(t, (1 - TAU) * t + TAU * e) for t, e in zip(t_params, e_params)]
        goal = self.r + 0.9 * tf.reduce_max(q_, axis=1, keepdims=True)
        self.loss = tf.reduce_mean(tf.squared_difference(goal, self.q))
        self.train = tf.train.GradientDescentOptimizer(0.05).minimize(self.loss, var_list=e_params)
        self.value = tf.reduce_mean(tf.abs(self._head(self.q)))

        if sess is None:
            self.sess = tf.Session()
            self.sess.run(tf.global_variables_initializer())
        else:
            self.sess = sess

    def _head(self, q):
        return tf.nn.softmax(q) * 2

    def _build(self, s, scope, trainable):
        with tf.variable_scope(scope):
            w = tf.get_variable("w", [3, 6], trainable=trainable)
            h = tf.nn.relu(tf.matmul(s, w))
            return tf.layers.dense(h, self.n_actions, trainable=trainable, name="q")

    def _feed(self, s, s_, r):
        return {self.s: s, self.s_: s_, self.r: r}

    def learn(self, s, s_, r):
        feed = self._feed(s, s_, r)
        _, loss = self.sess.run([self.train, self.loss], feed)
        self.sess.run(self.follow)
        return loss

    def best(self, s):
        return self.sess.run(self.q, {self.s: s}).argmax(1)

    def as_if(self, s, q):
        return self.sess.run(self.value, feed_dict={self.q: q, self.s: s})


rng = np.random.RandomState(0)
agent = Agent(3, 2)
for step in range(8):
    loss = agent.learn(rng.rand(4, 3), rng.rand(4, 3), rng.rand(4, 1))
    print("%.5f" % loss, agent.best(rng.rand(5, 3)))
print("%.5f" % agent.as_if(np.ones((1, 3)), [[1.0, 3.0]]))

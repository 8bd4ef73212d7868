import numpy as np
import tensorflow as tf

GAMMA = 0.9
np.random.seed(1)


class Agent(object):
    def __init__(self, n_actions, n_features, learning_rate=0.01, replace_iter=3, output_graph=False):
        self.n_actions = n_actions
        self.n_features = n_features
        self.lr = learning_rate
        self.replace_iter = replace_iter
        self.learned = 0
        self.memory = np.zeros((20, n_features * 2 + 2))
        self._build_net()
        t_params = tf.get_collection("target_params")
        e_params = tf.get_collection("eval_params")
        self.replace_op = [tf.assign(t, e) for t, e in zip(t_params, e_params)]

        self.sess = tf.Session()

        if output_graph:
            # tensorboard --logdir=logs
            tf.summary.FileWriter("logs/", self.sess.graph)

        self.sess.run(tf.global_variables_initializer())
        self.costs = []

    def _build_net(self):
        self.s = tf.placeholder(tf.float32, [None, self.n_features], name="s")
        self.q_target = tf.placeholder(tf.float32, [None, self.n_actions], name="Q_target")
        with tf.variable_scope("eval_net"):
            c_names, n_l1, w_initializer, b_initializer = \
                ["eval_params", tf.GraphKeys.GLOBAL_VARIABLES], 5, \
                tf.random_normal_initializer(0.0, 0.3, seed=4), tf.constant_initializer(0.1)
            with tf.variable_scope("l1"):
                w1 = tf.get_variable("w1", [self.n_features, n_l1], initializer=w_initializer, collections=c_names)
                b1 = tf.get_variable("b1", [1, n_l1], initializer=b_initializer, collections=c_names)
                l1 = tf.nn.relu(tf.matmul(self.s, w1) + b1)
            with tf.variable_scope("l2"):
                w2 = tf.get_variable("w2", [n_l1, self.n_actions], initializer=w_initializer, collections=c_names)
                self.q_eval = tf.matmul(l1, w2)
        with tf.variable_scope("loss"):
            self.loss = tf.reduce_mean(tf.squared_difference(self.q_target, self.q_eval))
        with tf.variable_scope("train"):
            self._train_op = tf.train.RMSPropOptimizer(self.lr).minimize(self.loss)

        self.s_ = tf.placeholder(tf.float32, [None, self.n_features], name="s_")
        with tf.variable_scope("target_net"):
            c_names = ["target_params", tf.GraphKeys.GLOBAL_VARIABLES]
            with tf.variable_scope("l1"):
                w1 = tf.get_variable("w1", [self.n_features, n_l1], initializer=w_initializer, collections=c_names)
                b1 = tf.get_variable("b1", [1, n_l1], initializer=b_initializer, collections=c_names)
                l1 = tf.nn.relu(tf.matmul(self.s_, w1) + b1)
            with tf.variable_scope("l2"):
                w2 = tf.get_variable("w2", [n_l1, self.n_actions], initializer=w_initializer, collections=c_names)
                self.q_next = tf.matmul(l1, w2)

    def store(self, s, a, r, s_):
        if not hasattr(self, "counter"):
            self.counter = 0
        self.memory[self.counter % 20, :] = np.hstack((s, [a, r], s_))
        self.counter += 1

    def choose(self, observation):
        observation = observation[np.newaxis, :]
        return int(np.argmax(self.sess.run(self.q_eval, feed_dict={self.s: observation})))

    def learn(self):
        if self.learned % self.replace_iter == 0:
            self.sess.run(self.replace_op)
            print("replaced")
        batch = self.memory[: self.counter]
        q_next, q_eval = self.sess.run(
            [self.q_next, self.q_eval],
            feed_dict={
                self.s_: batch[:, -self.n_features:],  # next
                self.s: batch[:, : self.n_features],  # now
            },
        )
        q_target = q_eval.copy()
        index = np.arange(len(batch), dtype=np.int32)
        q_target[index, batch[:, self.n_features].astype(int)] = batch[:, self.n_features + 1] + GAMMA * np.max(q_next, axis=1)
        _, self.cost = self.sess.run(
            [self._train_op, self.loss], feed_dict={self.s: batch[:, : self.n_features], self.q_target: q_target}
        )
        self.costs.append(self.cost)
        self.learned += 1


agent = Agent(3, 4)
for step in range(10):
    now, then = np.random.rand(4), np.random.rand(4)
    agent.store(now, agent.choose(now), np.random.rand(), then)
for step in range(7):
    agent.learn()
print(["%.4f" % cost for cost in agent.costs], agent.choose(np.ones(4)))

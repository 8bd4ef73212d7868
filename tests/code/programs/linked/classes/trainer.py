import numpy as np


class Trainer(object):
    def __init__(self, sess, model, data):
        self.sess = sess
        self.model = model
        self.data = data

    def train(self, steps):
        losses = []
        for _ in range(steps):
            x, y = self.data.batch(16)
            feed_dict = {self.model.x: x, self.model.y: y, self.model.keep_prob: 0.9}
            _, loss = self.sess.run([self.model.train_op, self.model.loss], feed_dict=feed_dict)
            losses.append(loss)
        return np.array(losses)

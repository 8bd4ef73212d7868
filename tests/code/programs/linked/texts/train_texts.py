import os

import numpy as np
import tensorflow as tf
from text_model import Config, TextModel

tf.set_random_seed(3)
rng = np.random.RandomState(2)
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "saved")
save_path = os.path.join(folder, "best")


def feed_data(x_batch, y_batch, keep_prob):
    feed_dict = {
        model.input_x: x_batch,
        model.input_y: y_batch,
        model.keep_prob: keep_prob,
    }
    return feed_dict


def evaluate(sess, x_, y_):
    total = 0.0
    for start in range(0, len(x_), 4):
        feed_dict = feed_data(x_[start : start + 4], y_[start : start + 4], 1.0)
        loss, acc = sess.run([model.loss, model.acc], feed_dict=feed_dict)
        total += loss
    return total, acc


def train():
    saver = tf.train.Saver()
    if not os.path.exists(folder):
        os.makedirs(folder)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for step in range(6):
        feed_dict = feed_data(x, y, 0.8)
        if step % 2 == 0:
            feed_dict[model.keep_prob] = 1.0
            loss, acc = session.run([model.loss, model.acc], feed_dict=feed_dict)
            print("%.5f %.3f" % (loss, acc), "%.5f %.3f" % evaluate(session, x, y))
            saver.save(sess=session, save_path=save_path)
        feed_dict[model.keep_prob] = 0.8
        session.run(model.optim, feed_dict=feed_dict)


def test():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    saver = tf.train.Saver()
    saver.restore(sess=session, save_path=save_path)
    feed_dict = {model.input_x: x, model.keep_prob: 1.0}
    print(session.run(model.y_pred_cls, feed_dict=feed_dict))


if __name__ == "__main__":
    config = Config()
    x = rng.randint(0, config.words, [8, config.length])
    y = np.eye(config.classes)[rng.randint(0, config.classes, 8)]
    model = TextModel(config)
    train()
    test()

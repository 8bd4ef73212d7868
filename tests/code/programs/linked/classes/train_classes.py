from __future__ import print_function

import os

import tensorflow as tf

from regressor import Regressor
from samples import Samples
from trainer import Trainer


def main():
    model = Regressor(3, 8)
    saver = tf.train.Saver(max_to_keep=1)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        trainer = Trainer(sess, model, Samples(2))
        losses = trainer.train(50)
        for step in range(0, 50, 7):
            print(step, "%.4f" % losses[step])
        saver.save(sess, os.path.join("saved", "model.ckpt"))


if __name__ == "__main__":
    if not os.path.exists("saved"):
        os.makedirs("saved")
    main()

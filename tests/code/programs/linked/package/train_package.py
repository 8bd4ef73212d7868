import numpy as np
import tensorflow as tf

import pipeline
from networks import mlp
from settings import FLAGS


def main(_):
    x, y = pipeline.inputs(64, 8)
    ops = mlp.build(x, y, FLAGS.learning_rate)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in range(FLAGS.steps):
            _, loss = sess.run([ops["train_op"], ops["loss"]])
            if step % 10 == 0:
                print(step, "%.4f" % loss)
        print(np.round(sess.run(ops["probability"])[:2], 3))


if __name__ == "__main__":
    tf.app.run()

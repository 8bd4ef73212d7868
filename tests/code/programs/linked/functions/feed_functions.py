from __future__ import print_function

import numpy as np
import tensorflow as tf

import fully_connected


def run_training():
    rng = np.random.RandomState(0)
    images, labels = fully_connected.placeholder_inputs(8)
    logits = fully_connected.inference(images, 6, 5)
    loss = fully_connected.loss(logits, labels)
    train_op = fully_connected.training(loss, 0.1)
    eval_correct = fully_connected.evaluation(logits, labels)
    init = tf.global_variables_initializer()
    sess = tf.Session()
    sess.run(init)
    for step in range(30):
        x = rng.rand(8, fully_connected.SIZE)
        feed_dict = {images: x, labels: x.argmax(1) % 3}
        _, loss_value = sess.run([train_op, loss], feed_dict=feed_dict)
        if step % 10 == 0:
            print("Step %d: loss = %.4f" % (step, loss_value))
    print(sess.run(eval_correct, feed_dict=feed_dict))


def main(_):
    run_training()


if __name__ == "__main__":
    tf.app.run(main=main)

"""Train on scikit-learn's digits, keep a checkpoint and export a SavedModel."""

from __future__ import print_function

import os
import shutil

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

from network import network

FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_integer("epochs", 3, "passes over the training set")
tf.app.flags.DEFINE_integer("batch", 64, "images per step")
tf.app.flags.DEFINE_string("out", "run", "folder for the checkpoint and the export")


def data():
    digits = load_digits()
    images = (digits.images[..., np.newaxis] / 16.0).astype(np.float32)
    return (images[:1400], digits.target[:1400]), (images[1400:], digits.target[1400:])


def main(_):
    (train_x, train_y), (test_x, test_y) = data()

    images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    is_training = tf.placeholder_with_default(False, [], name="is_training")

    logits = network(images, is_training)
    predictions = tf.argmax(logits, dimension=1, name="predictions")
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits) + tf.losses.get_regularization_loss()
    accuracy = tf.reduce_mean(tf.to_float(tf.equal(predictions, labels)))

    global_step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.01, global_step, 20, 0.9)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, global_step)

    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for epoch in range(FLAGS.epochs):
            for start in range(0, len(train_x), FLAGS.batch):
                feed = {
                    images: train_x[start : start + FLAGS.batch],
                    labels: train_y[start : start + FLAGS.batch],
                    is_training: True,
                }
                _, value = sess.run([train_op, loss], feed)
            score = sess.run(accuracy, {images: test_x, labels: test_y})
            print("epoch %d: loss %.4f, accuracy %.4f" % (epoch + 1, value, score))

        if not os.path.isdir(FLAGS.out):
            os.makedirs(FLAGS.out)
        saver.save(sess, os.path.join(FLAGS.out, "digits.ckpt"), global_step=global_step)
        export = os.path.join(FLAGS.out, "export")
        shutil.rmtree(export, ignore_errors=True)
        tf.saved_model.simple_save(sess, export, {"images": images}, {"logits": logits})
        print("exported to", export)


if __name__ == "__main__":
    tf.app.run()

# ruff: noqa
"""Graph mode, written once for 1.15 and 2.x: layers, dropout, Saver, a SavedModel, eval."""

import os
import shutil

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def main():
    features = np.random.rand(64, 8).astype("float32")
    labels = (features.sum(1) > 4).astype("int32")
    x = tf.placeholder(tf.float32, [None, 8], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    rate = tf.placeholder_with_default(0.0, [], name="rate")
    w = tf.get_variable("w", [8, 16], initializer=tf.truncated_normal_initializer(stddev=0.3))
    b = tf.get_variable("b", [16], initializer=tf.zeros_initializer())
    hidden = tf.nn.relu(tf.matmul(x, w) + b)
    hidden = tf.nn.dropout(hidden, rate=rate)
    hidden = tf.nn.relu(tf.matmul(hidden, tf.Variable(tf.random_normal([16, 8], stddev=0.3))))
    logits = tf.matmul(hidden, tf.Variable(tf.random_uniform([8, 2], -0.5, 0.5), name="out"))
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print("w mean %.6f" % sess.run(tf.reduce_mean(w)))
        for step in range(30):
            _, value = sess.run([train, loss], {x: features, y: labels, rate: 0.3})
            if step % 10 == 0:
                print("step %d loss %.4f" % (step, value))
        saver.save(sess, os.path.join("ckpt", "model"))
        print("final", loss.eval({x: features, y: labels}))
        print(sess.run({"logits": logits}, {x: features[:3]})["logits"])
        shutil.rmtree("export", ignore_errors=True)
        tf.saved_model.simple_save(
            sess, os.path.join("export", "1700000000"), {"x": x}, {"scores": logits}
        )


if __name__ == "__main__":
    main()

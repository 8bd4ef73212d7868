import numpy as np
import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_float("rate", 0.1, "how fast")
tf.app.flags.DEFINE_integer("steps", 3, "how long")
FLAGS = flags.FLAGS
tf.logging.set_verbosity(tf.logging.ERROR)


def main(_):
    x = tf.placeholder(tf.float32, [None, 2])
    w = tf.get_variable("w", [2, 2], initializer=tf.ones_initializer())
    cost = tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits_v2(labels=[[0.0, 1.0]], logits=tf.matmul(x, w)))
    train = tf.train.GradientDescentOptimizer(FLAGS.rate).minimize(cost)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(FLAGS.steps):
            print(sess.run([cost, train], {x: [[1, 2]]})[0])


if __name__ == "__main__":
    tf.app.run()

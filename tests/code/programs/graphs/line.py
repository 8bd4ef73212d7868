import numpy as np
import tensorflow as tf


def main():
    # What is learnt.
    rng = np.random.RandomState(0)
    xs = rng.uniform(-1, 1, 50)
    ys = 3 * xs + 1

    x = tf.placeholder("float")
    y = tf.placeholder(tf.float32)
    w = tf.Variable(0.5, name="w")
    b = tf.Variable(-0.2, name="b")
    steps = tf.Variable(0, trainable=False)
    predicted = x * w + b
    cost = tf.reduce_mean(tf.square(predicted - y))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(cost, global_step=steps)

    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for epoch in range(20):
            _, now = sess.run([train, cost], feed_dict={x: xs, y: ys})
            if epoch % 5 == 0:
                print("epoch", epoch, "cost %.5f" % now)
        print("w %.4f" % sess.run(w), "b %.4f" % sess.run(b), "steps", sess.run(steps))
        print("cost %.5f" % cost.eval({x: xs, y: ys}))


if __name__ == "__main__":
    main()

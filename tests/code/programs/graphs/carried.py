import tensorflow as tf

x = tf.placeholder(tf.float32, [None])
y = tf.reduce_mean(x)


def f1():
    return tf.reduce_sum(x) + y


def f2():
    return tf.reduce_sum(tf.abs(x))


def loss(a):
    # with y
    return a * y


out = tf.cond(y < 0, f1, f2)
cost = loss(out)
with tf.Session() as sess:
    for i in range(3):
        print("""
          text {}
      more""".format(
            sess.run([out, cost], {x: [1.0, 2.0 * i, -3.0]})
        ))

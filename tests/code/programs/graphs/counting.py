import tensorflow as tf


def doubled(value):
    return tf.multiply(value, 2)


state = tf.Variable(0, name="counter")
one = tf.constant(1)
new_value = tf.add(state, one)
update = tf.assign(state, new_value)
twice = doubled(state)
init = tf.global_variables_initializer()

with tf.Session() as sess:
    sess.run(init)
    for step in range(3):
        sess.run(update)
        print(step, sess.run(state), sess.run(twice))

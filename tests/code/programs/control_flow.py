import tensorflow as tf

i = tf.placeholder(tf.int32, [])
looped = tf.while_loop(lambda n, s: n < i, lambda n, s: (n + 1, s + n), [0, 0])
chosen = tf.cond(i > 3, lambda: tf.constant("big"), lambda: tf.constant("small"))
cases = tf.case([(tf.equal(i, 1), lambda: 10), (tf.equal(i, 2), lambda: 20)], default=lambda: -1)
array = tf.TensorArray(tf.int32, size=3).unstack([1, 2, 3])
folded = tf.foldl(lambda a, b: a * b, tf.range(1, 5))
mapped = tf.map_fn(lambda a: a + 1, tf.constant([1, 2]))
with tf.control_dependencies([tf.assert_positive(i)]):
    checked = tf.identity(i)
with tf.Session() as sess:
    for value in (1, 2, 5):
        print(sess.run([looped, chosen, cases, checked], {i: value}))
    print(sess.run([array.stack(), folded, mapped]))
    try:
        sess.run(checked, {i: -1})
    except tf.errors.InvalidArgumentError:
        print("refused")

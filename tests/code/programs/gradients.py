import tensorflow as tf

x = tf.Variable([1.0, 2.0])
y = tf.reduce_sum(x * x * x)
first = tf.gradients(y, x)[0]
second = tf.gradients(first, x)[0]
clipped, norm = tf.clip_by_global_norm([first], 1.0)
optimizer = tf.train.GradientDescentOptimizer(0.1)
pairs = optimizer.compute_gradients(y)
step = optimizer.apply_gradients([(tf.clip_by_value(g, -1, 1), v) for g, v in pairs])


@tf.RegisterGradient("Double")
def _double(op, grad):
    return 2 * grad


with tf.get_default_graph().gradient_override_map({"Identity": "Double"}):
    z = tf.identity(x)
doubled = tf.gradients(z, x)[0]
stopped = tf.gradients(tf.stop_gradient(x) * x, x)[0]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([first, second, clipped[0], norm, doubled, stopped]))
    sess.run(step)
    print(x.eval())

import tensorflow as tf

with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
    one = tf.get_variable("v", [2], initializer=tf.constant_initializer(3.0))
    two = tf.get_variable("v", [2])
with tf.variable_scope("b", initializer=tf.zeros_initializer()):
    three = tf.get_variable("w", [2, 2], regularizer=lambda t: tf.reduce_sum(t) + 1.0)
print(one is two, one.name, three.name, isinstance(one, tf.Variable))
step = tf.train.get_or_create_global_step()
up = tf.assign_add(step, 2)
with tf.Session() as sess:
    tf.global_variables_initializer().run()
    print(up.eval(), one.eval(), sess.run(tf.losses.get_regularization_loss()))
print(sorted(tf.get_default_graph().get_all_collection_keys()))

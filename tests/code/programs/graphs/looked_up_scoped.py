import numpy as np
import tensorflow as tf
with tf.name_scope("in"):
    x = tf.placeholder(tf.float32, [2], name="x")
with tf.variable_scope("net"):
    w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
    y = tf.add(x, w, name="y")
z = tf.add(y, 1.0, name="y")
g = tf.get_default_graph()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run("net/y:0", {"in/x:0": [1, 2]}), sess.run("y:0", {x: [1, 2]}))
    print(sess.run(g.get_tensor_by_name("net/w:0")))

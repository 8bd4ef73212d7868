import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 2], name="x")
ops = []
for i in range(3):
    ops.append(x * i)
ops2 = [x + i for i in range(2)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(ops, {x: [[1, 2]]}), sess.run(ops2, {x: [[1, 2]]}))
    print(sess.run(ops[1], {x: [[1, 2]]}))

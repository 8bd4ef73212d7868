import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
ws = []
for n in range(2):
    ws.append(tf.Variable(np.full([3, 3], 0.1 * (n + 1), np.float32)))
h = x
outs = []
penalty = 0
for w in ws:
    h = tf.tanh(tf.matmul(h, w))
    outs.append(h)
    penalty += tf.reduce_sum(tf.square(w))
if len(ws) > 1:
    h = h * 2
total = 0.0
total += tf.add_n(outs)
cost = tf.reduce_mean(h) + 0.01 * penalty + tf.reduce_mean(total)
train = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
config = tf.ConfigProto(allow_soft_placement=True)
config.gpu_options.allow_growth = True
with tf.Session(config=config) as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([cost, train], {x: [[1, 2, 3]]})[0])
    print(sess.run(ws[0]).tolist(), sess.run(outs[1], {x: [[1, 2, 3]]}).tolist())

import numpy as np
import tensorflow as tf

tf.set_random_seed(11)
values = [
    tf.random_normal([3], seed=1),
    tf.random_uniform([3], -1, 1),
    tf.truncated_normal([3], stddev=0.1),
    tf.random_shuffle([1, 2, 3, 4]),
    tf.multinomial([[1.0, 2.0, 3.0]], 4),
    tf.random_crop(tf.range(6), [3]),
    tf.nn.dropout(tf.ones([6]), keep_prob=0.5),
    tf.distributions.Normal(0.0, 1.0).sample([2]),
]
starts = [tf.orthogonal_initializer(), tf.truncated_normal_initializer(stddev=0.1), tf.variance_scaling_initializer()]
made = [tf.get_variable("v%d" % i, [2, 2], initializer=start) for i, start in enumerate(starts)]
with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as sess:
    sess.run(tf.global_variables_initializer())
    for value in sess.run(values + made):
        print(np.round(value, 4).tolist())

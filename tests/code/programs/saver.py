import os
import tempfile

import tensorflow as tf

path = os.path.join(tempfile.mkdtemp(), "model")
v = tf.get_variable("v", initializer=[1.0, 2.0])
saver = tf.train.Saver(max_to_keep=2)
with tf.Session() as sess:
    sess.run(v.initializer)
    for step in range(3):
        sess.run(tf.assign_add(v, [1.0, 1.0]))
        saver.save(sess, path, global_step=step)
last = tf.train.latest_checkpoint(os.path.dirname(path))
print(os.path.basename(last), tf.train.list_variables(last))
with tf.Session() as sess:
    saver.restore(sess, last)
    print(sess.run(v), tf.gfile.Exists(last + ".index"))
reader = tf.train.NewCheckpointReader(last)
print(reader.get_tensor("v"), sorted(tf.gfile.ListDirectory(os.path.dirname(path)))[0])

import glob
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()
x = tf.placeholder(tf.float32, [])
tf.summary.scalar("x", x)
tf.summary.histogram("h", tf.stack([x, x + 1]))
merged = tf.summary.merge_all()
with tf.Session() as sess:
    writer = tf.summary.FileWriter(folder, sess.graph)
    for step in range(3):
        writer.add_summary(sess.run(merged, {x: step}), step)
    writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="own", simple_value=2.5)]), 9)
    writer.close()
for event in tf.train.summary_iterator(glob.glob(folder + "/*")[0]):
    for value in event.summary.value:
        print(event.step, value.tag, value.simple_value, value.HasField("histo") or bool(value.tensor.ByteSize()))

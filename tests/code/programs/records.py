import os
import tempfile

import tensorflow as tf

path = os.path.join(tempfile.mkdtemp(), "r")
with tf.python_io.TFRecordWriter(path) as writer:
    for number in range(3):
        feature = {"n": tf.train.Feature(int64_list=tf.train.Int64List(value=[number]))}
        writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
print(sum(1 for _ in tf.python_io.tf_record_iterator(path)))


def parse(text):
    return tf.parse_single_example(text, {"n": tf.FixedLenFeature([], tf.int64)})["n"]


data = tf.data.TFRecordDataset(path).map(parse).shuffle(1).batch(3)
with tf.Session() as sess:
    print(sess.run(data.make_one_shot_iterator().get_next()).tolist())
with tf.gfile.GFile(path + ".txt", "w") as stream:
    stream.write("a\nb\n")
print(tf.gfile.FastGFile(path + ".txt").read().split(), tf.gfile.IsDirectory(path))

# ruff: noqa
"""Several SavedModels: random, with strings, with a parsed example, and one that is deleted."""

import shutil

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

x = tf.placeholder(tf.float32, [None, 3], name="x")
text = tf.placeholder(tf.string, [None], name="text")
flag = tf.placeholder(tf.bool, [], name="flag")
number = tf.placeholder(tf.int64, [None, 2], name="number")
noisy = x + tf.random_uniform([1, 3])
signature = tf.saved_model.signature_def_utils.predict_signature_def

with tf.Session() as sess:
    outputs = {"noisy": noisy, "twice": x * 2}
    tf.saved_model.simple_save(sess, "noisy", {"x": x}, outputs)
    joined = tf.strings.join([text, text])
    picked = tf.where(flag, number * 2, number)
    builder = tf.saved_model.builder.SavedModelBuilder("several")
    signatures = {
        "words": signature({"text": text}, {"joined": joined}),
        "numbers": signature({"flag": flag, "number": number}, {"picked": picked}),
    }
    builder.add_meta_graph_and_variables(sess, ["serve"], signatures)
    builder.save()
    tf.saved_model.simple_save(sess, "lost", {"x": x}, {"y": x})
    shutil.rmtree("lost")
    a = sess.run(noisy, {x: [[0.0, 0.0, 0.0]]})
    b = sess.run(noisy, {x: [[0.0, 0.0, 0.0]]})
    print(a, b, abs(a - b).max() > 0)

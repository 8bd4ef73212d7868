import os
import tempfile

import tensorflow as tf

folder = os.path.join(tempfile.mkdtemp(), "m")
x = tf.placeholder(tf.float32, [None], name="x")
y = tf.multiply(x, tf.Variable(3.0), name="y")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.saved_model.simple_save(sess, folder, {"x": x}, {"y": y})
with tf.Session(graph=tf.Graph()) as sess:
    meta = tf.saved_model.loader.load(sess, [tf.saved_model.tag_constants.SERVING], folder)
    signature = meta.signature_def[tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY]
    print(sess.run(signature.outputs["y"].name, {signature.inputs["x"].name: [1.0, 2.0]}))
    print(signature.method_name, sorted(signature.inputs))

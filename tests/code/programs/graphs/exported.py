"""SavedModels with the signatures that they had."""

import os
import tempfile

import numpy as np
import tensorflow as tf

folder = os.environ.get("EXPORTED_TO") or tempfile.mkdtemp()
x = tf.placeholder(tf.float32, [None, 3], name="x")
rate = tf.placeholder(tf.float32, [], name="rate")
w = tf.Variable([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]], name="w")
scores = tf.matmul(x, w)
scaled = tf.multiply(scores, rate, name="scaled")
best = tf.argmax(scores, 1)
loss = tf.reduce_mean(tf.square(scores))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        sess.run(train, {x: np.eye(3)})
    tf.saved_model.simple_save(sess, folder + "/simple", inputs={"x": x}, outputs={"scores": scores})
    builder = tf.saved_model.builder.SavedModelBuilder(os.path.join(folder, "built"))
    info = tf.saved_model.utils.build_tensor_info(x)
    signature = tf.saved_model.signature_def_utils.build_signature_def(
        inputs={"images": info, "rate": tf.saved_model.utils.build_tensor_info(rate)},
        outputs={"scaled": tf.saved_model.utils.build_tensor_info(scaled)},
        method_name=tf.saved_model.signature_constants.PREDICT_METHOD_NAME,
    )
    both = tf.saved_model.signature_def_utils.predict_signature_def({"x": x}, {"best": best, "w": scores})
    builder.add_meta_graph_and_variables(
        sess,
        [tf.saved_model.tag_constants.SERVING],
        signature_def_map={
            tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: signature,
            "both": both,
        },
    )
    builder.save()
    print(sorted(os.listdir(folder)), sess.run(scores, {x: np.ones((1, 3))}))
    print(os.path.exists(folder + "/simple/saved_model.pb"), os.path.isdir(folder + "/built/variables"))

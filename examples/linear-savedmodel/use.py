"""Use the exported model; model/ was written by export.py under TensorFlow 1.15.5."""

from __future__ import print_function

import numpy as np
import tensorflow as tf

with tf.Session(graph=tf.Graph()) as sess:
    meta_graph = tf.saved_model.loader.load(sess, [tf.saved_model.tag_constants.SERVING], "model")
    signature = meta_graph.signature_def["serving_default"]
    x = signature.inputs["x"].name
    y = signature.outputs["y"].name
    for value in (0.0, 1.0, 2.5):
        result = sess.run(y, {x: np.array([[value]], np.float32)})
        print("x = %.1f, y = %.4f" % (value, result[0, 0]))

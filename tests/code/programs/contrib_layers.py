import numpy as np
import tensorflow as tf
from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib.layers import batch_norm, conv2d

layers = tf.contrib.layers
image = tf.placeholder(tf.float32, [None, 8, 8, 2])
with arg_scope([conv2d], normalizer_fn=batch_norm, weights_regularizer=layers.l2_regularizer(0.1)):
    net = conv2d(image, 4, 3, scope="first")
    net = conv2d(net, 4, [3, 3], stride=2, scope="second")
net = layers.fully_connected(layers.flatten(net), 3, activation_fn=None)
net = layers.softmax(net)
print([v.name for v in tf.model_variables()])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(np.round(sess.run(net, {image: np.linspace(-1, 1, 256).reshape(2, 8, 8, 2)}), 4).tolist())
    print(np.round(sess.run(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)), 4).tolist())

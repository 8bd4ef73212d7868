import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
image = tf.placeholder(tf.float32, [None, 8, 8, 1])
training = tf.placeholder_with_default(False, [])
net = tf.layers.conv2d(image, 4, 3, padding="same", activation=tf.nn.relu, name="conv")
net = tf.layers.max_pooling2d(net, 2, 2)
net = tf.layers.batch_normalization(net, training=training)
net = tf.layers.flatten(net)
net = tf.layers.dropout(net, 0.5, training=training)
logits = tf.layers.dense(net, 3, kernel_initializer=tf.glorot_uniform_initializer(seed=3))
print([(v.name, v.shape.as_list()) for v in tf.global_variables()])
print(len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    out = sess.run(logits, {image: np.linspace(0, 1, 128).reshape(2, 8, 8, 1)})
    print(np.round(out, 4).tolist())

import numpy as np
import tensorflow as tf
inp = tf.keras.layers.Input(shape=(6, 2))
n = inp.get_shape().as_list()[1]
k = inp.shape[-1]
x = tf.reshape(inp, [-1, n * k])
y = tf.transpose(tf.expand_dims(x, 2), [0, 2, 1])
m = tf.keras.Model(inp, tf.squeeze(y, 1))
print(n, k, m.predict(np.ones((1, 6, 2)), verbose=0).tolist(), m.output_shape)

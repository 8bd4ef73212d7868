import numpy as np
import tensorflow as tf

x = tf.keras.Input((2,))
y = tf.add(tf.abs(x), tf.multiply(tf.square(x), tf.nn.relu(x)))
model = tf.keras.Model(x, tf.maximum(y, tf.reduce_sum(x, axis=1, keepdims=True)))
print(model(np.array([[1.0, -2.0]], "float32")).numpy().tolist())

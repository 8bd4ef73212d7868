import numpy as np
import tensorflow as tf
i = tf.keras.Input((4,))
a = tf.keras.layers.Lambda(lambda x: x[:, :2])(i)
b = tf.keras.layers.Lambda(lambda x: tf.keras.backend.mean(x, axis=1, keepdims=True), output_shape=(1,))(i)
o = tf.keras.layers.Concatenate()([a, b, tf.keras.backend.abs(i)])
m = tf.keras.Model(i, o)
print(m.predict(np.arange(4.0).reshape(1, 4) - 2, verbose=0).tolist())
